/**
 * A reader study: cases in an order that a seed shuffles, and what a reader calls
 * each. Nothing here knows the document.
 */

/**
 * What a reader says of a case.
 * @typedef {object} Call
 * @property {number} number of the case, counted from 0 as the files were opened
 * @property {boolean} covid
 * @property {number} confidence 1 to 5
 * @property {number} milliseconds from showing the case to the call, while it was in view
 */

/**
 * A session as it is saved, and resumed with the same files.
 * @typedef {object} Saved
 * @property {"lungct reader study 1"} format
 * @property {number} seed
 * @property {"slice" | "series"} unit
 * @property {number} cases
 * @property {string} fingerprint of the files, so that no others are taken for them
 * @property {Call[]} calls
 */

/** @typedef {Pick<Saved, "seed" | "unit" | "cases" | "fingerprint">} Plan */

const format = "lungct reader study 1";

/** A reader's way through the cases. */
export class Session {
	/** @type {Plan} */
	plan;
	/** @type {Call[]} */
	calls = [];
	#order;

	/** @param {Plan} plan */
	constructor(plan) {
		this.plan = plan;
		this.#order = shuffled(plan.cases, plan.seed);
	}

	/** @returns {number | undefined} the number of the case to be called; undefined at the end */
	get current() {
		return this.#order[this.calls.length];
	}

	get done() {
		return this.calls.length === this.#order.length;
	}

	/**
	 * @param {boolean} covid
	 * @param {number} confidence
	 * @param {number} milliseconds
	 */
	call(covid, confidence, milliseconds) {
		if (this.current !== undefined) {
			this.calls.push({ number: this.current, covid, confidence, milliseconds: Math.round(milliseconds) });
		}
	}

	/** @returns {Call | undefined} the last call, which is to be made again */
	undo() {
		return this.calls.pop();
	}

	/** @returns {Saved} */
	save() {
		return { format, ...this.plan, calls: this.calls };
	}

	/**
	 * @param {unknown} saved what was read from a file
	 * @param {(unit: Saved["unit"]) => Pick<Plan, "cases" | "fingerprint">} open what is open now
	 * @returns {Session}
	 */
	static resume(saved, open) {
		const { seed, unit, calls } = check(saved);
		const { cases, fingerprint } = open(unit);
		if (fingerprint !== /** @type {Saved} */ (saved).fingerprint || cases !== /** @type {Saved} */ (saved).cases) {
			throw new Error("this study was begun with other files: open the same files, in the same way, first");
		}
		const session = new Session({ seed, unit, cases, fingerprint });
		for (const { number, covid, confidence, milliseconds } of calls) {
			if (number !== session.current) {
				throw new Error("the file of the study is damaged: its cases are in no order that its seed makes");
			}
			session.call(covid, confidence, milliseconds);
		}
		return session;
	}
}

/**
 * @param {any} saved
 * @returns {Saved}
 */
function check(saved) {
	if (saved?.format !== format) {
		throw new Error("this is no file of a reader study that this page has saved");
	}
	const whole = (/** @type {unknown} */ x) => Number.isSafeInteger(x) && /** @type {number} */ (x) >= 0;
	const good = whole(saved.seed) && whole(saved.cases) && ["slice", "series"].includes(saved.unit) && Array.isArray(saved.calls) &&
		saved.calls.every((/** @type {any} */ call) => whole(call?.number) && typeof call.covid === "boolean" &&
			[1, 2, 3, 4, 5].includes(call.confidence) && whole(call.milliseconds));
	if (!good) {
		throw new Error("the file of the study is damaged");
	}
	return saved;
}

/**
 * A reader's call as a probability, so that readers are measured as models are: from
 * 0 for "no, certain" to 1 for "yes, certain", never on the threshold.
 * @param {Pick<Call, "covid" | "confidence">} call
 */
export function rating({ covid, confidence }) {
	return covid ? (5 + confidence) / 10 : (5 - confidence) / 10;
}

/**
 * The numbers from 0 to n in an order that the seed makes (Fisher and Yates).
 * @param {number} n
 * @param {number} seed
 */
export function shuffled(n, seed) {
	const order = Array.from({ length: n }, (_, i) => i);
	const random = generator(seed);
	for (let i = n - 1; i > 0; i--) {
		const j = Math.floor(random() * (i + 1));
		[order[i], order[j]] = [order[j], order[i]];
	}
	return order;
}

/**
 * Numbers from 0 to 1 from a seed: a Weyl sequence of 32 bits through MurmurHash3's
 * finalizer (Appleby 2011). The same in every browser, which Math.random is not.
 * @param {number} seed
 */
function generator(seed) {
	let state = seed >>> 0;
	return () => {
		state = state + 0x9e3779b9 >>> 0;
		let z = state;
		z = Math.imul(z ^ z >>> 16, 0x85ebca6b);
		z = Math.imul(z ^ z >>> 13, 0xc2b2ae35);
		return ((z ^ z >>> 16) >>> 0) / 2 ** 32;
	};
}
