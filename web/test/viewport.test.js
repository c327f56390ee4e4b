import assert from "node:assert/strict";
import { test } from "node:test";
import { flipped, matrixOf, orientationOf, panned, scaleOf, toPicture, turned, upright, zoomed } from "../js/view/viewport.js";

const square = { width: 512, height: 512, spacing: [0.7, 0.7] };
const wide = { width: 400, height: 200, spacing: [0, 0] };
const tallPixels = { width: 100, height: 100, spacing: [2, 1] };
const stage = { width: 1024, height: 768 };

const toStage = ([a, b, c, d, e, f], x, y) => ({ x: a * x + c * y + e, y: b * x + d * y + f });

/** Every way to stand: eight of them. */
const stands = [0, 1, 2, 3].flatMap((turns) => [false, true].map((mirrored) => ({ ...upright, turns, mirrored })));

function close(got, want, what) {
	assert.ok(Math.abs(got.x - want.x) < 1.5 && Math.abs(got.y - want.y) < 1.5, `${what}: got ${got.x}, ${got.y}, want ${want.x}, ${want.y}`);
}

test("a picture fits its stage, turned or not, with pixels that are not square", () => {
	assert.equal(scaleOf(upright, square, stage), 1.5);
	assert.equal(scaleOf(upright, wide, stage), 2.56);
	assert.equal(scaleOf(turned(upright, 1), wide, stage), 1.92);
	assert.equal(scaleOf(upright, tallPixels, stage), 3.84);
	for (const view of stands) {
		for (const picture of [square, wide, tallPixels]) {
			const matrix = matrixOf(view, picture, stage);
			const corners = [[0, 0], [picture.width, 0], [0, picture.height], [picture.width, picture.height]].map(([x, y]) => toStage(matrix, x, y));
			const [xs, ys] = [corners.map(({ x }) => x), corners.map(({ y }) => y)];
			assert.ok(Math.min(...xs) >= -1 && Math.max(...xs) <= stage.width + 1 && Math.min(...ys) >= -1 && Math.max(...ys) <= stage.height + 1);
			assert.ok(Math.max(...xs) - Math.min(...xs) > stage.width - 2 || Math.max(...ys) - Math.min(...ys) > stage.height - 2);
		}
	}
});

test("one pixel for one is on whole pixels", () => {
	const odd = { width: 511, height: 333, spacing: [0, 0] };
	for (const view of stands) {
		assert.deepEqual(matrixOf({ ...view, scale: 1, x: 0.123 }, odd, stage).filter((v) => !Number.isInteger(v)), []);
	}
});

test("a turn is clockwise, a flip is as it looks", () => {
	const at = (view) => toStage(matrixOf(view, square, { width: 512, height: 512 }), 10, 100);
	close(at(upright), { x: 10, y: 100 }, "upright");
	close(at(turned(upright, 1)), { x: 412, y: 10 }, "a quarter right");
	close(at(turned(upright, -1)), { x: 100, y: 502 }, "a quarter left");
	for (const view of stands) {
		const { x, y } = at(view);
		close(at(flipped(view, "across")), { x: 512 - x, y }, "across");
		close(at(flipped(view, "down")), { x, y: 512 - y }, "down");
		close(at(turned(view, 1)), { x: 512 - y, y: x }, "turned");
		assert.deepEqual(flipped(flipped(view, "down"), "down"), view);
		assert.deepEqual(turned(turned(view, 3), 1), view);
	}
});

test("a point of the stage is found in the picture", () => {
	for (const stand of stands) {
		for (const picture of [square, wide, tallPixels]) {
			const matrix = matrixOf({ ...stand, scale: 2.3, x: 0.3, y: 0.8 }, picture, stage);
			const { x, y } = toStage(matrix, 17.5, 60.25);
			const back = toPicture(matrix, x, y);
			assert.ok(Math.hypot(back.x - 17.5, back.y - 60.25) < 1e-9);
		}
	}
});

test("zooming keeps what is under the pointer, panning moves it along", () => {
	for (const stand of stands) {
		for (const picture of [square, tallPixels]) {
			const at = { x: 500, y: 300 };
			const before = toPicture(matrixOf(stand, picture, stage), at.x, at.y);
			const near = zoomed(stand, picture, stage, 3, at);
			assert.ok(Math.abs(scaleOf(near, picture, stage) / scaleOf(stand, picture, stage) - 3) < 1e-9);
			const { x, y } = toStage(matrixOf(near, picture, stage), before.x, before.y);
			close({ x, y }, at, "zoomed");
			const moved = panned(near, picture, stage, 31, -17);
			close(toStage(matrixOf(moved, picture, stage), before.x, before.y), { x: at.x + 31, y: at.y - 17 }, "panned");
		}
	}
});

test("a picture is never lost", () => {
	const far = panned(upright, square, stage, 1e6, -1e6);
	assert.deepEqual([far.x, far.y], [0, 1]);
	const middle = { x: 512, y: 384 };
	assert.equal(zoomed(upright, square, stage, 1e9, middle).scale, 64);
	assert.equal(zoomed(upright, square, stage, 1e-9, middle).scale, 0.5);
	assert.equal(zoomed(upright, { width: 4096, height: 4096, spacing: [0, 0] }, stage, 1e-9, middle).scale, 768 / 4096 / 2);
});

test("the marks of the patient go along", () => {
	const axial = { right: "L", bottom: "P", left: "R", top: "A" };
	assert.deepEqual(orientationOf(axial, upright), axial);
	assert.deepEqual(orientationOf(axial, turned(upright, 1)), { right: "A", bottom: "L", left: "P", top: "R" });
	assert.deepEqual(orientationOf(axial, flipped(upright, "across")), { right: "R", bottom: "P", left: "L", top: "A" });
	assert.deepEqual(orientationOf(axial, flipped(upright, "down")), { right: "L", bottom: "A", left: "R", top: "P" });
	// In every way to stand, each mark is at the edge to which its direction points.
	for (const view of stands) {
		const [a, b, c, d] = matrixOf({ ...view, scale: 1 }, square, stage);
		const edge = (x, y) => x > 0.5 ? "right" : x < -0.5 ? "left" : y > 0 ? "bottom" : "top";
		const marks = orientationOf(axial, view);
		assert.deepEqual([marks[edge(a, b)], marks[edge(c, d)], marks[edge(-a, -b)], marks[edge(-c, -d)]], ["L", "P", "R", "A"]);
	}
});
