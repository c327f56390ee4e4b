import assert from "node:assert/strict";
import { createHash, webcrypto } from "node:crypto";
import { readFileSync } from "node:fs";
import { afterEach, test } from "node:test";
import { downloadIndex, downloadProgram, downloadWeights } from "../js/download.js";

globalThis.crypto ??= webcrypto; // Node 18 keeps it to itself

const original = globalThis.fetch;
afterEach(() => {
	globalThis.fetch = original;
});

/** Answers every request alike. */
function serve(body, init) {
	globalThis.fetch = async () => new Response(body, init);
}

const weights = "some weights";
const model = {
	file: "m.safetensors", bytes: weights.length, sha256: createHash("sha256").update(weights).digest("hex"),
};

test("weights are counted, and arrive whole", async () => {
	serve(weights);
	const seen = [];
	const { chunks, ...rest } = await downloadWeights("weights/m.safetensors", model, (received, total) => seen.push([received, total]));
	assert.equal(Buffer.concat(chunks).toString(), weights);
	assert.deepEqual(rest, { file: model.file, sha256: model.sha256 });
	assert.deepEqual(seen.at(-1), [weights.length, weights.length]);
});

test("weights that are incomplete are refused", async () => {
	serve(weights.slice(1));
	await assert.rejects(downloadWeights("w", model, () => {}), { kind: "weights", message: "m.safetensors is incomplete: got 11 of 12 bytes" });
});

test("a server that refuses is quoted, one that is gone is named", async () => {
	serve("there is no such file here\n", { status: 404, headers: { "Content-Type": "text/plain; charset=utf-8" } });
	await assert.rejects(downloadIndex("weights/index.json"), { kind: "network", message: "the server has no weights/index.json (404: there is no such file here)" });
	serve("<html>", { status: 503, headers: { "Content-Type": "text/html" } });
	await assert.rejects(downloadIndex("weights/index.json"), { kind: "network", message: "the server has no weights/index.json (503)" });
	globalThis.fetch = async () => {
		throw new TypeError("Failed to fetch");
	};
	await assert.rejects(downloadIndex("weights/index.json"), { kind: "network", message: /does not answer/ });
});

test("the kernels compile; what a browser cannot compile is named", async () => {
	const init = { headers: { "Content-Type": "application/wasm" } };
	const kernels = readFileSync(new URL("../../internal/kernel/simd.wasm", import.meta.url));
	serve(kernels, init);
	const names = WebAssembly.Module.exports(await downloadProgram("dist/kernels.wasm")).map(({ name }) => name);
	assert(names.includes("micro"), names.join());
	// Cut short, a module is as invalid as one with unknown instructions.
	serve(kernels.subarray(0, kernels.length - 1), init);
	await assert.rejects(downloadProgram("dist/kernels.wasm"), {
		kind: "browser", message: /^this browser cannot compile dist\/kernels\.wasm; use /,
	});
});

test("an index without models is empty", async () => {
	serve('{"models": [{"file": "a"}]}');
	assert.deepEqual(await downloadIndex("i"), [{ file: "a" }]);
	serve("{}");
	assert.deepEqual(await downloadIndex("i"), []);
});
