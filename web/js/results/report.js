/** The report on paper: one page on the slice in view and its series. */
/** @import { Desk } from "../desk.js" */
/** @import { Series } from "../series.js" */
/** @import { Making } from "./rows.js" */
import { find } from "../dom.js";
import { scoreTables } from "../scores.js";
import { probabilityWords, seriesWords, sliceWords } from "../wording.js";
import { burned } from "./burned.js";
import { profileOf } from "./profile.js";
import { preparation, threshold } from "./rows.js";

const words = {
	sliceOf: (/** @type {number} */ slice, /** @type {number} */ of, /** @type {number} */ series) => of > 1 ? `Series ${series}, slice ${slice} of ${of}` : `Slice ${series}`,
	probability: "Probability of COVID-19",
	threshold: "Verdicts are COVID-19 from",
	model: "Model",
	digest: "SHA-256 of its file",
	status: "Status",
	listed: "offered by the server that this page came from",
	unvalidated: "not from this server, unvalidated",
	data: "Trained on",
	preprocessing: "Preprocessing",
	limits: "Limits",
	program: "Program",
	time: "Printed",
	file: "File",
	none: "No model has read this slice.",
	others: "“Not COVID-19” does not mean healthy: the model knows no other finding.",
	notStated: "not stated",
};

/**
 * Fills the part of the page that only printers see.
 * @param {Desk} desk
 * @param {Making} making
 */
export function fillReport({ study, pictures, model }, { names, time, version }) {
	const { slice, current: series } = study;
	const report = find("#report", HTMLElement);
	const picture = slice && pictures.get(slice.id);
	report.toggleAttribute("data-filled", slice !== undefined);
	if (!slice || !series) {
		return;
	}
	const { title, sentence } = sliceWords(slice);
	text("h2", words.sliceOf(series.position + 1, series.slices.length, study.series.indexOf(series) + 1));
	text(".report-verdict", title);
	text(".report-sentence", sentence);
	find(".report-picture", HTMLElement, report).replaceChildren(...picture ? [imageOf(burned(picture, [title]))] : []);
	showSeries(series, report);
	const used = model();
	/** @type {[string, string][]} */
	const facts = [];
	if (names) {
		facts.push([words.file, slice.path]);
	}
	if (slice.verdict) {
		facts.push([words.probability, probabilityWords(slice.verdict.probability)], [words.threshold, `${100 * threshold} %`]);
	}
	if (used) {
		const { card, name, sha256, validated } = used;
		facts.push([words.model, name], [words.digest, sha256], [words.status, validated ? words.listed : words.unvalidated],
			[words.data, [card.data.name, card.data.licence].filter(Boolean).join("; ") || words.notStated],
			[words.preprocessing, preparation(used.preprocessing)]);
		if (card.limits) {
			facts.push([words.limits, card.limits]);
		}
	}
	facts.push([words.program, `lungct ${version}`]);
	if (time) {
		facts.push([words.time, time.toISOString()]);
	}
	find(".report-facts", HTMLElement, report).replaceChildren(...facts.flatMap(([term, value]) => [element("dt", term), element("dd", value)]));
	find(".report-scores", HTMLElement, report).replaceChildren(...used ? scoreTables([...used.card.metrics ?? []].slice(-1)) : [element("p", words.none)]);
	text(".report-note", words.others);

	/**
	 * @param {string} selector
	 * @param {string} what
	 */
	function text(selector, what) {
		find(selector, HTMLElement, report).textContent = what;
	}
}

/**
 * @param {Series} series
 * @param {HTMLElement} report
 */
function showSeries(series, report) {
	const stack = series.slices.length > 1;
	const section = find(".report-series", HTMLElement, report);
	section.hidden = !stack;
	if (stack) {
		const { title, sentence } = seriesWords(series);
		find(".report-series-verdict", HTMLElement, section).textContent = `Series: ${title}`;
		find(".report-series-sentence", HTMLElement, section).textContent = sentence;
		find("svg path.bars", SVGPathElement, section).setAttribute("d", profileOf(series.slices));
	}
}

/** @param {HTMLCanvasElement} canvas */
function imageOf(canvas) {
	canvas.setAttribute("role", "img");
	canvas.setAttribute("aria-label", "The slice");
	return canvas;
}

/**
 * @param {string} name
 * @param {string} text
 */
function element(name, text) {
	const made = document.createElement(name);
	made.textContent = text;
	return made;
}
