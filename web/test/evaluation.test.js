import assert from "node:assert/strict";
import { test } from "node:test";
import { apart, disagreementsFirst } from "../js/comparison/pairs.js";
import { errorsOf, knownCases, subjectsOf, tally, truthQuestion } from "../js/evaluation/cases.js";
import { operating, place, rocPath, side } from "../js/evaluation/roc.js";

/** Series of slices with such probabilities, null for none. */
function studyOf(...all) {
	let id = 0;
	return {
		series: all.map(({ modality = "", of, pooled }) => {
			const series = { id, name: "", modality, slices: [], verdict: pooled === undefined ? undefined : { probability: pooled } };
			series.slices = of.map((probability, frame) => ({
				id: id++, path: `f${id}`, frame: 0, series, state: probability === null ? "leftOut" : "read",
				verdict: probability === null ? undefined : { probability },
			}));
			return series;
		}),
	};
}

const is = (...classes) => classes.map((each, i) => ({ class: each, group: `f${i + 1}` }));

test("slices of files that hold several are asked for by number", () => {
	const slices = [{ path: "a", frame: 0 }, { path: "b", frame: 0 }, { path: "b", frame: 1 }];
	assert.deepEqual(truthQuestion(slices, []).paths, ["a", "b#1", "b#2"]);
});

test("slices of a scan are a group, pictures of a folder are not", () => {
	const study = studyOf({ of: [0.1, 0.9] }, { modality: "CT", of: [0.2, null] });
	const subjects = subjectsOf(study, is(0, 1, 1, 1), "slice");
	assert.deepEqual(subjects.map(({ group }) => group), ["f1", "f2", "series 2", "series 2"]);
	assert.deepEqual(knownCases(subjects), [
		{ positive: false, group: "f1", first: 0.1 }, { positive: true, group: "f2", first: 0.9 }, { positive: true, group: "series 2", first: 0.2 },
	]);
	assert.deepEqual(tally(subjects), { all: 4, covid: 3, noncovid: 1, read: 3, waiting: 0 });
});

test("a patient that a table names stays the group", () => {
	const study = studyOf({ modality: "CT", of: [0.2, 0.4] });
	const truths = [{ class: 1, group: "p1" }, { class: 1, group: "p1" }];
	assert.deepEqual(subjectsOf(study, truths, "slice").map(({ group }) => group), ["p1", "p1"]);
	assert.equal(subjectsOf(study, truths, "series")[0].group, "p1");
});

test("a series is known where all its slices are", () => {
	const study = studyOf({ of: [0.1, 0.9], pooled: 0.6 }, { of: [0.7] }, { of: [0.3, 0.2], pooled: 0.25 });
	const series = subjectsOf(study, is(1, 1, 0, 0, 1), "series");
	assert.deepEqual(series.map(({ positive, probability }) => [positive, probability]), [[true, 0.6], [false, 0.7], [null, 0.25]]);
});

test("errors, the surest first", () => {
	const study = studyOf({ of: [0.6, 0.9, 0.1, 0.5, 0.2] });
	const subjects = subjectsOf(study, is(0, 0, 1, 1, -1), "slice");
	assert.deepEqual(errorsOf(subjects, 0.5).map(({ probability }) => probability), [0.9, 0.1, 0.6]);
});

test("the curve goes from corner to corner", () => {
	const points = [[0, 0], [0.5, 0], [0.5, 0.25], [1, 1]].map(([sensitivity, false_positive_rate]) => ({ sensitivity, false_positive_rate }));
	assert.equal(rocPath(points), `M0 ${side}L0 ${side / 2}L${side / 4} ${side / 2}L${side} 0`);
	assert.deepEqual(place({ sensitivity: 1, false_positive_rate: 0 }), { x: 0, y: 0 });
	assert.equal(operating({ recall: { value: null }, specificity: { value: 1 } }), null);
	assert.deepEqual(operating({ recall: { value: 0.75 }, specificity: { value: 0.5 } }), { sensitivity: 0.75, false_positive_rate: 0.5 });
});

test("disagreements come first, then differences", () => {
	const pairs = [[0.1, 0.4], [0.49, 0.5], [0.9, 0.2], [0.9, 0.9]].map(([first, second]) => ({ first, second }));
	assert.deepEqual(disagreementsFirst(pairs, 0.5).map(({ first }) => first), [0.9, 0.49, 0.1, 0.9]);
	assert.deepEqual([[0.1, 0.4], [0.9, 0.2], [0.5, 0.5], [0.5, 0.4999]].map(([first, second]) => apart({ first, second })), ["+30.0", "−70.0", "0.0", "0.0"]);
});
