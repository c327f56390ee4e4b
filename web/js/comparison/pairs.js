/** Two models beside each other. Nothing here knows the document. */
/** @import { Series, Slice } from "../series.js" */

/**
 * A slice or series that both models have read.
 * @typedef {object} Pair
 * @property {Series} series
 * @property {Slice} slice itself, or the one in the middle of the series
 * @property {boolean} whole it is of the series
 * @property {number} first probability of the first model
 * @property {number} second
 * @property {boolean | null} [positive] what it is, where that is known
 * @property {string} [group]
 */

/**
 * Those on which the models disagree, then the others; in both the greatest
 * difference first.
 * @param {Pair[]} pairs
 * @param {number} threshold
 */
export function disagreementsFirst(pairs, threshold) {
	const rank = (/** @type {Pair} */ pair) => Number(disagree(pair, threshold));
	const apart = (/** @type {Pair} */ { first, second }) => Math.abs(first - second);
	return [...pairs].sort((a, b) => rank(b) - rank(a) || apart(b) - apart(a));
}

/**
 * @param {Pick<Pair, "first" | "second">} pair
 * @param {number} threshold
 */
export function disagree({ first, second }, threshold) {
	return (first >= threshold) !== (second >= threshold);
}

/**
 * A difference of probabilities in percentage points, with its sign.
 * @param {Pick<Pair, "first" | "second">} pair
 */
export function apart({ first, second }) {
	const points = (100 * (second - first)).toFixed(1);
	return Number(points) > 0 ? `+${points}` : points.replace("-", "−").replace(/^−0\.0$/, "0.0");
}
