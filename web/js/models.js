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

	/** @param {string | undefined} file of the model in use */
	markInUse(file) {
		for (const [name, entry] of this.#entries) {
			entry.toggleAttribute("data-in-use", name === file);
			const button = find("button", HTMLButtonElement, entry);
			button.textContent = name === file ? "In use" : "Use this model";
			button.disabled = name === file;
		}
	}

	/** @param {Model} model */
	#entry(model) {
		const entry = copyOf("#model-entry");
		this.#entries.set(model.file, entry);
		const name = nameOf(model);
		find("h3", HTMLElement, entry).textContent = name;
		find(".description", HTMLElement, entry).textContent = model.description ?? "";
		fill(entry, ".file", model.file);
		fill(entry, ".size", size(model.bytes));
		fill(entry, ".data", model.data ?? "not stated");
		fill(entry, ".licence", model.licence ?? "not stated");
		const digest = find(".digest", HTMLElement, entry);
		digest.textContent = `${model.sha256.slice(0, 16)}…`;
		digest.title = model.sha256;
		find(".scores", HTMLElement, entry).append(scoreTables(model.metrics));
		const button = find("button", HTMLButtonElement, entry);
		button.setAttribute("aria-label", `Use this model: ${name}`);
		button.addEventListener("click", () => this.#use(model, entry));
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
 * @param {string} selector
 * @param {string} text
 */
function fill(entry, selector, text) {
	find(selector, HTMLElement, entry).textContent = text;
}

/** @param {Model} model */
export function nameOf(model) {
	return model.name || model.file;
}
