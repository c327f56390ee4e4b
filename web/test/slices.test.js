import assert from "node:assert/strict";
import { test } from "node:test";
import { most, Slices } from "../js/slices.js";

const file = new Blob();
const named = (...paths) => paths.map((path) => ({ file, path }));
const order = (slices) => slices.all.map(({ path }) => path);

test("files are added behind the others, numbers in their order", () => {
	const slices = new Slices();
	slices.add(named("b10.png", "b9.png", "B1.png"));
	slices.add(named("a.png"));
	assert.deepEqual(order(slices), ["B1.png", "b9.png", "b10.png", "a.png"]);
	assert.equal(slices.current.path, "B1.png");
	assert.equal(slices.position, 0);
});

test("a file that could not be opened is listed with its reason", () => {
	const slices = new Slices();
	const failure = { kind: "file", message: "it is gone" };
	slices.add([{ file, path: "a.png", failure }, { file, path: "b.png" }]);
	assert.deepEqual(slices.all.map(({ state }) => state), ["failed", "waiting"]);
	assert.equal(slices.next().path, "b.png");
});

test("not more than the limit are added", () => {
	const slices = new Slices();
	assert.equal(slices.add(named(...Array.from({ length: most - 1 }, (_, i) => `${i}`))).length, most - 1);
	assert.equal(slices.add(named("x", "y")).length, 1);
	assert.equal(slices.all.length, most);
});

test("the slice in view is read first, then the others in order", () => {
	const slices = new Slices();
	slices.add(named("1", "2", "3"));
	slices.go(2);
	const read = [];
	for (let next = slices.next(); next; next = slices.next()) {
		read.push(next.path);
		next.state = "read";
	}
	assert.deepEqual(read, ["3", "1", "2"]);
});

test("stepping stops at both ends", () => {
	const slices = new Slices();
	slices.go(3);
	assert.equal(slices.current, undefined);
	assert.equal(slices.position, -1);
	slices.add(named("1", "2", "3"));
	for (const [to, position] of [[-1, 0], [1, 1], [Infinity, 2], [0, 0]]) {
		slices.go(to);
		assert.equal(slices.position, position);
	}
});

test("counts, and what a new model leaves of them", () => {
	const slices = new Slices();
	const [a, b, c] = slices.add(named("1", "2", "3", "4"));
	Object.assign(a, { state: "read", verdict: { label: "covid", probability: 0.9, milliseconds: 1 } });
	Object.assign(b, { state: "failed", failure: { kind: "format", message: "damaged" } });
	Object.assign(c, { state: "read", verdict: { label: "noncovid", probability: 0.1, milliseconds: 1 } });
	assert.deepEqual(slices.counts, { all: 4, waiting: 1, covid: 1, noncovid: 1, failed: 1 });
	const [d] = slices.all.slice(3);
	Object.assign(d, { state: "failed", failure: { kind: "crash", message: "panic" } });
	slices.reset();
	assert.deepEqual(slices.counts, { all: 4, waiting: 3, covid: 0, noncovid: 0, failed: 1 });
	assert.equal(b.state, "failed");
	slices.clear();
	assert.deepEqual(slices.counts, { all: 0, waiting: 0, covid: 0, noncovid: 0, failed: 0 });
	assert.equal(slices.next(), undefined);
});
