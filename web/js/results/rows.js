/** What was found, as rows to be saved. Nothing here knows the document. */
/** @import { Preprocessing } from "../contract.js" */
/** @import { Series, Slice, Study } from "../series.js" */

/** The probability from which a verdict is covid, as alexnet.Threshold says. */
export const threshold = 0.5;

/**
 * A model as the page has it in use.
 * @typedef {object} ModelInUse
 * @property {string} name
 * @property {string} file
 * @property {string} sha256
 * @property {boolean} validated the server offers it, with its card
 * @property {Preprocessing} preprocessing
 */

/**
 * What every row says of its making.
 * @typedef {object} Making
 * @property {ModelInUse | undefined} model
 * @property {string} version of the program
 * @property {Date} [time] where it is wanted
 * @property {boolean} names whether names and paths are
 */

/**
 * A slice or a series, and what is said of it. Without names they are numbered.
 * @typedef {object} Row
 * @property {"slice" | "series"} kind
 * @property {number} series its number in the list, from 1
 * @property {number | null} slice its number in the series, from 1; null of a series
 * @property {string} [series_name]
 * @property {string} [file]
 * @property {number | null} [frame] from 1
 * @property {string} verdict "" where nothing was scored
 * @property {number | null} probability
 * @property {string} note
 * @property {number} threshold
 * @property {string} model
 * @property {string} model_sha256
 * @property {string} model_status
 * @property {string} preprocessing
 * @property {string} program
 * @property {string} [time] ISO 8601
 */

const columns = ["kind", "series", "slice", "series_name", "file", "frame", "verdict", "probability", "note",
	"threshold", "model", "model_sha256", "model_status", "preprocessing", "program", "time"];

const words = {
	listed: "offered by this server",
	unvalidated: "not from this server, unvalidated",
	waiting: "not read yet",
	failed: "not readable",
	noModel: "no model has read it",
};

/**
 * The columns of such rows.
 * @param {Pick<Making, "names" | "time">} making
 */
export function columnsOf({ names, time }) {
	return columns.filter((column) => (names || !["series_name", "file", "frame"].includes(column)) && (time || column !== "time"));
}

/**
 * A row a slice, and one for each series of more than one.
 * @param {Pick<Study, "series">} study
 * @param {Making} making
 * @returns {Row[]}
 */
export function rowsOf({ series }, making) {
	return series.flatMap((each, at) => [
		...each.slices.map((slice, position) => sliceRow(slice, at, position, making)),
		...each.slices.length > 1 ? [seriesRow(each, at, making)] : [],
	]);
}

/**
 * @param {Slice} slice
 * @param {number} series
 * @param {number} position
 * @param {Making} making
 * @returns {Row}
 */
function sliceRow(slice, series, position, making) {
	return {
		kind: "slice", series: series + 1, slice: position + 1,
		...making.names ? { series_name: slice.series.name, file: slice.path, frame: slice.frame + 1 } : {},
		verdict: slice.verdict?.label ?? "", probability: rounded(slice.verdict?.probability), note: noteOf(slice),
		...madeBy(making),
	};
}

/**
 * @param {Series} each
 * @param {number} series
 * @param {Making} making
 * @returns {Row}
 */
function seriesRow(each, series, making) {
	const { verdict, unscored } = each;
	return {
		kind: "series", series: series + 1, slice: null,
		...making.names ? { series_name: each.name, file: "", frame: null } : {},
		verdict: verdict?.label ?? "", probability: rounded(verdict?.probability),
		note: unscored || (verdict ? `mean of ${verdict.from.length} of ${each.slices.length} slices` : words.waiting),
		...madeBy(making),
	};
}

/**
 * Why a slice has no verdict. Failures name files in their message, and are told by
 * their kind alone.
 * @param {Slice} slice
 */
function noteOf({ state, why, failure }) {
	switch (state) {
		case "leftOut":
		case "unscored":
			return why ?? "";
		case "failed":
			return `${words.failed} (${failure?.kind ?? "unknown"})`;
		case "waiting":
			return words.waiting;
		case "shown":
			return words.noModel;
	}
	return "";
}

/** @param {Making} making */
function madeBy({ model, version, time }) {
	return {
		threshold,
		model: model?.name ?? "", model_sha256: model?.sha256 ?? "",
		model_status: model ? model.validated ? words.listed : words.unvalidated : "",
		preprocessing: model ? preparation(model.preprocessing) : "",
		program: `lungct ${version}`,
		...time ? { time: time.toISOString() } : {},
	};
}

/**
 * A preprocessing in a line.
 * @param {Preprocessing} preprocessing
 */
export function preparation({ size, crop, filter, mean, std, window_centre, window_width }) {
	return `${size} x ${size} pixels, crop ${crop}, filter ${filter}, mean ${mean}, deviation ${std}, window ${window_centre}/${window_width} HU`;
}

/** @param {number | undefined} probability six digits, as the trainer's tables have */
function rounded(probability) {
	return probability === undefined ? null : Number(probability.toFixed(6));
}
