import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { csvOf, harmless } from "../js/results/csv.js";
import { profileOf } from "../js/results/profile.js";
import { researchUse } from "../js/results/research.js";
import { columnsOf, rowsOf } from "../js/results/rows.js";

const preprocessing = { size: 300, crop: "body", mean: 0.5, std: 0.25, window_centre: -600, window_width: 1500, filter: "linear" };
const model = { name: "=Model", file: "m.safetensors", sha256: "ab12", validated: true, preprocessing };

/** A study of a series of three and a picture; every name would tell who it is. */
function study() {
	const series = [{ name: "Doe^Jane", id: 0, slices: [], unscored: "", notes: [] }, { name: "Doe", id: 3, slices: [], unscored: "", notes: [] }];
	const slice = (of, frame, rest) => series[of].slices.push({ path: `Doe/${of}.dcm`, frame, series: series[of], ...rest });
	slice(0, 0, { state: "read", verdict: { label: "covid", probability: 0.87654321, milliseconds: 3 } });
	slice(0, 1, { state: "leftOut", why: "it shows no lung" });
	slice(0, 2, { state: "failed", failure: { kind: "format", message: "Doe/0.dcm is damaged" } });
	slice(1, 0, { state: "waiting" });
	series[0].verdict = { label: "covid", probability: 0.876543214, from: [0] };
	return { series };
}

test("texts that a spreadsheet would calculate are made harmless", () => {
	for (const bad of ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"]) {
		assert.equal(harmless(bad), `'${bad}`);
	}
	assert.equal(harmless("a=1"), "a=1");
	assert.equal(csvOf(["a", "b", "c"], [{ a: '=HYPERLINK("x")', b: -1, c: "x,\ny" }, { a: undefined, b: null, c: " x" }]),
		'a,b,c\r\n"\'=HYPERLINK(""x"")",-1,"x,\ny"\r\n,," x"\r\n');
});

test("without names rows are numbered, and nothing else names anybody", () => {
	const making = { model, version: "v1", names: false };
	const rows = rowsOf(study(), making);
	assert.doesNotMatch(csvOf(columnsOf(making), rows) + JSON.stringify(rows), /Doe|Jane|dcm/);
	assert.deepEqual(rows.map(({ kind, series, slice, verdict, probability, note }) => [kind, series, slice, verdict, probability, note]), [
		["slice", 1, 1, "covid", 0.876543, ""],
		["slice", 1, 2, "", null, "it shows no lung"],
		["slice", 1, 3, "", null, "not readable (format)"],
		["series", 1, null, "covid", 0.876543, "mean of 1 of 3 slices"],
		["slice", 2, 1, "", null, "not read yet"],
	]);
	assert.ok(rows.every((row) => !("time" in row)));
});

test("names and times are there where they are wanted", () => {
	const making = { model, version: "v1", names: true, time: new Date(0) };
	const text = csvOf(columnsOf(making), rowsOf(study(), making));
	const [header, first] = text.split("\r\n");
	assert.equal(header, "kind,series,slice,series_name,file,frame,verdict,probability,note,threshold,model,model_sha256,model_status,preprocessing,program,time");
	assert.equal(first, "slice,1,1,Doe^Jane,Doe/0.dcm,1,covid,0.876543,,0.5,'=Model,ab12,offered by this server," +
		"\"300 x 300 pixels, crop body, filter linear, mean 0.5, deviation 0.25, window -600/1500 HU\",lungct v1,1970-01-01T00:00:00.000Z");
});

test("each row says that a model is not the server's, or that there is none", () => {
	const status = (model) => rowsOf(study(), { model, version: "v1", names: false }).map((row) => row.model_status);
	assert.ok(status({ ...model, validated: false }).every((each) => each === "not from this server, unvalidated"));
	assert.ok(status(undefined).every((each) => each === ""));
});

test("a profile has a bar for each slice with a verdict", () => {
	const path = profileOf(study().series[0].slices);
	assert.equal(path, "M16 60v-52.6h128V60z");
	assert.equal(profileOf([]), "");
});

test("what is burned into pictures is what the page says of itself", () => {
	assert.ok(readFileSync(new URL("../index.html", import.meta.url), "utf8").includes(`>${researchUse}</p>`));
});
