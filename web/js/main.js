/** The page: what the reader does, and what comes of it on screen. */
/** @import { Card, Model, Modules, Weights } from "./contract.js" */
/** @import { Desk } from "./desk.js" */
/** @import { Progress } from "./download.js" */
/** @import { Found } from "./files.js" */
/** @import { Reader } from "./reader.js" */
/** @import { ModelInUse } from "./results/rows.js" */
/** @import { Series, Slice } from "./series.js" */
import { connectAppearance } from "./appearance.js";
import { connectDiagnostics } from "./diagnostics.js";
import { find } from "./dom.js";
import { downloadWeights, openWeights } from "./download.js";
import { asFailure, failure } from "./failure.js";
import { droppedFiles, pickedFiles } from "./files.js";
import { connectHelp } from "./help.js";
import { seriesKeys, sliceKeys } from "./keys.js";
import { List } from "./list.js";
import { Measuring } from "./measuring.js";
import { ModelPage } from "./models.js";
import { Opening } from "./opening.js";
import { atMostEvery, Pace } from "./pace.js";
import { Pictures } from "./pictures.js";
import { Reading } from "./reading.js";
import { Result } from "./result.js";
import { fetchSamples } from "./samples.js";
import { Study } from "./series.js";
import { helpers, newReader, start, weightsURL } from "./startup.js";
import { onLanguage } from "./texts.js";
import { Viewer } from "./viewer.js";
import { failureWords, transferred } from "./wording.js";

/** More would be a mistake, such as a whole disk dropped on the page. */
const mostFiles = 20_000;

const study = new Study();
const pictures = new Pictures(128 * 2 ** 20);
const viewer = new Viewer({ onStep: (delta) => go((study.current?.position ?? 0) + delta) });
const result = new Result(go);
const list = new List((series) => {
	study.current = series;
	showCurrent();
	reading.wake();
});
const modelPage = new ModelPage(applyModel);
const reading = new Reading(study, pictures, {
	onPicture(slice, picture) {
		list.thumbnail(slice, picture);
		if (slice === study.slice) {
			showPicture();
		}
	},
	onChange(slice) {
		pace.note(performance.now());
		changed.add(slice.series);
		measuring.changed();
		if (slice === study.slice) {
			showPicture();
		}
		if (slice === study.slice || slice.series.slices.length === 1) {
			list.update(slice.series);
		}
		refresh();
	},
	onSeries(series) {
		changed.add(series);
		refresh();
	},
});
const pace = new Pace();
/** Series whose row and verdict are to be brought up to date. @type {Set<Series>} */
const changed = new Set();
const refresh = atMostEvery(50, () => {
	changed.forEach((series) => list.update(series));
	if (study.current && changed.has(study.current)) {
		result.show(study.slice);
	}
	changed.clear();
	summarise();
});
/** @type {(reader: Reader) => void} */
let started = () => {};
const opening = new Opening(study, new Promise((resolve) => started = resolve), { onProgress: showOpening, onArranged: showStudy });

/** What of the program other readers run, and its version. @type {{ version: string, modules?: Modules }} */
let program = { version: "unknown" };
/** @type {(ModelInUse & { card: Card }) | undefined} */
let modelInUse;
/** @type {Desk} */
const desk = {
	study,
	pictures,
	reader: () => reading.readers[0],
	version: () => program.version,
	model: () => modelInUse,
	models: () => modelPage.models,
	weights: weightsOf,
	anotherReader,
	look,
	openStudies() {
		showModels(true);
		measuring.show("study");
		showCurrent();
	},
};
const measuring = new Measuring(desk, { open: () => showModels(true), load: (model) => modelPage.load(model) });

const body = document.body;
const status = find("#status", HTMLElement);
const modelButton = find("#model-button", HTMLButtonElement);
const loadingProgress = find("#loading progress", HTMLProgressElement);
const openingProgress = find("#opening progress", HTMLProgressElement);
const openingText = find("#opening-text", HTMLElement);
const loadingText = find("#loading-text", HTMLElement);

/** Loads the program and the first model. */
async function load() {
	setStatus("loading", "Loading");
	notice(null);
	loadingProgress.removeAttribute("value");
	loadingText.textContent = "Loading the program and the model";
	reading.readers.forEach((reader) => reader.close());
	reading.readers = [];
	try {
		const { reader, version, modules, models, weights } = await start(showLoading);
		program = { version, modules };
		reading.readers = [reader];
		reading.modules = modules;
		started(reader);
		const helping = helpers(handsFor(navigator.hardwareConcurrency) - 1);
		modelPage.show(models);
		if (weights) {
			await loadFirst(models[0], weights, helping);
		} else {
			setStatus("limited", "No model");
			notice("No model found in weights/: slices are shown, but not read. Train one with “make train”, or start the server with -models and a folder of .safetensors files.", null);
		}
	} catch (reason) {
		setStatus("failed", "Not ready");
		notice(failureWords(asFailure(reason)), load);
	}
}

