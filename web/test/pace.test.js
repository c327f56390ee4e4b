import assert from "node:assert/strict";
import { test } from "node:test";
import { atMostEvery, Pace } from "../js/pace.js";

test("the time left follows the slices read last", () => {
	const pace = new Pace();
	assert.equal(pace.left(10), undefined);
	let now = 0;
	for (let i = 0; i < 100; i++) {
		pace.note(now += 500);
	}
	assert.equal(pace.left(10), 5000);
	for (let i = 0; i < 100; i++) {
		pace.note(now += 20);
	}
	assert.equal(pace.left(10), 200);
	pace.restart();
	pace.note(now + 60_000);
	assert.equal(pace.left(10), undefined);
});

test("work is done at once, and once for all calls that come soon after", (t) => {
	t.mock.timers.enable({ apis: ["setTimeout"] });
	let done = 0;
	const call = atMostEvery(50, () => done++);
	call();
	assert.equal(done, 1);
	call();
	call();
	assert.equal(done, 1);
	t.mock.timers.tick(50);
	assert.equal(done, 2);
	t.mock.timers.tick(50);
	assert.equal(done, 2);
	call();
	assert.equal(done, 3);
});
