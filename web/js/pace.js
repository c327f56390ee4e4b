/** How fast slices are read. */

/** Slices that the pace is taken from: enough to be steady, few enough to follow changes. */
const recent = 40;

export class Pace {
	/** @type {number[]} when the last slices were done, in milliseconds */
	#times = [];

	/** @param {number} now a slice is done, in milliseconds */
	note(now) {
		this.#times.push(now);
		if (this.#times.length > recent + 1) {
			this.#times.shift();
		}
	}

	/** Reading was interrupted. */
	restart() {
		this.#times = [];
	}

	/**
	 * Milliseconds until so many slices are read.
	 * @param {number} slices
	 * @returns {number | undefined} undefined while there is no telling
	 */
	left(slices) {
		const read = this.#times.length - 1;
		return read < 4 ? undefined : slices * (this.#times[read] - this.#times[0]) / read;
	}
}

/**
 * A function that does the work at once, but not again before some time has
 * passed: calls in between are done as one, then.
 * @param {number} milliseconds
 * @param {() => void} work
 */
export function atMostEvery(milliseconds, work) {
	let resting = false;
	let wanted = false;
	const call = () => {
		if (resting) {
			wanted = true;
			return;
		}
		resting = true;
		work();
		setTimeout(() => {
			resting = false;
			if (wanted) {
				wanted = false;
				call();
			}
		}, milliseconds);
	};
	return call;
}
