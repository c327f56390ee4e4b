import assert from "node:assert/strict";
import { File } from "node:buffer";
import { test } from "node:test";
import { droppedFiles, pickedFiles } from "../js/files.js";

const fileEntry = (fullPath, fail) => ({
	isDirectory: false, fullPath, name: fullPath.split("/").pop(),
	file: (resolve, reject) => fail ? reject(new DOMException("gone", "NotFoundError")) : resolve(new File(["x"], fullPath)),
});

/** A folder that hands out its entries two at a time, as browsers do by the hundred. */
const folderEntry = (fullPath, entries, fail) => ({
	isDirectory: true, fullPath, name: fullPath.split("/").pop(),
	createReader() {
		const left = [...entries];
		return { readEntries: (resolve, reject) => fail ? reject(new DOMException("not allowed", "NotReadableError")) : resolve(left.splice(0, 2)) };
	},
});

const drop = (...entries) => ({ items: entries.map((entry) => ({ webkitGetAsEntry: () => entry })), files: [] });

test("folders are walked to the end, without what systems leave in them", async () => {
	const found = await droppedFiles(drop(
		folderEntry("/scan", [
			fileEntry("/scan/1.png"), fileEntry("/scan/.DS_Store"), fileEntry("/scan/2.png"),
			folderEntry("/scan/more", [fileEntry("/scan/more/3.png"), fileEntry("/scan/more/Thumbs.db")]), fileEntry("/scan/4.png"),
		]),
		fileEntry("/.hidden-but-meant.png"),
	), 100);
	assert.deepEqual(found.map(({ path }) => path).sort(), [".hidden-but-meant.png", "scan/1.png", "scan/2.png", "scan/4.png", "scan/more/3.png"]);
});

test("what cannot be opened is found with its reason, and the rest as well", async () => {
	const found = await droppedFiles(drop(
		folderEntry("/closed", [], true), fileEntry("/gone.png", true), fileEntry("/here.png"),
	), 100);
	assert.deepEqual(found.map(({ path, failure }) => [path, failure?.kind]), [["closed", "file"], ["gone.png", "file"], ["here.png", undefined]]);
});

test("the walk ends at the limit", async () => {
	const found = await droppedFiles(drop(...Array.from({ length: 20 }, (_, i) => fileEntry(`/${i}.png`))), 7);
	assert.equal(found.length, 7);
});

test("a drop without entries falls back on its files", async () => {
	const files = [new File(["x"], "a.png")];
	assert.deepEqual((await droppedFiles({ items: [{}], files }, 100)).map(({ path }) => path), ["a.png"]);
});

test("files of a folder picker carry their path, and clutter is left out", () => {
	const of = (name, webkitRelativePath) => Object.defineProperty(new File(["x"], name), "webkitRelativePath", { value: webkitRelativePath });
	const found = pickedFiles([of("a.png", "scan/a.png"), of("Thumbs.db", "scan/Thumbs.db"), of(".b.png", ""), of("c.png", "")]);
	assert.deepEqual(found.map(({ path }) => path), ["scan/a.png", ".b.png", "c.png"]);
});
