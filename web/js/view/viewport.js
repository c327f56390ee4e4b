/** @import { Orientation, Picture } from "../contract.js" */

/**
 * Where a picture stands on its stage: zoom, pan, quarter turns and mirroring, as
 * arithmetic. Lengths on the stage are device pixels, x to the right and y down;
 * points of a picture are in its pixels, from its upper left corner. Nothing here
 * knows the document.
 */

/**
 * @typedef {object} View
 * @property {number} scale device pixels to a column of the picture; 0: as large as fits
 * @property {number} x what is in the middle of the stage, as a fraction of the picture's width
 * @property {number} y and of its height
 * @property {number} turns quarter turns clockwise, 0 to 3
 * @property {boolean} mirrored right and left change places, before it is turned
 */

/** @typedef {{ width: number, height: number }} Size */
/** @typedef {{ x: number, y: number }} Point */
/** As setTransform takes it: a, b, c, d, e, f. @typedef {[number, number, number, number, number, number]} Matrix */

/** The picture as it comes. @type {Readonly<View>} */
export const upright = Object.freeze({ scale: 0, x: 0.5, y: 0.5, turns: 0, mirrored: false });

/** More device pixels to a column show nothing more. */
const maxScale = 64;

/** Below this scale pixels are smoothed; above it, the reader wants to see them. */
export const smoothBelow = 3;

/**
 * The height of a row in widths of a column: pixels need not be square.
 * @param {Picture} picture
 */
export function aspectOf({ spacing: [row, column] }) {
	return row > 0 && column > 0 ? row / column : 1;
}

/**
 * The scale at which the whole picture is as large as fits.
 * @param {View} view
 * @param {Picture} picture
 * @param {Size} stage
 */
function fitting({ turns }, picture, stage) {
	const width = picture.width;
	const height = picture.height * aspectOf(picture);
	return turns % 2 === 0
		? Math.min(stage.width / width, stage.height / height)
		: Math.min(stage.width / height, stage.height / width);
}

/**
 * @param {View} view
 * @param {Picture} picture
 * @param {Size} stage
 */
export function scaleOf(view, picture, stage) {
	return view.scale || fitting(view, picture, stage);
}

/**
 * Takes points of the picture to the stage. The shift is whole, so that a picture
 * at one pixel to a pixel is not blurred.
 * @param {View} view
 * @param {Picture} picture
 * @param {Size} stage
 * @returns {Matrix}
 */
export function matrixOf(view, picture, stage) {
	const scale = scaleOf(view, picture, stage);
	const cos = [1, 0, -1, 0][view.turns];
	const sin = [0, 1, 0, -1][view.turns];
	const across = view.mirrored ? -scale : scale;
	const down = scale * aspectOf(picture);
	const [a, b, c, d] = [cos * across, sin * across, -sin * down, cos * down];
	const x = view.x * picture.width;
	const y = view.y * picture.height;
	return [a, b, c, d, Math.round(stage.width / 2 - a * x - c * y), Math.round(stage.height / 2 - b * x - d * y)];
}

/**
 * The point of the picture that is at (x, y) of the stage.
 * @param {Matrix} matrix
 * @param {number} x
 * @param {number} y
 * @returns {Point}
 */
export function toPicture([a, b, c, d, e, f], x, y) {
	const determinant = a * d - b * c;
	return {
		x: (d * (x - e) - c * (y - f)) / determinant,
		y: (a * (y - f) - b * (x - e)) / determinant,
	};
}

/**
 * Moves the picture over the stage. Its middle can go to the edge of the picture,
 * no further, so that it is never lost.
 * @param {View} view
 * @param {Picture} picture
 * @param {Size} stage
 * @param {number} dx
 * @param {number} dy
 * @returns {View}
 */
export function panned(view, picture, stage, dx, dy) {
	const [a, b, c, d] = matrixOf(view, picture, stage);
	const { x, y } = toPicture([a, b, c, d, 0, 0], dx, dy);
	return { ...view, x: fraction(view.x - x / picture.width), y: fraction(view.y - y / picture.height) };
}

/** @param {number} x */
function fraction(x) {
	return Math.min(Math.max(x, 0), 1);
}

/**
 * Zooms by a factor; what is at the point `at` of the stage stays there.
 * @param {View} view
 * @param {Picture} picture
 * @param {Size} stage
 * @param {number} factor
 * @param {Point} at
 * @returns {View}
 */
export function zoomed(view, picture, stage, factor, at) {
	const least = Math.min(fitting(view, picture, stage), 1) / 2;
	const before = scaleOf(view, picture, stage);
	const scale = Math.min(Math.max(before * factor, least), maxScale);
	const [dx, dy] = [at.x - stage.width / 2, at.y - stage.height / 2];
	const away = panned({ ...view, scale: before }, picture, stage, -dx, -dy);
	return panned({ ...away, scale }, picture, stage, dx, dy);
}

/**
 * Mirrors the picture as it stands on the stage.
 * @param {View} view
 * @param {"across" | "down"} way
 * @returns {View}
 */
export function flipped(view, way) {
	// Mirroring on the stage comes after the turn; before it, the turn is the other
	// way round. Top and bottom change places by half a turn more.
	const turns = (way === "across" ? 4 - view.turns : 6 - view.turns) % 4;
	return { ...view, turns, mirrored: !view.mirrored };
}

/**
 * @param {View} view
 * @param {number} quarters clockwise
 * @returns {View}
 */
export function turned(view, quarters) {
	return { ...view, turns: (view.turns + quarters + 4) % 4 };
}

/**
 * What lies beyond the edges of the stage.
 * @param {Orientation} orientation of the picture
 * @param {View} view
 * @returns {Orientation}
 */
export function orientationOf({ right, bottom, left, top }, { turns, mirrored }) {
	const clockwise = mirrored ? [left, bottom, right, top] : [right, bottom, left, top];
	const edge = (/** @type {number} */ i) => clockwise[(i - turns + 4) % 4];
	return { right: edge(0), bottom: edge(1), left: edge(2), top: edge(3) };
}
