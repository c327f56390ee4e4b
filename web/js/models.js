/** @import { Model } from "./contract.js" */
/** @import { Progress } from "./download.js" */
import { copyOf, find } from "./dom.js";
import { asFailure } from "./failure.js";
import { scoreTables } from "./scores.js";
import { failureWords, size, transferred } from "./wording.js";

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
	#apply;

	/** @param {Apply} apply */
	constructor(apply) {
		this.#apply = apply;
	}

	/** @param {Model[]} models */
	show(models) {
		this.#entries.clear();
		this.#list.replaceChildren(...models.map((model) => this.#entry(model)));
		find("#no-models", HTMLElement).hidden = models.length > 0;
	}

	/**
	 * Marks the model in use, of which its card tells more than the list may.
	 * @param {Model} model
	 */
	markInUse(model) {
		for (const [file, entry] of this.#entries) {
			const inUse = file === model.file;
			entry.toggleAttribute("data-in-use", inUse);
			find("button", HTMLButtonElement, entry).textContent = inUse ? "In use" : "Use this model";
			find("button", HTMLButtonElement, entry).disabled = inUse;
			if (inUse) {
				describe(entry, model);
			}
		}
	}

	/** @param {Model} model */
	#entry(model) {
		const entry = copyOf("#model-entry");
		this.#entries.set(model.file, entry);
		fill(entry, ".file", model.file);
		fill(entry, ".size", size(model.bytes));
		fill(entry, ".digest", `${model.sha256.slice(0, 16)}…`);
		find(".digest", HTMLElement, entry).title = model.sha256;
		find("button", HTMLButtonElement, entry).addEventListener("click", () => this.#use(model, entry));
		describe(entry, model);
		return entry;
	}

	/**
	 * @param {Model} model
	 * @param {HTMLElement} entry
	 */
	async #use(model, entry) {
		const progress = find("progress", HTMLProgressElement, entry);
		const message = find(".message", HTMLElement, entry);
		this.#setBusy(true);
		progress.hidden = false;
		entry.removeAttribute("data-failed");
		try {
			await this.#apply(model, (received, total) => {
				progress.max = total;
				progress.value = received;
				message.textContent = received < total ? `Loading ${transferred(received, total)}` : "Checking and preparing the model";
			});
			message.textContent = "Applied. Open slices are read again with this model.";
		} catch (reason) {
			entry.toggleAttribute("data-failed", true);
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
	const { name, description, data, licence, metrics } = model;
	fill(entry, "h3", name || model.file);
	fill(entry, ".description", description ?? "");
	fill(entry, ".data", data || "not stated");
	fill(entry, ".licence", licence || "not stated");
	find(".scores", HTMLElement, entry).replaceChildren(...scoreTables(metrics ? [metrics] : []));
}

/**
 * @param {HTMLElement} entry
 * @param {string} selector
 * @param {string} text
 */
function fill(entry, selector, text) {
	find(selector, HTMLElement, entry).textContent = text;
}
