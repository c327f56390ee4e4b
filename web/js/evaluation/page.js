/** @import { Measured } from "../contract.js" */
/** @import { Desk } from "../desk.js" */
/** @import { Subject, Unit } from "./cases.js" */
/** @import { Truths } from "./truths.js" */
import { element, find } from "../dom.js";
import { asFailure } from "../failure.js";
import { csvOf } from "../results/csv.js";
import { researchUse } from "../results/research.js";
import { threshold } from "../results/rows.js";
import { jsonOf, save } from "../results/saving.js";
import { baseName, count, failureWords, probabilityWords } from "../wording.js";
import { errorsOf, knownCases, tally } from "./cases.js";
import { rocFigure } from "./plot.js";
import { matrixTable, scoresTable } from "./tables.js";

const words = {
	nothing: "Open slices first.",
	noModel: "No model has read the slices yet.",
	noTruth: "Of none of the open slices the truth is known. It comes from the folders they are in, named covid and noncovid, or from a table with the columns path and label (and group, where patients are known).",
	known: (/** @type {ReturnType<typeof tally>} */ { all, covid, noncovid }, /** @type {Unit} */ unit) =>
		`The truth is known of ${covid + noncovid} of ${count(all, unit === "slice" ? "slice" : "case")}: ${covid} COVID-19, ${noncovid} not COVID-19.`,
	series: "A case is a series, or a slice that is alone.",
	unread: (/** @type {number} */ n) => ` ${n} of them ${n === 1 ? "is" : "are"} left out: without lung, not readable, or not CT.`,
	waiting: (/** @type {number} */ n) => ` ${n} are still being read.`,
	caveat: (/** @type {string} */ model, /** @type {string} */ data) =>
		`${model} was trained on ${data || "data that its card does not name"}: on slices of the same scans its scores are better than on anybody else's.`,
	intervals: (/** @type {number} */ groups) => `Intervals of accuracy, precision, recall and specificity are Wilson's; the others come from drawing ${`${groups} ${groups === 1 ? "group (patient or scan)" : "groups (patients or scans)"}`} anew 1000 times. Slices of one scan are alike: with few scans Wilson's are too narrow.`,
	errors: (/** @type {number} */ n) => n === 0 ? "No error" : count(n, "error"),
	more: (/** @type {number} */ n) => `and ${n} more, which the table of cases lists`,
	error: (/** @type {Subject} */ { positive }) => positive ? "COVID-19, called not COVID-19" : "not COVID-19, called COVID-19",
};

const mostErrors = 100; // that the page lists

/** The page that measures the model on the open slices whose truth is known. */
export class EvaluationPage {
	#unit = find("#evaluation-unit", HTMLSelectElement);
	#summary = find("#evaluation-summary", HTMLElement);
	#result = find("#evaluation-result", HTMLElement);
	#exports = find("#evaluation-exports", HTMLElement);
	#desk;
	#truths;
	#asked = 0;
	/** @type {{ subjects: Subject[], measured: Measured } | undefined} */
	#last;

	/**
	 * @param {Desk} desk
	 * @param {Truths} truths
	 */
	constructor(desk, truths) {
		this.#desk = desk;
		this.#truths = truths;
		this.#unit.addEventListener("change", () => this.show());
		find("#evaluation-csv", HTMLButtonElement).addEventListener("click", () => this.#saveCases());
		find("#evaluation-json", HTMLButtonElement).addEventListener("click", () => this.#saveScores());
	}

	/** Measures what is open now. */
	async show() {
		const asked = ++this.#asked;
		const unit = /** @type {Unit} */ (this.#unit.value);
		try {
			const subjects = await this.#truths.subjects(unit);
			const cases = knownCases(subjects);
			const measured = cases.length > 0 ? (await this.#desk.reader()?.measure(cases))?.first : undefined;
			if (asked === this.#asked) {
				this.#fill(subjects, unit, measured ?? undefined);
			}
		} catch (reason) {
			this.#summary.textContent = failureWords(asFailure(reason));
		}
	}

	/**
	 * @param {Subject[]} subjects
	 * @param {Unit} unit
	 * @param {Measured | undefined} measured
	 */
	#fill(subjects, unit, measured) {
		const model = this.#desk.model();
		this.#last = measured && { subjects, measured };
		this.#exports.hidden = !measured;
		this.#summary.textContent = this.#words(subjects, unit);
		this.#result.replaceChildren();
		if (!measured || !model) {
			return;
		}
		const tables = element("div");
		tables.append(matrixTable(model.name, measured), scoresTable([{ name: model.name, measured }]));
		this.#result.append(tables, rocFigure([{ name: model.name, measured }]), this.#errors(errorsOf(subjects, threshold)),
			element("p", words.caveat(model.name, model.card.data.name), "fine wide"), element("p", words.intervals(measured.groups), "fine wide"));
	}

	/**
	 * @param {Subject[]} subjects
	 * @param {Unit} unit
	 */
	#words(subjects, unit) {
		const counts = tally(subjects);
		if (counts.all === 0) {
			return words.nothing;
		}
		const known = counts.covid + counts.noncovid;
		if (known === 0) {
			return words.noTruth;
		}
		const left = known - counts.read - counts.waiting;
		return words.known(counts, unit) + (unit === "series" ? ` ${words.series}` : "") + (left > 0 ? words.unread(left) : "") +
			(counts.waiting > 0 ? words.waiting(counts.waiting) : "") + (this.#desk.model() ? "" : ` ${words.noModel}`);
	}

	/** @param {Subject[]} errors */
	#errors(errors) {
		const section = element("section", "", "errors");
		const list = element("ol");
		list.append(...errors.slice(0, mostErrors).map((error) => {
			const line = element("li");
			const button = element("button", nameOf(error), "link");
			button.type = "button";
			button.addEventListener("click", () => this.#desk.look(error.slice));
			line.append(button, element("span", ` ${probabilityWords(error.probability ?? 0)}, ${words.error(error)}`));
			return line;
		}));
		section.append(element("h3", words.errors(errors.length)), list);
		if (errors.length > mostErrors) {
			section.append(element("p", words.more(errors.length - mostErrors), "fine"));
		}
		return section;
	}

	#saveCases() {
		const { subjects } = this.#last ?? { subjects: [] };
		const names = find("#evaluation-names", HTMLInputElement).checked;
		const model = this.#desk.model();
		const groups = [...new Set(subjects.map(({ group }) => group))];
		const rows = subjects.map(({ slice, positive, group, probability }, i) => ({
			case: i + 1, ...names ? { file: slice.path, frame: slice.frame + 1 } : {},
			group: names ? group : groups.indexOf(group) + 1,
			label: positive === null ? "" : positive ? "covid" : "noncovid", probability,
			called: probability === null ? "" : probability >= threshold ? "covid" : "noncovid", threshold,
			model: model?.name, model_sha256: model?.sha256, program: `lungct ${this.#desk.version()}`,
		}));
		save("lungct-cases.csv", csvOf(Object.keys(rows[0] ?? {}), rows), "text/csv");
	}

	#saveScores() {
		const model = this.#desk.model();
		save("lungct-evaluation.json", jsonOf({
			use: researchUse, program: `lungct ${this.#desk.version()}`, unit: this.#unit.value,
			model: model && { name: model.name, sha256: model.sha256, validated: model.validated, preprocessing: model.preprocessing },
			report: this.#last?.measured,
		}), "application/json");
	}
}

/** @param {Subject} subject */
function nameOf({ series, slice }) {
	return series.slices.length > 1 && slice.frame > 0 ? `${baseName(slice.path)}, slice ${slice.frame + 1}` : baseName(slice.path);
}
