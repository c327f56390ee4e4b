/** What a bug report needs to know. No pictures, no names of files, no address. */
/** @import { Reader } from "./reader.js" */
/** @import { Study } from "./series.js" */
import { find } from "./dom.js";
import { say } from "./texts.js";

/** Files whose SHA-256 tells which build this is. */
const hashed = ["dist/lungct.wasm", "dist/kernels.wasm", "dist/wasm_exec.js", "js/main.js"];

/** A long read must not keep a report waiting. */
const longestWait = 3000; // ms

/** @typedef {Record<string, string | number | boolean | null | undefined | object>} Facts */

/**
 * @param {Study} study
 * @param {() => Reader[]} readers
 */
export function connectDiagnostics(study, readers) {
	const dialog = find("#diagnostics", HTMLDialogElement);
	const text = find("pre", HTMLElement, dialog);
	const message = find("[role=status]", HTMLElement, dialog);
	find("#diagnostics-button", HTMLButtonElement).addEventListener("click", async () => {
		message.textContent = "";
		text.textContent = say("diagnostics.collecting");
		dialog.showModal();
		text.textContent = report(await collect(study, readers()));
	});
	find(".copy", HTMLButtonElement, dialog).addEventListener("click", async () => {
		try {
			await navigator.clipboard.writeText(text.textContent ?? "");
			message.textContent = say("diagnostics.copied");
		} catch {
			getSelection()?.selectAllChildren(text);
			message.textContent = say("diagnostics.notCopied");
		}
	});
}

/**
 * @param {Study} study
 * @param {Reader[]} readers
 * @returns {Promise<Facts>}
 */
async function collect(study, readers) {
	const [programs, hashes] = await Promise.all([
		Promise.all(readers.map((reader) => within(reader.diagnose()))),
		Promise.all(hashed.map(async (url) => /** @type {const} */ ([url, await within(digestOf(url))]))),
	]);
	return {
		written: new Date().toISOString(),
		programs,
		sha256: Object.fromEntries(hashes),
		model: lastMark("model in use"),
		browser: browser(),
		loading: loading(),
		slices: readings(study),
	};
}

/**
 * @template T
 * @param {Promise<T>} answer
 * @returns {Promise<T | string>} or why there is none
 */
function within(answer) {
	const late = new Promise((resolve) => setTimeout(resolve, longestWait, "no answer in time"));
	return Promise.race([answer, late]).catch((reason) => `none: ${reason?.message ?? reason}`);
}

/**
 * Of what the browser has kept, so that a server that was stopped is not missed.
 * @param {string} url
 */
async function digestOf(url) {
	const response = await fetch(url, { cache: "force-cache" });
	if (!response.ok) {
		throw new Error(String(response.status));
	}
	const digest = await crypto.subtle.digest("SHA-256", await response.arrayBuffer());
	return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function browser() {
	const { userAgent, languages, hardwareConcurrency, maxTouchPoints } = navigator;
	const { deviceMemory } = /** @type {any} */ (navigator);
	const { memory } = /** @type {any} */ (performance);
	return {
		userAgent, languages: languages.join(" "), cores: hardwareConcurrency, memoryGB: deviceMemory, touchPoints: maxTouchPoints,
		heapMB: memory && Math.round(memory.usedJSHeapSize / 1e6), heapLimitMB: memory && Math.round(memory.jsHeapSizeLimit / 1e6),
		screen: `${screen.width}x${screen.height}`, window: `${innerWidth}x${innerHeight}`, pixelRatio: devicePixelRatio,
		secure: isSecureContext, isolated: crossOriginIsolated, online: navigator.onLine, theme: document.documentElement.dataset.theme ?? "dark",
	};
}

/** When what was there, in ms after the page was opened. Models are "model": their names are their owners'. */
function loading() {
	/** @type {Facts} */
	const facts = {};
	for (const mark of performance.getEntriesByType("mark")) {
		facts[mark.name] = Math.round(mark.startTime);
	}
	for (const entry of /** @type {PerformanceResourceTiming[]} */ (performance.getEntriesByType("resource"))) {
		const [, file] = /\/((?:dist|weights)\/[^/]+)$/.exec(new URL(entry.name).pathname) ?? [];
		if (file) {
			const name = file.endsWith(".safetensors") ? "model" : file;
			facts[name] ??= `from ${Math.round(entry.startTime)} to ${Math.round(entry.responseEnd)}, ${entry.transferSize} bytes`;
		}
	}
	return facts;
}

/** @param {string} name */
function lastMark(name) {
	const mark = /** @type {PerformanceMark | undefined} */ (performance.getEntriesByName(name, "mark").at(-1));
	return mark?.detail ?? null;
}

/**
 * How many slices were read, how fast, and what went wrong, by kind.
 * @param {Pick<Study, "series" | "rejected">} study
 */
export function readings({ series, rejected }) {
	const slices = series.flatMap((each) => each.slices);
	const times = slices.flatMap(({ verdict }) => verdict ? [verdict.milliseconds] : []).sort((a, b) => a - b);
	return {
		series: series.length,
		states: tally(slices.map(({ state }) => state)),
		failures: tally([...slices.flatMap(({ failure }) => failure ?? []), ...rejected].map(({ kind }) => kind)),
		milliseconds: times.length === 0 ? null : {
			least: times[0], median: times[Math.floor(times.length / 2)], most: times[times.length - 1],
		},
	};
}

/** @param {string[]} words */
function tally(words) {
	/** @type {Record<string, number>} */
	const counts = {};
	for (const word of words) {
		counts[word] = (counts[word] ?? 0) + 1;
	}
	return counts;
}

/**
 * Facts as lines: "name: value", deeper ones further in.
 * @param {object} facts
 * @param {string} [indent]
 * @returns {string}
 */
export function report(facts, indent = "") {
	return Object.entries(facts).filter(([, value]) => value !== undefined).map(([name, value]) => {
		if (typeof value === "object" && value !== null) {
			return `${indent}${name}:${Object.keys(value).length === 0 ? " none" : `\n${report(value, `${indent}  `)}`}`;
		}
		return `${indent}${name}: ${typeof value === "number" ? Number(value.toPrecision(6)) : value}`;
	}).join("\n");
}
