// ONNX Runtime for Node, measured when asked: node ort.mjs FOLDER. One JSON
// object a line on standard input, one answer a line. FOLDER holds model.onnx
// and inputs.bin as network.go writes them.
import fs from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import readline from "node:readline";
import ort from "onnxruntime-node";

const [folder] = process.argv.slice(2);
const plane = 300 * 300;
const file = fs.readFileSync(path.join(folder, "inputs.bin"));
const planes = new Float32Array(file.buffer, file.byteOffset, file.byteLength / 4);

/** The inputs in turn, n of them, as three equal channels each. */
function batch(n) {
	const x = new Float32Array(n * 3 * plane);
	for (let i = 0; i < 3 * n; i++) {
		const at = Math.floor(i / 3) * plane % planes.length;
		x.set(planes.subarray(at, at + plane), i * plane);
	}
	return { input: new ort.Tensor("float32", x, [n, 3, 300, 300]) };
}

const sessions = new Map();

/** A session for one number of threads and one size of batch, which helps it plan. */
async function session(threads, n) {
	const key = `${threads} ${n}`;
	if (!sessions.has(key)) {
		sessions.set(key, await ort.InferenceSession.create(path.join(folder, "model.onnx"), {
			intraOpNumThreads: threads, interOpNumThreads: 1, executionMode: "sequential",
			graphOptimizationLevel: "all", freeDimensionOverrides: { n },
		}));
	}
	return sessions.get(key);
}

const tasks = {
	version: async () => ({
		ort: createRequire(import.meta.url)("onnxruntime-node/package.json").version, node: process.version,
	}),
	logits: async () => {
		const n = planes.length / plane;
		return { logits: Array.from((await (await session(1, n)).run(batch(n))).logits.data) };
	},
	infer: async ({ threads, batch: n, warm, times }) => {
		const model = await session(threads, n), x = batch(n), seconds = [];
		for (let i = -warm; i < times; i++) {
			const start = performance.now();
			await model.run(x);
			if (i >= 0) {
				seconds.push((performance.now() - start) / 1000);
			}
		}
		return { seconds };
	},
};

for await (const line of readline.createInterface({ input: process.stdin })) {
	const request = JSON.parse(line);
	console.log(JSON.stringify(await tasks[request.do](request)));
}
