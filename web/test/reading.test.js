import assert from "node:assert/strict";
import { test } from "node:test";
import { Pictures } from "../js/pictures.js";
import { Reading } from "../js/reading.js";
import { Slices } from "../js/slices.js";

const picture = { width: 1, height: 1, grey: new Uint8Array(4) };
const verdict = { label: "covid", probability: 0.9, milliseconds: 1 };

/** A reader that answers at once, and fails on files called "bad". */
class Reader {
	log = [];
	async read(file, onPicture) {
		this.log.push(`read ${file}`);
		await this.view(file, "quiet");
		onPicture(picture);
		return verdict;
	}
	async view(file, quiet) {
		if (!quiet) {
			this.log.push(`view ${file}`);
		}
		if (file === "bad") {
			throw { kind: "format", message: "damaged" };
		}
		return picture;
	}
}

function opened(...paths) {
	const slices = new Slices();
	slices.add(paths.map((path) => ({ file: path, path })));
	const pictures = new Pictures(1000);
	const changes = [];
	const reading = new Reading(slices, pictures, { onPicture() {}, onChange: (slice) => changes.push(`${slice.path} ${slice.state}`) });
	return { slices, pictures, reading, changes };
}

test("reads everything, and goes on after a bad file", async () => {
	const { reading, changes } = opened("a", "bad", "c");
	await reading.wake(); // no program yet: nothing happens
	assert.deepEqual(changes, []);
	reading.reader = new Reader();
	reading.hasModel = true;
	await reading.wake();
	assert.deepEqual(changes, ["a read", "bad failed", "c read"]);
});

test("without a model slices are shown, and read once there is one", async () => {
	const { slices, reading, changes } = opened("a", "b");
	reading.reader = new Reader();
	await reading.wake();
	assert.deepEqual(changes, ["a shown", "b shown"]);
	reading.hasModel = true;
	slices.reset();
	await reading.wake();
	assert.deepEqual(changes.slice(2), ["a read", "b read"]);
});

test("a slice that is shown while the model arrives is read", async () => {
	const { slices, reading, changes } = opened("a");
	const reader = new Reader();
	reader.view = async () => {
		reading.hasModel = true; // it arrives at this moment
		slices.reset();
		return picture;
	};
	reader.read = async () => verdict;
	reading.reader = reader;
	await reading.wake();
	assert.equal(changes.at(-1), "a read");
});

test("a picture that is no longer kept is decoded again when it comes into view", async () => {
	const { slices, pictures, reading } = opened("a", "b");
	reading.reader = new Reader();
	reading.hasModel = true;
	await reading.wake();
	pictures.clear();
	reading.reader.log = [];
	slices.go(1);
	await reading.wake();
	assert.deepEqual(reading.reader.log, ["view b"]);
});

test("a picture that cannot be had again does not stop the reading", async () => {
	const { slices, pictures, reading } = opened("a", "b");
	const reader = new Reader();
	reading.reader = reader;
	reading.hasModel = true;
	await reading.wake();
	pictures.clear();
	reader.view = async () => {
		throw { kind: "file", message: "the file is gone" };
	};
	await reading.wake();
	assert.equal(slices.current.state, "read");
});

test("slices that are removed while they are read leave no picture", async () => {
	const { slices, pictures, reading } = opened("a");
	const [a] = slices.all;
	const reader = new Reader();
	reader.read = async (_file, onPicture) => {
		slices.clear();
		onPicture(picture);
		return verdict;
	};
	reading.reader = reader;
	reading.hasModel = true;
	await reading.wake();
	assert.ok(!pictures.has(a.id));
});
