/** @import { Model, Modules, Weights } from "./contract.js" */
/** @import { Progress } from "./download.js" */
import { downloadIndex, downloadProgram, downloadWeights } from "./download.js";
import { failure } from "./failure.js";
import { Reader } from "./reader.js";

/**
 * What the page needs to begin with.
 * @typedef {object} Started
 * @property {Reader} reader
 * @property {string} version of the program
 * @property {Modules} modules that the reader runs, for others
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
	const reader = newReader();
	try {
		const started = Promise.all([downloadProgram("dist/lungct.wasm"), downloadProgram("dist/kernels.wasm")])
			.then(async ([program, kernels]) => {
				const version = await reader.start({ program, kernels });
				reader.rehearse().catch(() => {}); // the page waits for the weights anyway
				return { version, modules: { program, kernels } };
			});
		const index = downloadIndex("weights/index.json");
		const weights = index.then((models) => models[0] && downloadWeights(weightsURL(models[0]), models[0], (...progress) => report(...progress)));
		weights.catch(() => {}); // whoever takes them hears of it
		const [models, { version, modules }] = await Promise.all([index, started]);
		return { reader, version, modules, models, weights: models[0] && weights };
	} catch (reason) {
		reader.close();
		throw reason;
	}
}

/** @returns {Reader} whose worker is yet to be started */
export function newReader() {
	return new Reader(new Worker(new URL("worker.js", import.meta.url), { type: "module" }));
}

/**
 * Readers that have their code but no program yet: what they will need is fetched
 * now, since later there may be no server.
 * @param {number} count
 * @returns {Promise<Reader[]>} as many as there can be
 */
export async function helpers(count) {
	const readers = Array.from({ length: count }, newReader);
	const ready = await Promise.allSettled(readers.map((reader) => reader.ready()));
	return readers.filter((reader, i) => ready[i].status === "fulfilled" || reader.close());
}

/** @param {Model} model */
export function weightsURL(model) {
	return `weights/${encodeURIComponent(model.file)}`;
}
