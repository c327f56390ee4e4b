/** @import { Picture } from "./contract.js" */
/** @import { Pictures } from "./pictures.js" */
/** @import { Reader } from "./reader.js" */
/** @import { Slice, Slices } from "./slices.js" */
import { asFailure } from "./failure.js";

/**
 * What the page hears of the reading.
 * @typedef {object} Listener
 * @property {(slice: Slice, picture: Picture) => void} onPicture it can be shown
 * @property {(slice: Slice) => void} onChange its state changed
 */

/**
 * Reads the open slices one after the other, the one in view first, and goes on
 * after those that cannot be read.
 */
export class Reading {
	/** @type {Reader | null} null until the program has started */
	reader = null;
	/** Without a model slices are shown, but not read. */
	hasModel = false;
	#slices;
	#pictures;
	#listener;
	#busy = false;
	/** Slices whose picture could not be had a second time. @type {WeakSet<Slice>} */
	#unshowable = new WeakSet();

	/**
	 * @param {Slices} slices
	 * @param {Pictures} pictures
	 * @param {Listener} listener
	 */
	constructor(slices, pictures, listener) {
		this.#slices = slices;
		this.#pictures = pictures;
		this.#listener = listener;
	}

	/** Does what there is to do; to be called whenever that may have changed. */
	async wake() {
		if (this.#busy || !this.reader) {
			return;
		}
		this.#busy = true;
		for (let work = this.#next(this.reader); work; work = this.#next(this.reader)) {
			await work;
		}
		this.#busy = false;
	}

	/**
	 * @param {Reader} reader
	 * @returns {Promise<void> | undefined} undefined when everything is done
	 */
	#next(reader) {
		const { current } = this.#slices;
		const decoded = current && (current.state === "read" || current.state === "shown");
		if (decoded && !this.#pictures.has(current.id) && !this.#unshowable.has(current)) {
			return this.#show(reader, current);
		}
		const slice = this.#slices.next();
		return slice && this.#read(reader, slice);
	}

	/**
	 * @param {Reader} reader
	 * @param {Slice} slice
	 */
	async #read(reader, slice) {
		try {
			if (this.hasModel) {
				slice.verdict = await reader.read(slice.file, (picture) => this.#keep(slice, picture));
				slice.state = "read";
			} else {
				this.#keep(slice, await reader.view(slice.file));
				if (!this.hasModel) { // it may have come meanwhile
					slice.state = "shown";
				}
			}
		} catch (reason) {
			slice.failure = asFailure(reason);
			slice.state = "failed";
		}
		this.#listener.onChange(slice);
	}

	/**
	 * @param {Reader} reader
	 * @param {Slice} slice
	 */
	async #show(reader, slice) {
		try {
			this.#keep(slice, await reader.view(slice.file));
		} catch {
			this.#unshowable.add(slice); // its verdict stands
		}
	}

	/**
	 * @param {Slice} slice
	 * @param {Picture} picture
	 */
	#keep(slice, picture) {
		if (this.#slices.all.includes(slice)) {
			this.#pictures.keep(slice.id, picture);
			this.#listener.onPicture(slice, picture);
		}
	}
}
