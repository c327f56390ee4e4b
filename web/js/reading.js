/** @import { LeftOut, Modules, Picture, Verdict } from "./contract.js" */
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

/** So many slices must wait before another reader is given the model: that takes as long as reading a few. */
const worthHelp = 4;

/** A larger file of several slices, such as a volume, is opened by one reader only, bytes. */
const heavy = 32 * 2 ** 20;

/**
 * Reads the open slices, the one in view first, and goes on after those that
 * cannot be read. The first reader also looks at files and shows slices that were
 * read before, so that looking never waits long; the others help it with many
 * slices, and get program and model when they are first needed.
 */
export class Reading {
	/** @type {Reader[]} none until the program has started */
	readers = [];
	/** What the helpers run. @type {Modules | undefined} */
	modules;
	/** While true, nothing new is begun but what is in view. */
	paused = false;
	/** While true, the first reader looks at files, and reads nothing but what is in view. */
	opening = false;
	/** Counts the models that were in use; without one slices are shown, but not read. */
	#model = 0;
	#study;
	#pictures;
	#listener;
	/** @type {Set<Reader>} */
	#busy = new Set();
	/** Which model each helper has. @type {WeakMap<Reader, number>} */
	#equipped = new WeakMap();
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

	get hasModel() {
		return this.#model > 0;
	}

	/** The first reader has another model: every slice is to be read with it. */
	modelChanged() {
		this.#model++;
		this.#study.reset();
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
		if (reader !== this.readers[0]) {
			return this.#help(reader);
		}
		const inView = this.#study.slice;
		if (inView && inView.state !== "waiting" && inView.state !== "failed" &&
			!this.#pictures.has(inView.id) && !this.#unshowable.has(inView)) {
			return this.#show(reader, inView);
		}
		const slice = this.#study.next((slice) => !this.#taken.has(slice));
		return slice && (slice === inView || !this.paused && !this.opening) ? this.#take(reader, slice) : undefined;
	}

	/**
	 * @param {Reader} reader
	 * @returns {Promise<void> | undefined}
	 */
	#help(reader) {
		if (!this.hasModel || this.paused || !this.readers.includes(reader)) {
			return undefined;
		}
		const free = (/** @type {Slice} */ slice) => !this.#taken.has(slice) && !(slice.frame > 0 && slice.place.source.file.size > heavy);
		if (this.#equipped.get(reader) !== this.#model) {
			return this.#study.waiting(free, worthHelp) ? this.#equip(reader) : undefined;
		}
		const slice = this.#study.next(free);
		return slice && this.#take(reader, slice);
	}

	/**
	 * Gives a helper the program, if it has none, and the model in use. One that
	 * cannot have them, for want of memory, is let go.
	 * @param {Reader} reader
	 */
	async #equip(reader) {
		const model = this.#model;
		try {
			if (!this.#equipped.has(reader) && this.modules) {
				await reader.start(this.modules);
			}
			const weights = await this.readers[0].weights();
			if (weights) {
				await reader.loadModel(weights);
			}
			this.#equipped.set(reader, model);
		} catch {
			this.#dismiss(reader);
		}
	}

	/** @param {Reader} reader */
	#dismiss(reader) {
		reader.close();
		this.readers = this.readers.filter((each) => each !== reader);
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
			if (reader.lost && reader !== this.readers[0]) {
				this.#dismiss(reader); // another one reads the slice
			} else {
				slice.failure = asFailure(reason);
				slice.state = "failed";
			}
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
		const model = this.#model;
		let why = "";
		const said = await reader.read(slice.place, (picture) => {
			why = picture.unscored;
			this.#keep(slice, picture);
		});
		if (model === this.#model) { // else it waits for the model that came meanwhile
			settle(slice, said, why);
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
		const model = this.#model;
		const pooled = await reader.pool(read.map(({ verdict }) => verdict?.probability ?? 0)).catch(() => undefined);
		if (pooled && model === this.#model) {
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
		if (this.#study.holds(slice)) {
			this.#pictures.keep(slice.id, picture);
			this.#listener.onPicture(slice, picture);
		}
	}
}

/**
 * @param {Slice} slice
 * @param {Verdict | LeftOut | null} said of it, null where it may not be scored
 * @param {string} why it may not
 */
function settle(slice, said, why) {
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
