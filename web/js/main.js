/** The page: what the reader does, and what comes of it on screen. */
/** @import { Model, Weights } from "./contract.js" */
/** @import { Progress } from "./download.js" */
/** @import { Found } from "./files.js" */
import { find } from "./dom.js";
import { downloadWeights } from "./download.js";
import { asFailure } from "./failure.js";
import { droppedFiles, pickedFiles } from "./files.js";
import { List } from "./list.js";
import { ModelPage } from "./models.js";
import { Pictures } from "./pictures.js";
import { Reading } from "./reading.js";
import { Result } from "./result.js";
import { most, Slices } from "./slices.js";
import { start, weightsURL } from "./startup.js";
import { Viewer } from "./viewer.js";
import { failureWords, transferred } from "./wording.js";

const slices = new Slices();
const pictures = new Pictures(128 * 2 ** 20);
const viewer = new Viewer();
const result = new Result();
const list = new List((slice) => go(slices.all.indexOf(slice)));
const modelPage = new ModelPage(applyModel);
const reading = new Reading(slices, pictures, {
	onPicture(slice, picture) {
		list.thumbnail(slice, picture);
		if (slice === slices.current) {
			viewer.show(slices, picture);
		}
	},
	onChange(slice) {
		list.update(slice);
		list.summarise(slices);
		if (slice === slices.current) {
			showCurrent();
		}
	},
});

const body = document.body;
const status = find("#status", HTMLElement);
const modelButton = find("#model-button", HTMLButtonElement);
const loadingProgress = find("#loading progress", HTMLProgressElement);
const loadingText = find("#loading-text", HTMLElement);

/** Loads the program and the first model. */
async function load() {
	setStatus("loading", "Loading");
	notice(null);
	loadingProgress.removeAttribute("value");
	loadingText.textContent = "Loading the program and the model";
	reading.reader?.close();
	reading.reader = null;
	try {
		const { reader, models, weights } = await start(showLoading);
		reading.reader = reader;
		modelPage.show(models);
		if (weights) {
			await loadFirst(models[0], weights);
		} else {
			setStatus("limited", "No model");
			notice("No model found in weights/: slices are shown, but not read. Train one with “make train”, or start the server with -models and a folder of .safetensors files.", null);
		}
	} catch (reason) {
		setStatus("failed", "Not ready");
		notice(failureWords(asFailure(reason)), load);
	}
	reading.wake();
}

/**
 * @param {Model} model
 * @param {Promise<Weights>} weights
 */
async function loadFirst(model, weights) {
	try {
		await takeIntoUse(model, await weights);
	} catch (reason) {
		setStatus("limited", "No model");
		notice(failureWords(asFailure(reason)), load);
	}
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
	await takeIntoUse(model, await downloadWeights(weightsURL(model), model, onProgress));
	notice(null);
	reading.wake();
}

/**
 * Gives the model to the program; on failure the model before it stays in use.
 * @param {Model} model
 * @param {Weights} weights
 */
async function takeIntoUse(model, weights) {
	if (!reading.reader) {
		return;
	}
	const card = await reading.reader.loadModel(weights);
	const name = card.name || model.file;
	const measured = card.metrics ?? [];
	reading.hasModel = true;
	slices.reset();
	slices.all.forEach((slice) => list.update(slice));
	list.summarise(slices);
	modelPage.markInUse({
		...model, name, description: card.description, data: card.data.name, licence: card.data.licence, metrics: measured.at(-1),
	});
	find("#model-name", HTMLElement).textContent = name;
	result.showModel(name, [...measured].reverse());
	setStatus("ready", "Ready - works offline");
	showCurrent();
}

/** @param {Promise<Found[]> | Found[]} files */
async function open(files) {
	clearNotice();
	try {
		const found = await files;
		const added = slices.add(found);
		list.add(added);
		if (added.length < found.length) {
			notice(`Only ${most} slices can be open at a time: ${found.length - added.length} were left out.`, null);
		}
	} catch (reason) {
		notice(`The files could not be opened: ${asFailure(reason).message}`, null);
	}
	showModels(false);
	body.toggleAttribute("data-open", slices.all.length > 0);
	list.summarise(slices);
	showCurrent();
	reading.wake();
}

function removeAll() {
	clearNotice();
	slices.clear();
	pictures.clear();
	list.clear();
	body.removeAttribute("data-open");
	showCurrent();
	find("#open-files", HTMLButtonElement).focus();
}

/** @param {number} position */
function go(position) {
	slices.go(position);
	showCurrent();
	reading.wake();
}

function showCurrent() {
	const { current } = slices;
	viewer.show(slices, current && pictures.get(current.id));
	result.show(current);
	list.select(current);
}

/** @param {boolean} shown */
function showModels(shown) {
	body.toggleAttribute("data-models", shown);
	modelButton.setAttribute("aria-expanded", String(shown));
	if (shown) {
		find("#models h2", HTMLElement).focus();
	}
}

/**
 * @param {"loading" | "ready" | "limited" | "failed"} state
 * @param {string} text
 */
function setStatus(state, text) {
	body.dataset.status = state;
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
		open(pickedFiles(picker.files ?? []));
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
			open(droppedFiles(event.dataTransfer, most + 1));
		}
	});
}

/** Where each key leads, from the position in view. @type {Record<string, (position: number) => number>} */
const keys = {
	ArrowLeft: (position) => position - 1,
	ArrowUp: (position) => position - 1,
	ArrowRight: (position) => position + 1,
	ArrowDown: (position) => position + 1,
	Home: () => 0,
	End: () => Infinity,
};

function connectKeys() {
	addEventListener("keydown", (event) => {
		if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) {
			return;
		}
		if (event.key === "Escape" && body.hasAttribute("data-models")) {
			showModels(false);
			modelButton.focus();
		} else if (Object.hasOwn(keys, event.key) && slices.current && !body.hasAttribute("data-models")) {
			event.preventDefault();
			go(keys[event.key](slices.position));
		}
	});
}

connectPicker(".open-files", "#file-picker");
connectPicker(".open-folder", "#folder-picker");
connectDrop();
connectKeys();
find("#previous", HTMLButtonElement).addEventListener("click", () => go(slices.position - 1));
find("#next", HTMLButtonElement).addEventListener("click", () => go(slices.position + 1));
find("#remove-all", HTMLButtonElement).addEventListener("click", removeAll);
modelButton.addEventListener("click", () => showModels(!body.hasAttribute("data-models")));
find("#back", HTMLButtonElement).addEventListener("click", () => {
	showModels(false);
	modelButton.focus();
});
load();
