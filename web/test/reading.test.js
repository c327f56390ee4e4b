import assert from "node:assert/strict";
import { test } from "node:test";
import { Pictures } from "../js/pictures.js";
import { Reading } from "../js/reading.js";
import { Study } from "../js/series.js";

const picture = { width: 1, height: 1, grey: new Uint8Array(4), unscored: "" };
const verdict = { label: "covid", probability: 0.9, milliseconds: 1 };

/** A reader that answers at once, fails on files called "bad", and finds no lung in "belly". */
class Reader {
	log = [];
	async read({ source: { path } }, onPicture) {
		this.log.push(`read ${path}`);
		if (path === "bad") {
			throw { kind: "format", message: "damaged" };
		}
		onPicture(picture);
		return path === "belly" ? { leftOut: "no lung" } : verdict;
	}
	async view({ source: { path } }) {
		this.log.push(`view ${path}`);
		if (path === "bad") {
			throw { kind: "format", message: "damaged" };
		}
		return picture;
	}
	async pool(probabilities) {
		this.log.push(`pool ${probabilities.length}`);
		return { label: "covid", probability: 0.9, from: probabilities.map((_, i) => i).reverse() };
	}
}

/** Files of one slice each, as one series. */
function opened(...paths) {
	const study = new Study();
	paths.forEach((path, key) => study.added({ key, path, file: new Blob() }, 1));
	const slices = paths.map((path, id) => ({ id, path, frame: 0 }));
	study.arrange({ series: [{ name: "s", modality: "CT", unscored: "", notes: [], slices }], rejected: [] });
	study.step(0);
	const pictures = new Pictures(1000);
	const changes = [];
	const reading = new Reading(study, pictures, {
		onPicture() {}, onChange: (slice) => changes.push(`${slice.path} ${slice.state}`), onSeries: () => changes.push("series"),
	});
	return { study, pictures, reading, changes };
}

test("reads everything, goes on after a bad file, and pools what was read", async () => {
	const { study, reading, changes } = opened("a", "bad", "belly", "d");
	await reading.wake(); // no program yet: nothing happens
	assert.deepEqual(changes, []);
	reading.readers = [new Reader()];
	reading.modelChanged();
	await reading.wake();
	assert.deepEqual(changes, ["a read", "bad failed", "belly leftOut", "d read", "series"]);
	assert.deepEqual(study.series[0].verdict.from, [3, 0]);
	assert.equal(study.series[0].slices[2].why, "no lung");
});

test("what is no CT is shown and not scored", async () => {
	const { study, reading, changes } = opened("a", "b");
	study.series[0].unscored = "it is an MR";
	const reader = new Reader();
	reading.readers = [reader];
	reading.modelChanged();
	await reading.wake();
	assert.deepEqual(changes, ["a unscored", "b unscored"]);
	assert.deepEqual(reader.log, ["view a", "view b"]);
	assert.equal(study.series[0].verdict, undefined);
});

test("without a model slices are shown, and read once there is one", async () => {
	const { study, reading, changes } = opened("a", "b");
	reading.readers = [new Reader()];
	await reading.wake();
	assert.deepEqual(changes, ["a shown", "b shown"]);
	reading.modelChanged();
	await reading.wake();
	assert.deepEqual(changes.slice(2), ["a read", "b read", "series"]);
});

test("a slice that is shown while the model arrives is read", async () => {
	const { study, reading, changes } = opened("a");
	const reader = new Reader();
	reader.view = async () => {
		reading.modelChanged(); // it arrives at this moment
		return picture;
	};
	reading.readers = [reader];
	await reading.wake();
	assert.equal(changes.at(-1), "a read");
});

test("a picture that is no longer kept is decoded again when it comes into view", async () => {
	const { study, pictures, reading } = opened("a", "b");
	const reader = new Reader();
	reading.readers = [reader];
	reading.modelChanged();
	await reading.wake();
	pictures.clear();
	reader.log = [];
	study.step(1);
	await reading.wake();
	assert.deepEqual(reader.log, ["view b"]);
});

