/**
 * What the reader chose for the page: its theme, its language. Nothing is stored in
 * the browser; choices stand behind the # of the address, which no server gets to
 * see, and last as long as the visit, or as a bookmark.
 */

/** @param {string} name */
export function choice(name) {
	return new URLSearchParams(location.hash.slice(1)).get(name);
}

/**
 * @param {string} name
 * @param {string} value
 */
export function choose(name, value) {
	const all = new URLSearchParams(location.hash.slice(1));
	all.set(name, value);
	history.replaceState(null, "", `#${all}`);
}
