/** @import { Measurement, Model } from "../contract.js" */
/** @import { Desk } from "../desk.js" */
/** @import { Reader } from "../reader.js" */
/** @import { Truths } from "../evaluation/truths.js" */
/** @import { Slice } from "../series.js" */
/** @import { Pair } from "./pairs.js" */
import { element, find } from "../dom.js";
import { rocFigure } from "../evaluation/plot.js";
import { heading, matrixTable, scoresTable } from "../evaluation/tables.js";
import { asFailure } from "../failure.js";
import { csvOf } from "../results/csv.js";
import { threshold } from "../results/rows.js";
import { save } from "../results/saving.js";
import { baseName, failureWords, probabilityWords, scoreWords, transferred, verdictWords } from "../wording.js";
import { apart, disagree, disagreementsFirst } from "./pairs.js";

const words = {
	nothing: "Open slices first: the two models are compared on them.",
	noModel: "No model is in use.",
	waiting: "The model in use has not read all open slices yet; those that it has not are left out.",
	loading: (/** @type {string} */ name, /** @type {string} */ how) => `Loading ${name}: ${how}`,
	reading: (/** @type {number} */ done, /** @type {number} */ all) => `Read ${done} of ${all} slices`,
	cancelled: "Cancelled.",
	alike: (/** @type {number} */ n, /** @type {number} */ of, /** @type {string} */ share, /** @type {string} */ kappa) =>
		`Of ${of} slices they call ${n} alike: ${share}; Cohen's kappa ${kappa}.`,
	difference: (/** @type {string} */ first, /** @type {string} */ second, /** @type {string} */ accuracy, /** @type {string} */ auc) =>
		`${first} less ${second}, on slices whose truth is known: accuracy ${accuracy}, AUC ${auc}.`,
	noTruth: "Which of them is right is not known: no folder and no table says what the slices are.",
	columns: ["Slice or series", "", "", "Difference", "Truth"],
	truth: { true: "COVID-19", false: "Not COVID-19", null: "not known" },
	series: (/** @type {string} */ name) => `${name} (series)`,
	apart: (/** @type {string} */ points) => `${points} points`,
	more: (/** @type {number} */ n) => `and ${n} more, which the table (CSV) lists`,
};

const mostRows = 300; // that the page lists

/** The page that reads the open slices with a second model, and shows where both differ. */
export class ComparisonPage {
	#other = find("#compare-other", HTMLSelectElement);
	#start = find("#compare-start", HTMLButtonElement);
	#cancel = find("#compare-cancel", HTMLButtonElement);
	#progress = find("#compare-progress", HTMLProgressElement);
	#message = find("#compare-message", HTMLElement);
	#result = find("#compare-result", HTMLElement);
	#save = find("#compare-csv", HTMLButtonElement);
	#desk;
	#truths;
	#run = 0;
	/** @type {{ pairs: Pair[], first: string, second: string } | undefined} */
	#last;

	/**
	 * @param {Desk} desk
	 * @param {Truths} truths
	 */
	constructor(desk, truths) {
		this.#desk = desk;
		this.#truths = truths;
		this.#start.addEventListener("click", () => this.#compare());
		this.#cancel.addEventListener("click", () => this.#stop(words.cancelled));
		this.#save.addEventListener("click", () => this.#saveTable());
	}

