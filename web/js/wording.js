/** @import { Estimate, Failure, Scores, Verdict } from "./contract.js" */
/** @import { Series, Slice } from "./series.js" */

/** Numbers and findings in words. Nothing here knows the document. */

const verdicts = {
	covid: { title: "COVID-19", sentence: "The model finds signs of COVID-19 in this slice." },
	noncovid: { title: "Not COVID-19", sentence: "The model finds no signs of COVID-19 in this slice." },
};

/** @param {Verdict["label"]} label */
export function verdictWords(label) {
	return verdicts[label] ?? { title: label, sentence: `The model calls this slice ${label}.` };
}

/**
 * What became of a slice: a title, a sentence, and the state that colours them.
 * @param {Slice | undefined} slice
 */
export function sliceWords(slice) {
	const state = slice?.verdict?.label ?? slice?.state ?? "";
	switch (slice?.state) {
		case "read": {
			const { title, sentence } = verdictWords(/** @type {Verdict} */ (slice.verdict).label);
			return { state, title: `${title} · ${probabilityWords(slice.verdict?.probability ?? 0)}`, sentence };
		}
		case "failed":
			return { state, title: "Not read", sentence: slice.failure ? failureWords(slice.failure) : "" };
		case "leftOut":
			return { state, title: "Left out", sentence: `Left out of the verdict on the series: ${slice.why}.` };
		case "unscored":
			return { state, title: "Not scored", sentence: `Shown, but not scored: ${slice.why}.` };
		case "shown":
			return { state, title: "No model yet", sentence: "No model has read this slice yet." };
	}
	return { state, title: "Waiting", sentence: "The verdict appears here." };
}

/**
 * What became of a series.
 * @param {Series} series
 */
export function seriesWords({ slices, verdict, unscored }) {
	if (unscored) {
		return { state: "unscored", title: "Not scored", sentence: `Shown, but not scored: ${unscored}.` };
	}
	if (verdict) {
		return {
			state: verdict.label,
			title: `${verdictWords(verdict.label).title} · ${probabilityWords(verdict.probability)}`,
			sentence: meanWords(verdict.from.length, slices.filter(({ state }) => state === "read").length),
		};
	}
	const done = slices.filter(({ state }) => state !== "waiting").length;
	if (done < slices.length) {
		return { state: "waiting", title: `${done} of ${count(slices.length, "slice")}`, sentence: "The verdict on the series appears once all its slices are read." };
	}
	return slices.every(({ state }) => state === "shown")
		? { state: "shown", title: "No model yet", sentence: "No model has read this series yet." }
		: { state: "unscored", title: "Not scored", sentence: "No slice of this series was scored." };
}

/**
 * What the verdict on a series is the mean of.
 * @param {number} pooled
 * @param {number} read
 */
function meanWords(pooled, read) {
	return pooled === read ? `Mean of ${count(read, "slice")} with lung.` : `Mean of the ${count(pooled, "highest slice")} of ${read} with lung.`;
}

/**
 * A slice in the profile of its series.
 * @param {Slice} slice
 * @param {number} position from 0
 */
export function profileWords(slice, position) {
	const { title } = sliceWords(slice);
	return `Slice ${position + 1}: ${slice.verdict ? probabilityWords(slice.verdict.probability) : title.toLowerCase()}`;
}

/**
 * A probability with one decimal. A model is never certain: the ends of the
 * scale are not shown as 0 and 100 %. Nor does one below the threshold read as
 * if it had reached it.
 * @param {number} probability
 */
export function probabilityWords(probability) {
	if (probability < 0.001) {
		return "< 0.1 %";
	}
	if (probability > 0.999) {
		return "> 99.9 %";
	}
	return (probability < 0.5 && probability >= 0.4995 ? "< " : "") + percent(probability);
}

/** @param {number} fraction */
export function percent(fraction) {
	return `${(100 * fraction).toFixed(1)} %`;
}

