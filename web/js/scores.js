/** @import { Scores } from "./contract.js" */
import { copyOf, element, find } from "./dom.js";
import { scoreWords, splitWords } from "./wording.js";

/** @type {["accuracy" | "precision" | "recall" | "specificity" | "f1" | "auc", string, "percent" | "area"][]} */
const rows = [
	["accuracy", "Accuracy", "percent"],
	["precision", "Precision", "percent"],
	["recall", "Recall", "percent"],
	["specificity", "Specificity", "percent"],
	["f1", "F1", "percent"],
	["auc", "AUC", "area"],
];

/**
 * A table for each split that a model was measured on, or a line that says
 * there is none.
 * @param {Scores[]} measured
 * @returns {HTMLElement[]}
 */
export function scoreTables(measured) {
	return measured.length > 0 ? measured.map(table) : [copyOf("#no-scores")];
}

/** @param {Scores} scores */
function table(scores) {
	const table = copyOf("#score-table");
	find("caption", HTMLElement, table).textContent = splitWords(scores);
	find("tbody", HTMLElement, table).append(...rows
		.filter(([key]) => scores[key] !== undefined)
		.map(([key, label, unit]) => {
			const row = copyOf("#score-row");
			const { value, interval } = scoreWords(scores[key], unit);
			find("th", HTMLElement, row).textContent = label;
			find(".value", HTMLElement, row).textContent = value;
			find(".interval", HTMLElement, row).textContent = interval;
			return row;
		}));
	return table;
}

/**
 * A table with a row a model, so that the scores of several can be compared.
 * @param {{ name: string, scores: Scores }[]} models
 */
export function sideBySide(models) {
	const table = element("table", "", "side-by-side");
	const head = element("tr");
	head.append(...["Model", ...rows.map(([, label]) => label), "Measured on"].map((text) => {
		const cell = element("th", text);
		cell.scope = "col";
		return cell;
	}));
	const top = element("thead");
	top.append(head);
	const body = element("tbody");
	body.append(...models.map(({ name, scores }) => {
		const row = element("tr");
		const title = element("th", name);
		title.scope = "row";
		row.append(title, ...rows.map(([key, , unit]) => {
			const { value, interval } = scoreWords(scores[key], unit);
			const cell = element("td", "", "score");
			cell.append(element("span", scores[key] ? value : "–", "value"), " ", element("span", interval && `(${interval})`, "interval"));
			return cell;
		}), element("td", splitWords(scores), "split"));
		return row;
	}));
	table.append(top, body);
	return table;
}
