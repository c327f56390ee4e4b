/** @import { Picture, Window } from "../contract.js" */
/** @import { View } from "./viewport.js" */
import { upright } from "./viewport.js";
import { firstWindow } from "./windowing.js";

/**
 * What the reader has done to the display of a series. It holds for all its
 * slices, and never touches what the network sees.
 */
export class Display {
	/** @type {View} */
	view = upright;
	inverted = false;
	/** The windows that the reader chose. @type {{ hu?: Window, grey?: Window }} */
	chosen = {};

	/** @param {Picture} picture */
	windowOf(picture) {
		return this.chosen[kindOf(picture)] ?? firstWindow(picture);
	}

	/**
	 * @param {Picture} picture what is in view: HU and grey have a window each
	 * @param {Window | undefined} window undefined: the one in which each picture comes
	 */
	choose(picture, window) {
		this.chosen[kindOf(picture)] = window;
	}

	reset() {
		Object.assign(this, new Display());
	}
}

/** @param {Picture} picture */
function kindOf({ hu }) {
	return hu ? "hu" : "grey";
}
