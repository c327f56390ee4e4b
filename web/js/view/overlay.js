/** @import { Picture } from "../contract.js" */
/** @import { Point, View } from "./viewport.js" */
import { find } from "../dom.js";
import { orientationOf } from "./viewport.js";
import { number, windowName, windowWords } from "./windowing.js";

/** @typedef {import("../contract.js").Window} Window */

/**
 * The longest of 1, 2, 5, 10, 20 ... mm that has room.
 * @param {number} mm to a pixel of the page
 * @param {number} room in pixels of the page
 */
export function scaleBar(mm, room) {
	const most = mm * room;
	const power = 10 ** Math.floor(Math.log10(most));
	const length = power * (most >= 5 * power ? 5 : most >= 2 * power ? 2 : 1);
	return { pixels: length / mm, words: length >= 10 ? `${length / 10} cm` : `${number(length)} mm` };
}

/**
 * The value of the pixel at a point, and where it is: in mm from the upper left
 * corner of the picture, else its column and row. "" beside the picture.
 * @param {Picture} picture
 * @param {Point} point
 */
export function pointWords({ width, height, grey, hu, spacing: [row, column] }, { x, y }) {
	if (!(x >= 0 && x < width && y >= 0 && y < height)) {
		return "";
	}
	const at = Math.floor(y) * width + Math.floor(x);
	const value = hu ? `${number(hu[at])} HU` : `grey ${grey[at]}`;
	const place = row > 0 && column > 0
		? `x ${(x * column).toFixed(1)}  y ${(y * row).toFixed(1)} mm`
		: `column ${Math.floor(x)}  row ${Math.floor(y)}`;
	return `${value}\n${place}`;
}

/**
 * How the picture stands otherwise than it came, for no reader to be misled.
 * @param {View} view
 */
export function viewWords({ turns, mirrored }) {
	return [mirrored ? "mirrored" : "", turns ? `turned ${90 * turns}°` : ""].filter(Boolean).join(", ");
}

/** The texts over a slice: small, at its edges, legible over black and white. */
export class Overlay {
	#element;
	#lines;

	/** @param {HTMLElement} element with a place for each text */
	constructor(element) {
		this.#element = element;
		const line = (/** @type {string} */ name) => find(`.${name}`, HTMLElement, element);
		this.#lines = {
			title: line("title"), view: line("view"), window: line("window"), point: line("point"),
			right: line("right"), bottom: line("bottom"), left: line("left"), top: line("top"),
			bar: line("bar"), length: line("length"),
		};
	}

	/** @param {boolean} shown */
	toggle(shown) {
		this.#element.hidden = !shown;
	}

	/** @param {string} text which slice it is */
	showTitle(text) {
		set(this.#lines.title, text);
	}

	/**
	 * @param {Window} window
	 * @param {boolean} inverted
	 */
	showWindow(window, inverted) {
		set(this.#lines.window, [windowName(window), windowWords(window), inverted ? "inverted" : ""].filter(Boolean).join("  "));
	}

	/**
	 * @param {Picture} picture
	 * @param {View} view
	 * @param {number} scale pixels of the page to a column of the picture
	 * @param {number} zoom device pixels to a column of the picture
	 * @param {number} room for the scale bar, in pixels of the page
	 */
	showView(picture, view, scale, zoom, room) {
		set(this.#lines.view, [`${Math.round(100 * zoom)} %`, viewWords(view)].filter(Boolean).join("\n"));
		const { right, bottom, left, top } = picture.orientation ? orientationOf(picture.orientation, view) : none;
		set(this.#lines.right, right);
		set(this.#lines.bottom, bottom);
		set(this.#lines.left, left);
		set(this.#lines.top, top);
		const [row, column] = picture.spacing;
		const known = row > 0 && column > 0;
		this.#lines.bar.hidden = !known;
		if (known) {
			const { pixels, words } = scaleBar(column / scale, room);
			this.#lines.bar.style.width = `${pixels}px`;
			set(this.#lines.length, words);
		}
	}

	/** @param {string} words */
	showPoint(words) {
		set(this.#lines.point, words);
	}
}

const none = { right: "", bottom: "", left: "", top: "" };

/**
 * Writes only what changed: layout costs more than the picture.
 * @param {HTMLElement} element
 * @param {string} text
 */
function set(element, text) {
	if (element.textContent !== text) {
		element.textContent = text;
	}
}
