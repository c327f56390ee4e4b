/** @import { Answer, Card, Failure, Modules, Picture, Request, Verdict, Weights } from "./contract.js" */
import { failure } from "./failure.js";

/** Beyond this, a file is no slice: reading it would only exhaust the memory. */
const largestFile = 256 * 2 ** 20;

/**
 * The worker as promises. Reading a slice takes two requests; turns keep what
 * belongs together from being separated by other requests.
 */
export class Reader {
	#worker;
	/** @type {Map<number, { resolve: (value: any) => void, reject: (reason: Failure) => void }>} */
	#waiting = new Map();
	#requests = 0;
	/** @type {Promise<unknown>} */
	#turn = Promise.resolve();
	/** @type {Failure | null} set once the worker is lost */
	#lost = null;

	/** @param {Worker} worker */
	constructor(worker) {
		this.#worker = worker;
		worker.addEventListener("message", (event) => this.#settle(event.data));
		worker.addEventListener("error", (event) => {
			event.preventDefault();
			this.#lose(failure("browser", event.message
				? `the reading worker stopped: ${event.message}`
				: "the reading worker did not start: this browser may be too old, or the server stopped"));
		});
	}

	/**
	 * @param {Modules} modules
	 * @returns {Promise<string>} the program's version
	 */
	start(modules) {
		return this.#inTurn(() => this.#ask({ method: "start", argument: modules }));
	}

	/**
	 * @param {Weights} weights whose chunks are gone then: they move to the worker
	 * @returns {Promise<Card>}
	 */
	loadModel(weights) {
		const buffers = new Set(weights.chunks.map((chunk) => chunk.buffer));
		return this.#inTurn(() => this.#ask({ method: "loadModel", argument: weights }, [...buffers]));
	}

	/**
	 * @param {Blob} file
	 * @returns {Promise<Picture>}
	 */
	view(file) {
		return this.#inTurn(() => this.#decode(file));
	}

	/**
	 * @param {Blob} file
	 * @param {(picture: Picture) => void} onPicture called before the verdict is known
	 * @returns {Promise<Verdict>}
	 */
	read(file, onPicture) {
		return this.#inTurn(async () => {
			onPicture(await this.#decode(file));
			return this.#ask({ method: "classify" });
		});
	}

	close() {
		this.#worker.terminate();
		this.#lose(failure("internal", "the reading worker was closed"));
	}

	/**
	 * @param {Blob} file
	 * @returns {Promise<Picture>}
	 */
	#decode(file) {
		if (file.size > largestFile) {
			throw failure("unsupported", `the file has more than ${largestFile / 2 ** 20} MB`);
		}
		return this.#ask({ method: "decode", argument: file });
	}

	/**
	 * @template T
	 * @param {() => Promise<T>} work
	 * @returns {Promise<T>}
	 */
	#inTurn(work) {
		const result = this.#turn.then(work);
		this.#turn = result.catch(() => {});
		return result;
	}

	/**
	 * @param {{ method: Request["method"], argument?: any }} request
	 * @param {Transferable[]} [transfer]
	 * @returns {Promise<any>}
	 */
	#ask(request, transfer = []) {
		return new Promise((resolve, reject) => {
			if (this.#lost) {
				throw this.#lost;
			}
			const id = ++this.#requests;
			this.#waiting.set(id, { resolve, reject });
			this.#worker.postMessage({ id, ...request }, transfer);
		});
	}

	/** @param {Answer} answer */
	#settle(answer) {
		const waiting = this.#waiting.get(answer.id);
		this.#waiting.delete(answer.id);
		if (answer.failure) {
			waiting?.reject(answer.failure);
		} else {
			waiting?.resolve(answer.value);
		}
	}

	/** @param {Failure} why */
	#lose(why) {
		this.#lost ??= why;
		for (const { reject } of this.#waiting.values()) {
			reject(this.#lost);
		}
		this.#waiting.clear();
	}
}
