/** @import { Estimate, Failure, Scores, Verdict } from "./contract.js" */

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
 * @param {number} received
 * @param {number} total 0: unknown
 */
export function transferred(received, total) {
	return total ? `${size(received)} of ${size(total)}` : size(received);
}

/**
 * How far reading has come, in a line.
 * @param {{ all: number, waiting: number, covid: number, noncovid: number, failed: number }} counts
 */
export function progressWords({ all, waiting, covid, noncovid, failed }) {
	const parts = [];
	if (covid + noncovid > 0) {
		parts.push(`${covid} COVID-19`, `${noncovid} not COVID-19`);
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
};

/**
 * A failure in one line.
 * @param {Failure} failure
 */
export function failureWords({ kind, message }) {
	const [line] = message.split("\n");
	const words = (introductions[kind] ?? "") + line.replace(/^alexnet: (weights file: )?/, "");
	return words.charAt(0).toUpperCase() + words.slice(1);
}

/**
 * The last part of a path.
 * @param {string} path
 */
export function baseName(path) {
	return path.slice(path.lastIndexOf("/") + 1);
}
