/** @import { Answer, Card, Case, Failure, LeftOut, Listing, Measurement, Modules, Picture, Place, Pooled, ProgramState, Request, Source, Truth, TruthQuestion, Verdict, Weights } from "./contract.js" */
import { failure } from "./failure.js";

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

	/** Whether the worker is gone, and with it all it knew. */
	get lost() {
		return this.#lost !== null;
	}

	/** @returns {Promise<void>} it has its code */
	ready() {
		return this.#inTurn(() => this.#ask({ method: "ready" }));
	}

	/**
	 * Has the browser compile what the first slice will need.
	 * @returns {Promise<void>}
	 */
	rehearse() {
		return this.#inTurn(() => this.#ask({ method: "rehearse" }));
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

	/** @returns {Promise<Weights | null>} a copy of the model in use */
	weights() {
		return this.#inTurn(() => this.#ask({ method: "weights" }));
	}

	/** @returns {Promise<ProgramState>} what the program tells of itself */
	diagnose() {
		return this.#inTurn(() => this.#ask({ method: "diagnose" }));
	}

	/**
	 * @param {Source} source
	 * @returns {Promise<number>} the number of slices in it
	 */
	add(source) {
		return this.#inTurn(() => this.#ask({ method: "add", argument: source }));
	}

	/** @returns {Promise<Listing>} the series of all files that were added */
	arrange() {
		return this.#inTurn(() => this.#ask({ method: "arrange" }));
	}

	/** @returns {Promise<void>} */
	clear() {
		return this.#inTurn(() => this.#ask({ method: "clear" }));
	}

	/**
	 * @param {number[]} probabilities
	 * @returns {Promise<Pooled>}
	 */
	pool(probabilities) {
		return this.#inTurn(() => this.#ask({ method: "pool", argument: probabilities }));
	}

	/**
	 * @param {TruthQuestion} opened
	 * @returns {Promise<Truth[]>} of each path
	 */
	truth(opened) {
		return this.#inTurn(() => this.#ask({ method: "truth", argument: JSON.stringify(opened) }));
	}

	/**
	 * @param {Case[]} cases
	 * @returns {Promise<Measurement>}
	 */
	measure(cases) {
		return this.#inTurn(() => this.#ask({ method: "measure", argument: JSON.stringify({ cases }) }));
	}

	/**
	 * @param {Place} place
	 * @returns {Promise<Picture>}
	 */
	view(place) {
		return this.#inTurn(() => this.#ask({ method: "decode", argument: place }));
	}

	/**
	 * @param {Place} place
	 * @param {(picture: Picture) => void} onPicture called before the verdict is known
	 * @returns {Promise<Verdict | LeftOut | null>} null for what may not be scored
	 */
	read(place, onPicture) {
		return this.#inTurn(async () => {
			/** @type {Picture} */
			const picture = await this.#ask({ method: "decode", argument: place });
			onPicture(picture);
			return picture.unscored ? null : this.#ask({ method: "classify" });
		});
	}

	close() {
		this.#worker.terminate();
		this.#lose(failure("internal", "the reading worker was closed"));
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
