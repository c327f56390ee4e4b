/**
 * An element that the page's HTML is known to have.
 * @template {Element} T
 * @param {string} selector
 * @param {new () => T} type
 * @param {ParentNode} [within]
 * @returns {T}
 */
export function find(selector, type, within = document) {
	const element = within.querySelector(selector);
	if (!(element instanceof type)) {
		throw new Error(`the page has no ${selector}`);
	}
	return element;
}

/**
 * A copy of the one element in a template.
 * @param {string} selector of the template
 * @returns {HTMLElement}
 */
export function copyOf(selector) {
	const template = find(selector, HTMLTemplateElement);
	return /** @type {HTMLElement} */ (template.content.firstElementChild?.cloneNode(true));
}
