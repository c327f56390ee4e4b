/** Slices that come with the page, to try it with. samples/README.md says whence. */
/** @import { Found } from "./files.js" */
import { failure } from "./failure.js";

/** They stand for themselves, each a series: consecutive in no scan. */
export const samples = [
	"covid-0205.png", "covid-0441.png", "covid-0717.png", "covid-1086.png", "neck.dcm",
	"noncovid-0161.png", "noncovid-0413.png", "noncovid-0665.png", "noncovid-0936.png", "noncovid-1174.png",
];

/**
 * Fetches them from the page's own server; this tells it nothing but that they
 * were wanted.
 * @returns {Promise<Found[]>} one that did not come carries the reason
 */
export function fetchSamples() {
	return Promise.all(samples.map(async (name) => {
		try {
			const response = await fetch(`samples/${name}`);
			if (!response.ok) {
				throw new Error(String(response.status));
			}
			return { path: name, file: await response.blob() };
		} catch {
			return { path: name, file: new Blob(), failure: failure("network", `the server does not deliver ${name}; start it again, then try once more`) };
		}
	}));
}
