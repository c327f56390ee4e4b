/** @import { Picture } from "./contract.js" */
/** @import { Series, Slice } from "./series.js" */
import { find } from "./dom.js";
import { imageOf } from "./pictures.js";
import { baseName } from "./wording.js";

/**
 * What the reader does in the viewer to look at another slice.
 * @typedef {object} Callbacks
 * @property {(delta: number) => void} onStep so many slices on
 * @property {(position: number) => void} onGo to a position in the series
 */

/**
 * What is in view.
 * @typedef {object} View
 * @property {Series} series
 * @property {Slice} slice
 * @property {Picture} [picture] of the slice, where it is at hand
 * @property {number} position of the slice in its series, from 0
 * @property {number} count of slices
 */

/** The slice in view, and where it stands among the others. */
export class Viewer {
	#canvas = find("#picture", HTMLCanvasElement);
	#message = find("#picture-message", HTMLElement);
	#name = find("#picture-name", HTMLElement);
	#size = find("#picture-size", HTMLElement);
	#position = find("#position", HTMLElement);
	#previous = find("#previous", HTMLButtonElement);
	#next = find("#next", HTMLButtonElement);

	/** @param {Callbacks} callbacks */
	constructor({ onStep }) {
		this.#previous.addEventListener("click", () => onStep(-1));
		this.#next.addEventListener("click", () => onStep(1));
	}

	/** @param {View | null} view */
	show(view) {
		const { slice, picture, position, count } = view ?? { position: 0, count: 0 };
		this.#name.textContent = slice ? baseName(slice.path) : "";
		this.#name.title = slice?.path ?? "";
		this.#position.textContent = slice ? `${position + 1} of ${count}` : "";
		this.#previous.disabled = position <= 0;
		this.#next.disabled = position >= count - 1;
		this.#canvas.hidden = !picture;
		this.#message.textContent = "";
		this.#size.textContent = picture ? `${picture.width} × ${picture.height} pixels` : "";
		this.#canvas.setAttribute("aria-label", slice ? `CT slice ${baseName(slice.path)}` : "");
		if (picture) {
			this.#paint(picture);
		}
	}

	/** @param {string} text in the place of the picture */
	message(text) {
		this.#message.textContent = text;
	}

	/**
	 * One pixel for one; the style sheet fits the canvas into its place.
	 * @param {Picture} picture
	 */
	#paint(picture) {
		this.#canvas.width = picture.width;
		this.#canvas.height = picture.height;
		this.#canvas.getContext("2d")?.putImageData(imageOf(picture), 0, 0);
	}
}
