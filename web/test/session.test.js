import assert from "node:assert/strict";
import { test } from "node:test";
import { rating, Session, shuffled } from "../js/readerstudy/session.js";

const plan = { seed: 7, unit: "slice", cases: 5, fingerprint: "abc" };
const open = () => ({ cases: 5, fingerprint: "abc" });

test("a seed makes one order, and every case is in it", () => {
	assert.deepEqual(shuffled(6, 1), shuffled(6, 1));
	assert.notDeepEqual(shuffled(60, 1), shuffled(60, 2));
	assert.deepEqual(shuffled(100, 3).sort((a, b) => a - b), Array.from({ length: 100 }, (_, i) => i));
	assert.deepEqual(shuffled(0, 1), []);
});

test("every case comes first about as often", () => {
	const first = Array(5).fill(0);
	for (let seed = 0; seed < 5000; seed++) {
		first[shuffled(5, seed)[0]]++;
	}
	for (const times of first) {
		assert.ok(times > 850 && times < 1150, `${first}`); // 1000, give or take five standard deviations
	}
});

test("a reader goes through all cases, and takes a call back", () => {
	const session = new Session(plan);
	const order = shuffled(5, 7);
	session.call(true, 5, 1234.6);
	session.call(false, 2, 1000);
	assert.equal(session.current, order[2]);
	assert.deepEqual(session.undo(), { number: order[1], covid: false, confidence: 2, milliseconds: 1000 });
	assert.equal(session.current, order[1]);
	for (let i = 0; i < 9; i++) {
		session.call(true, 1, 10);
	}
	assert.ok(session.done);
	assert.equal(session.current, undefined);
	assert.deepEqual(session.calls.map(({ number }) => number), order);
	assert.equal(session.calls[0].milliseconds, 1235);
});

test("a session is resumed where it was left", () => {
	const session = new Session(plan);
	session.call(true, 4, 10);
	session.call(false, 3, 20);
	const again = Session.resume(JSON.parse(JSON.stringify(session.save())), open);
	assert.deepEqual(again.calls, session.calls);
	assert.equal(again.current, session.current);
});

test("a session is resumed with its own files alone, and from no damaged one", () => {
	const session = new Session(plan);
	session.call(true, 4, 10);
	const saved = JSON.parse(JSON.stringify(session.save()));
	assert.throws(() => Session.resume(saved, () => ({ cases: 5, fingerprint: "other" })), /other files/);
	assert.throws(() => Session.resume(saved, () => ({ cases: 6, fingerprint: "abc" })), /other files/);
	for (const bad of [null, {}, [], "x", { ...saved, format: "2" }]) {
		assert.throws(() => Session.resume(bad, open), /no file of a reader study/);
	}
	for (const bad of [{ ...saved, seed: -1 }, { ...saved, calls: {} }, { ...saved, unit: "x" }, { ...saved, calls: [null] },
		{ ...saved, calls: [{ ...saved.calls[0], confidence: 6 }] }, { ...saved, calls: [{ ...saved.calls[0], number: (saved.calls[0].number + 1) % 5 }] }]) {
		assert.throws(() => Session.resume(bad, open), /damaged/);
	}
});

test("a reader's ratings rise with how sure the call is, and are never on the threshold", () => {
	const all = [[false, 5], [false, 1], [true, 1], [true, 5]].map(([covid, confidence]) => rating({ covid, confidence }));
	assert.deepEqual(all, [0, 0.4, 0.6, 1]);
});
