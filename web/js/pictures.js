/** @import { Picture } from "./contract.js" */

/**
 * The pictures looked at last, so that stepping to and fro needs no decoding.
 * Least recently used go first once there are too many bytes.
 */
export class Pictures {
	#limit;
	#bytes = 0;
	/** @type {Map<number, Picture>} by slice, the least recently used first */
	#kept = new Map();

	/** @param {number} limit in bytes */
	constructor(limit) {
		this.#limit = limit;
	}

	/** @param {number} id */
	has(id) {
		return this.#kept.has(id);
	}

	/**
	 * @param {number} id of the slice
	 * @returns {Picture | undefined}
	 */
	get(id) {
		const picture = this.#kept.get(id);
		if (picture) {
			this.#kept.delete(id);
			this.#kept.set(id, picture);
		}
		return picture;
	}

	/**
	 * Keeps the picture, even one that is over the limit by itself: it is in view.
	 * @param {number} id
	 * @param {Picture} picture
	 */
	keep(id, picture) {
		this.#drop(id);
		this.#kept.set(id, picture);
		this.#bytes += bytesOf(picture);
		for (const oldest of this.#kept.keys()) {
			if (this.#bytes <= this.#limit || oldest === id) {
				break;
			}
			this.#drop(oldest);
		}
	}

	clear() {
		this.#kept.clear();
		this.#bytes = 0;
	}

	/** @param {number} id */
	#drop(id) {
		const picture = this.#kept.get(id);
		this.#bytes -= picture ? bytesOf(picture) : 0;
		this.#kept.delete(id);
	}
}

/** @param {Picture} picture */
function bytesOf({ grey, hu }) {
	return grey.byteLength + (hu?.byteLength ?? 0);
}

/**
 * The picture as a canvas takes it.
 * @param {Picture} picture
 */
export function imageOf({ width, height, grey }) {
	const image = new ImageData(width, height);
	const pixels = image.data;
	for (let i = 0; i < grey.length; i++) {
		pixels[4 * i] = pixels[4 * i + 1] = pixels[4 * i + 2] = grey[i];
		pixels[4 * i + 3] = 255;
	}
	return image;
}
