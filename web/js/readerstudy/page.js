/** @import { Case, Measurement } from "../contract.js" */
/** @import { Desk } from "../desk.js" */
/** @import { Subject, Unit } from "../evaluation/cases.js" */
/** @import { Truths } from "../evaluation/truths.js" */
/** @import { Series, Slice } from "../series.js" */
import { element, find } from "../dom.js";
import { rocFigure } from "../evaluation/plot.js";
import { matrixTable, scoresTable } from "../evaluation/tables.js";
import { asFailure } from "../failure.js";
import { csvOf } from "../results/csv.js";
import { researchUse } from "../results/research.js";
import { threshold } from "../results/rows.js";
import { jsonOf, save } from "../results/saving.js";
import { count, failureWords, scoreWords } from "../wording.js";
import { rating, Session } from "./session.js";

const words = {
	nothing: "Open the slices that are to be read first.",
	noun: /** @type {const} */ ({ slice: "slice", series: "case" }),
	ready: (/** @type {number} */ cases, /** @type {Unit} */ unit) => `${count(cases, words.noun[unit])} will be shown, in an order that the seed makes, without names and without scores.`,
	under: (/** @type {number} */ done, /** @type {number} */ all) => `A study is under way: ${done} of ${all} cases are called.`,
	finished: (/** @type {number} */ all, /** @type {string} */ time) => `All ${count(all, "case")} are called, in ${time} each on average.`,
	closed: "The slices of the study were closed. Open them again, in the same way, and resume it from its file.",
	where: (/** @type {number} */ at, /** @type {number} */ all) => `Case ${at} of ${all}`,
	name: (/** @type {number} */ at) => `Case ${at}`,
	you: "The reader",
	agreement: (/** @type {string} */ share, /** @type {string} */ kappa, /** @type {number} */ n) => `Reader and model call ${share} of ${count(n, "case")} alike; Cohen's kappa ${kappa}.`,
	difference: (/** @type {string} */ accuracy, /** @type {string} */ auc) => `Reader less model: accuracy ${accuracy}, AUC ${auc}.`,
	noTruth: "Who is right is not known: no folder and no table says what the slices are.",
	noVerdicts: "No model has read these cases: there is nothing to compare the reader with.",
	left: (/** @type {number} */ n) => `${count(n, "case")} without a verdict of the model ${n === 1 ? "is" : "are"} left out of the comparison.`,
	ratings: "The reader's curve comes from call and confidence together, as ten steps from “no, certain” to “yes, certain”.",
	confidence: "Choose yes or no, and how sure you are.",
	undone: "The last call is taken back. Make it again.",
};

/** The page of reader studies, and the panel beside the viewer while one is under way. */
export class ReaderStudy {
	#unit = find("#study-unit", HTMLSelectElement);
	#seed = find("#study-seed", HTMLInputElement);
	#summary = find("#study-summary", HTMLElement);
	#message = find("#study-message", HTMLElement);
	#result = find("#study-result", HTMLElement);
	#panel = find("#reader-panel", HTMLElement);
	#form = find("#reader-form", HTMLFormElement);
	#hint = find("#reader-hint", HTMLElement);
	#desk;
	#truths;
	/** @type {Session | undefined} */
	#session;
	/** The cases of the session, by number. @type {{ series: Series, slice: Slice }[]} */
	#cases = [];
	/** What the viewer is told of each case: nothing that names it. @type {Map<number, Series>} */
	#masks = new Map();
	#since = 0; // when the case in view was shown
	#before = 0; // milliseconds that it was in view before the study was left

