/** @import { Picture } from "../contract.js" */
/** @import { Display } from "./display.js" */
/** @import { Matrix, Point, Size } from "./viewport.js" */
import { copyOf, find } from "../dom.js";
import { Overlay, pointWords } from "./overlay.js";
import { matrixOf, scaleOf, smoothBelow, toPicture } from "./viewport.js";
import { fillTable, paint, sameWindow } from "./windowing.js";

/** @typedef {import("../contract.js").Window} Window */

/**
 * One picture on its canvas, in device pixels, with its texts. A copy of the
 * picture in the window, one pixel for one, is kept beside it, so that zoom and
 * pan cost no more than drawing that.
 */
export class Pane {
	element = copyOf("#pane");
	canvas = find("canvas", HTMLCanvasElement, this.element);
	/** @type {Picture | undefined} */
	picture;
	/** What the texts over it say of the slice. */
	title = "";
	/** Device pixels. @type {Size} */
	size = { width: 0, height: 0 };
	/** Device pixels to a pixel of the page. */
	ratio = 1;
	/** Where it was drawn. @type {Matrix} */
	#matrix = [1, 0, 0, 1, 0, 0];
	#context = contextOf(this.canvas, { alpha: false });
	#overlay = new Overlay(find(".overlay", HTMLElement, this.element));
	#copy = contextOf(document.createElement("canvas"), { alpha: false });
	#table = new Uint32Array(65536);
	#image = new ImageData(1, 1);
	/** What the copy shows. @type {{ picture: Picture, window: Window, inverted: boolean } | undefined} */
	#copied;

	/** @param {() => void} onResize it must be drawn again */
	constructor(onResize) {
		const resized = () => {
			this.#measure();
			onResize();
		};
		new ResizeObserver(resized).observe(this.element);
		onRatio(resized);
	}

	#measure() {
		const { left, right, top, bottom } = this.element.getBoundingClientRect();
		const ratio = devicePixelRatio;
		this.ratio = ratio;
		// Edges are on whole device pixels, whatever fraction a pixel of the page is.
		this.size = {
			width: Math.round(right * ratio) - Math.round(left * ratio),
			height: Math.round(bottom * ratio) - Math.round(top * ratio),
		};
	}

	/**
	 * The place of an event, in device pixels of the canvas.
	 * @param {{ clientX: number, clientY: number }} event
	 * @returns {Point}
	 */
	place({ clientX, clientY }) {
		const { left, top } = this.element.getBoundingClientRect();
		return { x: (clientX - left) * this.ratio, y: (clientY - top) * this.ratio };
	}

	/**
	 * The point of the picture there, as it was drawn last.
	 * @param {Point} place
	 */
	pointAt({ x, y }) {
		return toPicture(this.#matrix, x, y);
	}

	/** @param {Point | undefined} point of the picture */
	showPoint(point) {
		this.#overlay.showPoint(point && this.picture ? pointWords(this.picture, point) : "");
	}

	/** @param {Display} display */
	draw(display) {
		if (devicePixelRatio !== this.ratio) {
			this.#measure(); // not every change of it is heard of
		}
		const { picture, size, canvas } = this;
		canvas.hidden = !picture;
		this.#overlay.toggle(Boolean(picture));
		if (!picture || !size.width || !size.height) {
			return;
		}
		const window = display.windowOf(picture);
		this.#window(picture, window, display.inverted);
		if (canvas.width !== size.width || canvas.height !== size.height) {
			Object.assign(canvas, size);
		}
		const scale = scaleOf(display.view, picture, size);
		this.#matrix = matrixOf(display.view, picture, size);
		this.#context.resetTransform();
		this.#context.fillRect(0, 0, size.width, size.height);
		this.#context.imageSmoothingEnabled = scale < smoothBelow;
		this.#context.setTransform(...this.#matrix);
		this.#context.drawImage(this.#copy.canvas, 0, 0);
		this.#overlay.showTitle(this.title);
		this.#overlay.showWindow(window, display.inverted);
		this.#overlay.showView(picture, display.view, scale / this.ratio, scale, Math.min(size.width / this.ratio / 4, 160));
	}

	/**
	 * Brings the copy up to date.
	 * @param {Picture} picture
	 * @param {Window} window
	 * @param {boolean} inverted
	 */
	#window(picture, window, inverted) {
		const before = this.#copied;
		const same = before && before.inverted === inverted && sameWindow(before.window, window);
		if (same && before.picture === picture) {
			return;
		}
		const { width, height } = picture;
		if (this.#image.width !== width || this.#image.height !== height) {
			this.#image = new ImageData(width, height);
			Object.assign(this.#copy.canvas, { width, height });
		}
		if (!same) {
			fillTable(this.#table, window, inverted);
		}
		paint(picture.hu ?? picture.grey, this.#table, new Uint32Array(this.#image.data.buffer));
		this.#copy.putImageData(this.#image, 0, 0);
		this.#copied = { picture, window, inverted };
	}
}

/**
 * Hears when a pixel of the page becomes another number of the screen's: the
 * window goes to another screen, or the reader zooms the page.
 * @param {() => void} heard
 */
function onRatio(heard) {
	matchMedia(`(resolution: ${devicePixelRatio}dppx)`).addEventListener("change", () => {
		heard();
		onRatio(heard);
	}, { once: true });
}

/**
 * @param {HTMLCanvasElement} canvas
 * @param {CanvasRenderingContext2DSettings} settings
 */
function contextOf(canvas, settings) {
	const context = canvas.getContext("2d", settings);
	if (!context) {
		throw new Error("this browser gives the page no canvas");
	}
	return context;
}
