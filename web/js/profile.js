/** @import { Paths } from "./bars.js" */
/** @import { Series } from "./series.js" */
import { columnsOf, pathsOf, positionAt } from "./bars.js";
import { find } from "./dom.js";
import { profileWords } from "./wording.js";

/** The model's, in which probabilities are calibrated. */
const threshold = 0.5;

/** Which path has which class in the drawing. @type {[keyof Paths, string][]} */
const drawn = [
	["leftOut", ".left-out"], ["readOver", ".read.over"], ["readUnder", ".read.under"],
	["pooledOver", ".pooled.over"], ["pooledUnder", ".pooled.under"], ["marks", ".marks"], ["failed", ".failures"],
];

/** How far each key goes in the profile, as in any slider. @type {Record<string, number>} */
const keys = { ArrowUp: 1, ArrowDown: -1 };

/** The probabilities of a series' slices by position: where the model sees something, and the way there. */
export class Profile {
	#slider = find("#profile", SVGSVGElement);
	#text = find("#profile-text", HTMLElement);
	#last = find("#profile-last", HTMLElement);
	/** @type {Series | undefined} */
	#series;

	/** @param {(position: number) => void} onGo to a slice of the series */
	constructor(onGo) {
		const slider = this.#slider;
		slider.addEventListener("pointerdown", (event) => {
			slider.setPointerCapture(event.pointerId);
			onGo(this.#under(event));
		});
		slider.addEventListener("pointermove", (event) => {
			const position = this.#under(event);
			if (event.buttons === 1) {
				onGo(position);
			}
			this.#tell(position);
		});
		slider.addEventListener("pointerleave", () => this.#tell());
		slider.addEventListener("keydown", (event) => {
			if (Object.hasOwn(keys, event.key) && this.#series) {
				event.preventDefault();
				event.stopPropagation(); // elsewhere these keys go to another series
				onGo(this.#series.position + keys[event.key]);
			}
		});
		new ResizeObserver(() => this.#draw()).observe(slider);
	}

	/** @param {Series} series */
	show(series) {
		this.#series = series;
		this.#last.textContent = String(series.slices.length);
		this.#slider.setAttribute("aria-valuemax", String(series.slices.length));
		this.#slider.setAttribute("aria-valuenow", String(series.position + 1));
		this.#slider.setAttribute("aria-valuetext", profileWords(series.slices[series.position], series.position));
		this.#tell();
		this.#draw();
	}

	/** @param {MouseEvent} event */
	#under(event) {
		const { left, width } = this.#slider.getBoundingClientRect();
		return positionAt(event.clientX - left, width, this.#series?.slices.length ?? 1);
	}

	/** @param {number} [position] that is pointed at, else the one in view */
	#tell(position = this.#series?.position ?? 0) {
		const slice = this.#series?.slices[position];
		this.#text.textContent = slice ? profileWords(slice, position) : "";
	}

	#draw() {
		const { clientWidth: width, clientHeight: height } = this.#slider;
		if (!this.#series || width === 0) {
			return;
		}
		const { slices, position, verdict } = this.#series;
		const paths = pathsOf(columnsOf(slices, verdict?.from ?? [], width), width, height, threshold);
		for (const [name, selector] of drawn) {
			find(selector, SVGPathElement, this.#slider).setAttribute("d", paths[name]);
		}
		const x = (position + 0.5) / slices.length * width;
		find(".cursor", SVGPathElement, this.#slider).setAttribute("d", `M${x} ${height}V6M${x - 4} 0h8l-4 6z`);
		find(".threshold", SVGPathElement, this.#slider).setAttribute("d", `M0 ${(height - 6) * (1 - threshold)}h${width}`);
	}
}
