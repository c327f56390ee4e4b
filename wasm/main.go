//go:build js && wasm

// Command wasm is the bridge between the page and the Go packages. It sets one
// global, lungct, whose functions return promises, and stays until the worker
// drops it. web/js/contract.js states the contract as types.
//
// Files and pictures, which are grey, cross as Uint8Array, the model card as the
// object that its JSON describes. Weights do not cross: the worker writes them
// where they will be read. A promise is rejected with
// {kind, message}; after the kind "crash" the program is in no known state and
// must be started anew.
package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"runtime/debug"
	"syscall/js"
	"time"
	"unsafe"

	"lungct/alexnet"
	"lungct/internal/ct"
)

// gcPercent keeps the heap near its live size, most of which is one model: the
// memory of WebAssembly never shrinks. Weights hold no pointers, so that a
// collection costs little. It takes effect with the first model: before that there
// is little to collect.
const gcPercent = 10

// session is what the page has loaded so far.
type session struct {
	next  model // being read, not yet in use
	model model
	slice *ct.Slice
}

// model is a classifier and the file that it was read from. The file stays even
// where the classifier does not need it: should the program crash, the worker
// takes it out of the program's memory and gives it to the next run.
type model struct {
	weights    []byte
	classifier *alexnet.Classifier
}

func main() {
	s := new(session)
	js.Global().Set("lungct", map[string]any{
		"version":   version(),
		"rehearse":  promising(rehearse),
		"reserve":   promising(s.reserve),
		"readModel": promising(s.readModel),
		"useModel":  promising(s.useModel),
		"decode":    promising(s.decode),
		"classify":  promising(s.classify),
	})
	select {}
}

// version is the module's version as the build recorded it.
func version() string {
	if info, ok := debug.ReadBuildInfo(); ok {
		return info.Main.Version
	}
	return "unknown"
}

// reserve(bytes: number) makes room for a weights file and resolves to its
// address in the program's memory.
func (s *session) reserve(args []js.Value) (js.Value, error) {
	if len(args) != 1 || args[0].Type() != js.TypeNumber || args[0].Int() < 0 {
		return js.Undefined(), fmt.Errorf("got %d arguments, want a number of bytes", len(args))
	}
	debug.SetGCPercent(gcPercent)
	s.next = model{weights: make([]byte, args[0].Int())}
	return js.ValueOf(uintptr(unsafe.Pointer(unsafe.SliceData(s.next.weights)))), nil
}

// readModel() reads the weights file that was written into the reserved room,
// and resolves to its model card.
func (s *session) readModel([]js.Value) (js.Value, error) {
	classifier, err := alexnet.NewClassifier(s.next.weights)
	if err != nil {
		s.next = model{}
		return js.Undefined(), failure{"weights", err.Error()}
	}
	card, err := json.Marshal(classifier.Card())
	if err != nil {
		return js.Undefined(), err
	}
	s.next.classifier = classifier
	return js.Global().Get("JSON").Call("parse", string(card)), nil
}

// useModel() replaces the model in use by the one that was read last.
func (s *session) useModel([]js.Value) (js.Value, error) {
	if s.next.classifier == nil {
		return js.Undefined(), errors.New("no model was read")
	}
	s.model, s.next = s.next, model{}
	return js.Undefined(), nil
}

// decode(file: Uint8Array) makes the slice the current one and resolves to its
// picture.
func (s *session) decode(args []js.Value) (js.Value, error) {
	s.slice = nil
	data, err := bytesOf(args)
	if err != nil {
		return js.Undefined(), err
	}
	slice, err := ct.Decode(data)
	if err != nil {
		return js.Undefined(), err
	}
	s.slice = slice
	grey := js.Global().Get("Uint8Array").New(len(slice.Grey))
	js.CopyBytesToJS(grey, slice.Grey)
	return js.ValueOf(map[string]any{"width": slice.Width, "height": slice.Height, "grey": grey}), nil
}

// classify() resolves to the model's verdict on the current slice.
func (s *session) classify([]js.Value) (js.Value, error) {
	switch {
	case s.model.classifier == nil:
		return js.Undefined(), failure{"weights", "no model is loaded"}
	case s.slice == nil:
		return js.Undefined(), errors.New("no slice is decoded")
	}
	start := time.Now()
	verdict, err := s.model.classifier.Classify(s.slice)
	if err != nil {
		return js.Undefined(), err
	}
	return js.ValueOf(map[string]any{
		"label":        verdict.Label,
		"probability":  verdict.Probability,
		"milliseconds": float64(time.Since(start)) / float64(time.Millisecond),
	}), nil
}

// bytesOf copies the one argument, a Uint8Array, into Go's memory.
func bytesOf(args []js.Value) ([]byte, error) {
	if len(args) != 1 || !args[0].InstanceOf(js.Global().Get("Uint8Array")) {
		return nil, fmt.Errorf("got %d arguments, want one Uint8Array", len(args))
	}
	data := make([]byte, args[0].Length())
	js.CopyBytesToGo(data, args[0])
	return data, nil
}