test("a picture that cannot be had again does not stop the reading", async () => {
	const { study, pictures, reading } = opened("a", "b");
	const reader = new Reader();
	reading.readers = [reader];
	reading.modelChanged();
	await reading.wake();
	pictures.clear();
	reader.view = async () => {
		throw { kind: "file", message: "the file is gone" };
	};
	await reading.wake();
	assert.equal(study.slice.state, "read");
});

test("slices that are removed while they are read leave no picture", async () => {
	const { study, pictures, reading } = opened("a");
	const { id } = study.slice;
	const reader = new Reader();
	reader.read = async (_place, onPicture) => {
		study.clear();
		onPicture(picture);
		return verdict;
	};
	reading.readers = [reader];
	reading.modelChanged();
	await reading.wake();
	assert.ok(!pictures.has(id));
});

test("while files are looked at, or reading pauses, only what is in view is read", async () => {
	for (const held of ["opening", "paused"]) {
		const { reading, changes } = opened("a", "b");
		reading.readers = [new Reader()];
		reading.modelChanged();
		reading[held] = true;
		await reading.wake();
		assert.deepEqual(changes, ["a read"]);
		reading[held] = false;
		await reading.wake();
		assert.deepEqual(changes, ["a read", "b read", "series"]);
	}
});

/** A reader that is slow, so that others have something to do, and can be lost. */
class SlowReader extends Reader {
	lost = false;
	started = 0;
	model = "";
	constructor(model = "") {
		super();
		this.model = model;
	}
	async start() {
		this.started++;
	}
	async weights() {
		return { file: this.model, sha256: "", chunks: [] };
	}
	async loadModel({ file }) {
		this.model = file;
	}
	async read(place, onPicture) {
		await new Promise((resolve) => setTimeout(resolve, 1));
		if (this.lost) {
			throw { kind: "browser", message: "the worker stopped" };
		}
		const verdict = await super.read(place, onPicture);
		return { ...verdict, model: this.model };
	}
	close() {
		this.closed = true;
	}
}

const many = Array.from({ length: 40 }, (_, i) => `${i}`);
const modelsOf = (study) => new Set(study.all().map(({ verdict }) => verdict?.model));

test("helpers read a part of many slices, and are left alone with few", async () => {
	const few = opened("a", "b", "c");
	const idle = new SlowReader();
	few.reading.readers = [new SlowReader("first"), idle];
	few.reading.modules = {};
	few.reading.modelChanged();
	await few.reading.wake();
	assert.equal(idle.started, 0);

	const { study, reading } = opened(...many);
	const readers = [new SlowReader("first"), new SlowReader(), new SlowReader()];
	reading.readers = readers;
	reading.modules = {};
	reading.modelChanged();
	await reading.wake();
	assert.deepEqual(readers.map(({ started }) => started), [0, 1, 1]);
	assert.equal(study.counts.covid, many.length);
	assert.ok(readers.every(({ log }) => log.length > 8), `${readers.map(({ log }) => log.length)}`);
	assert.deepEqual(readers.flatMap(({ log }) => log).filter((line) => line.startsWith("read")).length, many.length, "each slice once");
});

test("another model reaches all readers, and no verdict of the one before is left", async () => {
	const { study, reading } = opened(...many);
	const readers = [new SlowReader("old"), new SlowReader()];
	reading.readers = readers;
	reading.modules = {};
	reading.modelChanged();
	const done = reading.wake();
	await new Promise((resolve) => setTimeout(resolve, 10));
	readers[0].model = "new";
	reading.modelChanged();
	await done;
	await reading.wake();
	assert.deepEqual(modelsOf(study), new Set(["new"]));
	assert.deepEqual(readers.map(({ started }) => started), [0, 1]);
});

test("a helper that is lost, or cannot start, leaves its slices to the others", async () => {
	const { study, reading } = opened(...many);
	const [first, lost, failing] = [new SlowReader("m"), new SlowReader(), new SlowReader()];
	failing.start = async () => {
		throw { kind: "crash", message: "out of memory" };
	};
	reading.readers = [first, lost, failing];
	reading.modules = {};
	reading.modelChanged();
	const done = reading.wake();
	await new Promise((resolve) => setTimeout(resolve, 10));
	lost.lost = true;
	await done;
	assert.equal(study.counts.covid, many.length);
	assert.deepEqual(reading.readers, [first]);
	assert.ok(lost.closed && failing.closed);
});
