/** Pictures that leave the page carry what they are for in their pixels. */
/** @import { Picture } from "../contract.js" */
import { researchUse } from "./research.js";
import { imageOf } from "../pictures.js";

const leastWidth = 640; // in which the line is legible
const line = 26;

/**
 * The slice as it is first shown, enlarged where it is small, with lines of text
 * below it, the last of which says that it is for research.
 * @param {Picture} picture
 * @param {string[]} texts
 * @returns {HTMLCanvasElement}
 */
export function burned(picture, texts) {
	const scale = Math.max(1, Math.ceil(leastWidth / picture.width));
	const lines = [...texts, researchUse];
	const canvas = document.createElement("canvas");
	canvas.width = scale * picture.width;
	const height = heightOf(picture, scale);
	canvas.height = height + line * lines.length + 10;
	const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
	context.fillStyle = "#000";
	context.fillRect(0, 0, canvas.width, canvas.height);
	const plain = document.createElement("canvas");
	plain.width = picture.width;
	plain.height = picture.height;
	plain.getContext("2d")?.putImageData(imageOf(picture), 0, 0);
	context.imageSmoothingQuality = "high";
	context.drawImage(plain, 0, 0, canvas.width, height);
	context.fillStyle = "#fff";
	lines.forEach((text, i) => {
		context.font = `${i === lines.length - 1 ? "600 " : ""}17px system-ui, sans-serif`;
		context.fillText(text, 10, height + line * (i + 1), canvas.width - 20);
	});
	return canvas;
}

/**
 * Pixels that are no squares make the picture higher or lower.
 * @param {Picture} picture
 * @param {number} scale
 */
function heightOf({ height, spacing: [row, column] }, scale) {
	const ratio = row > 0 && column > 0 ? row / column : 1;
	return Math.round(scale * height * Math.min(Math.max(ratio, 0.1), 10));
}

/**
 * @param {HTMLCanvasElement} canvas
 * @returns {Promise<Blob>} PNG
 */
export function pngOf(canvas) {
	return new Promise((resolve, reject) => canvas.toBlob((blob) => blob ? resolve(blob) : reject(new Error("the browser made no picture")), "image/png"));
}
