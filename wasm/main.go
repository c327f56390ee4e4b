//go:build js && wasm

// Command wasm is the bridge between the page and the Go packages. It sets one
// global, lungct, whose functions return promises, and stays until the worker
// drops it. web/js/contract.js states the contract as types.
//
// Files cross as Blobs, of which the program reads what it needs; pictures as
// Uint8Array and Int16Array, the model card as the object that its JSON describes.
// Weights do not cross: the worker writes them where they will be read. A promise is rejected with
// {kind, message}; after the kind "crash" the program is in no known state and
// must be started anew.
package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"runtime/debug"
	"sync"
	"syscall/js"
	"time"
	"unsafe"

	"lungct/alexnet"
	"lungct/internal/ct"
	"lungct/internal/study"
)

const (
	// gcPercent keeps the heap near its live size, most of which is one model: the
	// memory of WebAssembly never shrinks. Weights hold no pointers, so that a
	// collection costs little.
	gcPercent = 10

	// Before the first verdict nothing is collected below uncollected bytes: the
	// collector would have to be compiled, which takes longer than its work.
	uncollected = 96 << 20
	// That verdict is on screen before the collector begins.
	collectAfter = 200 * time.Millisecond
)

// session is what the page has loaded so far.
type session struct {
	next  model // being read, not yet in use
	model model
	study *study.Study
	slice *ct.Slice

	collect sync.Once // begins to collect
}

// model is a classifier and the file that it was read from. The file stays even
// where the classifier does not need it: should the program crash, the worker
// takes it out of the program's memory and gives it to the next run.
type model struct {
	weights    []byte
	classifier *alexnet.Classifier
}

func main() {
	debug.SetGCPercent(-1)
	debug.SetMemoryLimit(uncollected)
	s := &session{study: study.New()}
	js.Global().Set("lungct", map[string]any{
		"version":   version(),
		"rehearse":  promising(rehearse),
		"reserve":   promising(s.reserve),
		"readModel": promising(s.readModel),
		"useModel":  promising(s.useModel),
		"add":       promising(s.add),
		"arrange":   promising(s.arrange),
		"clear":     promising(s.clear),
		"decode":    promising(s.decode),
		"classify":  promising(s.classify),
		"pool":      promising(s.pool),
		"truth":     promising(answering(truth)),

		"measure": promising(answering(measure)),
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
	s.next = model{weights: make([]byte, args[0].Int())}
	return js.ValueOf(uintptr(unsafe.Pointer(unsafe.SliceData(s.next.weights)))), nil
}

// readModel(foreign: boolean) reads the weights file that was written into the
// reserved room, and resolves to its model card. A foreign file, which no server
// offers, may be without one: "assumed" is true then of the card that is made up.
func (s *session) readModel(args []js.Value) (js.Value, error) {
	read := func(data []byte) (*alexnet.Classifier, bool, error) {
		c, err := alexnet.NewClassifier(data)
		return c, false, err
	}
	if len(args) == 1 && args[0].Truthy() {
		read = alexnet.Uncarded
	}
	classifier, assumed, err := read(s.next.weights)
	if err != nil {
		s.next = model{}
		return js.Undefined(), failure{"weights", err.Error()}
	}
	text, err := json.Marshal(classifier.Card())
	if err != nil {
		return js.Undefined(), err
	}
	s.next.classifier = classifier
	card := js.Global().Get("JSON").Call("parse", string(text))
	card.Set("assumed", assumed)
	return card, nil
}

// useModel() replaces the model in use by the one that was read last.
func (s *session) useModel([]js.Value) (js.Value, error) {
	if s.next.classifier == nil {
		return js.Undefined(), errors.New("no model was read")
	}
	s.model, s.next = s.next, model{}
	return js.Undefined(), nil
}

// classify() resolves to the model's verdict on the current slice, or to why the
// slice is left out.
func (s *session) classify([]js.Value) (js.Value, error) {
	switch {
	case s.model.classifier == nil:
		return js.Undefined(), failure{"weights", "no model is loaded"}
	case s.slice == nil:
		return js.Undefined(), errors.New("no slice is decoded")
	}
	if why := s.slice.WithoutLung(); why != "" {
		return js.ValueOf(map[string]any{"leftOut": why}), nil
	}
	start := time.Now()
	verdict, err := s.model.classifier.Classify(s.slice)
	if err != nil {
		return js.Undefined(), err
	}
	s.collect.Do(func() {
		time.AfterFunc(collectAfter, func() {
			debug.SetGCPercent(gcPercent)
			debug.SetMemoryLimit(math.MaxInt64)
		})
	})
	return js.ValueOf(map[string]any{
		"label":        verdict.Label,
		"probability":  verdict.Probability,
		"milliseconds": float64(time.Since(start)) / float64(time.Millisecond),
	}), nil
}
