/** Where files come from: file pickers, and drops of files and folders. */
/** @import { Failure } from "./contract.js" */
import { failure, messageOf } from "./failure.js";

/**
 * A file, or the reason why there is none where the file system lists one.
 * @typedef {object} Found
 * @property {Blob} file empty where there is a failure
 * @property {string} path its name, with the folders that lead to it
 * @property {Failure} [failure]
 */

/** Files that systems leave in folders, and nobody means. */
const clutter = /^(\..*|thumbs\.db|desktop\.ini)$/i;

/**
 * The files of a picker. Those of a folder carry their path in it.
 * @param {Iterable<File>} files
 * @returns {Found[]}
 */
export function pickedFiles(files) {
	return Array.from(files)
		.filter((file) => !file.webkitRelativePath || !clutter.test(file.name))
		.map((file) => ({ file, path: file.webkitRelativePath || file.name }));
}

/**
 * The files of a drop; folders are walked. The entries must be taken before the
 * drop event ends, so that this is not an async function.
 * @param {DataTransfer} transfer
 * @param {number} most files to look for
 * @returns {Promise<Found[]>}
 */
export function droppedFiles(transfer, most) {
	const entries = Array.from(transfer.items, (item) => item.webkitGetAsEntry?.() ?? null);
	if (entries.every((entry) => entry === null)) {
		return Promise.resolve(pickedFiles(transfer.files));
	}
	return walk(entries.filter((entry) => entry !== null), most);
}

/**
 * @param {FileSystemEntry[]} entries
 * @param {number} most
 * @returns {Promise<Found[]>}
 */
async function walk(entries, most) {
	/** @type {Found[]} */
	const found = [];
	const open = entries.map((entry) => ({ entry, top: true }));
	for (let next = open.shift(); next && found.length < most; next = open.shift()) {
		const { entry, top } = next;
		const path = entry.fullPath.slice(1);
		try {
			if (entry.isDirectory) {
				const inside = await list(/** @type {FileSystemDirectoryEntry} */ (entry));
				open.push(...inside.map((entry) => ({ entry, top: false })));
			} else if (top || !clutter.test(entry.name)) {
				found.push({ path, file: await fileOf(/** @type {FileSystemFileEntry} */ (entry)) });
			}
		} catch (reason) {
			found.push({ path, file: new Blob(), failure: failure("file", `the browser could not open it: ${messageOf(reason)}`) });
		}
	}
	return found;
}

/**
 * @param {FileSystemFileEntry} entry
 * @returns {Promise<File>}
 */
function fileOf(entry) {
	return new Promise((resolve, reject) => entry.file(resolve, reject));
}

/**
 * All entries of a folder: readEntries hands them out in batches.
 * @param {FileSystemDirectoryEntry} folder
 * @returns {Promise<FileSystemEntry[]>}
 */
async function list(folder) {
	const reader = folder.createReader();
	const all = [];
	for (;;) {
		/** @type {FileSystemEntry[]} */
		const batch = await new Promise((resolve, reject) => reader.readEntries(resolve, reject));
		if (batch.length === 0) {
			return all;
		}
		all.push(...batch);
	}
}
