import assert from "node:assert/strict";
import { test } from "node:test";
import { columnsOf, pathsOf, positionAt } from "../js/bars.js";

const read = (probability) => ({ state: "read", verdict: { probability } });
const kinds = (columns) => columns.map(({ kind }) => kind);

test("a column a slice while there is room", () => {
	const slices = [read(0.2), { state: "leftOut" }, read(0.9), { state: "failed" }, { state: "waiting" }, { state: "unscored" }, { state: "shown" }];
	const columns = columnsOf(slices, [2], 300);
	assert.deepEqual(kinds(columns), ["read", "leftOut", "pooled", "failed", "waiting", "leftOut", "waiting"]);
	assert.deepEqual(columns.map(({ probability }) => probability), [0.2, 0, 0.9, 0, 0, 0, 0]);
});

test("where slices share a column, the most telling one is shown", () => {
	const slices = Array.from({ length: 1000 }, (_, i) => i === 503 ? read(0.97) : i === 998 ? { state: "failed" } : { state: "leftOut" });
	const columns = columnsOf(slices, [], 300);
	assert.equal(columns.length, 150);
	const at = Math.floor(503 * 150 / 1000);
	assert.deepEqual(columns[at], { kind: "read", probability: 0.97 });
	assert.equal(columns[149].kind, "failed");
	assert.equal(kinds(columns).filter((kind) => kind === "leftOut").length, 148);
	assert.deepEqual(kinds(columnsOf(slices, [503], 300)).filter((kind) => kind === "pooled").length, 1);
});

test("bars stand on one ground, and are sorted by the threshold", () => {
	const columns = columnsOf([read(1), read(0.5), read(0.25), read(0), { state: "leftOut" }], [0], 50);
	const paths = pathsOf(columns, 50, 106, 0.5);
	assert.equal(paths.pooledOver, "M0 0h9v100h-9z");
	assert.equal(paths.marks, "M0 103h10v3h-10z");
	assert.equal(paths.readOver, "M10 50h9v50h-9z");
	assert.equal(paths.readUnder, "M20 75h9v25h-9zM30 99h9v1h-9z", "a bar of nothing is still a line");
	assert.equal(paths.leftOut, "M40 0h10v100h-10z");
	assert.equal(paths.pooledUnder + paths.failed, "");
});

test("each place leads to a slice, also at and beyond the ends", () => {
	for (const [x, position] of [[-5, 0], [0, 0], [9.9, 0], [10, 1], [95, 9], [100, 9], [300, 9]]) {
		assert.equal(positionAt(x, 100, 10), position);
	}
	assert.equal(positionAt(50, 100, 1000), 500);
	assert.equal(positionAt(50, 100, 1), 0);
});
