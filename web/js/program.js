/** @import { Card, Failure, LeftOut, Listing, Lungct, Modules, Picture, Place, Pooled, ProgramState, SelfTest, Source, Verdict, Weights } from "./contract.js" */
import { asFailure, failure, isFailure, messageOf } from "./failure.js";
import { instantiate } from "./kernels.js";

/** wasm_exec.js defines the global class Go and, where there is none, a global fs. */
const goRuntime = "../dist/wasm_exec.js";

/** Resolves once everything is there that the program needs beside its modules. @type {Promise<void>} */
export const loaded = import(goRuntime).then(() => {});

/** Enough of what Go writes on its way out to find the line that says why. */
const keptOutput = 16384;

/**
 * The Go program. It may stop at any time: out of memory, a trap, a panic. The
 * request in flight then fails, and the next one finds a new instance with the
 * same model, which is taken out of the memory of the one before: it outlives
 * its program. Nothing is fetched again, and there is one copy of the weights.
 */
export class Program {
	#modules;
	/** @type {SelfTest | Failure | null} */
	#selfTest = null;
	/** Why the program must not read. @type {Failure | null} */
	#unfit = null;
	/** @type {Weights | null} the model in use, where it stands in the memory of an instance */
	#weights = null;
	/** @type {Instance | null} */
	#instance = null;
	/** The files to arrange, which an instance that takes over looks at again. @type {Source[]} */
	#sources = [];
	/** The files of the instance's study, with the ID of the first slice of each. @type {Map<number, number>} */
	#first = new Map();

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
	 * Has the program classify a golden slice, and the browser compile what the first
	 * slice will need. A program that gets it wrong takes no model.
	 */
	async rehearse() {
		try {
			this.#selfTest = await this.#use((instance) => instance.call("rehearse")) ?? null;
		} catch (reason) {
			this.#selfTest = this.#unfit = failure("selftest", asFailure(reason).message);
			throw this.#unfit;
		}
	}

	/** @returns {Promise<ProgramState>} */
	async diagnose() {
		const { lungct, bytes } = await this.#running();
		return { version: lungct.version, memory: bytes, selfTest: this.#selfTest };
	}

	/**
	 * @param {Weights} weights
	 * @returns {Promise<Card>}
	 */
	async loadModel(weights) {
		if (this.#unfit) {
			throw this.#unfit;
		}
		const { card, kept } = await this.#use((instance) => instance.loadModel(weights));
		this.#weights = kept;
		for (const buffer of new Set(weights.chunks.map((chunk) => chunk.buffer))) {
			/** @type {any} */ (buffer).transfer?.(0); // frees it now, not at a collection some time
		}
		return card;
	}

	/**
	 * A copy of the model in use, for another worker.
	 * @returns {Weights | null}
	 */
	weights() {
		if (!this.#weights) {
			return null;
		}
		const { file, sha256, foreign, chunks } = this.#weights;
		return { file, sha256, foreign, chunks: chunks.map((chunk) => chunk.slice()) };
	}

	/**
	 * Looks at a file.
	 * @param {Source} source
	 * @returns {Promise<number>} the number of slices in it
	 */
	async add(source) {
		const slices = await this.#use((instance) => this.#addTo(instance, source));
		this.#sources.push(source);
		return slices;
	}

	/** @returns {Promise<Listing>} the series of all files that were added */
	arrange() {
		return this.#use((instance) => instance.call("arrange"));
	}

	/** Forgets the files. */
	clear() {
		this.#sources = [];
		return this.#use((instance) => this.#clear(instance));
	}

	/**
	 * @param {Place} place
	 * @returns {Promise<Picture>}
	 */
	decode({ source, ordinal }) {
		return this.#use(async (instance) => {
			if (!this.#first.has(source.key)) {
				// This worker arranges nothing, and needs one file at a time.
				await this.#clear(instance);
				await this.#addTo(instance, source);
			}
			return instance.call("decode", (this.#first.get(source.key) ?? 0) + ordinal);
		});
	}

	/** @returns {Promise<Verdict | LeftOut>} */
	classify() {
		return this.#use((instance) => instance.call("classify"));
	}

	/**
	 * @param {number[]} probabilities
	 * @returns {Promise<Pooled>}
	 */
	pool(probabilities) {
		return this.#use((instance) => instance.call("pool", probabilities));
	}

	/**
	 * What needs neither files nor a model.
	 * @param {"truth" | "measure"} method
	 * @param {string} question in JSON
	 */
	calculate(method, question) {
		return this.#use((instance) => instance.call(method, question));
	}

	/**
	 * @param {Instance} instance
	 * @param {Source} source
	 * @returns {Promise<number>} the number of slices in it
	 */
	async #addTo(instance, { key, path, file }) {
		const first = instance.slices;
		instance.slices = await instance.call("add", path, file);
		this.#first.set(key, first);
		return instance.slices - first;
	}

