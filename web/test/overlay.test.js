import assert from "node:assert/strict";
import { test } from "node:test";
import { Display } from "../js/view/display.js";
import { pointWords, scaleBar, viewWords } from "../js/view/overlay.js";
import { upright } from "../js/view/viewport.js";
import { asItIs, presets } from "../js/view/windowing.js";

test("the scale bar is a round length that has room", () => {
	for (const [mm, room, pixels, words] of [
		[0.5, 160, 100, "5 cm"], [0.625, 160, 160, "10 cm"], [0.62, 160, 50 / 0.62, "5 cm"], [0.1, 100, 100, "1 cm"],
		[0.09, 100, 5 / 0.09, "5 mm"], [0.01, 160, 100, "1 mm"], [0.001, 160, 100, "0.1 mm"], [20, 100, 100, "200 cm"],
	]) {
		const bar = scaleBar(mm, room);
		assert.ok(Math.abs(bar.pixels - pixels) < 1e-9 && bar.pixels <= room + 1e-9, `${mm}: ${bar.pixels}`);
		assert.equal(bar.words, words);
	}
});

test("the pixel under a point has its value and its place", () => {
	const ct = { width: 3, height: 2, grey: new Uint8Array(6), hu: Int16Array.of(1, 2, 3, 4, -1000, 6), spacing: [2, 0.5] };
	assert.equal(pointWords(ct, { x: 1.99, y: 1 }), "−1000 HU\nx 1.0  y 2.0 mm");
	assert.equal(pointWords(ct, { x: 0, y: 0 }), "1 HU\nx 0.0  y 0.0 mm");
	const picture = { width: 3, height: 2, grey: Uint8Array.of(9, 8, 7, 6, 5, 4), spacing: [0, 0] };
	assert.equal(pointWords(picture, { x: 2.5, y: 0.5 }), "grey 7\ncolumn 2  row 0");
	for (const [x, y] of [[-0.01, 0], [3, 0], [0, 2], [0, -0.01], [NaN, 0]]) {
		assert.equal(pointWords(picture, { x, y }), "");
	}
});

test("how a picture stands is said unless it stands as it came", () => {
	assert.equal(viewWords(upright), "");
	assert.equal(viewWords({ ...upright, turns: 3, mirrored: true }), "mirrored, turned 270°");
});

test("a display holds a window for HU and one for greys, until it is reset", () => {
	const ct = { hu: new Int16Array(1), window: presets[2] };
	const display = new Display();
	assert.equal(display.windowOf(ct), presets[2]);
	display.choose(ct, presets[1]);
	assert.equal(display.windowOf(ct), presets[1]);
	assert.equal(display.windowOf({}), asItIs);
	display.choose({}, presets[3]);
	assert.equal(display.windowOf(ct), presets[1]);
	display.choose(ct, undefined);
	assert.equal(display.windowOf(ct), presets[2]);
	display.inverted = true;
	display.view = { ...upright, turns: 2 };
	display.reset();
	assert.deepEqual([display.windowOf({}), display.inverted, display.view], [asItIs, false, upright]);
});
