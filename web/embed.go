// Package web holds the page: HTML, style sheets, icon, ES modules (js), slices to
// try it with (samples), and what the build puts beside them (dist): the Go
// program and its SIMD kernels as WebAssembly, and the Go distribution's
// wasm_exec.js, which starts the program.
package web

import "embed"

// Files are the files of the page, by their path in this folder. Before
// `make wasm` has run, dist holds its README alone.
//
//go:embed index.html aids.css results.css style.css viewer.css icon.svg js samples dist
var Files embed.FS
