/** @import { Measured } from "../contract.js" */
import { element, shape } from "../dom.js";
import { scoreWords } from "../wording.js";
import { operating, place, rocPath, side } from "./roc.js";

const words = {
	title: "ROC curve",
	across: "1 − specificity",
	up: "Sensitivity",
	threshold: (/** @type {string} */ who) => `Dot: ${who} at the threshold of its verdicts.`,
	missing: "There is no curve: all cases are of one class.",
};

/** Room for the numbers of both axes. */
const margin = { left: 46, top: 8, right: 10, bottom: 34 };

/**
 * The ROC of one reader or two; the second is dashed.
 * @param {{ name: string, measured: Measured }[]} readers
 */
export function rocFigure(readers) {
	const figure = element("figure", "", "roc");
	if (readers.every(({ measured }) => measured.roc.length === 0)) {
		figure.append(element("p", words.missing));
		return figure;
	}
	const svg = shape("svg", {
		viewBox: `${-margin.left} ${-margin.top} ${margin.left + side + margin.right} ${margin.top + side + margin.bottom}`, role: "img",
		"aria-label": `${words.title}. ${readers.map(({ name, measured }) => `${name}: AUC ${scoreWords(measured.auc, "area").value}`).join(". ")}`,
	});
	svg.append(...axes(), ...readers.flatMap(({ measured }, i) => curve(measured, i === 0 ? "first" : "second")));
	const caption = element("figcaption");
	caption.append(...readers.map(({ name, measured }, i) => {
		const { value, interval } = scoreWords(measured.auc, "area");
		return element("p", `${name}: AUC ${value}${interval && ` (${interval})`}`, i === 0 ? "first" : "second");
	}), element("p", words.threshold(readers.length > 1 ? "each" : readers[0].name), "fine"));
	figure.append(svg, caption);
	return figure;
}

/**
 * @param {Measured} measured
 * @param {string} which
 */
function curve(measured, which) {
	const line = shape("path", { d: rocPath(measured.roc), class: `curve ${which}` });
	const at = operating(measured);
	if (!at) {
		return [line];
	}
	const { x, y } = place(at);
	return [line, shape("circle", { cx: x, cy: y, r: 5, class: `point ${which}` })];
}

function axes() {
	const marks = [0, 0.5, 1].flatMap((at) => [
		text(at * side, side + 16, String(at), "middle"),
		text(-8, (1 - at) * side + 4, String(at), "end"),
	]);
	const up = text(0, 0, words.up, "middle");
	up.setAttribute("transform", `translate(-34 ${side / 2}) rotate(-90)`);
	return [
		shape("rect", { x: 0, y: 0, width: side, height: side, class: "frame" }),
		shape("path", { d: `M0 ${side}L${side} 0`, class: "chance" }),
		...marks, text(side / 2, side + 30, words.across, "middle"), up,
	];
}

/**
 * @param {number} x
 * @param {number} y
 * @param {string} what
 * @param {string} anchor
 */
function text(x, y, what, anchor) {
	const made = shape("text", { x, y, "text-anchor": anchor });
	made.textContent = what;
	return made;
}