/**
 * A score with its interval: { value: "90.2 %", interval: "87.8 to 92.2" }. The
 * area under a curve is no share of anything, and is not given in per cent.
 * @param {Estimate | null | undefined} score
 * @param {"percent" | "area"} unit
 */
export function scoreWords(score, unit) {
	const { value, low, high } = score ?? { value: null, low: null, high: null };
	const digits = (/** @type {number} */ x) => unit === "area" ? x.toFixed(3) : (100 * x).toFixed(1);
	return {
		value: value === null ? "not defined" : digits(value) + (unit === "area" ? "" : " %"),
		interval: low === null || high === null ? "" : `${digits(low)} to ${digits(high)}`,
	};
}

/**
 * What the scores were measured on.
 * @param {Scores} scores
 */
export function splitWords({ split, cases, groups }) {
	const what = split || "a split that the model card does not name";
	return cases ? `${what}: ${count(cases, "slice")}${groups ? ` of ${count(groups, "group")}` : ""}` : what;
}

/**
 * @param {number} n
 * @param {string} noun
 */
export function count(n, noun) {
	return `${n} ${noun}${n === 1 ? "" : "s"}`;
}

/** @param {number} bytes */
export function size(bytes) {
	if (bytes < 1e6) {
		return `${Math.ceil(bytes / 1e3)} kB`;
	}
	return `${(bytes / 1e6).toFixed(1)} MB`;
}

/** @param {number} milliseconds */
export function duration(milliseconds) {
	return milliseconds < 1000 ? `${Math.max(1, Math.round(milliseconds))} ms` : `${(milliseconds / 1000).toFixed(1)} s`;
}

/**
 * The time until all is read, no more exact than it is known.
 * @param {number} milliseconds
 */
export function timeLeftWords(milliseconds) {
	const seconds = milliseconds / 1000;
	if (seconds < 10) {
		return "a few seconds left";
	}
	return seconds < 90 ? `about ${10 * Math.ceil(seconds / 10)} s left` : `about ${count(Math.ceil(seconds / 60), "minute")} left`;
}

/**
 * @param {number} received
 * @param {number} total 0: unknown
 */
export function transferred(received, total) {
	return total ? `${size(received)} of ${size(total)}` : size(received);
}

/**
 * How far reading has come, in a line.
 * @param {{ all: number, waiting: number, covid: number, noncovid: number, failed: number, leftOut: number }} counts
 */
export function progressWords({ all, waiting, covid, noncovid, failed, leftOut }) {
	const parts = [];
	if (covid + noncovid > 0) {
		parts.push(`${covid} COVID-19`, `${noncovid} not COVID-19`);
	}
	if (leftOut) {
		parts.push(`${leftOut} not scored`);
	}
	if (failed) {
		parts.push(`${failed} not read`);
	}
	const progress = waiting ? `${all - waiting} of ${count(all, "slice")}` : count(all, "slice");
	return parts.length > 0 ? `${progress}: ${parts.join(", ")}` : progress;
}

/** What comes before messages that do not speak for themselves. @type {Partial<Record<Failure["kind"], string>>} */
const introductions = {
	weights: "This model cannot be used: ",
	crash: "The program stopped, and starts again: ",
	internal: "A fault of this page: ",
	selftest: "The self-test failed: this browser does not compute what it should, so that slices are shown, but not read. ",
};

/**
 * A failure in one line.
 * @param {Failure} failure
 */
export function failureWords({ kind, message }) {
	const [line] = message.split("\n");
	return capitalised((introductions[kind] ?? "") + line.replace(/^(alexnet|selftest): (weights file: )?/, ""));
}

/** @param {string} words */
export function capitalised(words) {
	return words.charAt(0).toUpperCase() + words.slice(1);
}

/**
 * The last part of a path.
 * @param {string} path
 */
export function baseName(path) {
	return path.slice(path.lastIndexOf("/") + 1);
}
