/** The page of models and what is measured of them, and what is opened for it. */
/** @import { Model } from "./contract.js" */
/** @import { Desk } from "./desk.js" */
/** @import { Found } from "./files.js" */
import { ComparisonPage } from "./comparison/page.js";
import { find } from "./dom.js";
import { EvaluationPage } from "./evaluation/page.js";
import { Truths } from "./evaluation/truths.js";
import { asFailure } from "./failure.js";
import { ReaderStudy } from "./readerstudy/page.js";
import { ResultsDialog } from "./results/dialog.js";
import { failureWords } from "./wording.js";

/** @typedef {"models" | "compare" | "evaluation" | "study"} Tab */

/** @type {Tab[]} */
const tabs = ["models", "compare", "evaluation", "study"];

const words = { noTable: "The table cannot be used: " };

/** The tabs of the page of models. */
export class Measuring {
	/** @type {ReaderStudy} */
	study;
	#comparison;
	#evaluation;
	#truths;
	#load;
	/** @type {Tab} */
	#tab = "models";
	#stale = 0;

	/**
	 * @param {Desk} desk
	 * @param {{ open: () => void, load: (model: Model) => Promise<void> }} page opens the page of models, and takes a file from the disk into use
	 */
	constructor(desk, { open, load }) {
		this.#truths = new Truths(desk);
		this.#comparison = new ComparisonPage(desk, this.#truths);
		this.#evaluation = new EvaluationPage(desk, this.#truths);
		this.study = new ReaderStudy(desk, this.#truths);
		this.#load = load;
		new ResultsDialog(desk);
		tabs.forEach((tab) => button(tab).addEventListener("click", () => this.show(tab)));
		find(".tabs", HTMLElement).addEventListener("keydown", (event) => this.#step(event));
		find("#evaluate", HTMLButtonElement).addEventListener("click", () => {
			open();
			this.show("evaluation");
		});
		this.#picker("#load-model", "#model-picker", (files) => this.#loadFile(files[0]));
		this.#picker("#evaluation-table", "#table-picker", (files) => this.#addTables(files));
	}

	/**
	 * @param {string} selector of the button
	 * @param {string} input the file picker that it stands for
	 * @param {(files: File[]) => void} take
	 */
	#picker(selector, input, take) {
		const picker = find(input, HTMLInputElement);
		find(selector, HTMLButtonElement).addEventListener("click", () => picker.click());
		picker.addEventListener("change", () => {
			const files = [...picker.files ?? []];
			picker.value = ""; // the same files can be chosen again
			if (files.length > 0) {
				take(files);
			}
		});
	}

	/** @param {Tab} tab */
	show(tab) {
		this.#tab = tab;
		for (const each of tabs) {
			button(each).setAttribute("aria-selected", String(each === tab));
			button(each).tabIndex = each === tab ? 0 : -1;
			find(`#panel-${each}`, HTMLElement).hidden = each !== tab;
		}
		this.refresh();
	}

	/** Brings the tab that is shown up to date with the open slices. */
	refresh() {
		if (!document.body.hasAttribute("data-models")) {
			return;
		}
		if (this.#tab === "compare") {
			this.#comparison.show();
		} else if (this.#tab === "evaluation") {
			this.#evaluation.show();
		} else if (this.#tab === "study") {
			this.study.show();
		}
	}

	/** Something was read: the tab follows, at most twice a second. */
	changed() {
		this.#stale ||= setTimeout(() => {
			this.#stale = 0;
			if (this.#tab === "evaluation") {
				this.refresh();
			}
		}, 500);
	}

	/** Another model is in use, or slices were closed. */
	restart() {
		this.#comparison.clear();
		this.refresh();
	}

	/** All slices are closed. */
	closed() {
		this.#truths.tables = [];
		this.study.closed();
		this.restart();
	}

	/**
	 * Takes what is no slice out of what was opened: tables of labels and weights files.
	 * @param {Found[]} found
	 * @returns {Promise<{ slices: Found[], message: string }>}
	 */
	async take(found) {
		const kind = (/** @type {Found} */ { path, failure }) => failure ? "" : /\.(csv|safetensors)$/i.exec(path)?.[1].toLowerCase() ?? "";
		const message = await this.#add(found.filter((each) => kind(each) === "csv"));
		const weights = found.find((each) => kind(each) === "safetensors");
		if (weights) {
			await this.#loadFile(new File([weights.file], weights.path.split("/").at(-1) ?? weights.path));
		}
		return { slices: found.filter((each) => kind(each) === ""), message };
	}

	/**
	 * @param {Found[]} tables
	 * @returns {Promise<string>} why one cannot be used, or ""
	 */
	async #add(tables) {
		try {
			for (const table of tables) {
				await this.#truths.add(table);
			}
			return "";
		} catch (reason) {
			return words.noTable + failureWords(asFailure(reason));
		}
	}

	/** @param {File[]} files */
	async #addTables(files) {
		const message = await this.#add(files.map((file) => ({ path: file.name, file })));
		this.refresh();
		if (message) {
			find("#evaluation-summary", HTMLElement).textContent = message;
		}
	}

	/** @param {File} file */
	async #loadFile(file) {
		await this.#load({ file: file.name, bytes: file.size, sha256: "", foreign: file });
	}

	/** @param {KeyboardEvent} event */
	#step(event) {
		const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
		if (step) {
			event.preventDefault();
			event.stopPropagation();
			const tab = tabs[(tabs.indexOf(this.#tab) + step + tabs.length) % tabs.length];
			this.show(tab);
			button(tab).focus();
		}
	}
}

/** @param {Tab} tab */
function button(tab) {
	return find(`#tab-${tab}`, HTMLButtonElement);
}
