/** @import { Scores } from "./contract.js" */
import { copyOf, find } from "./dom.js";
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
