/** @import { Failure, Verdict } from "./contract.js" */
/** @import { Found } from "./files.js" */

/**
 * A file that the reader opened, and what became of it.
 *
 * waiting: not looked at yet; shown: decoded, but there is no model to read it;
 * read: there is a verdict; failed: there is a failure.
 * @typedef {object} Slice
 * @property {number} id
 * @property {Blob} file
 * @property {string} path its name, with the folders that lead to it
 * @property {"waiting" | "shown" | "read" | "failed"} state
 * @property {Verdict} [verdict]
 * @property {Failure} [failure]
 */

/** More would be a mistake, such as a whole disk dropped on the page. */
export const most = 5000;

/** Failures that reading again would only repeat. */
const ofTheFile = ["format", "unsupported", "file"];

const byName = new Intl.Collator("en", { numeric: true }).compare;

/** The open slices in order, and which of them is in view. */
export class Slices {
	/** @type {Slice[]} */
	all = [];
	/** @type {Slice | undefined} */
	current;
	#made = 0;

	/**
	 * Adds files behind those that are open; numbers in names count as numbers.
	 * @param {Found[]} files
	 * @returns {Slice[]} what was added: not more than fits
	 */
	add(files) {
		const added = [...files]
			.sort((a, b) => byName(a.path, b.path))
			.slice(0, most - this.all.length)
			.map((found) => /** @type {Slice} */ ({ id: ++this.#made, state: found.failure ? "failed" : "waiting", ...found }));
		this.all.push(...added);
		this.current ??= added[0];
		return added;
	}

	clear() {
		this.all = [];
		this.current = undefined;
	}

	/**
	 * Forgets every verdict: another model is to read the slices. Files that are
	 * no slices are none to any model.
	 */
	reset() {
		for (const slice of this.all) {
			if (!slice.failure || !ofTheFile.includes(slice.failure.kind)) {
				slice.state = "waiting";
				delete slice.verdict;
				delete slice.failure;
			}
		}
	}

	/** @returns {Slice | undefined} the next to read: the one in view first */
	next() {
		return this.current?.state === "waiting" ? this.current : this.all.find(({ state }) => state === "waiting");
	}

	/** @returns {number} of the slice in view, from 0; -1 without one */
	get position() {
		return this.current ? this.all.indexOf(this.current) : -1;
	}

	/**
	 * Brings the slice at a position into view; beyond the ends, the last one there.
	 * @param {number} position
	 */
	go(position) {
		this.current = this.all[Math.min(Math.max(position, 0), this.all.length - 1)];
	}

	/** How far reading has come. */
	get counts() {
		const counts = { all: this.all.length, waiting: 0, covid: 0, noncovid: 0, failed: 0 };
		for (const { state, verdict } of this.all) {
			counts.waiting += Number(state === "waiting");
			counts.failed += Number(state === "failed");
			if (verdict) {
				counts[verdict.label]++;
			}
		}
		return counts;
	}
}
