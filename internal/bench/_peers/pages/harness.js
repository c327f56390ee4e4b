/**
 * Makes a page of a rival runtime. Sets window.bench, as lungct.js does for our
 * page; see browser.go.
 * @param {() => Promise<void>} load fetches runtime and model
 * @param {(planes: Float32Array) => any} prepare 3x300x300 values to an input, not timed
 * @param {(input: any) => Promise<Float32Array>} infer to logits
 */
export function measure(load, prepare, infer) {
	const size = 300, mean = 0.4, std = 0.3; // network.go
	const context = new OffscreenCanvas(size, size).getContext("2d", { willReadFrequently: true });

	const planesOf = (plane) => {
		const x = new Float32Array(3 * plane.length);
		[0, 1, 2].forEach((channel) => x.set(plane, channel * plane.length));
		return x;
	};
	const probability = (logits) => 1 / (1 + Math.exp(logits[0] - logits[1]));

	/** What people write: the browser decodes and resizes. */
	async function read(slice) {
		const picture = await createImageBitmap(new Blob([slice], { type: "image/png" }));
		context.drawImage(picture, 0, 0, size, size);
		const { data } = context.getImageData(0, 0, size, size);
		const plane = new Float32Array(size * size);
		for (let i = 0; i < plane.length; i++) {
			plane[i] = (data[4 * i] / 255 - mean) / std;
		}
		return probability(await infer(prepare(planesOf(plane))));
	}

	/** @returns {Promise<number[]>} milliseconds */
	async function timed(times, work) {
		const all = [];
		for (let i = 0; i < times; i++) {
			const start = performance.now();
			await work();
			all.push(performance.now() - start);
		}
		return all;
	}

	const ready = load().then(() => performance.now());
	const bytes = (base64) => Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
	window.bench = {
		ready,
		cold: (async () => {
			await ready;
			await read(bytes(window.benchSlice));
			return performance.now();
		})(),
		chain: (times) => {
			const slice = bytes(window.benchSlice);
			return timed(times, () => read(slice));
		},
		network: (times) => {
			const input = prepare(planesOf(new Float32Array(size * size).map((_, i) => Math.sin(i * 0.013))));
			return timed(times, () => infer(input));
		},
		async probabilities() {
			const all = new Float32Array(await (await fetch("/subject/inputs.bin")).arrayBuffer());
			const found = [];
			for (let at = 0; at < all.length; at += size * size) {
				found.push(probability(await infer(prepare(planesOf(all.subarray(at, at + size * size))))));
			}
			return found;
		},
	};
}
