// Runs a js/wasm test binary in Node, started as the page's worker starts the
// program: node wasm-exec.mjs GOROOT/lib/wasm PROGRAM ARGUMENT...
import { webcrypto } from "node:crypto";
import fs from "node:fs";
import { createRequire } from "node:module";
import os from "node:os";
import path from "node:path";
import { instantiate } from "../web/js/kernels.js";

const require = createRequire(import.meta.url);
const [runtime, ...argv] = process.argv.slice(2);
Object.assign(globalThis, { require, fs, path });
globalThis.crypto ??= webcrypto; // Node 18 keeps it to itself
require(path.join(runtime, "wasm_exec.js"));

const compile = (file) => WebAssembly.compile(fs.readFileSync(file));
const go = new Go();
go.argv = argv;
go.env = { TMPDIR: os.tmpdir(), ...process.env };
go.exit = process.exit;
const instance = await instantiate(
	await compile(argv[0]),
	await compile(new URL("../internal/kernel/simd.wasm", import.meta.url)),
	go.importObject,
);
process.on("exit", (code) => {
	if (code === 0 && !go.exited) {
		// Nothing is left that could wake Go: let it find its deadlock and say so.
		go._pendingEvent = { id: 0 };
		go._resume();
	}
});
await go.run(instance);
