/** @import { Point } from "./viewport.js" */

/**
 * Gestures of mouse, pen and fingers, as the commands that they mean. Nothing here
 * knows what the commands do.
 */

/** What a drag does. @typedef {"window" | "pan" | "zoom" | "scroll"} Tool */

/**
 * Lengths are pixels of the page; places are the events that carry them.
 * @typedef {object} Commands
 * @property {(at: Place) => void} begin a drag begins
 * @property {(dx: number, dy: number) => void} window from where the drag began
 * @property {(dx: number, dy: number) => void} pan from the event before
 * @property {(factor: number, at: Place) => void} zoom
 * @property {(slices: number) => void} step
 * @property {(at: Place | undefined) => void} point the pointer is here, or gone
 */

/** @typedef {{ clientX: number, clientY: number }} Place */

/** Pixels of a trackpad's scrolling that are a slice. */
const scrolledToASlice = 24;
/** Pixels of a drag that are a slice. */
const draggedToASlice = 12;

/**
 * Slices that a wheel's event asks for. A notch of a mouse wheel is one slice,
 * whatever the system makes of it; a trackpad's small steps add up.
 * @param {number} before what was left over
 * @param {Pick<WheelEvent, "deltaMode" | "deltaY">} event
 * @returns {{ slices: number, left: number }}
 */
export function wheelSteps(before, { deltaMode, deltaY }) {
	if (deltaMode !== 0 || Math.abs(deltaY) >= 2 * scrolledToASlice) {
		return { slices: Math.sign(deltaY), left: 0 };
	}
	const sum = Math.sign(before) === Math.sign(deltaY) ? before + deltaY : deltaY;
	const slices = Math.trunc(sum / scrolledToASlice);
	return { slices, left: sum - slices * scrolledToASlice };
}

/**
 * The factor of a wheel that zooms. A pinch on a trackpad comes as small steps of a
 * wheel, and is followed exactly; a notch is a quarter.
 * @param {Pick<WheelEvent, "deltaX" | "deltaY">} event
 */
export function wheelFactor({ deltaX, deltaY }) {
	const delta = deltaY || deltaX; // with Shift, some systems scroll sideways
	return Math.exp(-Math.min(Math.max(delta, -22), 22) / 100);
}

/**
 * What a button of the pointer does.
 * @param {Pick<PointerEvent, "button" | "shiftKey" | "ctrlKey" | "metaKey">} event
 * @param {Tool} chosen the tool of the first button
 * @returns {Tool}
 */
export function toolOf({ button, shiftKey, ctrlKey, metaKey }, chosen) {
	if (button === 1 || button === 0 && shiftKey) {
		return "pan";
	}
	return button === 2 || button === 0 && (ctrlKey || metaKey) ? "zoom" : chosen;
}

/** Hears the gestures over an element. */
export class Gestures {
	/** @type {Tool} */
	tool = "window";
	#commands;
	#element;
	/** The pointers that are down, where they are. @type {Map<number, Point>} */
	#down = new Map();
	/** @type {{ tool: Tool, from: Point, last: Point, left: number } | undefined} */
	#drag;
	#wheel = 0;

