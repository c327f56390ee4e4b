import assert from "node:assert/strict";
import { test } from "node:test";
import { asItIs, dragged, fillTable, firstWindow, limited, limitsOf, offset, paint, presets, windowName, windowWords } from "../js/view/windowing.js";

function tableOf(window, inverted = false) {
	const table = new Uint32Array(65536).fill(0x12345678);
	fillTable(table, window, inverted);
	return table;
}

const greyOf = (pixel) => pixel & 0xff;

test("every value has the grey of the linear function, value by value", () => {
	for (const window of [...presets, asItIs, { name: "", centre: -0.5, width: 1 }, { name: "", centre: 40, width: 2 },
		{ name: "", centre: -600, width: 1200 }, { name: "", centre: 0, width: 65536 }, { name: "", centre: 40000, width: 10 },
		{ name: "", centre: -40000, width: 10 }]) {
		const table = tableOf(window);
		const width = Math.max(window.width - 1, 1);
		const low = window.centre - 0.5 - width / 2;
		for (let value = -32768; value <= 32767; value++) {
			const exact = Math.min(Math.max((value - low) / width * 255, 0), 255);
			const pixel = table[value + offset];
			assert.equal(pixel >>> 24, 255, "opaque");
			assert.equal(greyOf(pixel), pixel >> 8 & 0xff);
			assert.equal(greyOf(pixel), pixel >> 16 & 0xff);
			// Single precision may round halves and what is next to them either way.
			assert.ok(Math.abs(greyOf(pixel) - exact) <= 0.501, `${value} in ${windowWords(window)}: got ${greyOf(pixel)}, want ${exact}`);
		}
	}
});

test("inverted greys are the others taken from white", () => {
	for (const window of [...presets, asItIs, { name: "", centre: 0, width: 1 }]) {
		const [plain, inverted] = [tableOf(window), tableOf(window, true)];
		assert.ok(plain.every((pixel, i) => greyOf(pixel) + greyOf(inverted[i]) === 255 && inverted[i] >>> 24 === 255));
	}
});

test("greys are shown as they are", () => {
	const table = tableOf(asItIs);
	const greys = Uint8Array.from({ length: 256 }, (_, i) => i);
	const pixels = new Uint32Array(256);
	paint(greys, table, pixels);
	assert.deepEqual(Array.from(pixels, greyOf), Array.from(greys));
});

test("a picture comes in its own window", () => {
	const stored = { name: "LUNG", centre: -600, width: 1200 };
	const hu = new Int16Array(1);
	assert.equal(firstWindow({ hu, window: stored }), stored);
	assert.equal(firstWindow({ hu }), presets[0]);
	assert.equal(firstWindow({ window: stored }), asItIs);
});

test("drags widen to the right and darken downwards, within limits", () => {
	const limits = limitsOf({ hu: new Int16Array(1) });
	const lung = presets[0];
	assert.deepEqual(dragged(lung, 0, 0, limits), { name: "", centre: -600, width: 1500 });
	assert.deepEqual(dragged(lung, 128, 0, limits), { name: "", centre: -600, width: 2250 });
	assert.deepEqual(dragged(lung, 0, 64, limits), { name: "", centre: -225, width: 1500 });
	assert.deepEqual(dragged(lung, -5000, -5000, limits), { name: "", centre: -1024, width: 2 });
	assert.deepEqual(dragged(lung, 5000, 5000, limits), { name: "", centre: 3071, width: 4096 });
	// A window of two values can be opened again.
	assert.ok(dragged({ name: "", centre: 0, width: 2 }, 100, 0, limits).width >= 25);
	const greys = limitsOf({});
	assert.deepEqual(dragged(asItIs, 10, -20, greys), { name: "", centre: 108, width: 266 });
	assert.deepEqual(limited({ name: "a", centre: 0.4, width: 1e9 }, greys), { name: "a", centre: 0, width: 512 });
});

test("windows in words", () => {
	assert.equal(windowWords(presets[0]), "W 1500 L −600");
	assert.equal(windowWords({ name: "", centre: 12.25, width: 80 }), "W 80 L 12.3");
	assert.equal(windowName({ name: "", centre: 40, width: 400 }), "Mediastinum");
	assert.equal(windowName({ name: "WINDOW2", centre: 40, width: 400 }), "WINDOW2");
	assert.equal(windowName({ name: "", centre: 41, width: 400 }), "");
});