	/** @param {Instance} instance */
	async #clear(instance) {
		await instance.call("clear");
		instance.slices = 0;
		this.#first.clear();
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
	 * @template T
	 * @param {(instance: Instance) => Promise<T>} work
	 * @returns {Promise<T>}
	 */
	async #use(work) {
		const instance = await this.#running();
		try {
			return await work(instance);
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
			this.#weights = (await instance.loadModel(this.#weights)).kept;
		}
		this.#first.clear();
		for (const source of this.#sources) {
			await this.#addTo(instance, source);
		}
		this.#instance = instance;
		return instance;
	}
}

/** One run of the Go program. */
class Instance {
	ended = false;
	slices = 0; // in its study
	#go;
	/** @type {any} the program's WebAssembly.Memory */
	#memory;
	#output = "";
	/** @type {(reason: Failure) => void} rejects the call in flight */
	#reject = () => {};

	/** @param {any} go of wasm_exec.js */
	constructor(go) {
		this.#go = go;
	}

	/** @param {Modules} modules */
	static async start({ program, kernels }) {
		await loaded;
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
			const linked = await instantiate(program, kernels, go.importObject);
			instance.#memory = linked.exports.mem;
			go.run(linked).then(
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

	/** How much memory the program has taken. @returns {number} */
	get bytes() {
		return this.#memory.buffer.byteLength;
	}

	/** @returns {Lungct} */
	get lungct() {
		return /** @type {any} */ (globalThis).lungct;
	}

	/**
	 * Writes the weights into the program's memory, where they stay, and takes them
	 * into use. They are checked and read side by side.
	 * @param {Weights} weights
	 * @returns {Promise<{ card: Card, kept: Weights }>}
	 */
	async loadModel({ file, sha256, foreign, chunks }) {
		const length = chunks.reduce((sum, chunk) => sum + chunk.length, 0);
		const address = await this.call("reserve", length);
		const memory = this.#memory;
		const kept = {
			file,
			sha256,
			foreign,
			/** Made anew each time: memory that grows leaves its views behind. */
			get chunks() {
				return [new Uint8Array(memory.buffer, address, length)];
			},
		};
		const [bytes] = kept.chunks;
		let at = 0;
		for (const chunk of chunks) {
			bytes.set(chunk, at);
			at += chunk.length;
		}
		const [digest, card] = await Promise.allSettled([digestOf(bytes), this.call("readModel", foreign ?? false)]);
		if (digest.status === "rejected") {
			throw digest.reason;
		}
		kept.sha256 ||= digest.value;
		if (digest.value !== kept.sha256) {
			throw failure("weights", `${file} is damaged: its SHA-256 is not the one that the index lists`);
		}
		if (card.status === "rejected") {
			throw card.reason;
		}
		await this.call("useModel");
		return { card: { ...card.value, sha256: kept.sha256 }, kept };
	}

	/**
	 * @template {Exclude<keyof Lungct, "version">} Method
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

/**
 * @param {Uint8Array<ArrayBuffer>} bytes
 * @returns {Promise<string>} SHA-256, hexadecimal
 */
async function digestOf(bytes) {
	const digest = await crypto.subtle.digest("SHA-256", bytes);
	return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
