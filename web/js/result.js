/** @import { Scores, Verdict } from "./contract.js" */
/** @import { Series, Slice } from "./series.js" */
import { find } from "./dom.js";
import { Profile } from "./profile.js";
import { scoreTables } from "./scores.js";
import { baseName, capitalised, duration, probabilityWords, seriesWords, sliceWords, verdictWords } from "./wording.js";

/** The verdict beside the slice, and the scores of the model that gave it. */
export class Result {
	#panel = find("#result", HTMLElement);
	#title = find("#verdict-title", HTMLElement);
	#sentence = find("#verdict-sentence", HTMLElement);
	#probability = find("#probability", HTMLElement);
	#meter = find("#probability-meter", HTMLElement);
	#time = find("#verdict-time", HTMLElement);
	#series = find("#series-result", HTMLElement);
	#announcement = find("#announcement", HTMLElement);
	#profile;

	/** @param {(position: number) => void} onGo to a slice of the series */
	constructor(onGo) {
		this.#profile = new Profile(onGo);
	}

	/** @param {Slice | undefined} slice the one in view */
	show(slice) {
		const { state, title, sentence } = sliceWords(slice);
		this.#panel.dataset.state = state;
		this.#title.textContent = slice?.verdict ? verdictWords(slice.verdict.label).title : title;
		this.#sentence.textContent = sentence;
		this.#announcement.textContent = slice && slice.state !== "waiting" ? announcement(slice) : "";
		if (slice?.verdict) {
			this.#showProbability(slice.verdict);
		}
		this.#showSeries(slice?.series);
	}

	/** @param {Series | undefined} series */
	#showSeries(series) {
		const stack = series && series.slices.length > 1;
		this.#series.hidden = !stack;
		if (stack) {
			const { state, title, sentence } = seriesWords(series);
			this.#series.dataset.state = state;
			this.#series.dataset.probability = String(series.verdict?.probability ?? "");
			find(".series-title", HTMLElement, this.#series).textContent = title;
			find(".series-sentence", HTMLElement, this.#series).textContent = sentence;
			find(".series-notes", HTMLElement, this.#series).replaceChildren(...series.notes.map(noteOf));
			this.#profile.show(series);
		}
	}

	/** @param {Verdict} verdict */
	#showProbability({ probability, milliseconds }) {
		this.#probability.textContent = probabilityWords(probability);
		this.#meter.setAttribute("aria-valuenow", String(Math.round(100 * probability)));
		this.#meter.setAttribute("aria-valuetext", probabilityWords(probability));
		this.#meter.style.setProperty("--probability", String(probability));
		this.#time.textContent = `Read in ${duration(milliseconds)} on this computer.`;
	}

	/**
	 * @param {string} name of the model
	 * @param {Scores[]} measured
	 */
	showModel(name, measured) {
		this.#panel.toggleAttribute("data-model", true);
		find("#result-model-name", HTMLElement).textContent = name;
		find("#result-scores", HTMLElement).replaceChildren(...scoreTables(measured));
	}
}

/** @param {Slice} slice */
function announcement(slice) {
	const { sentence } = sliceWords(slice);
	const name = baseName(slice.path);
	return slice.verdict
		? `${name}: ${verdictWords(slice.verdict.label).title}, probability of COVID-19 ${probabilityWords(slice.verdict.probability)}.`
		: `${name}: ${sentence}`;
}

/** @param {string} note */
function noteOf(note) {
	const line = document.createElement("li");
	line.textContent = capitalised(note);
	return line;
}
