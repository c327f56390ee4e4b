import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

const style = readFileSync(new URL("../style.css", import.meta.url), "utf8");
const colours = Object.fromEntries(Array.from(style.matchAll(/--([a-z]+): (#[0-9a-f]{6});/g), ([, name, value]) => [name, value]));

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

test("texts have a contrast of 4.5 to 1, borders of controls 3 to 1", () => {
	for (const ground of ["ground", "panel", "raised"]) {
		for (const text of ["text", "quiet", "accent", "covid", "noncovid", "failed"]) {
			const ratio = contrast(colours[text], colours[ground]);
			assert.ok(ratio >= 4.5, `${text} on ${ground}: ${ratio.toFixed(2)}`);
		}
		const ratio = contrast(colours.control, colours[ground]);
		assert.ok(ratio >= 3, `control on ${ground}: ${ratio.toFixed(2)}`);
	}
	assert.ok(contrast(colours.ground, colours.accent) >= 4.5, "the main button");
	assert.ok(contrast("#3a1f1f", colours.text) >= 4.5, "the notice");
});

test("the page names no other origin and carries no inline script or style", () => {
	const html = readFileSync(new URL("../index.html", import.meta.url), "utf8");
	assert.doesNotMatch(html.replaceAll("http://www.w3.org/2000/svg", ""), /https?:|\/\//);
	assert.doesNotMatch(html, / style=| on[a-z]+=|<style|<script>/);
	assert.doesNotMatch(style, /url\(|@import/);
});

test("the sentence on research use stands in the page as it must", () => {
	const html = readFileSync(new URL("../index.html", import.meta.url), "utf8");
	assert.match(html, /<footer>\s*<p>For research use only\. Not for use in diagnostic procedures\.<\/p>\s*<\/footer>/);
});
