/** @import { Desk } from "../desk.js" */
import { find } from "../dom.js";
import { baseName, probabilityWords, sliceWords } from "../wording.js";
import { burned, pngOf } from "./burned.js";
import { csvOf } from "./csv.js";
import { fillReport } from "./report.js";
import { researchUse } from "./research.js";
import { columnsOf, rowsOf } from "./rows.js";
import { jsonOf, save } from "./saving.js";

const words = {
	saved: (/** @type {string} */ name) => `${name} is saved by the browser.`,
	copied: "The picture is in the clipboard.",
	notCopied: "The browser does not let this page write to the clipboard. Save the picture instead.",
	noPicture: "There is no picture in view.",
	unread: (/** @type {number} */ n) => `${n} ${n === 1 ? "slice is" : "slices are"} not read yet; they are listed without a verdict.`,
};

/** What can be kept of the results: tables, the picture, a report on paper. */
export class ResultsDialog {
	#dialog = find("#results-dialog", HTMLDialogElement);
	#message = find("#results-message", HTMLElement);
	#desk;

	/** @param {Desk} desk */
	constructor(desk) {
		this.#desk = desk;
		find("#save-results", HTMLButtonElement).addEventListener("click", () => this.#open());
		find("#results-close", HTMLButtonElement).addEventListener("click", () => this.#dialog.close());
		this.#on("#save-csv", () => this.#saveTable());
		this.#on("#save-json", () => this.#saveObject());
		this.#on("#print-report", () => this.#print());
		this.#on("#copy-picture", () => this.#copy());
		this.#on("#save-picture", () => this.#savePicture());
	}

	/**
	 * @param {string} selector
	 * @param {() => void | Promise<void>} act
	 */
	#on(selector, act) {
		find(selector, HTMLButtonElement).addEventListener("click", act);
	}

	#open() {
		const { waiting } = this.#desk.study.counts;
		this.#message.textContent = waiting > 0 ? words.unread(waiting) : "";
		this.#dialog.showModal();
	}

	#making() {
		return {
			model: this.#desk.model(),
			version: this.#desk.version(),
			names: find("#with-names", HTMLInputElement).checked,
			time: find("#with-time", HTMLInputElement).checked ? new Date() : undefined,
		};
	}

	#saveTable() {
		const making = this.#making();
		this.#save("lungct-results.csv", csvOf(columnsOf(making), rowsOf(this.#desk.study, making)), "text/csv");
	}

	#saveObject() {
		const making = this.#making();
		const { model, version, time } = making;
		const rows = rowsOf(this.#desk.study, making);
		this.#save("lungct-results.json", jsonOf({
			use: researchUse, program: `lungct ${version}`, ...time ? { time: time.toISOString() } : {},
			model: model && { name: model.name, sha256: model.sha256, validated: model.validated, preprocessing: model.preprocessing },
			results: rows,
		}), "application/json");
	}

	/**
	 * @param {string} name
	 * @param {BlobPart} content
	 * @param {string} type
	 */
	#save(name, content, type) {
		save(name, content, type);
		this.#message.textContent = words.saved(name);
	}

	/** @returns {HTMLCanvasElement | undefined} the picture in view, with its verdict and what it is for */
	#picture() {
		const { slice } = this.#desk.study;
		const picture = slice && this.#desk.pictures.get(slice.id);
		if (!slice || !picture) {
			this.#message.textContent = words.noPicture;
			return undefined;
		}
		const { names, model } = this.#making();
		const verdict = slice.verdict ? `${sliceWords(slice).title}, probability of COVID-19 ${probabilityWords(slice.verdict.probability)}` : sliceWords(slice).title;
		return burned(picture, [
			...names ? [baseName(slice.path)] : [],
			model ? `${verdict} · ${model.name}, ${model.sha256.slice(0, 12)}` : verdict,
		]);
	}

	async #copy() {
		const canvas = this.#picture();
		if (!canvas) {
			return;
		}
		try {
			await navigator.clipboard.write([new ClipboardItem({ "image/png": pngOf(canvas) })]);
			this.#message.textContent = words.copied;
		} catch {
			this.#message.textContent = words.notCopied;
		}
	}

	async #savePicture() {
		const canvas = this.#picture();
		if (canvas) {
			this.#save("lungct-slice.png", await pngOf(canvas), "image/png");
		}
	}

	#print() {
		fillReport(this.#desk, this.#making());
		this.#dialog.close();
		print();
	}
}
