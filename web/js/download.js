/** @import { Model, Weights } from "./contract.js" */
import { failure, isFailure, messageOf } from "./failure.js";

/**
 * Called with the bytes received so far.
 * @callback Progress
 * @param {number} received
 * @param {number} total
 */

/** The largest weights file that is taken from the disk: more than any AlexNet has, less than a program's memory. */
const mostBytes = 2 ** 30;

/** Milliseconds between two reports of progress: what comes comes in hundreds of pieces. */
const shownEvery = 50;

/**
 * Downloads a WebAssembly program and compiles it on the way. The compiler gets
 * the browser's own response, so that the browser may keep what was compiled.
 * @param {string} url
 * @returns {Promise<WebAssembly.Module>}
 */
export async function downloadProgram(url) {
	const response = await request(url);
	try {
		return await delivered(WebAssembly.compileStreaming(response));
	} catch (reason) {
		if (reason instanceof WebAssembly.CompileError) {
			throw failure("browser", `this browser cannot compile ${url}; use Chrome or Edge 93, Firefox 114, Safari 16.4 or newer`);
		}
		throw reason;
	}
}

/**
 * @param {string} url
 * @returns {Promise<Model[]>} the models that the server offers
 */
export async function downloadIndex(url) {
	const response = await request(url);
	const index = await delivered(response.json());
	return Array.isArray(index?.models) ? index.models : [];
}

/**
 * Downloads a model. Whether it is the one that the index names, the worker finds
 * out, where the bytes come to stand side by side.
 * @param {string} url
 * @param {Model} model
 * @param {Progress} onProgress
 * @returns {Promise<Weights>}
 */
export async function downloadWeights(url, model, onProgress) {
	if (!globalThis.crypto?.subtle) {
		throw failure("browser", "the browser checks a model only over HTTPS or on localhost; open the page at such an address");
	}
	const { file, bytes, sha256 } = model;
	const response = await request(url);
	let shown = -Infinity;
	const chunks = await delivered(chunksOf(response, (received) => {
		const now = performance.now();
		if (now - shown >= shownEvery || received >= bytes) {
			shown = now;
			onProgress(received, bytes);
		}
	}));
	const received = chunks.reduce((sum, chunk) => sum + chunk.length, 0);
	if (received !== bytes) {
		throw failure("weights", `${file} is incomplete: got ${received} of ${bytes} bytes`);
	}
	return { file, sha256, chunks };
}

/**
 * Takes a weights file from the disk, which no index lists.
 * @param {File} file
 * @returns {Promise<Weights>}
 */
export async function openWeights(file) {
	if (file.size > mostBytes) {
		throw failure("weights", `${file.name} is too large: got ${file.size} bytes, want at most ${mostBytes}`);
	}
	try {
		return { file: file.name, sha256: "", foreign: true, chunks: [new Uint8Array(await file.arrayBuffer())] };
	} catch (reason) {
		throw failure("file", `the browser could not open ${file.name}: ${messageOf(reason)}`);
	}
}

/**
 * @param {string} url
 * @returns {Promise<Response>}
 */
async function request(url) {
	const response = await delivered(fetch(url));
	if (!response.ok) {
		const why = response.headers.get("Content-Type")?.startsWith("text/plain") ? (await response.text()).trim() : "";
		throw failure("network", `the server has no ${url} (${response.status}${why && ": " + why})`);
	}
	return response;
}

/**
 * @param {Response} response
 * @param {(received: number) => void} onProgress
 */
async function chunksOf(response, onProgress) {
	/** @type {Uint8Array<ArrayBuffer>[]} */
	const chunks = [];
	const reader = response.body?.getReader();
	let received = 0;
	for (let next = await reader?.read(); next && !next.done; next = await reader?.read()) {
		chunks.push(next.value);
		received += next.value.length;
		onProgress(received);
	}
	return chunks;
}

/**
 * Names the cause of a transfer that fails: fetch says only "Failed to fetch".
 * @template T
 * @param {Promise<T>} transfer
 * @returns {Promise<T>}
 */
async function delivered(transfer) {
	try {
		return await transfer;
	} catch (reason) {
		if (isFailure(reason) || !(reason instanceof TypeError)) {
			throw reason;
		}
		throw failure("network", "the server does not answer; start it again, then try once more");
	}
}
