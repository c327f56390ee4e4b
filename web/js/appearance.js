/** Theme and language of the page, and the buttons that switch them. */
import { choice, choose } from "./choices.js";
import { find } from "./dom.js";
import { currentLanguage, languageFor, languages, onLanguage, say, setLanguage } from "./texts.js";

/** @typedef {import("./texts.js").Language} Language */

/** Dark, as reading rooms are, whatever the system's theme: a change is the reader's. */
function connectTheme() {
	const button = find("#theme", HTMLButtonElement);
	const scheme = find("meta[name=color-scheme]", HTMLMetaElement);
	const show = (/** @type {boolean} */ light) => {
		document.documentElement.dataset.theme = scheme.content = light ? "light" : "dark";
		button.setAttribute("aria-pressed", String(light));
	};
	show(choice("theme") === "light");
	button.addEventListener("click", () => {
		const light = button.getAttribute("aria-pressed") !== "true";
		show(light);
		choose("theme", light ? "light" : "dark");
	});
}

/** The browser's language at first, where the page has it. */
function connectLanguage() {
	const button = find("#language", HTMLButtonElement);
	const other = () => /** @type {Language} */ (currentLanguage() === "en" ? "zh" : "en");
	const show = () => {
		button.textContent = languages[other()];
		button.lang = other();
		button.setAttribute("aria-label", `${languages[other()]} (${say("language.switch")})`);
	};
	onLanguage(show);
	show();
	button.addEventListener("click", async () => {
		await setLanguage(other());
		choose("language", currentLanguage());
	});
	const first = languageFor([choice("language") ?? "", ...navigator.languages].filter((code) => code !== ""));
	if (first !== "en") {
		setLanguage(first).catch(() => {}); // English it stays
	}
}

export function connectAppearance() {
	connectTheme();
	connectLanguage();
}
