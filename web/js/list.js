/** @import { Picture } from "./contract.js" */
/** @import { Rejected, Series, Slice, Study } from "./series.js" */
import { copyOf, find } from "./dom.js";
import { imageOf } from "./pictures.js";
import { countsOf } from "./series.js";
import { baseName, failureWords, progressWords, seriesWords, sliceWords, timeLeftWords } from "./wording.js";

const thumbnailSide = 88; // CSS shows it at half, for screens with fine pixels

/** The worklist: a row a series, with thumbnail, name, progress and verdict. */
export class List {
	#rows = find("#series", HTMLElement);
	#progress = find("#reading-progress", HTMLProgressElement);
	#summary = find("#reading-summary", HTMLElement);
	#left = find("#time-left", HTMLElement);
	#pause = find("#pause", HTMLButtonElement);
	#rejected = find("#rejected", HTMLDetailsElement);
	/** @type {Map<number, HTMLElement>} by series */
	#row = new Map();

	#listed = 0; // as not readable

	/** @param {(series: Series) => void} onChoose */
	constructor(onChoose) {
		this.onChoose = onChoose;
	}

	/** @param {Study} study */
	show(study) {
		const before = this.#row;
		this.#row = new Map(study.series.map((series) => [series.id, before.get(series.id) ?? this.#rowOf(series)]));
		this.#rows.replaceChildren(...this.#row.values());
		study.series.forEach((series) => this.update(series));
		this.#showRejected(study.unreadable);
	}

	/** @param {Series} series */
	#rowOf(series) {
		const row = copyOf("#series-row");
		row.id = `series-${series.id}`;
		row.addEventListener("click", () => this.onChoose(series));
		return row;
	}

	/** @param {Series} series */
	update(series) {
		const row = this.#row.get(series.id);
		if (!row) {
			return;
		}
		const single = series.slices.length === 1;
		const { title, state } = single ? sliceWords(series.slices[0]) : seriesWords(series);
		row.dataset.state = state;
		find(".name", HTMLElement, row).textContent = single ? baseName(series.slices[0].path) : series.name;
		const counts = countsOf(series.slices);
		find(".count", HTMLElement, row).textContent = single ? series.modality : `${series.modality} ${series.slices.length} slices`.trim();
		find(".outcome", HTMLElement, row).textContent = title;
		const progress = find("progress", HTMLProgressElement, row);
		progress.max = counts.all;
		progress.value = counts.all - counts.waiting;
		progress.hidden = single || counts.waiting === 0;
		row.title = [series.slices[0].path, title, ...series.notes].join("\n");
	}

	/** @param {Rejected[]} rejected */
	#showRejected(rejected) {
		this.#listed = rejected.length;
		this.#rejected.hidden = rejected.length === 0;
		find("summary", HTMLElement, this.#rejected).textContent = `Not readable: ${rejected.length}`;
		find("ul", HTMLElement, this.#rejected).replaceChildren(...rejected.map((each) => {
			const line = document.createElement("li");
			const name = document.createElement("strong");
			name.textContent = each.path;
			const reason = document.createElement("span");
			reason.textContent = failureWords(each);
			line.append(name, reason);
			return line;
		}));
	}

	/**
	 * @param {Study} study
	 * @param {boolean} paused
	 * @param {number} [left] milliseconds, where there is telling
	 */
	summarise(study, paused, left) {
		const counts = study.counts;
		this.#summary.textContent = progressWords(counts);
		this.#left.textContent = counts.waiting === 0 ? "" : paused ? "Paused" : left === undefined ? "" : timeLeftWords(left);
		this.#pause.hidden = counts.waiting === 0;
		this.#pause.textContent = paused ? "Go on" : "Pause";
		this.#progress.max = Math.max(counts.all, 1);
		this.#progress.value = counts.all - counts.waiting;
		this.#progress.toggleAttribute("data-done", counts.waiting === 0);
		if (study.rejected.length + counts.failed !== this.#listed) {
			this.#showRejected(study.unreadable);
		}
	}

	/** @param {Series | undefined} series */
	select(series) {
		this.#rows.querySelector("[aria-selected=true]")?.setAttribute("aria-selected", "false");
		const row = series && this.#row.get(series.id);
		row?.setAttribute("aria-selected", "true");
		row?.scrollIntoView({ block: "nearest" });
		this.#rows.setAttribute("aria-activedescendant", row?.id ?? "");
	}

	/**
	 * Draws the slice in the row of its series, if it is the one in the middle.
	 * @param {Slice} slice
	 * @param {Picture} picture
	 */
	async thumbnail(slice, picture) {
		const { series } = slice;
		const canvas = this.#row.get(series.id)?.querySelector("canvas");
		const middle = series.slices[Math.floor(series.slices.length / 2)] === slice;
		if (!canvas || canvas.dataset.drawn === "middle" || canvas.dataset.drawn && !middle) {
			return;
		}
		canvas.dataset.drawn = middle ? "middle" : "first";
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
