/** @import { Picture } from "./contract.js" */
/** @import { Slice, Slices } from "./slices.js" */
import { find } from "./dom.js";
import { imageOf } from "./pictures.js";
import { baseName, failureWords } from "./wording.js";

/** The slice in view, and where it stands among the others. */
export class Viewer {
	#canvas = find("#picture", HTMLCanvasElement);
	#message = find("#picture-message", HTMLElement);
	#name = find("#picture-name", HTMLElement);
	#size = find("#picture-size", HTMLElement);
	#position = find("#position", HTMLElement);
	#previous = find("#previous", HTMLButtonElement);
	#next = find("#next", HTMLButtonElement);

	/**
	 * @param {Slices} slices
	 * @param {Picture | undefined} picture of the current slice, where it is at hand
	 */
	show(slices, picture) {
		const { current, position, all } = slices;
		this.#name.textContent = current ? baseName(current.path) : "";
		this.#name.title = current?.path ?? "";
		this.#position.textContent = current ? `${position + 1} of ${all.length}` : "";
		this.#previous.disabled = position <= 0;
		this.#next.disabled = position === all.length - 1;
		this.#canvas.hidden = !picture;
		this.#message.textContent = picture ? "" : messageFor(current);
		this.#size.textContent = picture ? `${picture.width} × ${picture.height} pixels` : "";
		this.#canvas.setAttribute("aria-label", current ? `CT slice ${baseName(current.path)}` : "");
		if (picture) {
			this.#paint(picture);
		}
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

/** @param {Slice | undefined} slice */
function messageFor(slice) {
	return slice?.failure ? failureWords(slice.failure) : "";
}
