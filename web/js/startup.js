/** @import { Model, Weights } from "./contract.js" */
/** @import { Progress } from "./download.js" */
import { downloadIndex, downloadProgram, downloadWeights } from "./download.js";
import { failure } from "./failure.js";
import { Reader } from "./reader.js";

/**
 * What the page needs to begin with.
 * @typedef {object} Started
 * @property {Reader} reader
 * @property {Model[]} models
 * @property {Promise<Weights> | undefined} weights of the first model; they may still be on their way, and may fail alone
 */

/**
 * The first start begins with this module, while those that make the page are
 * still on their way.
 * @type {Promise<Started> | null}
 */
let first = begin();
first.catch(() => {}); // whoever takes it hears of it

/** @type {Progress} */
let report = () => {};

/**
 * Starts the worker and downloads everything that the page needs: the program,
 * the list of models, and the first of them, side by side.
 * @param {Progress} onProgress of the model
 * @returns {Promise<Started>}
 */
export function start(onProgress) {
	report = onProgress;
	const started = first ?? begin();
	first = null;
	return started;
}

/** @returns {Promise<Started>} */
async function begin() {
	if (typeof WebAssembly !== "object" || !WebAssembly.compileStreaming || typeof Worker !== "function") {
		throw failure("browser", "this browser has no WebAssembly or no workers; use Chrome or Edge 93, Firefox 114, Safari 16.4 or newer");
	}
	const reader = new Reader(new Worker(new URL("worker.js", import.meta.url), { type: "module" }));
	try {
		const started = Promise.all([downloadProgram("dist/lungct.wasm"), downloadProgram("dist/kernels.wasm")])
			.then(([program, kernels]) => reader.start({ program, kernels }));
		const index = downloadIndex("weights/index.json");
		const weights = index.then((models) => models[0] && downloadWeights(weightsURL(models[0]), models[0], (...progress) => report(...progress)));
		weights.catch(() => {}); // whoever takes them hears of it
		const [models] = await Promise.all([index, started]);
		return { reader, models, weights: models[0] && weights };
	} catch (reason) {
		reader.close();
		throw reason;
	}
}

/** @param {Model} model */
export function weightsURL(model) {
	return `weights/${encodeURIComponent(model.file)}`;
}
