/** The ROC curve as a drawing. Nothing here knows the document. */
/** @import { Measured, RocPoint } from "../contract.js" */

/** The side of the plot, in the units of its SVG. */
export const side = 240;

/**
 * The curve as the path of an SVG, from the lower left corner.
 * @param {Pick<RocPoint, "sensitivity" | "false_positive_rate">[]} points
 */
export function rocPath(points) {
	return points.map((point, i) => {
		const { x, y } = place(point);
		return `${i === 0 ? "M" : "L"}${tenths(x)} ${tenths(y)}`;
	}).join("");
}

/**
 * Where a point stands.
 * @param {Pick<RocPoint, "sensitivity" | "false_positive_rate">} point
 */
export function place({ sensitivity, false_positive_rate }) {
	return { x: side * false_positive_rate, y: side * (1 - sensitivity) };
}

/**
 * The point of the threshold of verdicts, or null where a class is absent.
 * @param {Measured} measured
 */
export function operating({ recall, specificity }) {
	return recall.value === null || specificity.value === null ? null
		: { sensitivity: recall.value, false_positive_rate: 1 - specificity.value };
}

/** @param {number} x */
function tenths(x) {
	return Math.round(10 * x) / 10;
}
