/** @import { Model } from "./contract.js" */
/** @import { Progress } from "./download.js" */
import { downloadIndex, downloadProgram, downloadWeights } from "./download.js";
import { failure } from "./failure.js";
import { Reader } from "./reader.js";

/**
 * Starts the worker and downloads everything that the page needs: the program,
 * the list of models, and the first of them, side by side.
 * @param {Progress} onProgress of program and model together
 * @returns {Promise<{ reader: Reader, models: Model[], weights: Promise<Blob> | undefined }>}
 *   weights, of the first model, may still be on their way, and may fail alone
 */
export async function start(onProgress) {
	if (typeof WebAssembly !== "object" || !WebAssembly.compileStreaming || typeof Worker !== "function") {
		throw failure("browser", "this browser has no WebAssembly or no workers; use Chrome or Edge 93, Firefox 114, Safari 16.4 or newer");
	}
	const reader = new Reader(new Worker(new URL("worker.js", import.meta.url), { type: "module" }));
	try {
		const count = adder(onProgress);
		const programs = Promise.all([
			downloadProgram("dist/lungct.wasm", count()),
			downloadProgram("dist/kernels.wasm", count()),
		]);
		const index = downloadIndex("weights/index.json");
		const weightsProgress = count();
		const weights = index.then((models) => models[0] && downloadWeights(weightsURL(models[0]), models[0], weightsProgress));
		weights.catch(() => {}); // whoever takes them hears of it
		const [[program, kernels], models] = await Promise.all([programs, index]);
		await reader.start({ program, kernels });
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

/**
 * Adds up transfers that run side by side.
 * @param {Progress} onProgress
 * @returns {() => Progress} for one more transfer
 */
export function adder(onProgress) {
	/** @type {{ received: number, total: number }[]} */
	const transfers = [];
	return () => {
		const transfer = { received: 0, total: 0 };
		transfers.push(transfer);
		return (received, total) => {
			Object.assign(transfer, { received, total });
			const sum = (/** @type {"received" | "total"} */ key) => transfers.reduce((sum, transfer) => sum + transfer[key], 0);
			onProgress(sum("received"), sum("total"));
		};
	};
}
