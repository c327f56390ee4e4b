/** @import { Picture } from "./contract.js" */
/** @import { Pictures } from "./pictures.js" */
/** @import { Reader } from "./reader.js" */
/** @import { Series, Slice, Study } from "./series.js" */
import { asFailure } from "./failure.js";

/**
 * What the page hears of the reading.
 * @typedef {object} Listener
 * @property {(slice: Slice, picture: Picture) => void} onPicture it can be shown
 * @property {(slice: Slice) => void} onChange its state changed
 * @property {(series: Series) => void} onSeries there is a verdict on all of it
 */

/**
 * Reads the open slices, the one in view first, and goes on after those that
 * cannot be read. Each reader works by itself; the first also shows slices that
 * were read before, so that looking never waits long.
 */
export class Reading {
	/** @type {Reader[]} none until the program has started */
	readers = [];
	/** Without a model slices are shown, but not read. */
	hasModel = false;
	/** While true, nothing new is begun but what is in view. */
	paused = false;
	/** While true, the first reader looks at files, and reads nothing but what is in view. */
	opening = false;
	#study;
	#pictures;
	#listener;
	/** @type {Set<Reader>} */
	#busy = new Set();
	/** Slices in the hands of a reader. @type {Set<Slice>} */
	#taken = new Set();
	/** Slices whose picture could not be had a second time. @type {WeakSet<Slice>} */
	#unshowable = new WeakSet();

	/**
	 * @param {Study} study
	 * @param {Pictures} pictures
	 * @param {Listener} listener
	 */
	constructor(study, pictures, listener) {
		this.#study = study;
		this.#pictures = pictures;
		this.#listener = listener;
	}

	/** Does what there is to do; to be called whenever that may have changed. */
	async wake() {
		await Promise.all(this.readers.map((reader) => this.#work(reader)));
	}

	/** @param {Reader} reader */
	async #work(reader) {
		if (this.#busy.has(reader)) {
			return;
		}
		this.#busy.add(reader);
		for (let work = this.#next(reader); work; work = this.#next(reader)) {
			await work;
		}
		this.#busy.delete(reader);
	}

	/**
	 * @param {Reader} reader
	 * @returns {Promise<void> | undefined} undefined when everything is done
	 */
	#next(reader) {
		const inView = this.#study.slice;
		if (inView && reader === this.readers[0] && inView.state !== "waiting" && inView.state !== "failed" &&
			!this.#pictures.has(inView.id) && !this.#unshowable.has(inView)) {
			return this.#show(reader, inView);
		}
		const slice = this.#study.next((slice) => !this.#taken.has(slice));
		const held = this.paused || this.opening && reader === this.readers[0];
		return slice && (slice === inView || !held) ? this.#take(reader, slice) : undefined;
	}

	/**
	 * @param {Reader} reader
	 * @param {Slice} slice
	 */
	async #take(reader, slice) {
		this.#taken.add(slice);
		try {
			await this.#read(reader, slice);
		} catch (reason) {
			slice.failure = asFailure(reason);
			slice.state = "failed";
		}
		this.#taken.delete(slice);
		this.#listener.onChange(slice);
		await this.#pool(reader, slice.series);
	}

	/**
	 * @param {Reader} reader
	 * @param {Slice} slice
	 */
	async #read(reader, slice) {
		const { unscored } = slice.series;
		if (!this.hasModel || unscored) {
			const picture = await reader.view(slice.place);
			this.#keep(slice, picture);
			if (unscored || picture.unscored) {
				slice.why = unscored || picture.unscored;
				slice.state = "unscored";
			} else if (!this.hasModel) { // it may have come meanwhile
				slice.state = "shown";
			}
			return;
		}
		let why = "";
		const said = await reader.read(slice.place, (picture) => {
			why = picture.unscored;
			this.#keep(slice, picture);
		});
		if (!said) {
			slice.why = why;
			slice.state = "unscored";
		} else if ("leftOut" in said) {
			slice.why = said.leftOut;
			slice.state = "leftOut";
		} else {
			slice.verdict = said;
			slice.state = "read";
		}
	}

	/**
	 * Asks for the verdict on a series once its last slice is read.
	 * @param {Reader} reader
	 * @param {Series} series
	 */
	async #pool(reader, series) {
		const read = series.slices.filter(({ verdict }) => verdict);
		if (series.verdict || series.slices.length < 2 || read.length === 0 || series.slices.some(({ state }) => state === "waiting" || state === "shown")) {
			return;
		}
		const pooled = await reader.pool(read.map(({ verdict }) => verdict?.probability ?? 0)).catch(() => undefined);
		if (pooled && read.every(({ verdict }) => verdict)) { // no other model came meanwhile
			series.verdict = { ...pooled, from: pooled.from.map((i) => series.slices.indexOf(read[i])) };
			this.#listener.onSeries(series);
		}
	}

	/**
	 * @param {Reader} reader
	 * @param {Slice} slice
	 */
	async #show(reader, slice) {
		try {
			this.#keep(slice, await reader.view(slice.place));
		} catch {
			this.#unshowable.add(slice); // its verdict stands
		}
	}

	/**
	 * @param {Slice} slice
	 * @param {Picture} picture
	 */
	#keep(slice, picture) {
		if (this.#study.series.includes(slice.series)) {
			this.#pictures.keep(slice.id, picture);
			this.#listener.onPicture(slice, picture);
		}
	}
}
