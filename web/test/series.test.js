import assert from "node:assert/strict";
import { test } from "node:test";
import { Study } from "../js/series.js";

const series = (name, ...ids) => ({ name, modality: "CT", unscored: "", notes: [], slices: ids.map((id) => ({ id, path: `${name}/${id}`, frame: 0 })) });

/** A study of files that hold so many slices each, arranged. */
function studyOf(files, ...listed) {
	const study = new Study();
	files.forEach((slices, i) => study.added({ key: study.nextKey(), path: `file ${i}`, file: new Blob() }, slices));
	study.arrange({ series: listed, rejected: [] });
	return study;
}

test("a slice is found in the file that holds it, whatever its place in the series", () => {
	const study = studyOf([1, 3, 0, 2], series("a", 5, 0, 2), series("b", 4, 1, 3));
	const places = Object.fromEntries(study.all().map(({ id, place }) => [id, [place.source.path, place.ordinal]]));
	assert.deepEqual(places, {
		0: ["file 0", 0], 1: ["file 1", 0], 2: ["file 1", 1], 3: ["file 1", 2], 4: ["file 3", 0], 5: ["file 3", 1],
	});
});

test("a series begins in its middle", () => {
	const study = studyOf([7], series("a", 0, 1, 2, 3, 4), series("b", 5, 6));
	assert.equal(study.slice.id, 2);
	study.current = study.series[1];
	assert.equal(study.slice.id, 6);
});

test("files that come later keep what is known, and the slice in view", () => {
	const study = studyOf([3], series("a", 0, 1, 2));
	const [first, second, third] = study.series[0].slices;
	[first, second, third].forEach((slice) => slice.state = "read");
	study.series[0].verdict = { label: "covid", probability: 0.7, from: [0] };
	study.go(third);
	study.added({ key: 9, path: "more", file: new Blob() }, 1);
	study.arrange({ series: [series("a", 3, 0, 1, 2)], rejected: [{ path: "x", kind: "format", message: "damaged" }] });
	assert.equal(study.slice, third);
	assert.equal(study.current.position, 3);
	assert.deepEqual(study.all().map(({ state }) => state), ["waiting", "read", "read", "read"]);
	assert.equal(study.series[0].verdict, undefined, "it is not the verdict on all of the series any more");
	assert.deepEqual(study.rejected.map(({ path }) => path), ["x"]);
});

test("what the browser could not open is rejected too", () => {
	const study = new Study();
	study.unopened.push({ path: "gone", kind: "file", message: "it is gone" });
	study.arrange({ series: [], rejected: [{ path: "x", kind: "format", message: "damaged" }] });
	assert.deepEqual(study.rejected.map(({ path }) => path), ["x", "gone"]);
	assert.equal(study.slice, undefined);
});

test("the slice in view is read first, then its neighbours, then the other series", () => {
	const study = studyOf([7], series("a", 0, 1), series("b", 2, 3, 4, 5, 6));
	study.current = study.series[1];
	study.step(1);
	const taken = new Set();
	const order = [];
	for (let next = study.next((slice) => !taken.has(slice)); next; next = study.next((slice) => !taken.has(slice))) {
		taken.add(next);
		order.push(next.id);
	}
	assert.deepEqual(order, [3, 4, 2, 5, 6, 0, 1]);
});

test("stepping stops at both ends", () => {
	const study = new Study();
	study.step(3);
	assert.equal(study.slice, undefined);
	const full = studyOf([3], series("a", 0, 1, 2));
	for (const [to, position] of [[-1, 0], [1, 1], [Infinity, 2], [0, 0]]) {
		full.step(to);
		assert.equal(full.current.position, position);
	}
});

test("counts, and what a new model leaves of them", () => {
	const study = studyOf([6], series("a", 0, 1, 2, 3, 4, 5));
	const [a, b, c, d, e] = study.all();
	Object.assign(a, { state: "read", verdict: { label: "covid", probability: 0.9, milliseconds: 1 } });
	Object.assign(b, { state: "failed", failure: { kind: "format", message: "damaged" } });
	Object.assign(c, { state: "read", verdict: { label: "noncovid", probability: 0.1, milliseconds: 1 } });
	Object.assign(d, { state: "failed", failure: { kind: "crash", message: "panic" } });
	Object.assign(e, { state: "leftOut", why: "no lung" });
	study.series[0].verdict = { label: "covid", probability: 0.9, from: [0] };
	assert.deepEqual(study.counts, { all: 6, waiting: 1, covid: 1, noncovid: 1, failed: 2, leftOut: 1 });
	study.reset();
	assert.deepEqual(study.counts, { all: 6, waiting: 4, covid: 0, noncovid: 0, failed: 1, leftOut: 1 });
	assert.equal(b.state, "failed");
	assert.equal(study.series[0].verdict, undefined);
	study.clear();
	assert.deepEqual(study.counts, { all: 0, waiting: 0, covid: 0, noncovid: 0, failed: 0, leftOut: 0 });
	assert.equal(study.next(() => true), undefined);
});
