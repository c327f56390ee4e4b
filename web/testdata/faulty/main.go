//go:build js && wasm

// Command faulty stands in for the page's program and keeps to its contract
// (web/js/contract.js), except that some files end it in the ways in which a Go
// program can end: "panic" panics in a goroutine that nobody recovers, "exit"
// leaves, "trap" does what WebAssembly traps on, "memory" asks for more than
// there is, "rejected" reports a panic that was recovered, and "header" panics
// while the file is looked at. Any other file is a picture of 64x64 pixels, of
// probability 0.75 by a model's first byte.
package main

import (
	"os"
	"path"
	"strings"
	"syscall/js"
	"unsafe"
)

// A file is a series of one slice.
type file struct{ path, kind string }

var (
	model   []byte
	files   []file
	hoard   [][]byte
	promise = js.Global().Get("Promise")
)

func main() {
	js.Global().Set("lungct", map[string]any{
		"version":   "faulty",
		"rehearse":  js.FuncOf(done),
		"reserve":   js.FuncOf(reserve),
		"readModel": js.FuncOf(readModel),
		"useModel":  js.FuncOf(done),
		"add":       js.FuncOf(add),
		"arrange":   js.FuncOf(arrange),
		"clear":     js.FuncOf(clearFiles),
		"decode":    js.FuncOf(decode),
		"classify":  js.FuncOf(classify),
	})
	select {}
}

func done(js.Value, []js.Value) any { return promise.Call("resolve") }

func reserve(_ js.Value, args []js.Value) any {
	model = make([]byte, args[0].Int())
	return promise.Call("resolve", uintptr(unsafe.Pointer(unsafe.SliceData(model))))
}

func readModel(js.Value, []js.Value) any {
	return promise.Call("resolve", map[string]any{
		"name": "Faulty", "description": "", "data": map[string]any{"name": "", "licence": ""}, "metrics": nil,
	})
}

func add(_ js.Value, args []js.Value) any {
	text := js.Global().Get("FileReaderSync").New().Call("readAsText", args[1]).String()
	if text = strings.TrimSpace(text); text == "header" {
		go func() { panic("no such header") }()
		return promise.New(js.FuncOf(func(js.Value, []js.Value) any { return nil }))
	}
	files = append(files, file{args[0].String(), text})
	return promise.Call("resolve", len(files))
}

func arrange(js.Value, []js.Value) any {
	series := []any{}
	for i, f := range files {
		series = append(series, map[string]any{
			"name": path.Base(f.path), "modality": "", "unscored": "", "notes": []any{},
			"slices": []any{map[string]any{"id": i, "path": f.path, "frame": 0}},
		})
	}
	return promise.Call("resolve", map[string]any{"series": series, "rejected": []any{}})
}

func clearFiles(js.Value, []js.Value) any {
	files = nil
	return promise.Call("resolve")
}

func decode(_ js.Value, args []js.Value) any {
	switch files[args[0].Int()].kind {
	case "panic":
		go func() { panic("no such voxel") }()
	case "exit":
		os.Exit(3)
	case "trap":
		*(*byte)(unsafe.Pointer(uintptr(0xfffffff0))) = 1 // no memory there
	case "memory":
		for {
			hoard = append(hoard, make([]byte, 64<<20))
		}
	case "rejected":
		return promise.Call("reject", map[string]any{"kind": "crash", "message": "panic: recovered"})
	}
	grey := js.Global().Get("Uint8Array").New(64 * 64)
	grey.Call("fill", 128)
	return promise.Call("resolve", map[string]any{
		"width": 64, "height": 64, "grey": grey, "spacing": []any{0, 0}, "unscored": "",
	})
}

func classify(js.Value, []js.Value) any {
	if len(model) == 0 {
		return promise.Call("reject", map[string]any{"kind": "weights", "message": "no model is loaded"})
	}
	return promise.Call("resolve", map[string]any{"label": "covid", "probability": 0.75, "milliseconds": 1})
}