/**
 * @param {Model} model
 * @param {Promise<Weights>} weights
 * @param {Promise<Reader[]>} helping those that help from then on
 */
async function loadFirst(model, weights, helping) {
	try {
		await takeIntoUse(model, await weights);
		reading.readers = [reading.readers[0], ...await helping];
		setStatus("ready", "Ready - works offline");
	} catch (reason) {
		const why = asFailure(reason);
		const unfit = why.kind === "selftest";
		setStatus("limited", unfit ? "Self-test failed" : "No model");
		notice(failureWords(why), unfit ? null : () => loadFirst(model, downloadWeights(weightsURL(model), model, showLoading), helping));
	}
	reading.wake();
}

/** @type {Progress} */
function showLoading(received, total) {
	loadingProgress.max = total;
	loadingProgress.value = received;
	loadingText.textContent = received < total
		? `Loading the program and the model: ${transferred(received, total)}`
		: "Preparing the model";
}

/**
 * @param {Model} model
 * @param {Progress} onProgress
 */
async function applyModel(model, onProgress) {
	await takeIntoUse(model, await weightsOf(model, onProgress));
	setStatus("ready", "Ready - works offline");
	notice(null);
	reading.wake();
}

/**
 * @param {Model} model
 * @param {Progress} onProgress
 */
function weightsOf(model, onProgress) {
	return model.foreign ? openWeights(model.foreign) : downloadWeights(weightsURL(model), model, onProgress);
}

/** @returns {Promise<Reader>} one that shares nothing with the others */
async function anotherReader() {
	if (!program.modules) {
		throw failure("internal", "the program was not started");
	}
	const reader = newReader();
	await reader.start(program.modules);
	return reader;
}

/**
 * Gives the model to the program; on failure the model before it stays in use.
 * @param {Model} model
 * @param {Weights} weights
 */
async function takeIntoUse(model, weights) {
	const [reader] = reading.readers;
	if (!reader) {
		return;
	}
	const card = await reader.loadModel(weights);
	const validated = !card.assumed && modelPage.models.some(({ sha256, foreign }) => sha256 === card.sha256 && !foreign);
	const name = (card.name || model.file) + (validated ? "" : " (unvalidated)");
	const measured = card.metrics ?? [];
	modelInUse = { name, file: model.file, sha256: card.sha256, validated, preprocessing: card.preprocessing, card };
	reading.modelChanged();
	study.series.forEach((series) => list.update(series));
	summarise();
	modelPage.markInUse({
		...model, name, description: card.description, data: card.data.name, licence: card.data.licence, metrics: measured,
		sha256: card.sha256, foreign: validated ? undefined : model.foreign,
	});
	measuring.restart();
	find("#model-name", HTMLElement).textContent = name;
	result.showModel(name, [...measured].reverse());
	performance.mark("model in use", { detail: model.sha256 });
	showCurrent();
}

/** @param {Promise<Found[]> | Found[]} files */
async function open(files) {
	clearNotice();
	measuring.study.leave();
	showModels(false);
	try {
		await opening.add(withoutTables(files));
	} catch (reason) {
		notice(`The files could not be opened: ${asFailure(reason).message}`, null);
	}
}

function summarise() {
	list.summarise(study, reading.paused, reading.paused ? undefined : pace.left(study.counts.waiting));
}

/** Pauses the reading, or goes on with it. */
function pauseReading() {
	reading.paused = !reading.paused;
	pace.restart();
	summarise();
	reading.wake();
}

/**
 * How many readers there are: each has a model in its memory, and more than four are
 * not much faster.
 * @param {number | undefined} cores
 */
function handsFor(cores) {
	return Math.min(Math.max(cores ?? 1, 1), 4);
}

/**
 * The slices of what was opened; tables of labels and weights files go where they belong.
 * @param {Promise<Found[]> | Found[]} files
 */
async function withoutTables(files) {
	const { slices, message } = await measuring.take(await files);
	if (message) {
		notice(message);
	}
	return slices;
}

/** @param {Found[]} found */
function limited(found) {
	if (found.length > mostFiles) {
		notice(`Only ${mostFiles} files can be opened at a time: the others were left out.`, null);
	}
	return found.slice(0, mostFiles);
}

/**
 * @param {number} done
 * @param {number} all Infinity: not known yet
 */
function showOpening(done, all) {
	reading.opening = done < all;
	body.toggleAttribute("data-opening", done < all);
	if (all === Infinity) {
		openingProgress.removeAttribute("value");
		openingText.textContent = reading.readers.length > 0 ? "Looking for files" : "The files are opened once the program is ready";
	} else if (done < all) {
		openingProgress.max = all;
		openingProgress.value = done;
		openingText.textContent = `Looking at file ${done + 1} of ${all}`;
	} else {
		reading.wake();
	}
}

function showStudy() {
	body.toggleAttribute("data-open", study.series.length > 0 || study.rejected.length > 0);
	list.show(study);
	summarise();
	showCurrent();
	reading.wake();
}

