/** @import { Model, Scores } from "./contract.js" */
/** @import { Progress } from "./download.js" */
import { copyOf, find } from "./dom.js";
import { asFailure } from "./failure.js";
import { scoreTables, sideBySide } from "./scores.js";
import { failureWords, size, transferred } from "./wording.js";

const words = {
	use: "Use this model",
	inUse: "In use",
	applied: "Applied. Open slices are read again with this model.",
	preparing: "Checking and preparing the model",
	foreign: "from the disk; found out when it is used",
};

/**
 * Takes a model into use; rejects with a Failure.
 * @callback Apply
 * @param {Model} model
 * @param {Progress} onProgress
 * @returns {Promise<void>}
 */

/** The page of models: what is known of each, and a button to apply it. */
export class ModelPage {
	#list = find("#model-list", HTMLElement);
	/** @type {Map<string, HTMLElement>} by file */
	#entries = new Map();
	/** @type {Model[]} */
	models = [];
	#apply;

	/** @param {Apply} apply */
	constructor(apply) {
		this.#apply = apply;
	}

	/** @param {Model[]} models */
	show(models) {
		this.models = models;
		this.#entries.clear();
		this.#list.replaceChildren(...models.map((model) => this.#entry(model)));
		find("#no-models", HTMLElement).hidden = models.length > 0;
		this.#compare();
	}

	/**
	 * Takes a weights file from the disk into use; it stays in the list once it could
	 * be read.
	 * @param {Model} model
	 */
	async load(model) {
		const entry = this.#entry(model);
		const message = find("#load-model-message", HTMLElement);
		message.textContent = "";
		message.toggleAttribute("data-failed", false);
		await this.#use(model, entry, message);
	}

	/** Shows the scores of all models beside each other. */
	#compare() {
		const scored = this.models.filter((model) => freshest(model));
		find("#side-by-side", HTMLElement).hidden = scored.length < 2;
		find("#side-by-side-table", HTMLElement).replaceChildren(sideBySide(scored.map((model) => ({
			name: model.name || model.file, scores: /** @type {Scores} */ (freshest(model)),
		}))));
	}

	/**
	 * Marks the model in use, of which its card tells more than the list may.
	 * @param {Model} model
	 */
	markInUse(model) {
		if (!this.#entries.has(model.file)) {
			this.models.push(model);
			this.#list.append(this.#entry(model));
		}
		this.models = this.models.map((each) => each.file === model.file ? model : each);
		this.#compare();
		for (const [file, entry] of this.#entries) {
			const inUse = file === model.file;
			entry.toggleAttribute("data-in-use", inUse);
			find("button", HTMLButtonElement, entry).textContent = inUse ? words.inUse : words.use;
			find("button", HTMLButtonElement, entry).disabled = inUse;
			if (inUse) {
				describe(entry, model);
			}
		}
	}

	/** @param {Model} model */
	#entry(model) {
		const entry = copyOf("#model-entry");
		if (model.sha256) {
			this.#entries.set(model.file, entry);
		}
		fill(entry, ".file", model.file);
		fill(entry, ".size", size(model.bytes));
		find("button", HTMLButtonElement, entry).addEventListener("click", () => this.#use(model, entry));
		describe(entry, model);
		return entry;
	}

	/**
	 * @param {Model} model
	 * @param {HTMLElement} entry
	 * @param {HTMLElement} message says how it goes
	 */
	async #use(model, entry, message = find(".message", HTMLElement, entry)) {
		const progress = find("progress", HTMLProgressElement, entry);
		this.#setBusy(true);
		progress.hidden = false;
		entry.removeAttribute("data-failed");
		try {
			await this.#apply(model, (received, total) => {
				progress.max = total;
				progress.value = received;
				message.textContent = received < total ? `Loading ${transferred(received, total)}` : words.preparing;
			});
			message.textContent = words.applied;
		} catch (reason) {
			entry.toggleAttribute("data-failed", true);
			message.toggleAttribute("data-failed", true);
			message.textContent = failureWords(asFailure(reason));
		} finally {
			progress.hidden = true;
			this.#setBusy(false);
		}
	}

	/** @param {boolean} busy one model is loaded at a time */
	#setBusy(busy) {
		for (const entry of this.#entries.values()) {
			const button = find("button", HTMLButtonElement, entry);
			button.disabled = busy || entry.hasAttribute("data-in-use");
		}
	}
}

/**
 * @param {HTMLElement} entry
 * @param {Model} model
 */
function describe(entry, model) {
	const { name, description, data, licence, metrics, sha256, foreign } = model;
	fill(entry, "h3", name || model.file);
	fill(entry, ".description", description ?? "");
	fill(entry, ".data", data || "not stated");
	fill(entry, ".licence", licence || "not stated");
	fill(entry, ".digest", sha256 ? `${sha256.slice(0, 16)}…` : words.foreign);
	find(".digest", HTMLElement, entry).title = sha256;
	find(".badge", HTMLElement, entry).hidden = !foreign;
	find(".scores", HTMLElement, entry).replaceChildren(...scoreTables([...metrics ?? []].reverse().slice(0, 2)));
}

/** @param {Model} model */
function freshest({ metrics }) {
	return metrics?.at(-1);
}

/**
 * @param {HTMLElement} entry
 * @param {string} selector
 * @param {string} text
 */
function fill(entry, selector, text) {
	find(selector, HTMLElement, entry).textContent = text;
}
