//go:build js && wasm

// Command faulty stands in for the page's program and keeps to its contract
// (web/js/contract.js), except that some files end it in the ways in which a Go
// program can end: "panic" panics in a goroutine that nobody recovers, "exit"
// leaves, "trap" does what WebAssembly traps on, "memory" asks for more than
// there is, "rejected" reports a panic that was recovered. Any other file is a
// picture of 64x64 pixels, of probability 0.75 by a model's first byte.
package main

import (
	"os"
	"strings"
	"syscall/js"
	"unsafe"
)

var (
	model   []byte
	hoard   [][]byte
	promise = js.Global().Get("Promise")
)

func main() {
	js.Global().Set("lungct", map[string]any{
		"version":   "faulty",
		"reserve":   js.FuncOf(reserve),
		"readModel": js.FuncOf(readModel),
		"useModel":  js.FuncOf(useModel),
		"decode":    js.FuncOf(decode),
		"classify":  js.FuncOf(classify),
	})
	select {}
}

func reserve(_ js.Value, args []js.Value) any {
	model = make([]byte, args[0].Int())
	return promise.Call("resolve", uintptr(unsafe.Pointer(unsafe.SliceData(model))))
}

func useModel(js.Value, []js.Value) any { return promise.Call("resolve") }

func readModel(js.Value, []js.Value) any {
	return promise.Call("resolve", map[string]any{
		"name": "Faulty", "description": "", "data": map[string]any{"name": "", "licence": ""}, "metrics": nil,
	})
}

func decode(_ js.Value, args []js.Value) any {
	text := make([]byte, args[0].Length())
	js.CopyBytesToGo(text, args[0])
	switch strings.TrimSpace(string(text)) {
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
	return promise.Call("resolve", map[string]any{"width": 64, "height": 64, "grey": grey})
}

func classify(js.Value, []js.Value) any {
	if len(model) == 0 {
		return promise.Call("reject", map[string]any{"kind": "weights", "message": "no model is loaded"})
	}
	return promise.Call("resolve", map[string]any{"label": "covid", "probability": 0.75, "milliseconds": 1})
}
