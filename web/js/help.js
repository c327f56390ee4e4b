/** The sheet of keys and gestures, opened with "?". */
import { find } from "./dom.js";
import { gestures, helpKey, keyCaps, seriesKeys, sliceKeys } from "./keys.js";
import { say } from "./texts.js";

/** A line of the sheet. @typedef {{ keys: string[], text: string }} Line */

/** All keys that work now: those of the tables, and those that buttons name. @returns {Line[]} */
function lines() {
	const tables = Object.entries({ ...sliceKeys, ...seriesKeys }).map(([key, { text }]) => ({ keys: [key], text: say(text) }));
	const known = new Set(tables.flatMap(({ keys }) => keys));
	const buttons = Array.from(document.querySelectorAll("[aria-keyshortcuts]"), (button) => ({
		keys: (button.getAttribute("aria-keyshortcuts") ?? "").split(" "),
		text: nameOf(button),
	})).filter(({ keys, text }) => text !== "" && !keys.every((key) => known.has(key)));
	return [...tables, ...buttons, { keys: ["Escape"], text: say("keys.escape") }];
}

/** @param {Element} button */
function nameOf(button) {
	const words = button.cloneNode(true);
	/** @type {Element} */ (words).querySelectorAll("kbd, svg, [aria-hidden]").forEach((part) => part.remove());
	return (button.getAttribute("aria-label") ?? button.getAttribute("title") ?? words.textContent ?? "").replace(/\s+/g, " ").trim();
}

/**
 * @param {string} selector of a list of definitions
 * @param {{ caps: string[][], text: string }[]} lines
 */
function fillList(selector, lines) {
	find(`#help ${selector}`, HTMLElement).replaceChildren(...lines.map(({ caps, text }) => {
		const row = document.createElement("div");
		const term = row.appendChild(document.createElement("dt"));
		for (const chord of caps) {
			term.append(...chord.map((cap) => Object.assign(document.createElement("kbd"), { textContent: cap })));
		}
		row.appendChild(document.createElement("dd")).textContent = text;
		return row;
	}));
}

function open() {
	if (document.querySelector("dialog[open]")) {
		return;
	}
	fillList(".keys", lines().map(({ keys, text }) => ({ caps: keys.map(keyCaps), text })));
	fillList(".gestures", gestures.map(({ how, text }) => ({ caps: [[say(how)]], text: say(text) })));
	find("#help", HTMLDialogElement).showModal();
}

/** To what is open, past the header; not by the address, in which choices stand. */
function connectSkip() {
	find(".skip", HTMLAnchorElement).addEventListener("click", (event) => {
		event.preventDefault();
		find(document.body.hasAttribute("data-open") ? "#series" : "#open-files", HTMLElement).focus();
	});
}

export function connectHelp() {
	connectSkip();
	find("#help-button", HTMLButtonElement).addEventListener("click", open);
	addEventListener("keydown", (event) => {
		const typing = event.target instanceof HTMLElement && event.target.matches("input, textarea, select, [contenteditable]");
		if (event.key === helpKey && !typing && !event.altKey && !event.ctrlKey && !event.metaKey) {
			event.preventDefault();
			open();
		}
	});
}
