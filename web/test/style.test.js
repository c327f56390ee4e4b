import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

const read = (name) => readFileSync(new URL(`../${name}`, import.meta.url), "utf8");
const style = read("style.css");

/** The colours that a rule of style.css sets. */
function tokens(selector) {
	const [, rule] = style.split(`\n${selector} {`);
	return Object.fromEntries(Array.from(rule.slice(0, rule.indexOf("}")).matchAll(/--([a-z]+): (#[0-9a-f]{6});/g), ([, name, value]) => [name, value]));
}

const dark = tokens(":root");
const themes = { dark, light: tokens(":root[data-theme=light]") };

/** Relative luminance (WCAG 2.2). */
function luminance(colour) {
	const [r, g, b] = [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16) / 255)
		.map((c) => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
	return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(a, b) {
	const [dark, light] = [luminance(a), luminance(b)].sort((x, y) => x - y);
	return (light + 0.05) / (dark + 0.05);
}

test("each theme sets every colour", () => {
	assert.ok(Object.keys(dark).length >= 12);
	assert.deepEqual(Object.keys(themes.light), Object.keys(dark));
});

for (const [theme, colours] of Object.entries(themes)) {
	test(`${theme}: texts have a contrast of 4.5 to 1, what else means something 3 to 1`, () => {
		const atLeast = (/** @type {number} */ least, /** @type {string} */ front, /** @type {string} */ back) => {
			const ratio = contrast(colours[front], colours[back]);
			assert.ok(ratio >= least, `${front} on ${back}: ${ratio.toFixed(2)}`);
		};
		for (const ground of ["ground", "panel", "raised"]) {
			for (const text of ["text", "quiet", "accent", "covid", "noncovid", "failed"]) {
				atLeast(4.5, text, ground);
			}
			atLeast(3, "control", ground);
		}
		atLeast(4.5, "ground", "accent"); // the main button, the skip link
		atLeast(4.5, "text", "alert");
		for (const fill of ["covid", "noncovid", "accent", "text"]) {
			atLeast(3, fill, "line"); // meters and progress
		}
	});
}

test("the page names no other origin and carries no inline script or style", () => {
	const html = readFileSync(new URL("../index.html", import.meta.url), "utf8");
	assert.doesNotMatch(html.replaceAll("http://www.w3.org/2000/svg", ""), /https?:|\/\//);
	assert.doesNotMatch(html, / style=| on[a-z]+=|<style|<script>/);
	for (const sheet of html.matchAll(/<link rel="stylesheet" href="(.+)">/g)) {
		assert.doesNotMatch(read(sheet[1]), /url\(|@import/);
	}
});

test("the sentence on research use stands in the page as it must", () => {
	const html = readFileSync(new URL("../index.html", import.meta.url), "utf8");
	assert.match(html, /<footer>\s*<p data-text="research">For research use only\. Not for use in diagnostic procedures\.<\/p>\s*<\/footer>/);
});
