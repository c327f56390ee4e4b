/** Tables as text (CSV, RFC 4180). Nothing here knows the document. */

/**
 * @param {string[]} columns
 * @param {Record<string, unknown>[]} rows what has no value is left empty
 */
export function csvOf(columns, rows) {
	const lines = [columns, ...rows.map((row) => columns.map((column) => row[column]))];
	return lines.map((line) => `${line.map(field).join(",")}\r\n`).join("");
}

/** @param {unknown} value */
function field(value) {
	const text = typeof value === "string" ? harmless(value) : String(value ?? "");
	return /[",\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/**
 * Keeps a spreadsheet from taking a text for a formula: an apostrophe makes it text
 * where it begins with =, +, -, an at sign, a tab or a carriage return (OWASP, CSV
 * injection). The trainer's tables do the same.
 * @param {string} text
 */
export function harmless(text) {
	return /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
}
