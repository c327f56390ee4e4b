import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

const page = new URL("../index.html", import.meta.url);
const hrefs = (/** @type {RegExp} */ tag) => Array.from(readFileSync(page, "utf8").matchAll(tag), ([, href]) => new URL(href, page).href);

test("the page names all its modules, so that they load side by side", () => {
	const main = new URL("../js/main.js", import.meta.url).href;
	const needed = new Set([main]);
	for (const module of needed) {
		for (const [, from] of readFileSync(new URL(module), "utf8").matchAll(/^import .* from "(.+)";$/gm)) {
			needed.add(new URL(from, module).href);
		}
	}
	const named = [...hrefs(/<script type="module" src="(.+)">/g), ...hrefs(/<link rel="modulepreload" href="(.+)">/g)];
	assert.deepEqual(named.sort(), [...needed].sort());
});