	/** Offers the models that are there now. */
	show() {
		const inUse = this.#desk.model();
		const chosen = this.#other.value;
		const others = this.#desk.models().filter(({ file, sha256 }) => !(file === inUse?.file && (!sha256 || sha256 === inUse.sha256)));
		find("#compare-first", HTMLElement).textContent = inUse?.name ?? words.noModel;
		this.#other.replaceChildren(...others.map((model) => {
			const option = element("option", model.name || model.file);
			option.value = model.file;
			return option;
		}));
		this.#other.value = others.some(({ file }) => file === chosen) ? chosen : others[0]?.file ?? "";
		const slices = this.#desk.study.all().length > 0;
		this.#start.disabled = !slices || !inUse || others.length === 0;
		if (!slices) {
			this.#message.textContent = words.nothing;
		} else if (this.#message.textContent === words.nothing) {
			this.#message.textContent = "";
		}
	}

	/** Forgets the comparison: its slices are closed, or read by another model. */
	clear() {
		this.#stop("");
		this.#last = undefined;
		this.#save.hidden = true;
		this.#result.replaceChildren();
	}

	/** @param {string} why */
	#stop(why) {
		this.#run++;
		this.#busy(false);
		this.#message.textContent = why;
	}

	/** @param {boolean} busy */
	#busy(busy) {
		this.#progress.hidden = this.#cancel.hidden = !busy;
		this.#start.hidden = busy;
	}

	async #compare() {
		const model = this.#desk.models().find(({ file }) => file === this.#other.value);
		const inUse = this.#desk.model();
		if (!model || !inUse) {
			return;
		}
		this.clear();
		const run = ++this.#run;
		const current = () => run === this.#run;
		this.#busy(true);
		/** @type {Reader | undefined} */
		let reader;
		try {
			const weights = await this.#desk.weights(model, (received, total) => {
				if (current()) {
					this.#progressTo(received, total, words.loading(model.name || model.file, transferred(received, total)));
				}
			});
			reader = await this.#desk.anotherReader();
			const name = nameOf((await reader.loadModel(weights)).name || model.file, model);
			const pairs = await this.#read(reader, current);
			const measured = current() && pairs.length > 0 ? await this.#desk.reader()?.measure(pairs.filter(({ whole }) => !whole)
				.map(({ positive = null, group = "", first, second }) => ({ positive, group, first, second }))) : undefined;
			if (current()) {
				this.#busy(false);
				this.#fill({ pairs, first: inUse.name, second: name }, measured);
			}
		} catch (reason) {
			if (current()) {
				this.#stop(failureWords(asFailure(reason)));
			}
		} finally {
			reader?.close();
		}
	}

	/**
	 * @param {number} done
	 * @param {number} all
	 * @param {string} text
	 */
	#progressTo(done, all, text) {
		this.#progress.max = Math.max(all, 1);
		this.#progress.value = done;
		this.#message.textContent = text;
	}

	/**
	 * Reads with the other model what the model in use has read.
	 * @param {Reader} reader
	 * @param {() => boolean} current
	 * @returns {Promise<Pair[]>}
	 */
	async #read(reader, current) {
		const subjects = (await this.#truths.subjects("slice")).filter(({ probability }) => probability !== null);
		/** @type {Map<Slice, Pair>} */
		const pairs = new Map();
		for (const { series, slice, positive, group, probability } of subjects) {
			if (!current()) {
				return [];
			}
			this.#progressTo(pairs.size, subjects.length, words.reading(pairs.size, subjects.length));
			const said = await reader.read(slice.place, () => {});
			if (said && !("leftOut" in said)) {
				pairs.set(slice, { series, slice, whole: false, first: probability ?? 0, second: said.probability, positive, group });
			}
		}
		const whole = [];
		for (const series of this.#desk.study.series) {
			const read = series.slices.flatMap((slice) => pairs.get(slice) ?? []);
			if (series.verdict && read.length > 0) {
				const { probability } = await reader.pool(read.map(({ second }) => second));
				const middle = series.slices[Math.floor(series.slices.length / 2)];
				whole.push({ series, slice: middle, whole: true, first: series.verdict.probability, second: probability });
			}
		}
		return disagreementsFirst([...whole, ...pairs.values()], threshold);
	}

	/**
	 * @param {{ pairs: Pair[], first: string, second: string }} found
	 * @param {Measurement | undefined} measured
	 */
	#fill(found, measured) {
		this.#last = found;
		this.#save.hidden = found.pairs.length === 0;
		this.#message.textContent = this.#desk.study.counts.waiting > 0 ? words.waiting : "";
		this.#result.replaceChildren(...this.#summary(found, measured), this.#table(found));
		if (found.pairs.length > mostRows) {
			this.#result.append(element("p", words.more(found.pairs.length - mostRows), "fine"));
		}
	}

	/**
	 * @param {{ first: string, second: string }} names
	 * @param {Measurement | undefined} measured
	 * @returns {HTMLElement[]}
	 */
	#summary({ first, second }, measured) {
		const made = [];
		if (measured?.agreement) {
			const { cases, both_positive, both_negative, share, kappa } = measured.agreement;
			made.push(element("p", words.alike(both_positive + both_negative, cases, spread(share, "percent"), spread(kappa, "area")), "lead"));
		}
		if (!measured?.first || !measured.second) {
			return [...made, element("p", words.noTruth, "fine")];
		}
		if (measured.difference) {
			const { accuracy, auc } = measured.difference;
			made.push(element("p", words.difference(first, second, spread(accuracy, "percent"), spread(auc, "area")), "lead"));
		}
		const readers = [{ name: first, measured: measured.first }, { name: second, measured: measured.second }];
		const figures = element("div", "", "evaluation-result");
		const matrices = element("div");
		matrices.append(...readers.map(({ name, measured }) => matrixTable(name, measured)));
		const scores = element("div");
		scores.append(scoresTable(readers));
		figures.append(matrices, scores, rocFigure(readers));
		return [...made, figures];
	}

	/** @param {{ pairs: Pair[], first: string, second: string }} found */
	#table({ pairs, first, second }) {
		const table = element("table", "", "pairs");
		const head = element("tr");
		const [slice, , , difference, truth] = words.columns;
		head.append(...[slice, first, second, difference, truth].map((text) => heading(text, "col")));
		const top = element("thead");
		top.append(head);
		const body = element("tbody");
		body.append(...pairs.slice(0, mostRows).map((pair) => this.#row(pair)));
		table.append(top, body);
		return table;
	}

	/** @param {Pair} pair */
	#row(pair) {
		const row = element("tr", "", disagree(pair, threshold) ? "disagree" : "");
		const name = heading("", "row");
		const button = element("button", pair.whole ? words.series(pair.series.name) : label(pair.slice), "link");
		button.type = "button";
		button.addEventListener("click", () => this.#desk.look(pair.slice));
		name.append(button);
		const truth = pair.whole ? "" : words.truth[/** @type {"true" | "false" | "null"} */ (String(pair.positive ?? null))];
		row.append(name, verdictCell(pair.first), verdictCell(pair.second), element("td", words.apart(apart(pair))), element("td", truth));
		return row;
	}

	#saveTable() {
		const { pairs, first, second } = this.#last ?? { pairs: [], first: "", second: "" };
		const { series } = this.#desk.study;
		const rows = pairs.map((pair) => ({
			kind: pair.whole ? "series" : "slice", series: series.indexOf(pair.series) + 1,
			slice: pair.whole ? null : pair.series.slices.indexOf(pair.slice) + 1,
			first_model: first, first_probability: pair.first, second_model: second, second_probability: pair.second,
			disagree: disagree(pair, threshold), label: pair.positive === true ? "covid" : pair.positive === false ? "noncovid" : "",
		}));
		save("lungct-comparison.csv", csvOf(Object.keys(rows[0] ?? {}), rows), "text/csv");
	}
}

/** @param {number} probability */
function verdictCell(probability) {
	const called = probability >= threshold ? "covid" : "noncovid";
	const cell = element("td");
	cell.append(element("span", verdictWords(called).title, `called ${called}`), ` ${probabilityWords(probability)}`);
	return cell;
}

/**
 * @param {{ value: number | null, low: number | null, high: number | null }} estimate
 * @param {"percent" | "area"} unit
 */
function spread(estimate, unit) {
	const { value, interval } = scoreWords(estimate, unit);
	return value + (interval && ` (${interval})`);
}

/** @param {Slice} slice */
function label({ path, frame, series }) {
	return series.slices.some((other) => other.path === path && other.frame !== frame) ? `${baseName(path)}, slice ${frame + 1}` : baseName(path);
}

/**
 * @param {string} name
 * @param {Model} model
 */
function nameOf(name, { foreign }) {
	return foreign ? `${name} (unvalidated)` : name;
}
