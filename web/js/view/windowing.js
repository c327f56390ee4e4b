/** @import { Picture, Window } from "../contract.js" */

/**
 * Windows: which values are shown black and white. The values are HU, or the
 * greys 0 to 255 of a picture without HU; the arithmetic is the same. Nothing here
 * knows the document.
 */

/** The usual windows, in the order of the keys 1 to 5. @type {Window[]} */
export const presets = [
	{ name: "Lung", centre: -600, width: 1500 },
	{ name: "Mediastinum", centre: 40, width: 400 },
	{ name: "Bone", centre: 480, width: 2500 },
	{ name: "Brain", centre: 40, width: 80 },
	{ name: "Liver", centre: 90, width: 150 },
];

/** Shows every grey as it is. @type {Window} */
export const asItIs = { name: "", centre: 128, width: 256 };

/**
 * How far a window can be dragged.
 * @typedef {object} Limits
 * @property {number} low of the centre
 * @property {number} high of the centre
 * @property {number} width the greatest
 */

/** @type {Limits} */
const limitsOfHU = { low: -1024, high: 3071, width: 4096 };
/** @type {Limits} */
const limitsOfGrey = { low: 0, high: 255, width: 512 };

/** @param {Picture} picture */
export function limitsOf({ hu }) {
	return hu ? limitsOfHU : limitsOfGrey;
}

/**
 * The window in which the picture comes.
 * @param {Picture} picture
 */
export function firstWindow({ hu, window }) {
	return hu ? window ?? presets[0] : asItIs;
}

/**
 * The window after a drag: to the right wider, downwards darker. A drag over 256
 * pixels is one width of the window that it began with, so that narrow windows
 * are set as finely as wide ones.
 * @param {Window} window
 * @param {number} dx pixels from where the drag began
 * @param {number} dy
 * @param {Limits} limits
 * @returns {Window}
 */
export function dragged({ centre, width }, dx, dy, limits) {
	const step = Math.max(width, 64) / 256;
	return limited({ name: "", centre: centre + dy * step, width: width + dx * step }, limits);
}

/**
 * The nearest window of whole numbers within the limits.
 * @param {Window} window
 * @param {Limits} limits
 * @returns {Window}
 */
export function limited({ name, centre, width }, limits) {
	return {
		name,
		centre: Math.round(Math.min(Math.max(centre, limits.low), limits.high)),
		width: Math.round(Math.min(Math.max(width, 2), limits.width)),
	};
}

/**
 * @param {Window} a
 * @param {Window} b
 */
export function sameWindow(a, b) {
	return a.centre === b.centre && a.width === b.width;
}

/** An index into a table of pixels is a value plus this. */
export const offset = 32768;

/**
 * Fills a table of 65536 opaque grey pixels with what each value looks like: the
 * linear function of DICOM PS3.3 C.11.2.1.2.1 in single precision, as the program
 * computes it, so that a picture in its first window has the program's greys.
 * @param {Uint32Array} table
 * @param {Window} window
 * @param {boolean} inverted black and white change places
 */
export function fillTable(table, { centre, width }, inverted) {
	const black = inverted ? opaque(255) : opaque(0);
	const white = inverted ? opaque(0) : opaque(255);
	const span = Math.max(width - 1, 1);
	const low = centre - 0.5 - span / 2;
	const scale = Math.fround(255 / span);
	const shift = Math.fround(Math.fround(-low * 255 / span) + 0.5);
	// Beyond the window, and one value more on either side for rounding, there is
	// nothing to compute.
	const first = Math.min(Math.max(Math.floor(low) - 1 + offset, 0), table.length);
	const end = Math.min(Math.max(Math.ceil(low + span) + 2 + offset, 0), table.length);
	table.fill(black, 0, first);
	for (let i = first; i < end; i++) {
		const y = Math.fround(Math.fround((i - offset) * scale) + shift);
		const grey = y < 1 ? 0 : y >= 255 ? 255 : Math.floor(y);
		table[i] = opaque(inverted ? 255 - grey : grey);
	}
	table.fill(white, end);
}

/**
 * An RGBA pixel as a number: WebAssembly, without which there is no picture, makes
 * every machine little-endian.
 * @param {number} grey
 */
function opaque(grey) {
	return (0xff000000 | grey * 0x010101) >>> 0;
}

/**
 * @param {Int16Array | Uint8Array} values
 * @param {Uint32Array} table
 * @param {Uint32Array} pixels as many as there are values
 */
export function paint(values, table, pixels) {
	for (let i = 0; i < values.length; i++) {
		pixels[i] = table[values[i] + offset];
	}
}

/**
 * The values of a window: "W 1500 L −600".
 * @param {Window} window
 */
export function windowWords({ centre, width }) {
	return `W ${number(width)} L ${number(centre)}`;
}

/**
 * A number with a minus sign that can be told from a hyphen.
 * @param {number} x
 */
export function number(x) {
	return String(Math.round(10 * x) / 10).replace("-", "−");
}

/**
 * What a window is called: as the file calls it, or the preset that it is.
 * @param {Window} window
 */
export function windowName(window) {
	return window.name || (presets.find((preset) => sameWindow(preset, window))?.name ?? "");
}
