import assert from "node:assert/strict";
import { test } from "node:test";
import {
	baseName, duration, failureWords, probabilityWords, progressWords, scoreWords, size, splitWords, timeLeftWords, transferred, verdictWords,
} from "../js/wording.js";

test("a probability is never shown as certain", () => {
	for (const [probability, words] of [
		[0, "< 0.1 %"], [0.0009, "< 0.1 %"], [0.001, "0.1 %"], [0.5, "50.0 %"], [0.8734, "87.3 %"],
		[0.999, "99.9 %"], [0.9991, "> 99.9 %"], [1, "> 99.9 %"],
	]) {
		assert.equal(probabilityWords(probability), words);
	}
});

test("a probability below the threshold is not rounded up to it", () => {
	assert.equal(probabilityWords(0.4999), "< 50.0 %");
	assert.equal(probabilityWords(0.49949), "49.9 %");
	assert.equal(probabilityWords(0.5), "50.0 %");
	assert.equal(probabilityWords(0.5001), "50.0 %");
});

test("scores come with their intervals, the area under a curve without per cent", () => {
	assert.deepEqual(scoreWords({ value: 0.902, low: 0.878, high: 0.9223 }, "percent"), { value: "90.2 %", interval: "87.8 to 92.2" });
	assert.deepEqual(scoreWords({ value: 0.8615, low: 0.8, high: 0.9 }, "area"), { value: "0.862", interval: "0.800 to 0.900" });
	assert.deepEqual(scoreWords({ value: 0.5, low: null, high: null }, "percent"), { value: "50.0 %", interval: "" });
	assert.deepEqual(scoreWords({ value: null, low: null, high: null }, "percent"), { value: "not defined", interval: "" });
	assert.deepEqual(scoreWords(undefined, "percent"), { value: "not defined", interval: "" });
});

test("a split is named with its size", () => {
	assert.equal(splitWords({ split: "test part", cases: 714, groups: 18 }), "test part: 714 slices of 18 groups");
	assert.equal(splitWords({ split: "test part", cases: 1, groups: 1 }), "test part: 1 slice of 1 group");
	assert.match(splitWords({}), /does not name/);
});

test("sizes, times and transfers", () => {
	assert.equal(size(0), "0 kB");
	assert.equal(size(1), "1 kB");
	assert.equal(size(999_999), "1000 kB");
	assert.equal(size(46_920_000), "46.9 MB");
	assert.equal(duration(0.2), "1 ms");
	assert.equal(duration(43.4), "43 ms");
	assert.equal(duration(1249), "1.2 s");
	assert.equal(transferred(1_000_000, 46_920_000), "1.0 MB of 46.9 MB");
	assert.equal(transferred(1_000_000, 0), "1.0 MB");
});

test("progress in a line", () => {
	const counts = { all: 40, waiting: 28, covid: 7, noncovid: 3, failed: 2, leftOut: 0 };
	assert.equal(progressWords(counts), "12 of 40 slices: 7 COVID-19, 3 not COVID-19, 2 not read");
	assert.equal(progressWords({ all: 1, waiting: 0, covid: 0, noncovid: 1, failed: 0, leftOut: 0 }), "1 slice: 0 COVID-19, 1 not COVID-19");
	assert.equal(progressWords({ all: 3, waiting: 3, covid: 0, noncovid: 0, failed: 0, leftOut: 0 }), "0 of 3 slices");
	assert.equal(progressWords({ all: 9, waiting: 0, covid: 1, noncovid: 2, failed: 1, leftOut: 5 }), "9 slices: 1 COVID-19, 2 not COVID-19, 5 not scored, 1 not read");
});

test("a failure is one sentence", () => {
	assert.equal(failureWords({ kind: "format", message: "the file is empty" }), "The file is empty");
	assert.equal(failureWords({ kind: "weights", message: "alexnet: weights file: truncated" }), "This model cannot be used: truncated");
	assert.equal(failureWords({ kind: "crash", message: "panic: x\n\ngoroutine 1 [running]:" }), "The program stopped, and starts again: panic: x");
	assert.equal(failureWords({ kind: "internal", message: "x is undefined" }), "A fault of this page: x is undefined");
});

test("verdicts in words, and a label that nobody foresaw", () => {
	assert.equal(verdictWords("covid").title, "COVID-19");
	assert.equal(verdictWords("noncovid").title, "Not COVID-19");
	assert.equal(verdictWords("other").title, "other");
});

test("the last part of a path", () => {
	assert.equal(baseName("scan/1/a.png"), "a.png");
	assert.equal(baseName("a.png"), "a.png");
});

test("the time left is no more exact than it is known", () => {
	for (const [seconds, words] of [
		[3, "a few seconds left"], [12, "about 20 s left"], [61, "about 70 s left"], [90, "about 2 minutes left"], [3000, "about 50 minutes left"],
	]) {
		assert.equal(timeLeftWords(1000 * seconds), words);
	}
});
