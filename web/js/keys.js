/** Keys that no button stands for; buttons name theirs in aria-keyshortcuts. */
/** @typedef {import("./texts.js").Key} Key */

/**
 * Where each key leads in the series, from the position in view.
 * @type {Record<string, { text: Key, to: (position: number) => number }>}
 */
export const sliceKeys = {
	ArrowLeft: { text: "keys.previous", to: (position) => position - 1 },
	ArrowRight: { text: "keys.next", to: (position) => position + 1 },
	PageUp: { text: "keys.back", to: (position) => position - 10 },
	PageDown: { text: "keys.forward", to: (position) => position + 10 },
	Home: { text: "keys.first", to: () => 0 },
	End: { text: "keys.last", to: () => Infinity },
};

/** How far each key leads in the worklist. @type {Record<string, { text: Key, by: number }>} */
export const seriesKeys = {
	ArrowUp: { text: "keys.up", by: -1 },
	ArrowDown: { text: "keys.down", by: 1 },
};

/** What opens the sheet of keys. */
export const helpKey = "?";

/** What the pointer does. @type {{ how: Key, text: Key }[]} */
export const gestures = [
	{ how: "pointer.wheel.how", text: "pointer.wheel" },
	{ how: "pointer.window.how", text: "pointer.window" },
	{ how: "pointer.pan.how", text: "pointer.pan" },
	{ how: "pointer.zoom.how", text: "pointer.zoom" },
];

/** Keys as keyboards name them. @type {Record<string, string>} */
const caps = { ArrowLeft: "←", ArrowRight: "→", ArrowUp: "↑", ArrowDown: "↓", PageUp: "Page ↑", PageDown: "Page ↓", Escape: "Esc", " ": "Space" };

/**
 * The keys of a shortcut, one after the other: "Shift+R" is two.
 * @param {string} shortcut
 */
export function keyCaps(shortcut) {
	return (shortcut.length > 1 ? shortcut.split("+") : [shortcut]).map((key) => caps[key] ?? key);
}
