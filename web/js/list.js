/** @import { Picture } from "./contract.js" */
/** @import { Slice, Slices } from "./slices.js" */
import { copyOf, find } from "./dom.js";
import { imageOf } from "./pictures.js";
import { baseName, failureWords, probabilityWords, progressWords, verdictWords } from "./wording.js";

const thumbnailSide = 88; // CSS shows it at half, for screens with fine pixels

/** The list of open slices: a row each, with thumbnail, name and verdict. */
export class List {
	#rows = find("#slices", HTMLElement);
	#progress = find("#reading-progress", HTMLProgressElement);
	#summary = find("#reading-summary", HTMLElement);
	/** @type {Map<number, HTMLElement>} by slice */
	#row = new Map();

	/** @param {(slice: Slice) => void} onChoose */
	constructor(onChoose) {
		this.onChoose = onChoose;
	}

	/** @param {Slice[]} slices */
	add(slices) {
		this.#rows.append(...slices.map((slice) => {
			const row = copyOf("#slice-row");
			row.id = `slice-${slice.id}`;
			find(".name", HTMLElement, row).textContent = baseName(slice.path);
			row.addEventListener("click", () => this.onChoose(slice));
			this.#row.set(slice.id, row);
			this.update(slice);
			return row;
		}));
	}

	clear() {
		this.#rows.replaceChildren();
		this.#row.clear();
	}

	/** @param {Slice} slice */
	update(slice) {
		const row = this.#row.get(slice.id);
		if (row) {
			row.dataset.state = slice.verdict?.label ?? slice.state;
			const words = outcome(slice);
			find(".outcome", HTMLElement, row).textContent = words;
			row.title = `${slice.path}\n${words}`;
		}
	}

	/** @param {Slices} slices */
	summarise(slices) {
		const counts = slices.counts;
		this.#summary.textContent = progressWords(counts);
		this.#progress.max = Math.max(counts.all, 1);
		this.#progress.value = counts.all - counts.waiting;
		this.#progress.toggleAttribute("data-done", counts.waiting === 0);
	}

	/** @param {Slice | undefined} slice */
	select(slice) {
		this.#rows.querySelector("[aria-selected=true]")?.setAttribute("aria-selected", "false");
		const row = slice && this.#row.get(slice.id);
		row?.setAttribute("aria-selected", "true");
		row?.scrollIntoView({ block: "nearest" });
		this.#rows.setAttribute("aria-activedescendant", row?.id ?? "");
	}

	/**
	 * @param {Slice} slice
	 * @param {Picture} picture
	 */
	async thumbnail(slice, picture) {
		const canvas = this.#row.get(slice.id)?.querySelector("canvas");
		if (!canvas || canvas.dataset.drawn) {
			return;
		}
		canvas.dataset.drawn = "true";
		const { width, height } = picture;
		const scale = thumbnailSide / Math.max(width, height);
		const bitmap = await createImageBitmap(imageOf(picture), {
			resizeWidth: Math.max(1, Math.round(width * scale)),
			resizeHeight: Math.max(1, Math.round(height * scale)),
			resizeQuality: "medium",
		});
		canvas.width = bitmap.width;
		canvas.height = bitmap.height;
		canvas.getContext("2d")?.drawImage(bitmap, 0, 0);
		bitmap.close();
	}
}

/**
 * @param {Slice} slice
 * @returns {string}
 */
function outcome({ state, verdict, failure }) {
	if (verdict) {
		return `${verdictWords(verdict.label).title} · ${probabilityWords(verdict.probability)}`;
	}
	if (failure) {
		return `Not read · ${failureWords(failure)}`;
	}
	return state === "shown" ? "No model yet" : "Waiting";
}
