/** @import { Picture } from "./contract.js" */
/** @import { Series, Slice } from "./series.js" */
/** @import { Commands, Place, Tool } from "./view/tools.js" */
/** @import { Point, Size, View } from "./view/viewport.js" */
import { find } from "./dom.js";
import { Display } from "./view/display.js";
import { Pane } from "./view/pane.js";
import { Toolbar } from "./view/toolbar.js";
import { Gestures } from "./view/tools.js";
import { flipped, panned, scaleOf, turned, upright, zoomed } from "./view/viewport.js";
import { dragged, limitsOf } from "./view/windowing.js";
import { baseName } from "./wording.js";

/**
 * What the reader does in the viewer to look at another slice.
 * @typedef {object} Callbacks
 * @property {(delta: number) => void} onStep so many slices on
 */

/**
 * What is in view.
 * @typedef {object} Shown
 * @property {Series} series
 * @property {Slice} slice
 * @property {Picture} [picture] of the slice, where it is at hand
 * @property {number} position of the slice in its series, from 0
 * @property {number} count of slices
 */

/** Pixels of the page that an arrow key with Shift moves the picture. */
const nudge = 40;

/** The slice in view, what the reader does to its display, and another slice to compare it with. */
export class Viewer {
	#stage = find("#stage", HTMLElement);
	#message = find("#picture-message", HTMLElement);
	#name = find("#picture-name", HTMLElement);
	#size = find("#picture-size", HTMLElement);
	#position = find("#position", HTMLElement);
	#previous = find("#previous", HTMLButtonElement);
	#next = find("#next", HTMLButtonElement);
	#pane = new Pane(() => this.#change());
	#pinned = new Pane(() => this.#change());
	#display = new Display();
	/** @type {WeakMap<Series, Display>} */
	#displays = new WeakMap();
	/** @type {Series | undefined} */
	#series;
	/** Where a drag began: the pane, and its window then. */
	#held = { pane: this.#pane, window: { name: "", centre: 0, width: 1 } };
	/** Where the pointer is, in device pixels of a pane. @type {{ pane: Pane, place: Point } | undefined} */
	#pointer;
	#frame = 0;
	#toolbar = new Toolbar({
		command: (name) => this.#do(name),
		tool: (tool) => this.#take(tool),
		window: (window) => this.#choose(window),
	});
	#gestures;

	/** @param {Callbacks} callbacks */
	constructor({ onStep }) {
		this.#pane.canvas.id = "picture";
		this.#pinned.canvas.id = "pinned";
		this.#pinned.element.hidden = true;
		find(".panes", HTMLElement, this.#stage).append(this.#pinned.element, this.#pane.element);
		this.#gestures = new Gestures(this.#stage, this.#commands(onStep));
		this.#take("window");
		this.#previous.addEventListener("click", () => onStep(-1));
		this.#next.addEventListener("click", () => onStep(1));
		addEventListener("keydown", (event) => this.#nudge(event));
	}

	/** @param {Shown | null} shown */
	show(shown) {
		const { series, slice, picture, position, count } = shown ?? { position: 0, count: 0 };
		this.#name.textContent = slice ? baseName(slice.path) : "";
		this.#name.title = slice?.path ?? "";
		this.#position.textContent = slice ? `${position + 1} of ${count}` : "";
		this.#previous.disabled = position <= 0;
		this.#next.disabled = position >= count - 1;
		this.#message.textContent = "";
		this.#size.textContent = picture ? `${picture.width} × ${picture.height} pixels` : "";
		this.#pane.canvas.setAttribute("aria-label", slice ? `CT slice ${baseName(slice.path)}` : "");
		this.#pane.title = slice ? `Slice ${position + 1} of ${count}` : "";
		this.#showPicture(series, picture, slice?.state === "failed");
	}

	/** @param {string} text in the place of the picture */
	message(text) {
		this.#message.textContent = text;
	}

	/**
	 * Until the next picture of a series is at hand, the one before stays, dimmed:
	 * it is not the slice that is named.
	 * @param {Series | undefined} series
	 * @param {Picture | undefined} picture
	 * @param {boolean} failed there will be none
	 */
	#showPicture(series, picture, failed) {
		const stays = !picture && !failed && series !== undefined && series === this.#series;
		this.#enter(series);
		if (!stays) {
			this.#pane.picture = picture;
		}
		this.#pane.element.toggleAttribute("data-waiting", stays);
		this.#change();
	}

	/** @param {Series | undefined} series */
	#enter(series) {
		if (series && series !== this.#series) {
			const display = this.#displays.get(series) ?? new Display();
			if (this.#toolbar.keepsWindow) {
				display.chosen = { ...this.#display.chosen };
			}
			this.#displays.set(series, display);
			this.#display = display;
		}
		// A reader who calls cases sees nothing of other ones, nor of their names.
		const otherCase = series !== this.#series && document.body.hasAttribute("data-blind");
		if (!series || otherCase) {
			this.#pin(false);
		}
		this.#series = series;
	}

	/** Asks for the next frame, in which everything is drawn that changed until then. */
	#change() {
		this.#frame ||= requestAnimationFrame(() => {
			this.#frame = 0;
			this.#pane.draw(this.#display);
			if (this.#comparing) {
				this.#pinned.draw(this.#display);
			}
			this.#toolbar.show(this.#pane.picture, this.#display, this.#gestures.tool, this.#comparing);
			this.#showPoint();
		});
	}

	/**
	 * @param {(slices: number) => void} onStep
	 * @returns {Commands}
	 */
	#commands(onStep) {
		return {
			begin: (at) => {
				const pane = this.#paneAt(at);
				this.#held = { pane, window: pane.picture ? this.#display.windowOf(pane.picture) : this.#held.window };
			},
			window: (dx, dy) => {
				const { pane: { picture }, window } = this.#held;
				if (picture) {
					this.#display.choose(picture, dragged(window, dx, dy, limitsOf(picture)));
					this.#change();
				}
			},
			pan: (dx, dy) => this.#look(this.#held.pane, (view, picture, size, ratio) => panned(view, picture, size, dx * ratio, dy * ratio)),
			zoom: (factor, at) => this.#zoom(factor, at),
			step: onStep,
			point: (at) => {
				const pane = at && this.#paneAt(at);
				this.#pointer = pane && { pane, place: pane.place(at) };
				this.#showPoint();
			},
		};
	}

	get #comparing() {
		return this.#pinned.picture !== undefined;
	}

	/** What the buttons do. @param {string} name */
	#do(name) {
		const { view } = this.#display;
		/** @type {Record<string, () => void>} */
		const commands = {
			in: () => this.#zoom(1.25),
			out: () => this.#zoom(1 / 1.25),
			fit: () => this.#turn({ ...view, scale: 0, x: upright.x, y: upright.y }),
			actual: () => this.#look(this.#pane, (before, picture, size) =>
				zoomed(before, picture, size, 1 / scaleOf(before, picture, size), { x: size.width / 2, y: size.height / 2 })),
			clockwise: () => this.#turn(turned(view, 1)),
			anticlockwise: () => this.#turn(turned(view, -1)),
			across: () => this.#turn(flipped(view, "across")),
			down: () => this.#turn(flipped(view, "down")),
			invert: () => { this.#display.inverted = !this.#display.inverted; },
			reset: () => this.#display.reset(),
			"first-window": () => this.#choose(undefined),
			compare: () => this.#pin(!this.#comparing),
		};
		commands[name]();
		this.#change();
	}

	/** @param {Tool} tool */
	#take(tool) {
		this.#gestures.tool = tool;
		this.#stage.dataset.tool = tool;
		this.#change();
	}

	/** @param {import("./contract.js").Window | undefined} window */
	#choose(window) {
		if (this.#pane.picture) {
			this.#display.choose(this.#pane.picture, window);
			this.#change();
		}
	}

	/** @param {boolean} pinned whether the slice in view stays beside those that come */
	#pin(pinned) {
		this.#pinned.element.hidden = !pinned;
		this.#pinned.picture = pinned ? this.#pane.picture : undefined;
		this.#pinned.title = `Pinned: ${this.#name.textContent}\n${this.#pane.title}`;
		this.#held.pane = this.#pane;
	}

	/** @param {View} view */
	#turn(view) {
		this.#display.view = view;
		this.#change();
	}

	/**
	 * @param {Pane} pane whose picture and size count
	 * @param {(view: View, picture: Picture, size: Size, ratio: number) => View} change
	 */
	#look({ picture, size, ratio }, change) {
		if (picture && size.width && size.height) {
			this.#turn(change(this.#display.view, picture, size, ratio));
		}
	}

	/**
	 * @param {number} factor
	 * @param {Place} [at] what stays where it is; the middle
	 */
	#zoom(factor, at) {
		const pane = at ? this.#paneAt(at) : this.#pane;
		this.#look(pane, (view, picture, size) =>
			zoomed(view, picture, size, factor, at ? pane.place(at) : { x: size.width / 2, y: size.height / 2 }));
	}

	/** @param {KeyboardEvent} event */
	#nudge({ key, shiftKey, altKey, ctrlKey, metaKey }) {
		const ways = { ArrowLeft: [1, 0], ArrowRight: [-1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
		const way = ways[/** @type {keyof typeof ways} */ (key)];
		if (way && shiftKey && !altKey && !ctrlKey && !metaKey && this.#stage.checkVisibility()) {
			this.#look(this.#pane, (view, picture, size, ratio) =>
				panned(view, picture, size, way[0] * nudge * ratio, way[1] * nudge * ratio));
		}
	}

	/**
	 * The pane at a place of the page.
	 * @param {Place} place
	 */
	#paneAt({ clientX, clientY }) {
		if (!this.#comparing) {
			return this.#pane;
		}
		const { left, right, top, bottom } = this.#pinned.element.getBoundingClientRect();
		return clientX >= left && clientX < right && clientY >= top && clientY < bottom ? this.#pinned : this.#pane;
	}

	/** Says what is under the pointer, in both panes: they show the same place. */
	#showPoint() {
		const shown = this.#pointer && !this.#pane.element.hasAttribute("data-waiting");
		const point = shown ? this.#pointer?.pane.pointAt(this.#pointer.place) : undefined;
		this.#pane.showPoint(point);
		this.#pinned.showPoint(point);
	}
}
