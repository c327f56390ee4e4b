/** @import { Found } from "./files.js" */
/** @import { Reader } from "./reader.js" */
/** @import { Study } from "./series.js" */
import { asFailure } from "./failure.js";

/**
 * What the page hears of files that are looked at.
 * @typedef {object} Listener
 * @property {(done: number, all: number) => void} onProgress equal at the end
 * @property {() => void} onArranged the study has changed
 */

/** How often the list shows what has been found so far, in files. */
const arrangeEvery = 200;

/** Numbers in names count: slice 9 comes before slice 10. */
const { compare } = new Intl.Collator("en", { numeric: true });

/**
 * Opens files: the reader looks at one after the other, and the study shows what
 * was found before the last one is looked at. Files that come meanwhile, or
 * before there is a reader, wait for their turn.
 */
export class Opening {
	#study;
	#reader;
	#listener;
	/** Counts the cancellations: what was begun before ends. */
	#cancelled = 0;
	/** @type {Promise<void>} */
	#last = Promise.resolve();

	/**
	 * @param {Study} study
	 * @param {Promise<Reader>} reader
	 * @param {Listener} listener
	 */
	constructor(study, reader, listener) {
		this.#study = study;
		this.#reader = reader;
		this.#listener = listener;
	}

	/**
	 * @param {Promise<Found[]> | Found[]} files
	 * @returns {Promise<void>} done, or failed
	 */
	add(files) {
		const turn = this.#cancelled;
		this.#listener.onProgress(0, Infinity);
		const done = this.#last.then(async () => this.#open(await files, () => turn !== this.#cancelled));
		this.#last = done.catch(() => {}).then(() => this.#listener.onProgress(0, 0));
		return done;
	}

	/** Files not looked at yet are left. */
	cancel() {
		this.#cancelled++;
	}

	/** Closes all files. */
	clear() {
		this.cancel();
		this.#last = this.#last.then(async () => {
			this.#study.clear();
			this.#listener.onArranged();
			await (await this.#reader).clear();
		}).catch(() => {}); // the reader is lost, and its files with it
	}

	/**
	 * @param {Found[]} found
	 * @param {() => boolean} cancelled
	 */
	async #open(found, cancelled) {
		const reader = await this.#reader;
		const files = [...found].sort((a, b) => compare(a.path, b.path));
		for (let done = 0; done < files.length && !cancelled(); done++) {
			this.#listener.onProgress(done, files.length);
			await this.#look(reader, files[done]);
			if ((done + 1) % arrangeEvery === 0) {
				await this.#arrange(reader);
			}
		}
		await this.#arrange(reader);
	}

	/**
	 * @param {Reader} reader
	 * @param {Found} found
	 */
	async #look(reader, { path, file, failure }) {
		try {
			if (failure) {
				throw failure;
			}
			const source = { key: this.#study.nextKey(), path, file };
			this.#study.added(source, await reader.add(source));
		} catch (reason) {
			this.#study.unopened.push({ path, ...asFailure(reason) });
		}
	}

	/** @param {Reader} reader */
	async #arrange(reader) {
		this.#study.arrange(await reader.arrange());
		this.#listener.onArranged();
	}
}
