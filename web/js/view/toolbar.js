/** @import { Picture } from "../contract.js" */
/** @import { Display } from "./display.js" */
/** @import { Tool } from "./tools.js" */
import { copyOf, find } from "../dom.js";
import { keyName } from "./tools.js";
import { limited, limitsOf, presets, sameWindow, windowName, windowWords } from "./windowing.js";

/** @typedef {import("../contract.js").Window} Window */

/**
 * What the toolbar asks for. Buttons without a window or a tool name their command
 * themselves (data-command).
 * @typedef {object} Orders
 * @property {(name: string) => void} command
 * @property {(tool: Tool) => void} tool
 * @property {(window: Window | undefined) => void} window undefined: as the file comes
 */

/**
 * The buttons over the stage and the menu of windows. The keys are those that the
 * buttons state (aria-keyshortcuts): a key is a click on its button.
 */
export class Toolbar {
	#viewer = find("#viewer", HTMLElement);
	#button = find("#window-button", HTMLButtonElement);
	#name = find("#window-name", HTMLElement);
	#menu = find("#window-menu", HTMLElement);
	#presets = find("#window-presets", HTMLElement);
	#stored = find("#window-stored", HTMLElement);
	#centre = find("#window-centre", HTMLInputElement);
	#width = find("#window-width", HTMLInputElement);
	#keep = find("#window-keep", HTMLInputElement);
	#orders;
	/** @type {Map<HTMLButtonElement, Window>} */
	#choices = new Map();
	/** @type {Picture | undefined} */
	#picture;

	/** @param {Orders} orders */
	constructor(orders) {
		this.#orders = orders;
		this.#viewer.addEventListener("click", ({ target }) => this.#click(target));
		this.#presets.replaceChildren(...presets.map((window, i) => this.#choice(window, String(i + 1))));
		this.#menu.addEventListener("beforetoggle", () => this.#place());
		this.#menu.addEventListener("keydown", (event) => {
			if (event.target instanceof HTMLInputElement && event.key !== "Escape") {
				event.stopPropagation(); // arrows and digits belong to the field
			}
		});
		for (const field of [this.#centre, this.#width]) {
			field.addEventListener("input", () => this.#type());
		}
		addEventListener("keydown", (event) => this.#key(event));
	}

	/** Whether the window stays when another series comes into view. */
	get keepsWindow() {
		return this.#keep.checked;
	}

	/**
	 * @param {Picture | undefined} picture
	 * @param {Display} display
	 * @param {Tool} tool
	 * @param {boolean} comparing
	 */
	show(picture, display, tool, comparing) {
		this.#buttons().forEach((button) => {
			const { command, tool: its } = button.dataset;
			button.disabled = !picture && !its && !(command === "compare" && comparing);
			const on = its ? its === tool : command === "invert" ? display.inverted : command === "compare" ? comparing : undefined;
			if (on !== undefined && button.getAttribute("aria-pressed") !== String(on)) {
				button.setAttribute("aria-pressed", String(on));
			}
		});
		this.#button.disabled = !picture;
		if (picture) {
			this.#showWindow(picture, display.windowOf(picture));
		}
	}

	/**
	 * @param {Picture} picture
	 * @param {Window} window
	 */
	#showWindow(picture, window) {
		if (picture !== this.#picture) {
			this.#picture = picture;
			this.#presets.querySelectorAll("button").forEach((button) => { button.disabled = !picture.hu; });
			this.#showStored(picture.windows ?? []);
		}
		this.#name.textContent = windowName(window) || (picture.hu ? windowWords(window) : "Greys");
		for (const [button, its] of this.#choices) {
			button.setAttribute("aria-pressed", String(Boolean(picture.hu) && sameWindow(its, window)));
		}
		for (const [field, value] of /** @type {const} */ ([[this.#centre, window.centre], [this.#width, window.width]])) {
			if (document.activeElement !== field) {
				field.value = String(Math.round(10 * value) / 10);
			}
		}
	}

	/** @param {Window[]} windows that the file stores */
	#showStored(windows) {
		const old = this.#stored.querySelectorAll("button");
		old.forEach((button) => this.#choices.delete(button));
		this.#stored.replaceChildren(...windows.map((window) => this.#choice(window, "")));
		find("#window-stored-title", HTMLElement).hidden = windows.length === 0;
	}

	/**
	 * @param {Window} window
	 * @param {string} key "" none
	 */
	#choice(window, key) {
		const button = /** @type {HTMLButtonElement} */ (copyOf("#window-choice"));
		find(".name", HTMLElement, button).textContent = window.name || "Stored window";
		find(".values", HTMLElement, button).textContent = windowWords(window);
		find("kbd", HTMLElement, button).textContent = key;
		if (key) {
			button.setAttribute("aria-keyshortcuts", key);
		}
		this.#choices.set(button, window);
		return button;
	}

	/** @param {EventTarget | null} target */
	#click(target) {
		const button = target instanceof Element ? target.closest("button") : null;
		if (!button) {
			return;
		}
		const { command, tool } = button.dataset;
		const window = this.#choices.get(button);
		if (window) {
			this.#orders.window(window);
			this.#menu.hidePopover();
		} else if (tool) {
			this.#orders.tool(/** @type {Tool} */ (tool));
		} else if (command) {
			this.#orders.command(command);
		}
	}

	/** A window was typed in. */
	#type() {
		const [centre, width] = [this.#centre.valueAsNumber, this.#width.valueAsNumber];
		if (this.#picture && Number.isFinite(centre) && width >= 1) {
			this.#orders.window(limited({ name: "", centre, width }, limitsOf(this.#picture)));
		}
	}

	/** @param {KeyboardEvent} event */
	#key(event) {
		const name = keyName(event);
		if (!name || event.defaultPrevented || typing(event.target) || !this.#viewer.checkVisibility()) {
			return;
		}
		const button = /** @type {HTMLButtonElement | null} */ (
			this.#viewer.querySelector(`:is([data-command], [data-tool], .choice)[aria-keyshortcuts~="${CSS.escape(name)}"]`));
		if (button) {
			event.preventDefault();
			button.click();
		}
	}

	/** Puts the menu under its button. */
	#place() {
		const { left, bottom } = this.#button.getBoundingClientRect();
		this.#menu.style.left = `${left}px`;
		this.#menu.style.top = `${bottom + 4}px`;
	}

	#buttons() {
		return /** @type {NodeListOf<HTMLButtonElement>} */ (this.#viewer.querySelectorAll("[data-command], [data-tool]"));
	}
}

/** @param {EventTarget | null} target */
function typing(target) {
	return target instanceof Element && target.matches("input:not([type=checkbox]), select, textarea");
}