	/**
	 * @param {Desk} desk
	 * @param {Truths} truths
	 */
	constructor(desk, truths) {
		this.#desk = desk;
		this.#truths = truths;
		this.#on("#study-start", () => this.#begin());
		this.#on("#study-continue", () => this.#enter());
		this.#on("#study-again", () => this.#discard());
		this.#on("#study-resume", () => find("#study-picker", HTMLInputElement).click());
		this.#on("#study-save", () => this.#saveSession());
		this.#on("#study-csv", () => this.#saveTable());
		this.#on("#reader-undo", () => this.#undo());
		this.#on("#reader-leave", () => this.leave());
		find("#study-picker", HTMLInputElement).addEventListener("change", (event) => this.#resume(/** @type {HTMLInputElement} */ (event.target)));
		this.#unit.addEventListener("change", () => this.show());
		this.#form.addEventListener("submit", (event) => {
			event.preventDefault();
			this.#call();
		});
		document.addEventListener("keydown", (event) => this.#key(event), { capture: true });
		document.addEventListener("visibilitychange", () => this.#clock(!document.hidden));
	}

	/**
	 * @param {string} selector
	 * @param {() => void} act
	 */
	#on(selector, act) {
		find(selector, HTMLButtonElement).addEventListener("click", act);
	}

	/** Whether a case is being called: nothing that the model says may show. */
	get blind() {
		return document.body.hasAttribute("data-blind");
	}

	/** Whether the slice in view may not be changed. */
	get fixed() {
		return this.blind && this.#session?.plan.unit === "slice";
	}

	/**
	 * What the viewer may know of a slice.
	 * @template {{ series: Series, slice: Slice, position: number, count: number }} Shown
	 * @param {Shown} shown
	 * @returns {Shown}
	 */
	masked(shown) {
		if (!this.blind || !this.#session) {
			return shown;
		}
		const at = this.#session.calls.length;
		const name = words.name(at + 1);
		const mask = this.#masks.get(at) ?? { ...shown.series, name, notes: [], verdict: undefined };
		this.#masks.set(at, mask);
		const slice = { ...shown.slice, series: mask, path: name, verdict: undefined };
		return { ...shown, series: mask, slice, ...this.fixed ? { position: 0, count: 1 } : {} };
	}

	/** The files of the study were closed. */
	closed() {
		if (this.#session) {
			this.leave();
			this.#forget();
			this.#message.textContent = words.closed;
		}
	}

	/** Brings the page up to date. */
	async show() {
		const session = this.#session;
		const slices = this.#desk.study.all().length;
		find("#study-setup", HTMLElement).hidden = session !== undefined;
		find("#study-under-way", HTMLElement).hidden = session === undefined;
		find("#study-continue", HTMLElement).hidden = session?.done ?? true;
		find("#study-start", HTMLButtonElement).disabled = find("#study-resume", HTMLButtonElement).disabled = slices === 0;
		if (!session) {
			this.#result.replaceChildren();
			const unit = /** @type {Unit} */ (this.#unit.value);
			this.#summary.textContent = slices === 0 ? words.nothing : words.ready(casesOf(this.#desk.study.series, unit).length, unit);
			return;
		}
		const { calls, plan } = session;
		const mean = calls.reduce((sum, { milliseconds }) => sum + milliseconds, 0) / Math.max(calls.length, 1);
		this.#summary.textContent = session.done ? words.finished(plan.cases, `${(mean / 1000).toFixed(1)} s`) : words.under(calls.length, plan.cases);
		this.#result.replaceChildren();
		if (session.done) {
			await this.#compare(session);
		}
	}

	async #begin() {
		const unit = /** @type {Unit} */ (this.#unit.value);
		this.#cases = casesOf(this.#desk.study.series, unit);
		const seed = Math.min(Math.max(Math.trunc(Number(this.#seed.value)) || 0, 0), 2 ** 32 - 1);
		this.#session = new Session({ seed, unit, cases: this.#cases.length, fingerprint: await fingerprintOf(this.#cases, unit) });
		this.#masks.clear();
		this.#enter();
	}

	/** Shows the case to be called, without anything that the model says. */
	#enter() {
		this.#message.textContent = "";
		document.body.toggleAttribute("data-blind", true);
		this.#panel.hidden = false;
		this.#next();
	}

	#next() {
		const session = /** @type {Session} */ (this.#session);
		if (session.current === undefined) {
			this.leave();
			return;
		}
		const { cases } = session.plan;
		find("#reader-where", HTMLElement).textContent = words.where(session.calls.length + 1, cases);
		const progress = find("#reader-progress", HTMLProgressElement);
		progress.max = cases;
		progress.value = session.calls.length;
		find("#reader-undo", HTMLButtonElement).disabled = session.calls.length === 0;
		this.#form.reset();
		this.#hint.textContent = "";
		this.#before = 0;
		this.#desk.look(this.#cases[session.current].slice);
		this.#since = performance.now();
		find("#reader-yes", HTMLInputElement).focus();
	}

	/** @param {boolean} running */
	#clock(running) {
		if (!this.blind) {
			return;
		}
		if (running) {
			this.#since = performance.now();
		} else {
			this.#before += performance.now() - this.#since;
		}
	}

	#call() {
		const answers = new FormData(this.#form);
		const call = answers.get("call");
		const confidence = Number(answers.get("confidence"));
		if (!call || !confidence) {
			this.#hint.textContent = words.confidence;
			return;
		}
		this.#session?.call(call === "yes", confidence, this.#before + performance.now() - this.#since);
		this.#next();
	}

	#undo() {
		const call = this.#session?.undo();
		if (call) {
			this.#next();
			this.#hint.textContent = words.undone;
		}
	}

	/** Leaves the study, which stays as it is until the page is closed. */
	leave() {
		if (!this.blind) {
			return;
		}
		document.body.removeAttribute("data-blind");
		this.#panel.hidden = true;
		this.#desk.openStudies();
	}

	#discard() {
		this.#forget();
		this.#message.textContent = "";
		this.show();
	}

	#forget() {
		this.#session = undefined;
		this.#cases = [];
		this.#masks.clear();
	}

