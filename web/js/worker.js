/**
 * The worker: answers the page's requests one after the other, in the order in
 * which they came. The server's policy for this file lets it reach no network.
 */
/** @import { Answer, Request } from "./contract.js" */
import { asFailure, failure } from "./failure.js";
import { loaded, Program } from "./program.js";

/** @type {Program | undefined} */
let program;
let last = Promise.resolve();

addEventListener("message", (/** @type {MessageEvent<Request>} */ event) => {
	last = last.then(() => answer(event.data));
});

addEventListener("error", (event) => {
	event.preventDefault();
	program?.crashed(event.error ?? event.message);
});

/** @param {Request} request */
async function answer(request) {
	try {
		const value = await obey(request);
		/** @type {Answer} */
		const answer = { id: request.id, value };
		postMessage(answer, { transfer: buffersOf(value) });
	} catch (reason) {
		/** @type {Answer} */
		const answer = { id: request.id, failure: asFailure(reason) };
		postMessage(answer);
	}
}

/**
 * @param {Request} request
 * @returns {Promise<any>}
 */
async function obey(request) {
	if (request.method === "ready") {
		return loaded;
	}
	if (request.method === "start") {
		program = new Program(request.argument);
		return program.start();
	}
	if (!program) {
		throw failure("internal", "the program was not started");
	}
	switch (request.method) {
		case "rehearse":
			return program.rehearse();
		case "loadModel":
			return program.loadModel(request.argument);
		case "weights":
			return program.weights();
		case "diagnose":
			return program.diagnose();
		case "add":
			return program.add(request.argument);
		case "arrange":
			return program.arrange();
		case "clear":
			return program.clear();
		case "decode":
			return program.decode(request.argument);
		case "classify":
			return program.classify();
		case "pool":
			return program.pool(request.argument);
		case "truth":
		case "measure":
			return program.calculate(request.method, request.argument);
	}
}

/**
 * What of a picture or a model moves to the page rather than being copied.
 * @param {any} value
 * @returns {ArrayBuffer[]}
 */
function buffersOf(value) {
	return [value?.grey, value?.hu, ...(value?.chunks ?? [])].filter(Boolean).map(({ buffer }) => buffer);
}
