/** What is measured: cases whose truth is known. Nothing here knows the document. */
/** @import { Case, Truth, TruthQuestion } from "../contract.js" */
/** @import { Series, Slice, Study } from "../series.js" */

/** A case is a slice, or a whole series. @typedef {"slice" | "series"} Unit */

/**
 * A slice or series, what is known of it, and what the model says of it.
 * @typedef {object} Subject
 * @property {Series} series
 * @property {Slice} slice itself, or the one in the middle
 * @property {boolean | null} positive null where it is not known
 * @property {string} group
 * @property {number | null} probability null where there is no verdict
 */

/**
 * Asks for the truth of all slices.
 * @param {Slice[]} slices
 * @param {TruthQuestion["tables"]} tables
 * @returns {TruthQuestion}
 */
export function truthQuestion(slices, tables) {
	const several = new Set(slices.filter(({ frame }) => frame > 0).map(({ path }) => path));
	return { paths: slices.map(({ path, frame }) => several.has(path) ? `${path}#${frame + 1}` : path), tables };
}

/**
 * @param {Pick<Study, "series">} study
 * @param {Truth[]} truths of all its slices, in order
 * @param {Unit} unit
 * @returns {Subject[]}
 */
export function subjectsOf({ series }, truths, unit) {
	let at = 0;
	return series.flatMap((each) => {
		const known = each.slices.map((slice) => ({ slice, ...truths[at++] }));
		const own = each.modality !== "" && each.slices.length > 1; // a scan, of one patient
		const ofSlices = known.map(({ slice, class: is, group }) => ({
			series: each, slice, positive: positive(is), group: own && alone(group, slice) ? `series ${each.id}` : group,
			probability: slice.verdict?.probability ?? null,
		}));
		return unit === "slice" ? ofSlices : [whole(each, ofSlices)];
	});
}

/** @param {number} is */
function positive(is) {
	return is < 0 ? null : is > 0;
}

/**
 * Whether the group of a slice is but its file.
 * @param {string} group
 * @param {Slice} slice
 */
function alone(group, { path }) {
	return group === path;
}

/**
 * A series, of which something is known if it is the same of all its slices.
 * @param {Series} series
 * @param {Subject[]} slices
 * @returns {Subject}
 */
function whole(series, slices) {
	const [first] = slices;
	const same = slices.every(({ positive }) => positive === first.positive);
	const oneGroup = slices.every(({ group }) => group === first.group);
	const said = series.slices.length > 1 ? series.verdict : series.slices[0].verdict;
	return {
		series, slice: series.slices[Math.floor(series.slices.length / 2)],
		positive: same ? first.positive : null, group: oneGroup ? first.group : `series ${series.id}`,
		probability: said?.probability ?? null,
	};
}

/**
 * The cases of one reader.
 * @param {Subject[]} subjects
 * @returns {Case[]}
 */
export function knownCases(subjects) {
	return subjects.filter(({ positive, probability }) => positive !== null && probability !== null)
		.map(({ positive, group, probability }) => ({ positive, group, first: /** @type {number} */ (probability) }));
}

/**
 * What the model got wrong, what it was surest of first.
 * @param {Subject[]} subjects
 * @param {number} threshold
 */
export function errorsOf(subjects, threshold) {
	const off = (/** @type {Subject} */ { probability }) => Math.abs((probability ?? threshold) - threshold);
	return subjects
		.filter(({ positive, probability }) => positive !== null && probability !== null && positive !== probability >= threshold)
		.sort((a, b) => off(b) - off(a));
}

/**
 * How much is known.
 * @param {Subject[]} subjects
 */
export function tally(subjects) {
	const known = subjects.filter(({ positive }) => positive !== null);
	return {
		all: subjects.length,
		covid: known.filter(({ positive }) => positive).length,
		noncovid: known.filter(({ positive }) => !positive).length,
		read: known.filter(({ probability }) => probability !== null).length,
		waiting: known.filter(({ slice, series, probability }) => probability === null &&
			(slice.state === "waiting" || series.slices.some(({ state }) => state === "waiting"))).length,
	};
}
