/** @import { Desk } from "../desk.js" */
/** @import { Found } from "../files.js" */
/** @import { Subject, Unit } from "./cases.js" */
import { failure } from "../failure.js";
import { subjectsOf, truthQuestion } from "./cases.js";

/** A table of a million rows fits. */
const mostBytes = 128 * 2 ** 20;

/** What is known of the open slices, from folders and tables. */
export class Truths {
	/** @type {{ path: string, text: string }[]} */
	tables = [];
	#desk;

	/** @param {Desk} desk */
	constructor(desk) {
		this.#desk = desk;
	}

	/**
	 * Takes a table, in the place of one of the same path, unless it cannot be read.
	 * @param {Found} found
	 */
	async add({ path, file }) {
		if (file.size > mostBytes) {
			throw failure("unsupported", `${path} is too large for a table: got ${file.size} bytes, want at most ${mostBytes}`);
		}
		const table = { path, text: await file.text() };
		await this.#desk.reader()?.truth({ paths: [], tables: [table] });
		this.tables = [table, ...this.tables.filter((other) => other.path !== path)];
	}

	/**
	 * The open slices or series, and what they are.
	 * @param {Unit} unit
	 * @returns {Promise<Subject[]>}
	 */
	async subjects(unit) {
		const reader = this.#desk.reader();
		const { study } = this.#desk;
		const slices = study.all();
		if (!reader || slices.length === 0) {
			return [];
		}
		const truths = await reader.truth(truthQuestion(slices, this.tables));
		// Files that were opened or closed meanwhile are asked for anew.
		return study.all().length === slices.length ? subjectsOf(study, truths, unit) : this.subjects(unit);
	}
}
