/** @import { Measured } from "../contract.js" */
import { element } from "../dom.js";
import { scoreWords } from "../wording.js";

/** @type {["accuracy" | "precision" | "recall" | "specificity" | "f1" | "auc" | "mcc" | "brier", string, "percent" | "area"][]} */
const scores = [
	["accuracy", "Accuracy", "percent"],
	["precision", "Precision", "percent"],
	["recall", "Recall (sensitivity)", "percent"],
	["specificity", "Specificity", "percent"],
	["f1", "F1", "percent"],
	["auc", "AUC", "area"],
	["mcc", "Matthews correlation", "area"],
	["brier", "Brier score", "area"],
];

const words = {
	caption: "Scores, with 95 % intervals",
	matrix: (/** @type {string} */ who) => `What ${who} called, and what it was`,
	called: { covid: "Called COVID-19", noncovid: "Called not COVID-19" },
	is: { covid: "COVID-19", noncovid: "Not COVID-19" },
};

/**
 * A table of scores: a column a reader.
 * @param {{ name: string, measured: Measured }[]} readers
 */
export function scoresTable(readers) {
	const table = element("table", "", "measured");
	table.append(element("caption", words.caption));
	if (readers.length > 1) {
		const head = element("tr");
		head.append(element("td"), ...readers.map(({ name }) => heading(name, "col")));
		const top = element("thead");
		top.append(head);
		table.append(top);
	}
	const body = element("tbody");
	body.append(...scores.map(([key, label, unit]) => {
		const row = element("tr");
		row.append(heading(label, "row"), ...readers.map(({ measured }) => {
			const { value, interval } = scoreWords(measured[key], unit);
			const cell = element("td", "", "score");
			cell.append(element("span", value, "value"), " ", element("span", interval && `(${interval})`, "interval"));
			return cell;
		}));
		return row;
	}));
	table.append(body);
	return table;
}

/**
 * A confusion matrix.
 * @param {string} who called
 * @param {Measured} measured
 */
export function matrixTable(who, measured) {
	const table = element("table", "", "matrix");
	const head = element("tr");
	head.append(element("td"), heading(words.called.covid, "col"), heading(words.called.noncovid, "col"));
	const top = element("thead");
	top.append(head);
	const body = element("tbody");
	body.append(
		row(words.is.covid, [measured.true_positives, "right"], [measured.false_negatives, "wrong"]),
		row(words.is.noncovid, [measured.false_positives, "wrong"], [measured.true_negatives, "right"]),
	);
	table.append(element("caption", words.matrix(who)), top, body);
	return table;
}

/**
 * @param {string} name
 * @param {...[number, "right" | "wrong"]} counts
 */
function row(name, ...counts) {
	const line = element("tr");
	line.append(heading(name, "row"), ...counts.map(([n, kind]) => {
		const cell = element("td", "", kind);
		cell.append(element("strong", String(n)), " ", element("span", kind, "fine"));
		return cell;
	}));
	return line;
}

/**
 * @param {string} text
 * @param {"row" | "col"} scope
 */
export function heading(text, scope) {
	const made = element("th", text);
	made.scope = scope;
	return made;
}
