/** @import { Scores, Verdict } from "./contract.js" */
/** @import { Slice } from "./slices.js" */
import { find } from "./dom.js";
import { scoreTables } from "./scores.js";
import { baseName, duration, failureWords, probabilityWords, verdictWords } from "./wording.js";

/** The verdict beside the slice, and the scores of the model that gave it. */
export class Result {
	#panel = find("#result", HTMLElement);
	#title = find("#verdict-title", HTMLElement);
	#sentence = find("#verdict-sentence", HTMLElement);
	#probability = find("#probability", HTMLElement);
	#meter = find("#probability-meter", HTMLElement);
	#time = find("#verdict-time", HTMLElement);
	#announcement = find("#announcement", HTMLElement);

	/** @param {Slice | undefined} slice the one in view */
	show(slice) {
		this.#panel.dataset.state = slice?.verdict?.label ?? slice?.state ?? "";
		const { title, sentence } = words(slice);
		this.#title.textContent = title;
		this.#sentence.textContent = sentence;
		this.#announcement.textContent = slice && slice.state !== "waiting" ? announcement(slice) : "";
		if (slice?.verdict) {
			this.#showProbability(slice.verdict);
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

/** @param {Slice | undefined} slice */
function words(slice) {
	if (slice?.verdict) {
		return verdictWords(slice.verdict.label);
	}
	if (slice?.failure) {
		return { title: "Not read", sentence: failureWords(slice.failure) };
	}
	if (slice?.state === "shown") {
		return { title: "No verdict", sentence: "No model has read this slice yet." };
	}
	return { title: "Reading", sentence: "The verdict appears here." };
}

/** @param {Slice} slice */
function announcement(slice) {
	const { title, sentence } = words(slice);
	const name = baseName(slice.path);
	return slice.verdict
		? `${name}: ${title}, probability of COVID-19 ${probabilityWords(slice.verdict.probability)}.`
		: `${name}: ${sentence}`;
}
