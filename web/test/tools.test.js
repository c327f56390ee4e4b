import assert from "node:assert/strict";
import { test } from "node:test";
import { keyName, toolOf, wheelFactor, wheelSteps } from "../js/view/tools.js";

/** Slices after events of a wheel. */
function roll(...events) {
	let [all, left] = [0, 0];
	for (const event of events) {
		const { slices, left: rest } = wheelSteps(left, { deltaMode: 0, ...event });
		all += slices;
		left = rest;
	}
	return all;
}

test("a notch of the wheel is a slice, whatever the system makes of it", () => {
	for (const deltaY of [100, 120, 53, 240]) {
		assert.equal(roll({ deltaY }), 1);
		assert.equal(roll({ deltaY: -deltaY }, { deltaY: -deltaY }), -2);
	}
	assert.equal(roll({ deltaMode: 1, deltaY: 3 }, { deltaMode: 1, deltaY: 3 }), 2);
	assert.equal(roll({ deltaY: 0 }), 0);
});

test("the small steps of a trackpad add up, and forget when they turn", () => {
	assert.equal(roll(...Array(24).fill({ deltaY: 4 })), 4);
	assert.equal(roll({ deltaY: 23 }, { deltaY: -23 }, { deltaY: 23 }), 0);
	assert.equal(roll({ deltaY: 23 }, { deltaY: 1 }), 1);
});

test("wheels zoom in upwards, by steps that pinches follow and notches do not overdo", () => {
	assert.ok(Math.abs(wheelFactor({ deltaX: 0, deltaY: -120 }) - 1.25) < 0.01);
	assert.ok(Math.abs(wheelFactor({ deltaX: 120, deltaY: 0 }) - 0.8) < 0.01);
	assert.ok(Math.abs(wheelFactor({ deltaX: 0, deltaY: -1 }) - 1.01) < 0.001);
});

test("buttons and held keys choose what a drag does", () => {
	const of = (button, keys = {}) => toolOf({ button, shiftKey: false, ctrlKey: false, metaKey: false, ...keys }, "scroll");
	assert.equal(of(0), "scroll");
	assert.equal(of(1), "pan");
	assert.equal(of(2), "zoom");
	assert.equal(of(0, { shiftKey: true }), "pan");
	assert.equal(of(0, { ctrlKey: true }), "zoom");
	assert.equal(of(0, { metaKey: true }), "zoom");
});

test("keys are named as buttons name them, and those of the system are left alone", () => {
	const name = (key, held = {}) => keyName({ key, shiftKey: false, altKey: false, ctrlKey: false, metaKey: false, ...held });
	assert.equal(name("f"), "F");
	assert.equal(name("R", { shiftKey: true }), "Shift+R");
	assert.equal(name("+", { shiftKey: true }), "+");
	assert.equal(name("1"), "1");
	assert.equal(name("ArrowLeft", { shiftKey: true }), "Shift+ArrowLeft");
	for (const held of ["altKey", "ctrlKey", "metaKey"]) {
		assert.equal(name("r", { [held]: true }), "");
	}
});
