/** @import { Scores } from "./contract.js" */
import { copyOf, find } from "./dom.js";
import { scoreWords, splitWords } from "./wording.js";

/** @type {[keyof Scores & ("accuracy" | "precision" | "recall" | "specificity" | "f1" | "auc"), string][]} */
const rows = [
	["accuracy", "Accuracy"],
	["precision", "Precision"],
	["recall", "Recall"],
	["specificity", "Specificity"],
	["f1", "F1"],
	["auc", "AUC"],
];

/**
 * A table for each split that a model was measured on, or a line that says
 * there is none.
 * @param {Scores | Scores[] | undefined} measured
 * @returns {DocumentFragment}
 */
export function scoreTables(measured) {
	const fragment = document.createDocumentFragment();
	for (const scores of [measured ?? []].flat()) {
		fragment.append(table(scores));
	}
	if (!fragment.hasChildNodes()) {
		fragment.append(copyOf("#no-scores"));
	}
	return fragment;
}

/** @param {Scores} scores */
function table(scores) {
	const table = copyOf("#score-table");
	find("caption", HTMLElement, table).textContent = splitWords(scores);
	find("tbody", HTMLElement, table).append(...rows
		.filter(([key]) => scores[key] !== undefined)
		.map(([key, label]) => {
			const row = copyOf("#score-row");
			const { value, interval } = scoreWords(scores[key]);
			find("th", HTMLElement, row).textContent = label;
			find(".value", HTMLElement, row).textContent = value;
			find(".interval", HTMLElement, row).textContent = interval;
			return row;
		}));
	return table;
}
