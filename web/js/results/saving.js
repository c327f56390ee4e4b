/**
 * Has the browser save a file.
 * @param {string} name
 * @param {BlobPart} content
 * @param {string} type
 */
export function save(name, content, type) {
	const url = URL.createObjectURL(new Blob([content], { type }));
	const link = document.createElement("a");
	link.href = url;
	link.download = name;
	link.click();
	setTimeout(() => URL.revokeObjectURL(url), 60_000); // the browser has begun to read it by then
}

/**
 * An object as a text that people can read, too.
 * @param {unknown} value
 */
export function jsonOf(value) {
	return `${JSON.stringify(value, null, "\t")}\n`;
}
