import assert from "node:assert/strict";
import { test } from "node:test";
import { Reader } from "../js/reader.js";

/** A worker that answers when the test says so. */
class FakeWorker extends EventTarget {
	requests = [];
	postMessage(request, transfer) {
		this.requests.push(structuredClone(request, { transfer }));
	}
	terminate() {}
	answer(request, rest) {
		this.dispatchEvent(Object.assign(new Event("message"), { data: { id: request.id, ...rest } }));
	}
}

const place = { source: { key: 1, path: "a", file: new Blob(["a"]) }, ordinal: 0 };
const picture = { width: 1, height: 1, unscored: "" };
const settled = () => new Promise((resolve) => setImmediate(resolve));

test("what belongs to one slice is not separated by other requests", async () => {
	const worker = new FakeWorker();
	const reader = new Reader(worker);
	const pictures = [];
	const verdict = reader.read(place, (picture) => pictures.push(picture));
	const card = reader.loadModel({ file: "m", sha256: "", chunks: [] });
	await settled();
	assert.deepEqual(worker.requests.map(({ method }) => method), ["decode"]);
	worker.answer(worker.requests[0], { value: picture });
	await settled();
	assert.deepEqual(worker.requests.map(({ method }) => method), ["decode", "classify"]);
	worker.answer(worker.requests[1], { value: "verdict" });
	assert.equal(await verdict, "verdict");
	assert.deepEqual(pictures, [picture]);
	await settled();
	worker.answer(worker.requests[2], { value: "card" });
	assert.equal(await card, "card");
});

test("weights move to the worker, also chunks of one buffer", async () => {
	const worker = new FakeWorker();
	const bytes = new Uint8Array([1, 2, 3]);
	const chunks = [bytes.subarray(0, 2), bytes.subarray(2)];
	const card = new Reader(worker).loadModel({ file: "m", sha256: "", chunks });
	await settled();
	assert.deepEqual(worker.requests[0].argument.chunks.map((chunk) => [...chunk]), [[1, 2], [3]]);
	assert.equal(bytes.length, 0);
	worker.answer(worker.requests[0], { value: "card" });
	assert.equal(await card, "card");
});

test("a failure reaches the one who asked, and the next turn begins", async () => {
	const worker = new FakeWorker();
	const reader = new Reader(worker);
	const first = reader.view(place);
	const second = reader.view(place);
	const failed = assert.rejects(first, { kind: "format", message: "damaged" });
	await settled();
	worker.answer(worker.requests[0], { failure: { kind: "format", message: "damaged" } });
	await failed;
	await settled();
	worker.answer(worker.requests[1], { value: "picture" });
	assert.equal(await second, "picture");
});

test("a worker that is lost fails every request, also those to come", async () => {
	const worker = new FakeWorker();
	const reader = new Reader(worker);
	const waiting = assert.rejects(reader.view(place), { kind: "browser" });
	await settled();
	worker.dispatchEvent(new Event("error"));
	await waiting;
	await assert.rejects(reader.view(place), { kind: "browser" });
});

test("what may not be scored is decoded, and not read", async () => {
	const worker = new FakeWorker();
	const verdict = new Reader(worker).read(place, () => {});
	await settled();
	worker.answer(worker.requests[0], { value: { unscored: "it is an MR" } });
	assert.equal(await verdict, null);
	assert.deepEqual(worker.requests.map(({ method }) => method), ["decode"]);
});
