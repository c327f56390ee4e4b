import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { fill, languageFor, say, setLanguage } from "../js/texts.js";
import { en } from "../js/texts/en.js";
import { zh } from "../js/texts/zh.js";

const read = (/** @type {string} */ path) => readFileSync(new URL(`../${path}`, import.meta.url), "utf8");
const forms = (/** @type {any} */ text) => typeof text === "string" ? [text] : Object.values(text);
const placeholders = (/** @type {string} */ text) => [...new Set(Array.from(text.matchAll(/\{(\w+)\}/g), ([, name]) => name))].sort();

test("both languages have the same texts with the same placeholders", () => {
	assert.deepEqual(Object.keys(zh), Object.keys(en));
	for (const key of Object.keys(en)) {
		for (const text of [...forms(en[key]), ...forms(zh[key])]) {
			assert.ok(text.trim() !== "" , key);
			assert.deepEqual(placeholders(text), placeholders(forms(en[key])[0]), key);
		}
	}
});

test("what the HTML says is the English text that it names", () => {
	const html = read("index.html");
	let named = 0;
	for (const [, attributes, text] of html.matchAll(/<[a-z0-9]+([^>]* data-(?:text|label)="[^>]*)>([^<]*)/g)) {
		const value = (/** @type {string} */ name) => attributes.match(new RegExp(` ${name}="([^"]*)"`))?.[1];
		for (const [key, said] of [[value("data-text"), text], [value("data-label"), value("aria-label")]]) {
			if (key) {
				named++;
				assert.equal(said, en[key], key);
			}
		}
	}
	assert.ok(named > 30, `only ${named} texts are named`);
});

/** Modules whose texts have not moved yet. */
const toMove = ["js/list.js", "js/main.js", "js/models.js", "js/result.js", "js/scores.js", "js/viewer.js"];

test("no module says a sentence of its own", () => {
	const modules = readdirSync(new URL("../js/", import.meta.url)).filter((name) => name.endsWith(".js")).map((name) => `js/${name}`);
	for (const module of modules.filter((name) => !toMove.includes(name))) {
		const said = Array.from(read(module).matchAll(/(?:textContent|title|ariaLabel|alt) = (?:[^;]*?)(["`])([A-Z][a-z]+ [^"`]*)\1/g), ([, , text]) => text);
		assert.deepEqual(said, [], module);
	}
});

test("texts are filled with values, numbers as the language writes them", () => {
	assert.equal(fill({ one: "{n} slice of {name}", other: "{n} slices of {name}" }, { n: 1, name: "a" }, "en"), "1 slice of a");
	assert.equal(fill({ one: "{n} slice", other: "{n} slices" }, { n: 1000 }, "en"), "1000 slices");
	assert.equal(fill("{a}{b}", { a: "x" }, "en"), "x");
});

test("the first language of the reader's that there is", () => {
	assert.equal(languageFor(["fr-FR", "zh-CN", "en"]), "zh");
	assert.equal(languageFor(["de", "fr"]), "en");
	assert.equal(languageFor([]), "en");
});

test("the language is changed for texts said afterwards", async () => {
	await setLanguage("zh");
	assert.equal(say("count.slice", { n: 3 }), "3 个层面");
	await setLanguage("en");
	assert.equal(say("count.slice", { n: 3 }), "3 slices");
});
