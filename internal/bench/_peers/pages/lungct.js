// Goes before our own page's scripts. Sets window.bench, as harness.js does for
// the pages of rivals; see browser.go. It opens slices as a reader does, by the
// file picker, and waits for the verdict on screen.
(() => {
	/** The page's worker, and what it answered to requests that the page did not make. */
	let worker;
	const answers = new Map();
	window.Worker = class extends Worker {
		constructor(url, options) {
			super(url, options);
			worker ??= this; // the first reads, the others help with many slices
			this.addEventListener("message", ({ data }) => answers.get(data.id)?.(data));
		}
	};

	/** Resolves once condition, of the document, holds. */
	const until = (condition) => new Promise((resolve) => {
		const observer = new MutationObserver(check);
		observer.observe(document, { subtree: true, childList: true, attributes: true, attributeFilter: ["data-status", "data-state"] });
		function check() {
			if (condition()) {
				observer.disconnect();
				resolve();
			}
		}
		check();
	});

	const bytes = (base64) => Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
	let read = 0;
	async function readSlice(base64) {
		const files = new DataTransfer();
		files.items.add(new File([bytes(base64)], `slice-${++read}.png`, { type: "image/png" }));
		const picker = document.querySelector("#file-picker");
		const start = performance.now();
		picker.files = files.files;
		picker.dispatchEvent(new Event("change"));
		await until(() => document.querySelectorAll("#series li:is([data-state=covid], [data-state=noncovid])").length === read);
		return performance.now() - start;
	}

	let requests = 0;
	const ask = (method, argument) => new Promise((resolve, reject) => {
		const id = `bench ${++requests}`;
		answers.set(id, ({ value, failure }) => failure ? reject(new Error(failure.message)) : resolve(value));
		worker.postMessage({ id, method, argument });
	});

	/** Has the worker decode a slice as the page does: by the file that holds it. */
	let keys = 0;
	const decode = (base64) => ask("decode", { source: { key: `bench ${++keys}`, path: "slice.png", file: new Blob([bytes(base64)]) }, ordinal: 0 });

	const ready = until(() => document.body?.dataset.status === "ready").then(() => performance.now());
	window.bench = {
		ready,
		cold: (async () => {
			await ready;
			await readSlice(window.benchSlice);
			return performance.now();
		})(),
		async chain(times) {
			const all = [];
			for (let i = 0; i < times; i++) {
				all.push(await readSlice(window.benchSlice));
			}
			return all;
		},
		/** With a model that takes slices of its own size as they are. */
		async network(times) {
			const { models } = await (await fetch("weights/index.json")).json();
			const { file, sha256 } = models.find((model) => model.file === "uncropped.safetensors");
			const weights = await (await fetch(`weights/${file}`)).arrayBuffer();
			await ask("loadModel", { file, sha256, chunks: [new Uint8Array(weights)] });
			await decode(window.benchPlane);
			const all = [];
			for (let i = 0; i < times; i++) {
				all.push((await ask("classify")).milliseconds);
			}
			return all;
		},
		async probabilities() {
			const found = [];
			for (const slice of window.benchSlices) {
				await decode(slice);
				found.push((await ask("classify")).probability);
			}
			return found;
		},
	};
})();