	/**
	 * Y and N call the case, digits say how sure, Enter goes on; they reach nothing
	 * else meanwhile.
	 * @param {KeyboardEvent} event
	 */
	#key(event) {
		if (!this.blind || event.altKey || event.ctrlKey || event.metaKey) {
			return;
		}
		const key = event.key.toLowerCase();
		const inPanel = event.target instanceof Node && this.#panel.contains(event.target);
		if (key === "y" || key === "n") {
			find(key === "y" ? "#reader-yes" : "#reader-no", HTMLInputElement).checked = true;
		} else if (/^[1-5]$/.test(key) && !event.shiftKey) {
			find(`#reader-form [name=confidence][value="${key}"]`, HTMLInputElement).checked = true;
		} else if (key === "enter" && !(event.target instanceof HTMLButtonElement)) {
			this.#form.requestSubmit();
		} else if (inPanel && key.startsWith("arrow")) {
			event.stopPropagation(); // they move between the choices
			return;
		} else {
			return;
		}
		event.preventDefault();
		event.stopPropagation();
	}

	/** @param {HTMLInputElement} picker */
	async #resume(picker) {
		const [file] = picker.files ?? [];
		picker.value = "";
		if (!file) {
			return;
		}
		try {
			const saved = JSON.parse(await file.text());
			const unit = saved?.unit === "series" ? "series" : "slice";
			const cases = casesOf(this.#desk.study.series, unit);
			const fingerprint = await fingerprintOf(cases, unit);
			this.#session = Session.resume(saved.session ?? saved, () => ({ cases: cases.length, fingerprint }));
			this.#cases = cases;
			this.#masks.clear();
			this.#message.textContent = "";
		} catch (reason) {
			this.#message.textContent = reason instanceof SyntaxError ? "This is no file of a reader study: it is not JSON." : asFailure(reason).message;
		}
		await this.show();
	}

	/**
	 * What the reader called beside the truth and the model's verdicts, in the order of the calls.
	 * @param {Session} session
	 */
	async #findings(session) {
		const known = new Map((await this.#truths.subjects(session.plan.unit)).map((subject) => [subject.slice, subject]));
		return session.calls.map((call) => ({ call, subject: known.get(this.#cases[call.number].slice) }));
	}

	/** @param {Session} session */
	async #compare(session) {
		try {
			const findings = await this.#findings(session);
			const read = findings.flatMap(({ call, subject }) => subject && subject.probability !== null ? [caseOf(rating(call), subject)] : []);
			const reader = this.#desk.reader();
			if (read.length === 0 || !reader) {
				this.#result.replaceChildren(element("p", words.noVerdicts));
				return;
			}
			const measured = await reader.measure(read);
			if (this.#session === session) {
				this.#fill(measured, findings.length - read.length);
			}
		} catch (reason) {
			this.#message.textContent = failureWords(asFailure(reason));
		}
	}

	/**
	 * @param {Measurement} measured
	 * @param {number} left cases without a verdict
	 */
	#fill({ first, second, difference, agreement }, left) {
		const model = this.#desk.model()?.name ?? "";
		/** @type {HTMLElement[]} */
		const made = [];
		if (agreement) {
			made.push(element("p", words.agreement(spread(agreement.share, "percent"), spread(agreement.kappa, "area"), agreement.cases), "lead"));
		}
		if (left > 0) {
			made.push(element("p", words.left(left), "fine"));
		}
		if (first && second && difference) {
			made.push(element("p", words.difference(spread(difference.accuracy, "percent"), spread(difference.auc, "area")), "lead"));
			const readers = [{ name: words.you, measured: first }, { name: model, measured: second }];
			const figures = element("div", "", "evaluation-result");
			const matrices = element("div");
			matrices.append(...readers.map(({ name, measured }) => matrixTable(name, measured)));
			const scores = element("div");
			scores.append(scoresTable(readers));
			figures.append(matrices, scores, rocFigure(readers));
			made.push(figures, element("p", words.ratings, "fine"));
		} else {
			made.push(element("p", words.noTruth));
		}
		this.#result.replaceChildren(...made);
	}

	#saveSession() {
		if (this.#session) {
			save("lungct-reader-study.json", jsonOf({ use: researchUse, program: `lungct ${this.#desk.version()}`, ...this.#session.save() }), "application/json");
		}
	}

	async #saveTable() {
		const session = this.#session;
		if (!session) {
			return;
		}
		const model = this.#desk.model();
		// While cases are left to call, a table that shows the model's would spoil them.
		const shown = session.done;
		const rows = (await this.#findings(session)).map(({ call, subject }, i) => ({
			order: i + 1, case: call.number + 1, call: call.covid ? "covid" : "noncovid", confidence: call.confidence,
			seconds: call.milliseconds / 1000, rating: rating(call),
			...shown ? {
				label: subject?.positive === true ? "covid" : subject?.positive === false ? "noncovid" : "",
				probability: subject?.probability, model_call: subject?.probability === null || !subject ? "" : subject.probability >= threshold ? "covid" : "noncovid",
				threshold, model: model?.name, model_sha256: model?.sha256,
			} : {},
			unit: session.plan.unit, seed: session.plan.seed, program: `lungct ${this.#desk.version()}`,
		}));
		save("lungct-reader-study.csv", csvOf(Object.keys(rows[0] ?? {}), rows), "text/csv");
	}
}

/**
 * @param {number} first
 * @param {Subject} subject
 * @returns {Case}
 */
function caseOf(first, { positive, group, probability }) {
	return { positive, group, first, second: probability ?? 0 };
}

/**
 * What is to be called: every slice or series that is a CT, readable or not yet known.
 * @param {Series[]} series
 * @param {Unit} unit
 */
function casesOf(series, unit) {
	const scored = series.filter(({ unscored }) => !unscored);
	return unit === "slice"
		? scored.flatMap((each) => each.slices.map((slice) => ({ series: each, slice })))
		: scored.map((each) => ({ series: each, slice: each.slices[Math.floor(each.slices.length / 2)] }));
}

/**
 * Tells other files from the same ones, without naming them.
 * @param {{ slice: Slice }[]} cases
 * @param {Unit} unit
 */
async function fingerprintOf(cases, unit) {
	const text = JSON.stringify([unit, ...cases.map(({ slice }) => [slice.path, slice.frame, slice.place.source.file.size])]);
	const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
	return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/**
 * @param {{ value: number | null, low: number | null, high: number | null }} estimate
 * @param {"percent" | "area"} unit
 */
function spread(estimate, unit) {
	const { value, interval } = scoreWords(estimate, unit);
	return value + (interval && ` (${interval})`);
}
