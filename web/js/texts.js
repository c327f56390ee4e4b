/**
 * The page's texts in the reader's language. All of them stand in texts/; English is
 * built in, the others come when they are wanted. What the HTML says is English, and
 * its elements name their text: data-text, data-label (aria-label), data-title. What
 * modules say is said anew by whoever hears of a change.
 */
import { en } from "./texts/en.js";

/** @typedef {keyof typeof en} Key */
/** A text, or one for each plural form of the language. @typedef {string | Partial<Record<Intl.LDMLPluralRule, string>>} Text */
/** @typedef {Record<Key, Text>} Texts */
/** What stands for {name} in a text; of n there are plural forms. @typedef {Record<string, string | number>} Values */

/** Languages by their own names. */
export const languages = { en: "English", zh: "中文" };
/** @typedef {keyof typeof languages} Language */

/** @type {Language} */
let language = "en";
/** @type {Texts} */
let texts = en;
/** @type {(() => void)[]} */
const listeners = [];

/** @returns {Language} */
export function currentLanguage() {
	return language;
}

/** @param {() => void} listener called after the language has changed */
export function onLanguage(listener) {
	listeners.push(listener);
}

/**
 * The first language of the reader's that there is.
 * @param {readonly string[]} wanted as the browser lists them
 * @returns {Language}
 */
export function languageFor(wanted) {
	const codes = wanted.map((code) => code.split("-")[0].toLowerCase());
	return /** @type {Language} */ (codes.find((code) => Object.hasOwn(languages, code)) ?? "en");
}

/** @param {Language} wanted */
export async function setLanguage(wanted) {
	texts = wanted === "zh" ? (await import("./texts/zh.js")).zh : en;
	language = wanted;
	if (typeof document === "object") {
		document.documentElement.lang = wanted === "zh" ? "zh-Hans" : wanted;
		translate(document);
	}
	listeners.forEach((listener) => listener());
}

/**
 * A text with its values.
 * @param {Key} key
 * @param {Values} [values]
 */
export function say(key, values = {}) {
	return fill(texts[key], values, language);
}

/**
 * @param {Text} text
 * @param {Values} values
 * @param {string} locale
 */
export function fill(text, values, locale) {
	const form = typeof text === "string" ? text
		: text[new Intl.PluralRules(locale).select(Number(values.n))] ?? text.other ?? "";
	return form.replace(/\{(\w+)\}/g, (_, name) => {
		const value = values[name];
		return typeof value === "number" ? new Intl.NumberFormat(locale, { useGrouping: false }).format(value) : value ?? "";
	});
}

/** Which attribute of an element names its text, and where that goes. @type {[string, (element: Element, text: string) => void][]} */
const places = [
	["data-text", (element, text) => element.textContent = text],
	["data-label", (element, text) => element.setAttribute("aria-label", text)],
	["data-title", (element, text) => element.setAttribute("title", text)],
];

/** @param {ParentNode} part of the page; templates in it, too */
export function translate(part) {
	for (const [attribute, put] of places) {
		part.querySelectorAll(`[${attribute}]`).forEach((element) => put(element, say(/** @type {Key} */ (element.getAttribute(attribute)))));
	}
	part.querySelectorAll("template").forEach(({ content }) => translate(content));
}
