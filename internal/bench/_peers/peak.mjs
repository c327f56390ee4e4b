// Prints the GFLOP/s of peak.ts, compiled: node peak.mjs peak.wasm. The best of
// several measurements: a peak is a limit.
import fs from "node:fs";

const { exports } = await WebAssembly.instantiate(await WebAssembly.compile(fs.readFileSync(process.argv[2])));
const turns = 1e6, operations = turns * 14 * 4;
let best = 0;
for (let i = 0; i < 15; i++) {
	const start = performance.now();
	exports.turns(turns);
	best = Math.max(best, operations / (performance.now() - start) / 1e6);
}
console.log(JSON.stringify({ gflops: best }));
