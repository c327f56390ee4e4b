/** @import { Estimate, Failure, Scores, Verdict } from "./contract.js" */
/** @import { Series, Slice } from "./series.js" */

/** @import { Key } from "./texts.js" */
import { say } from "./texts.js";

/** Numbers and findings in words. Nothing here knows the document. */

/** @param {Verdict["label"]} label */
export function verdictWords(label) {
	return label === "covid" || label === "noncovid"
		? { title: say(`verdict.${label}`), sentence: say(`verdict.${label}.sentence`) }
		: { title: label, sentence: say("verdict.other.sentence", { label }) };
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
			return { state, title: say("state.failed"), sentence: slice.failure ? failureWords(slice.failure) : "" };
		case "leftOut":
			return { state, title: say("state.leftOut"), sentence: say("state.leftOut.sentence", { why: slice.why ?? "" }) };
		case "unscored":
			return { state, title: say("state.unscored"), sentence: say("state.unscored.sentence", { why: slice.why ?? "" }) };
		case "shown":
			return { state, title: say("state.shown"), sentence: say("state.shown.slice") };
	}
	return { state, title: say("state.waiting"), sentence: say("state.waiting.slice") };
}

/**
 * What became of a series.
 * @param {Series} series
 */
export function seriesWords({ slices, verdict, unscored }) {
	if (unscored) {
		return { state: "unscored", title: say("state.unscored"), sentence: say("state.unscored.sentence", { why: unscored }) };
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
		return { state: "waiting", title: say("done", { done, all: count(slices.length, "slice") }), sentence: say("state.waiting.series") };
	}
	return slices.every(({ state }) => state === "shown")
		? { state: "shown", title: say("state.shown"), sentence: say("state.shown.series") }
		: { state: "unscored", title: say("state.unscored"), sentence: say("state.noneScored") };
}

/**
 * What the verdict on a series is the mean of.
 * @param {number} pooled
 * @param {number} read
 */
function meanWords(pooled, read) {
	return pooled === read ? say("mean.all", { n: read }) : say("mean.highest", { n: pooled, read });
}

/**
 * A slice in the profile of its series.
 * @param {Slice} slice
 * @param {number} position from 0
 */
export function profileWords(slice, position) {
	const { title } = sliceWords(slice);
	return say("profile.slice", { position: position + 1, what: slice.verdict ? probabilityWords(slice.verdict.probability) : title.toLowerCase() });
}

/**
 * A probability with one decimal. A model is never certain: the ends of the
 * scale are not shown as 0 and 100 %. Nor does one below the threshold read as
 * if it had reached it.
 * @param {number} probability
 */
export function probabilityWords(probability) {
	if (probability < 0.001) {
		return say("percent.least");
	}
	if (probability > 0.999) {
		return say("percent.most");
	}
	return (probability < 0.5 && probability >= 0.4995 ? "< " : "") + percent(probability);
}

/** @param {number} fraction */
export function percent(fraction) {
	return say("percent", { value: (100 * fraction).toFixed(1) });
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
		value: value === null ? say("score.undefined") : unit === "area" ? digits(value) : percent(value),
		interval: low === null || high === null ? "" : say("score.interval", { low: digits(low), high: digits(high) }),
	};
}

/**
 * What the scores were measured on.
 * @param {Scores} scores
 */
export function splitWords({ split, cases, groups }) {
	const what = split || say("split.unnamed");
	const slices = count(cases ?? 0, "slice");
	return !cases ? what : groups ? say("split.groups", { what, slices, groups: count(groups, "group") }) : say("split", { what, slices });
}

/**
 * @param {number} n
 * @param {"slice" | "group" | "minute" | "case" | "error"} noun
 */
export function count(n, noun) {
	return say(`count.${noun}`, { n });
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
		return say("time.seconds");
	}
	return say("time.left", { time: seconds < 90 ? `${10 * Math.ceil(seconds / 10)} s` : count(Math.ceil(seconds / 60), "minute") });
}

/**
 * @param {number} received
 * @param {number} total 0: unknown
 */
export function transferred(received, total) {
	return total ? say("done", { done: size(received), all: size(total) }) : size(received);
}

/**
 * How far reading has come, in a line.
 * @param {{ all: number, waiting: number, covid: number, noncovid: number, failed: number, leftOut: number }} counts
 */
export function progressWords({ all, waiting, covid, noncovid, failed, leftOut }) {
	const parts = [];
	if (covid + noncovid > 0) {
		parts.push(say("progress.covid", { n: covid }), say("progress.noncovid", { n: noncovid }));
	}
	if (leftOut) {
		parts.push(say("progress.leftOut", { n: leftOut }));
	}
	if (failed) {
		parts.push(say("progress.failed", { n: failed }));
	}
	const progress = waiting ? say("done", { done: all - waiting, all: count(all, "slice") }) : count(all, "slice");
	return parts.length > 0 ? say("progress", { progress, parts: parts.join(say("and")) }) : progress;
}

/** What comes before messages that do not speak for themselves. @type {Partial<Record<Failure["kind"], Key>>} */
const introductions = {
	weights: "failure.weights",
	crash: "failure.crash",
	internal: "failure.internal",
	selftest: "failure.selftest",
};

/**
 * A failure in one line.
 * @param {Failure} failure
 */
export function failureWords({ kind, message }) {
	const [line] = message.split("\n");
	const introduction = introductions[kind];
	return capitalised((introduction ? say(introduction) : "") + line.replace(/^(alexnet|selftest): (weights file: )?/, ""));
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
