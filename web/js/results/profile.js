/** The probabilities of a series, by the slices' position. Nothing here knows the document. */
/** @import { Slice } from "../series.js" */

/** The drawing, in the units of its SVG. */
export const drawing = { width: 480, height: 60 };

/**
 * A bar a slice as the path of an SVG; slices without a verdict have none.
 * @param {Pick<Slice, "verdict">[]} slices
 */
export function profileOf(slices) {
	const { width, height } = drawing;
	const step = width / slices.length;
	return slices.map(({ verdict }, i) => verdict
		? `M${tenths((i + 0.1) * step)} ${height}v${tenths(-height * verdict.probability)}h${tenths(0.8 * step)}V${height}z`
		: "").join("");
}

/** @param {number} x */
function tenths(x) {
	return Math.round(10 * x) / 10;
}
