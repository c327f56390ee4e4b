import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { samples } from "../js/samples.js";

const folder = new URL("../samples/", import.meta.url);

test("what the page offers as samples is what lies there, with its licence", () => {
	const there = readdirSync(folder).filter((name) => !/^README|LICENSE/.test(name));
	assert.deepEqual([...samples].sort(), there.sort());
	assert.ok(there.filter((name) => name.endsWith(".png")).length <= 10, "no more may be passed on");
	const about = readFileSync(new URL("README.md", folder), "utf8");
	const page = readFileSync(new URL("../index.html", import.meta.url), "utf8");
	for (const text of [about, page]) {
		assert.match(text, /SARS-CoV-2 CT-scan/);
		assert.match(text, /CC BY-NC-SA 4\.0/);
		assert.match(text, /MIT\s+licence/);
	}
	assert.match(readFileSync(new URL("neck.LICENSE.txt", folder), "utf8"), /MIT License[^]*Chris Hafey/);
});
