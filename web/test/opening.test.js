import assert from "node:assert/strict";
import { test } from "node:test";
import { Opening } from "../js/opening.js";
import { Study } from "../js/series.js";

/** A reader for which each file is a series of one slice, but "bad" ends it. */
class Reader {
	paths = [];
	async add({ path }) {
		if (path === "bad") {
			throw { kind: "crash", message: "panic" };
		}
		this.paths.push(path);
		return 1;
	}
	async arrange() {
		return {
			series: this.paths.map((path, id) => ({ name: path, modality: "", unscored: "", notes: [], slices: [{ id, path, frame: 0 }] })),
			rejected: [],
		};
	}
	async clear() {
		this.paths = [];
	}
}

const named = (...paths) => paths.map((path) => ({ path, file: new Blob() }));
const names = (study) => study.series.map(({ name }) => name);

function opened(reader = Promise.resolve(new Reader())) {
	const study = new Study();
	const progress = [];
	const opening = new Opening(study, reader, { onProgress: (done, all) => progress.push([done, all]), onArranged() {} });
	return { study, opening, progress };
}

test("files are looked at in the order of the numbers in their names", async () => {
	const { study, opening, progress } = opened();
	await opening.add(named("b10", "b9", "B1"));
	await opening.add(named("a"));
	assert.deepEqual(names(study), ["B1", "b9", "b10", "a"]);
	assert.deepEqual(progress.slice(0, 4), [[0, Infinity], [0, 3], [1, 3], [2, 3]]);
});

test("files that come before the reader wait for it", async () => {
	let start;
	const { study, opening } = opened(new Promise((resolve) => start = resolve));
	const both = [opening.add(named("b")), opening.add(named("a"))];
	start(new Reader());
	await Promise.all(both);
	assert.deepEqual(names(study), ["b", "a"]);
});

test("a file that cannot be opened, or ends the program, is listed, and the others are there", async () => {
	const { study, opening } = opened();
	await opening.add([...named("a", "bad", "c"), { path: "gone", file: new Blob(), failure: { kind: "file", message: "it is gone" } }]);
	assert.deepEqual(names(study), ["a", "c"]);
	assert.deepEqual(study.rejected.map(({ path, kind }) => [path, kind]), [["bad", "crash"], ["gone", "file"]]);
});

test("cancelling leaves what was found so far", async () => {
	const { study, opening, progress } = opened();
	const done = opening.add(named("1", "2", "3", "4"));
	while (progress.length < 3) {
		await Promise.resolve();
	}
	opening.cancel();
	await done;
	assert.deepEqual(names(study), ["1", "2"]);
	await opening.add(named("5"));
	assert.deepEqual(names(study), ["1", "2", "5"]);
});

test("closing all while files are looked at leaves nothing, and places are counted anew", async () => {
	const { study, opening, progress } = opened();
	opening.add(named("1", "2", "3", "4"));
	while (progress.length < 3) {
		await Promise.resolve();
	}
	opening.clear();
	await opening.add(named("x"));
	assert.deepEqual(names(study), ["x"]);
	assert.equal(study.slice.place.source.path, "x");
});
