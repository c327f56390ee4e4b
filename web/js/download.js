/** @import { Model } from "./contract.js" */
import { failure, isFailure } from "./failure.js";

/**
 * Called with the bytes received so far; total is 0 where it is not known.
 * @callback Progress
 * @param {number} received
 * @param {number} total
 */

/**
 * Downloads a WebAssembly program and compiles it on the way.
 * @param {string} url
 * @param {Progress} onProgress
 * @returns {Promise<WebAssembly.Module>}
 */
export async function downloadProgram(url, onProgress) {
	const response = await request(url);
	try {
		return await delivered(WebAssembly.compileStreaming(counted(response, onProgress)));
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
 * Downloads a model and makes sure that it is the one that the index names.
 * @param {string} url
 * @param {Model} model
 * @param {Progress} onProgress
 * @returns {Promise<Blob>}
 */
export async function downloadWeights(url, model, onProgress) {
	const response = await request(url);
	const weights = await delivered(counted(response, onProgress, model.bytes).blob());
	if (weights.size !== model.bytes) {
		throw failure("weights", `${model.file} is incomplete: got ${weights.size} of ${model.bytes} bytes`);
	}
	if (await sha256(weights) !== model.sha256) {
		throw failure("weights", `${model.file} is damaged: its SHA-256 is not the one that the index lists`);
	}
	return weights;
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
 * The same response, counted as it is read.
 * @param {Response} response
 * @param {Progress} onProgress
 * @param {number} [bytes] what to expect; without it, what the server says
 */
function counted(response, onProgress, bytes) {
	// Content-Length counts compressed bytes where the server compresses.
	const { headers } = response;
	const total = bytes ?? Number(headers.get("X-Inflated-Length") ?? (headers.has("Content-Encoding") ? 0 : headers.get("Content-Length")));
	let received = 0;
	const body = response.body?.pipeThrough(new TransformStream({
		transform(/** @type {Uint8Array} */ chunk, controller) {
			received += chunk.length;
			onProgress(received, total);
			controller.enqueue(chunk);
		},
	}));
	return new Response(body, { headers: { "Content-Type": headers.get("Content-Type") ?? "" } });
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

/**
 * @param {Blob} blob
 * @returns {Promise<string>} hexadecimal
 */
async function sha256(blob) {
	if (!globalThis.crypto?.subtle) {
		throw failure("browser", "the browser checks a model only over HTTPS or on localhost; open the page at such an address");
	}
	const digest = await crypto.subtle.digest("SHA-256", await blob.arrayBuffer());
	return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
