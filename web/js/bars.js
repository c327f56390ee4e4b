/** @import { Slice } from "./series.js" */

/** The arithmetic of the profile of a series: probabilities over the position. Nothing here knows the document. */

/**
 * A column of the profile: one slice, or a few neighbours where there are more
 * slices than room.
 *
 * pooled: read, and one of those whose mean is the verdict on the series; read: read,
 * but none of them; leftOut: without lung, or not scored; failed; waiting.
 * @typedef {object} Column
 * @property {"pooled" | "read" | "leftOut" | "failed" | "waiting"} kind of the most telling of its slices
 * @property {number} probability the highest one, 0 where none was read
 */

/** A narrower column could not be told from the next one, in pixels. */
const narrowest = 2;

/** From the least to the most telling. */
const kinds = /** @type {const} */ (["waiting", "leftOut", "failed", "read", "pooled"]);

/**
 * @param {Slice[]} slices
 * @param {number[]} from the indices of those whose mean is the verdict
 * @param {number} width in pixels
 * @returns {Column[]} of equal width
 */
export function columnsOf(slices, from, width) {
	const count = Math.max(1, Math.min(slices.length, Math.floor(width / narrowest)));
	const columns = Array.from({ length: count }, () => ({ kind: /** @type {Column["kind"]} */ ("waiting"), probability: 0 }));
	const pooled = new Set(from);
	slices.forEach((slice, i) => {
		const column = columns[Math.floor(i * count / slices.length)];
		const kind = pooled.has(i) ? "pooled" : kindOf(slice);
		if (kinds.indexOf(kind) > kinds.indexOf(column.kind)) {
			column.kind = kind;
		}
		column.probability = Math.max(column.probability, slice.verdict?.probability ?? 0);
	});
	return columns;
}

/**
 * @param {Slice} slice
 * @returns {Column["kind"]}
 */
function kindOf({ state }) {
	switch (state) {
		case "read":
		case "leftOut":
		case "failed":
			return state;
		case "unscored":
			return "leftOut";
	}
	return "waiting";
}

/**
 * What is drawn of a profile: SVG paths.
 * @typedef {object} Paths
 * @property {string} pooledOver bars of slices in the mean, at or above the threshold
 * @property {string} pooledUnder below it
 * @property {string} readOver bars of other slices
 * @property {string} readUnder
 * @property {string} leftOut places of slices without a probability
 * @property {string} failed crosses
 * @property {string} marks below the slices in the mean
 */

/** Height of the marks, and the gap above them, in pixels. */
const markHeight = 3;

/**
 * @param {Column[]} columns
 * @param {number} width in pixels
 * @param {number} height in pixels, with the marks
 * @param {number} threshold from which on a probability counts as covid
 * @returns {Paths}
 */
export function pathsOf(columns, width, height, threshold) {
	const paths = { pooledOver: "", pooledUnder: "", readOver: "", readUnder: "", leftOut: "", failed: "", marks: "" };
	const step = width / columns.length;
	const bar = step < 4 ? step : step - 1; // with a gap, where it is seen
	const ground = height - 2 * markHeight;
	columns.forEach(({ kind, probability }, i) => {
		const x = i * step;
		switch (kind) {
			case "pooled":
				paths.marks += rectangle(x, height - markHeight, step, markHeight);
				// fall through
			case "read": {
				const tall = Math.max(1, ground * probability);
				paths[probability >= threshold ? /** @type {const} */ (`${kind}Over`) : /** @type {const} */ (`${kind}Under`)] +=
					rectangle(x, ground - tall, bar, tall);
				break;
			}
			case "leftOut":
				paths.leftOut += rectangle(x, 0, step, ground);
				break;
			case "failed":
				paths.failed += cross(x + step / 2, ground / 2);
		}
	});
	return paths;
}

/**
 * The slice at a place in the profile.
 * @param {number} x in pixels
 * @param {number} width in pixels
 * @param {number} count of slices
 */
export function positionAt(x, width, count) {
	return Math.min(Math.max(Math.floor(x / width * count), 0), count - 1);
}

/**
 * @param {number} x
 * @param {number} y
 * @param {number} width
 * @param {number} height
 */
function rectangle(x, y, width, height) {
	return `M${round(x)} ${round(y)}h${round(width)}v${round(height)}h${round(-width)}z`;
}

/**
 * @param {number} x of its middle
 * @param {number} y
 */
function cross(x, y) {
	return `M${round(x - 3)} ${round(y - 3)}l6 6m0-6l-6 6`;
}

/** @param {number} pixels */
function round(pixels) {
	return Math.round(100 * pixels) / 100;
}
