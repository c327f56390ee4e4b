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

/**
 * A new element with a text and classes.
 * @template {keyof HTMLElementTagNameMap} Name
 * @param {Name} name
 * @param {string} [text]
 * @param {string} [classes]
 * @returns {HTMLElementTagNameMap[Name]}
 */
export function element(name, text = "", classes = "") {
	const made = document.createElement(name);
	made.textContent = text;
	made.className = classes;
	return made;
}

/**
 * A new element of a drawing.
 * @param {string} name
 * @param {Record<string, string | number>} attributes
 * @returns {SVGElement}
 */
export function shape(name, attributes) {
	const made = document.createElementNS("http://www.w3.org/2000/svg", name);
	Object.entries(attributes).forEach(([attribute, value]) => made.setAttribute(attribute, String(value)));
	return made;
}