function removeAll() {
	clearNotice();
	pictures.clear();
	measuring.closed();
	opening.clear();
	find("#open-files", HTMLButtonElement).focus();
}

/** @param {Slice} slice to bring into view */
function look(slice) {
	study.go(slice);
	showModels(false);
	showCurrent();
	reading.wake();
}

/** @param {number} position in the series */
function go(position) {
	if (measuring.study.fixed) {
		return;
	}
	study.step(position);
	showCurrent();
	reading.wake();
}

/** @param {number} step to another series of the list */
function goSeries(step) {
	if (measuring.study.blind) {
		return;
	}
	const at = study.current ? study.series.indexOf(study.current) + step : 0;
	study.current = study.series[Math.min(Math.max(at, 0), study.series.length - 1)];
	showCurrent();
	reading.wake();
}

function showCurrent() {
	showPicture();
	result.show(study.slice);
	list.select(study.current);
}

function showPicture() {
	const { slice, current: series } = study;
	const picture = slice && pictures.get(slice.id);
	viewer.show(slice && series ? measuring.study.masked({ series, slice, picture, position: series.position, count: series.slices.length }) : null);
	if (slice?.failure && !picture) {
		viewer.message(failureWords(slice.failure));
	}
}

/** @param {boolean} shown */
function showModels(shown) {
	body.toggleAttribute("data-models", shown);
	modelButton.setAttribute("aria-expanded", String(shown));
	if (shown) {
		find("#models h2", HTMLElement).focus();
		measuring.refresh();
	}
}

/**
 * @param {"loading" | "ready" | "limited" | "failed"} state
 * @param {string} text
 */
function setStatus(state, text) {
	body.dataset.status = state;
	performance.mark(`status ${state}`);
	status.textContent = text;
}

/**
 * A line above everything; null takes it away.
 * @param {string | null} text
 * @param {(() => void) | null} [retry] what the button "Try again" does
 */
function notice(text, retry = null) {
	find("#notice", HTMLElement).hidden = text === null;
	find("#notice-text", HTMLElement).textContent = text;
	const button = find("#retry", HTMLButtonElement);
	button.hidden = retry === null;
	button.onclick = retry;
}

/** Takes a notice about files away; that there is no model stays true. */
function clearNotice() {
	if (reading.hasModel) {
		notice(null);
	}
}

/**
 * @param {string} button
 * @param {string} input the file picker that the button stands for
 */
function connectPicker(button, input) {
	const picker = find(input, HTMLInputElement);
	document.querySelectorAll(button).forEach((each) => each.addEventListener("click", () => picker.click()));
	picker.addEventListener("change", () => {
		open(limited(pickedFiles(picker.files ?? [])));
		picker.value = ""; // the same files can be chosen again
	});
}

function connectDrop() {
	const carriesFiles = (/** @type {DragEvent} */ event) => event.dataTransfer?.types.includes("Files") ?? false;
	addEventListener("dragover", (event) => {
		if (carriesFiles(event)) {
			event.preventDefault();
			body.toggleAttribute("data-dragging", true);
		}
	});
	addEventListener("dragleave", (event) => {
		if (event.relatedTarget === null) {
			body.removeAttribute("data-dragging");
		}
	});
	addEventListener("drop", (event) => {
		body.removeAttribute("data-dragging");
		if (event.dataTransfer && carriesFiles(event)) {
			event.preventDefault();
			open(droppedFiles(event.dataTransfer, mostFiles + 1).then(limited));
		}
	});
}

function connectKeys() {
	addEventListener("keydown", (event) => {
		if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey || document.querySelector("dialog[open]")) {
			return;
		}
		if (event.key === "Escape" && body.hasAttribute("data-models")) {
			showModels(false);
			modelButton.focus();
		} else if (study.current && !body.hasAttribute("data-models")) {
			if (Object.hasOwn(sliceKeys, event.key)) {
				event.preventDefault();
				go(sliceKeys[event.key].to(study.current.position));
			} else if (Object.hasOwn(seriesKeys, event.key)) {
				event.preventDefault();
				goSeries(seriesKeys[event.key].by);
			}
		}
	});
}

connectPicker(".open-files", "#file-picker");
connectPicker(".open-folder", "#folder-picker");
connectDrop();
connectKeys();
connectAppearance();
onLanguage(showStudy);
connectHelp();
connectDiagnostics(study, () => reading.readers);
find("#try-samples", HTMLButtonElement).addEventListener("click", () => open(fetchSamples()));
find("#remove-all", HTMLButtonElement).addEventListener("click", removeAll);
find("#pause", HTMLButtonElement).addEventListener("click", pauseReading);
find("#cancel", HTMLButtonElement).addEventListener("click", () => opening.cancel());
modelButton.addEventListener("click", () => {
	showModels(!body.hasAttribute("data-models"));
	measuring.show("models");
});
find("#back", HTMLButtonElement).addEventListener("click", () => {
	showModels(false);
	modelButton.focus();
});
load();
