/** @import { Card, Failure, Lungct, Modules, Picture, Verdict } from "./contract.js" */
import { failure, isFailure, messageOf } from "./failure.js";
import { instantiate } from "./kernels.js";

/** wasm_exec.js defines the global class Go and, where there is none, a global fs. */
const goRuntime = "../dist/wasm_exec.js";

/** Enough of what Go writes on its way out to find the line that says why. */
const keptOutput = 16384;

/**
 * The Go program. It may stop at any time: out of memory, a trap, a panic. The
 * request in flight then fails, and the next one finds a new instance with the
 * same model, made from what is kept here: nothing is fetched again.
 */
export class Program {
	#modules;
	/** @type {Blob | null} the model in use */
	#weights = null;
	/** @type {Instance | null} */
	#instance = null;

	/** @param {Modules} modules */
	constructor(modules) {
		this.#modules = modules;
	}

	/**
	 * Starts the program, so that a program that cannot start is known at once.
	 * @returns {Promise<string>} its version
	 */
	async start() {
		return (await this.#running()).lungct.version;
	}

	/**
	 * @param {Blob} weights
	 * @returns {Promise<Card>}
	 */
	async loadModel(weights) {
		const card = await this.#call("loadModel", await bytesOf(weights));
		this.#weights = weights;
		return card;
	}

	/**
	 * @param {Blob} file
	 * @returns {Promise<Picture>}
	 */
	async decode(file) {
		return this.#call("decode", await bytesOf(file));
	}

	/** @returns {Promise<Verdict>} */
	classify() {
		return this.#call("classify");
	}

	/**
	 * Ends the instance because of an error that reached nobody, such as a trap
	 * in a timer of Go's.
	 * @param {unknown} reason
	 */
	crashed(reason) {
		this.#instance?.end(reason);
	}

	/**
	 * @template {"loadModel" | "decode" | "classify"} Method
	 * @param {Method} method
	 * @param {Parameters<Lungct[Method]>} parameters
	 * @returns {Promise<any>}
	 */
	async #call(method, ...parameters) {
		const instance = await this.#running();
		try {
			return await instance.call(method, ...parameters);
		} catch (reason) {
			if (/** @type {Failure} */ (reason).kind === "crash") {
				this.#instance = null;
			}
			throw reason;
		}
	}

	/** @returns {Promise<Instance>} an instance that holds the model in use */
	async #running() {
		if (this.#instance && !this.#instance.ended) {
			return this.#instance;
		}
		const instance = await Instance.start(this.#modules);
		if (this.#weights) {
			await instance.call("loadModel", await bytesOf(this.#weights));
		}
		this.#instance = instance;
		return instance;
	}
}

/** One run of the Go program. */
class Instance {
	ended = false;
	#go;
	#output = "";
	/** @type {(reason: Failure) => void} rejects the call in flight */
	#reject = () => {};

	/** @param {any} go of wasm_exec.js */
	constructor(go) {
		this.#go = go;
	}

	/** @param {Modules} modules */
	static async start({ program, kernels }) {
		await import(goRuntime);
		const world = /** @type {any} */ (globalThis);
		const go = new world.Go();
		const instance = new Instance(go);
		const decoder = new TextDecoder();
		world.fs.writeSync = (/** @type {number} */ _fd, /** @type {Uint8Array} */ bytes) => {
			if (instance.#output.length < keptOutput) {
				instance.#output += decoder.decode(bytes, { stream: true });
			}
			return bytes.length;
		};
		delete world.lungct;
		go.exit = () => {};
		try {
			go.run(await instantiate(program, kernels, go.importObject)).then(
				() => instance.end(undefined),
				(/** @type {unknown} */ reason) => instance.end(reason),
			);
		} catch (reason) {
			throw instance.#crash(reason);
		}
		// Before run returns, Go has run until it had nothing more to do.
		if (!world.lungct) {
			throw instance.#crash(undefined);
		}
		return instance;
	}

	/** @returns {Lungct} */
	get lungct() {
		return /** @type {any} */ (globalThis).lungct;
	}

	/**
	 * @template {"loadModel" | "decode" | "classify"} Method
	 * @param {Method} method
	 * @param {Parameters<Lungct[Method]>} parameters
	 * @returns {Promise<any>}
	 */
	async call(method, ...parameters) {
		try {
			// Not Promise.race: a promise that never settles would hold every result.
			return await new Promise((resolve, reject) => {
				this.#reject = reject;
				const answer = /** @type {any} */ (this.lungct)[method](...parameters);
				if (this.#go.exited) {
					throw this.#crash(undefined);
				}
				answer.then(resolve, reject);
			});
		} catch (reason) {
			throw isFailure(reason) ? reason : this.#crash(reason);
		} finally {
			this.#reject = () => {};
		}
	}

	/** @param {unknown} reason what was thrown; undefined when Go left by itself */
	end(reason) {
		this.#reject(this.#crash(reason));
	}

	/**
	 * @param {unknown} reason
	 * @returns {Failure}
	 */
	#crash(reason) {
		this.ended = true;
		// A timer that wakes a dead program would be an error of the live one.
		this.#go._scheduledTimeouts.forEach(clearTimeout);
		const lines = this.#output.split("\n");
		const cause = lines.find((line) => /^(panic|fatal error|runtime): /.test(line)) ?? lines[0];
		return failure("crash", cause || (reason === undefined ? "the program ended" : messageOf(reason)));
	}
}

/** @param {Blob} blob */
async function bytesOf(blob) {
	try {
		return new Uint8Array(await blob.arrayBuffer());
	} catch (reason) {
		throw failure("file", `the browser could not read the file: ${messageOf(reason)}`);
	}
}
