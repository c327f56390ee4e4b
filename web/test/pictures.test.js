import assert from "node:assert/strict";
import { test } from "node:test";
import { Pictures } from "../js/pictures.js";

const picture = (bytes) => ({ width: 1, height: 1, grey: new Uint8Array(bytes) });

test("the pictures used least recently go first", () => {
	const pictures = new Pictures(100);
	pictures.keep(1, picture(40));
	pictures.keep(2, picture(40));
	assert.ok(pictures.get(1));
	pictures.keep(3, picture(40));
	assert.deepEqual([1, 2, 3].map((id) => pictures.has(id)), [true, false, true]);
});

test("a picture over the limit is kept alone", () => {
	const pictures = new Pictures(100);
	pictures.keep(1, picture(40));
	pictures.keep(2, picture(400));
	assert.deepEqual([1, 2].map((id) => pictures.has(id)), [false, true]);
	pictures.keep(3, picture(40));
	assert.deepEqual([2, 3].map((id) => pictures.has(id)), [false, true]);
});

test("a picture kept twice counts once", () => {
	const pictures = new Pictures(100);
	for (let i = 0; i < 5; i++) {
		pictures.keep(1, picture(60));
	}
	pictures.keep(2, picture(40));
	assert.ok(pictures.has(1) && pictures.has(2));
	pictures.clear();
	assert.ok(!pictures.has(1));
	pictures.keep(3, picture(100));
	assert.ok(pictures.has(3));
});
