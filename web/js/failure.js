/** @import { Failure } from "./contract.js" */

/**
 * @param {Failure["kind"]} kind
 * @param {string} message
 * @returns {Failure}
 */
export function failure(kind, message) {
	return { kind, message };
}

/**
 * Whatever was thrown, as a Failure.
 * @param {unknown} reason
 * @returns {Failure}
 */
export function asFailure(reason) {
	return isFailure(reason) ? reason : failure("internal", messageOf(reason));
}

/**
 * @param {unknown} reason
 * @returns {reason is Failure}
 */
export function isFailure(reason) {
	return typeof reason === "object" && reason !== null && !(reason instanceof Error) &&
		"kind" in reason && typeof reason.kind === "string" &&
		"message" in reason && typeof reason.message === "string";
}

/** @param {unknown} reason */
export function messageOf(reason) {
	return reason instanceof Error ? reason.message : String(reason);
}
