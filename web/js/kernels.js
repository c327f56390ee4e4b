/**
 * Starts a Go program together with its SIMD kernels. The kernels work on the
 * memory of the Go program, which is not there before the program is
 * instantiated, and the program imports the kernels: so it is given functions
 * that pass every call on, and the kernels follow. Also used by the tests of the
 * Go packages, in Node.
 * @param {WebAssembly.Module} program
 * @param {WebAssembly.Module} kernels
 * @param {WebAssembly.Imports} imports of wasm_exec.js
 * @returns {Promise<WebAssembly.Instance>} of the program, ready to run
 */
export async function instantiate(program, kernels, imports) {
	/** @type {any} */
	let leaves;
	/** @type {WebAssembly.ModuleImports} */
	const kernel = {};
	for (const { name } of WebAssembly.Module.exports(kernels)) {
		kernel[name] = (/** @type {any[]} */ ...args) => leaves[name](...args);
	}
	const instance = await WebAssembly.instantiate(program, { ...imports, kernel });
	leaves = (await WebAssembly.instantiate(kernels, { env: { memory: instance.exports.mem } })).exports;
	return instance;
}
