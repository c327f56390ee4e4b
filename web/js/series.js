/** @import { Failure, Listing, Place, Pooled, Source, Verdict } from "./contract.js" */

/**
 * A slice, and what became of it.
 *
 * waiting: not looked at yet; shown: decoded, but there is no model to read it;
 * read: there is a verdict; leftOut: without lung; unscored: no CT; failed: there is
 * a failure.
 * @typedef {object} Slice
 * @property {number} id
 * @property {Place} place
 * @property {string} path of its file, with the folders that lead to it
 * @property {number} frame in its file, from 0
 * @property {Series} series
 * @property {"waiting" | "shown" | "read" | "leftOut" | "unscored" | "failed"} state
 * @property {Verdict} [verdict]
 * @property {string} [why] it is left out or not scored
 * @property {Failure} [failure]
 */

/**
 * A stack of slices, or a single one.
 * @typedef {object} Series
 * @property {number} id the smallest of its slices
 * @property {string} name
 * @property {string} modality
 * @property {string} unscored why it is never scored, or ""
 * @property {string[]} notes
 * @property {Slice[]} slices from the feet to the head
 * @property {number} position of the slice looked at last
 * @property {Pooled} [verdict] on the whole series, once all its slices are read
 */

/** A file that cannot be read, and why. @typedef {Failure & { path: string }} Rejected */

/** Failures that reading again would only repeat. */
const ofTheFile = ["format", "unsupported", "file"];

/** The open series, and which slice is in view. */
export class Study {
	/** @type {Series[]} */
	series = [];
	/** @type {Rejected[]} */
	rejected = [];
	/** Files that the browser could not open. @type {Rejected[]} */
	unopened = [];
	/** @type {Series | undefined} */
	current;
	/** @type {Map<number, Slice>} by id */
	#slices = new Map();
	/** The files in the order of adding, with the id of the first slice of each. @type {{ source: Source, first: number }[]} */
	#sources = [];
	#added = 0;
	#keys = 0;

	/** @returns {number} for another file */
	nextKey() {
		return ++this.#keys;
	}

	/**
	 * A file was looked at, and holds this many slices.
	 * @param {Source} source
	 * @param {number} slices
	 */
	added(source, slices) {
		this.#sources.push({ source, first: this.#added });
		this.#added += slices;
	}

	/**
	 * Takes the arrangement of all files; slices that were there keep their state.
	 * @param {Listing} listing
	 */
	arrange({ series, rejected }) {
		const before = this.current?.slices[this.current.position];
		const known = new Map(this.series.map((each) => [each.id, each]));
		this.series = series.filter(({ slices }) => slices.length > 0).map((listed) => {
			const id = Math.min(...listed.slices.map((slice) => slice.id));
			const old = known.get(id);
			/** @type {Series} */
			const each = Object.assign(old ?? { id, position: Math.floor(listed.slices.length / 2) }, listed, { slices: [] });
			each.slices = listed.slices.map((slice) => this.#slice(slice, each));
			if (old && each.slices.some(({ state }) => state === "waiting")) {
				delete each.verdict;
			}
			return each;
		});
		this.rejected = [...rejected, ...this.unopened];
		this.current = this.series[0];
		if (before) {
			this.go(before);
		}
	}

	/**
	 * @param {Listing["series"][0]["slices"][0]} listed
	 * @param {Series} series
	 * @returns {Slice}
	 */
	#slice(listed, series) {
		const slice = this.#slices.get(listed.id) ?? {
			...listed, series, place: this.#place(listed.id), state: /** @type {const} */ ("waiting"),
		};
		slice.series = series;
		this.#slices.set(listed.id, slice);
		return slice;
	}

	/**
	 * @param {number} id
	 * @returns {Place}
	 */
	#place(id) {
		let low = 0;
		for (let high = this.#sources.length; high - low > 1;) {
			const middle = (low + high) >> 1;
			if (this.#sources[middle].first <= id) {
				low = middle;
			} else {
				high = middle;
			}
		}
		const { source, first } = this.#sources[low];
		return { source, ordinal: id - first };
	}

	clear() {
		this.series = [];
		this.rejected = [];
		this.unopened = [];
		this.current = undefined;
		this.#slices.clear();
		this.#sources = [];
		this.#added = 0;
	}

	/** Forgets every verdict: another model is to read the slices. Files that are no slices are none to any model. */
	reset() {
		for (const slice of this.all()) {
			if (slice.state === "read" || slice.state === "shown" || slice.failure && !ofTheFile.includes(slice.failure.kind)) {
				slice.state = "waiting";
				delete slice.verdict;
				delete slice.failure;
			}
		}
		this.series.forEach((series) => delete series.verdict);
	}

	/** @returns {Slice[]} of all series */
	all() {
		return this.series.flatMap(({ slices }) => slices);
	}

	/** @returns {Slice | undefined} the one in view */
	get slice() {
		return this.current?.slices[this.current.position];
	}

	/**
	 * The next to read: the one in view, then those of its series next to it, then
	 * the others.
	 * @param {(slice: Slice) => boolean} free whether nobody reads it yet
	 * @returns {Slice | undefined}
	 */
	next(free) {
		const waits = (/** @type {Slice | undefined} */ slice) => slice?.state === "waiting" && free(slice);
		const { current } = this;
		if (current) {
			for (let distance = 0; distance < current.slices.length; distance++) {
				const found = [current.position + distance, current.position - distance].map((at) => current.slices[at]).find(waits);
				if (found) {
					return found;
				}
			}
		}
		for (const { slices } of this.series) {
			const found = slices.find(waits);
			if (found) {
				return found;
			}
		}
		return undefined;
	}

	/**
	 * Whether more slices than so many wait.
	 * @param {(slice: Slice) => boolean} free whether nobody reads it yet
	 * @param {number} many
	 */
	waiting(free, many) {
		let waiting = 0;
		return this.series.some(({ slices }) => slices.some((slice) => slice.state === "waiting" && free(slice) && ++waiting > many));
	}

	/** @param {Slice} slice */
	holds(slice) {
		return this.#slices.get(slice.id) === slice;
	}

	/** @param {Slice} slice to bring into view */
	go(slice) {
		this.current = slice.series;
		this.current.position = Math.max(0, slice.series.slices.indexOf(slice));
	}

	/**
	 * Brings the slice at a position of the current series into view; beyond the
	 * ends, the last one there.
	 * @param {number} position
	 */
	step(position) {
		if (this.current) {
			this.current.position = Math.min(Math.max(position, 0), this.current.slices.length - 1);
		}
	}

	/** All that cannot be read, and why: files, and slices of which this was found later. @returns {Rejected[]} */
	get unreadable() {
		const failed = this.all().flatMap(({ path, frame, series, failure }) => failure
			? [{ ...failure, path: frame > 0 || series.slices.some((slice) => slice.path === path && slice.frame > 0) ? `${path}, slice ${frame + 1}` : path }]
			: []);
		return [...this.rejected, ...failed];
	}

	/** How far reading has come. */
	get counts() {
		return countsOf(this.all());
	}
}

/**
 * @param {Slice[]} slices
 */
export function countsOf(slices) {
	const counts = { all: slices.length, waiting: 0, covid: 0, noncovid: 0, failed: 0, leftOut: 0 };
	for (const { state, verdict } of slices) {
		counts.waiting += Number(state === "waiting");
		counts.failed += Number(state === "failed");
		counts.leftOut += Number(state === "leftOut" || state === "unscored");
		if (verdict) {
			counts[verdict.label]++;
		}
	}
	return counts;
}