	/**
	 * @param {HTMLElement} element
	 * @param {Commands} commands
	 */
	constructor(element, commands) {
		this.#element = element;
		this.#commands = commands;
		element.addEventListener("pointerdown", (event) => this.#press(event));
		element.addEventListener("pointermove", (event) => this.#move(event));
		element.addEventListener("pointerup", (event) => this.#release(event));
		element.addEventListener("pointercancel", (event) => this.#release(event));
		element.addEventListener("pointerleave", () => commands.point(undefined));
		element.addEventListener("wheel", (event) => this.#roll(event), { passive: false });
		element.addEventListener("contextmenu", (event) => event.preventDefault());
	}

	/** @param {PointerEvent} event */
	#press(event) {
		if (event.button > 2) {
			return; // the browser's back and forward
		}
		event.preventDefault(); // no selection, no scrolling by the middle button
		this.#element.setPointerCapture(event.pointerId);
		const at = { x: event.clientX, y: event.clientY };
		this.#down.set(event.pointerId, at);
		this.#drag = this.#down.size === 1 ? { tool: toolOf(event, this.tool), from: at, last: at, left: 0 } : undefined;
		this.#element.dataset.dragging = this.#drag?.tool ?? "pan";
		this.#commands.begin(event);
		this.#commands.point(event);
	}

	/** @param {PointerEvent} event */
	#move(event) {
		const before = this.#down.get(event.pointerId);
		const at = { x: event.clientX, y: event.clientY };
		if (before && this.#down.size === 2) {
			this.#pinch(event.pointerId, before, at);
		}
		if (before) {
			this.#down.set(event.pointerId, at);
		}
		if (this.#drag && this.#down.size === 1) {
			this.#pull(this.#drag, at);
		}
		this.#commands.point(event);
	}

	/** @param {PointerEvent} event */
	#release(event) {
		this.#down.delete(event.pointerId);
		this.#drag = undefined; // the finger that stays does not go on alone
		if (this.#down.size === 0) {
			delete this.#element.dataset.dragging;
		}
	}

	/**
	 * One pointer moves.
	 * @param {{ tool: Tool, from: Point, last: Point, left: number }} drag
	 * @param {Point} at
	 */
	#pull(drag, at) {
		const [dx, dy] = [at.x - drag.last.x, at.y - drag.last.y];
		drag.last = at;
		switch (drag.tool) {
			case "window":
				this.#commands.window(at.x - drag.from.x, at.y - drag.from.y);
				break;
			case "pan":
				this.#commands.pan(dx, dy);
				break;
			case "zoom": // downwards nearer
				this.#commands.zoom(Math.exp(dy / 150), { clientX: drag.from.x, clientY: drag.from.y });
				break;
			case "scroll": {
				const slices = Math.trunc((drag.left + dy) / draggedToASlice);
				drag.left += dy - slices * draggedToASlice;
				this.#step(slices);
			}
		}
	}

	/**
	 * One of two fingers moves: the middle between them pans, their distance zooms.
	 * @param {number} id
	 * @param {Point} before
	 * @param {Point} at
	 */
	#pinch(id, before, at) {
		const other = /** @type {Point} */ ([...this.#down].find(([each]) => each !== id)?.[1]);
		const distance = (/** @type {Point} */ p) => Math.max(Math.hypot(p.x - other.x, p.y - other.y), 1);
		this.#commands.pan((at.x - before.x) / 2, (at.y - before.y) / 2);
		this.#commands.zoom(distance(at) / distance(before), { clientX: (at.x + other.x) / 2, clientY: (at.y + other.y) / 2 });
	}

	/** @param {WheelEvent} event */
	#roll(event) {
		event.preventDefault();
		if (event.ctrlKey || event.shiftKey || event.metaKey) {
			this.#commands.zoom(wheelFactor(event), event);
			return;
		}
		const { slices, left } = wheelSteps(this.#wheel, event);
		this.#wheel = left;
		this.#step(slices);
	}

	/** @param {number} slices */
	#step(slices) {
		if (slices !== 0) {
			this.#commands.step(slices);
		}
	}
}

/**
 * How the page names a key: "F", "Shift+R", "+", as in aria-keyshortcuts. "" where
 * a key of the system is held.
 * @param {Pick<KeyboardEvent, "key" | "shiftKey" | "altKey" | "ctrlKey" | "metaKey">} event
 */
export function keyName({ key, shiftKey, altKey, ctrlKey, metaKey }) {
	if (altKey || ctrlKey || metaKey) {
		return "";
	}
	const name = key.length === 1 ? key.toUpperCase() : key;
	return shiftKey && /^[A-Z]/.test(name) ? `Shift+${name}` : name;
}
