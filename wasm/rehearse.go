//go:build js && wasm

package main

import (
	"encoding/json"
	"syscall/js"
	"time"

	"lungct/alexnet"
	"lungct/internal/selftest"
)

// rehearse() classifies a golden slice with a small network, and rejects where the
// probability is not the one that was recorded: such a program must read nothing.
// The browser compiles a function when it is called for the first time, and
// compiles it well once it has been called for long: that, too, is done while the
// page waits for the weights, and not with the reader's first slice.
func rehearse([]js.Value) (js.Value, error) {
	start := time.Now()
	difference, err := selftest.Run()
	if err != nil {
		return js.Undefined(), failure{"selftest", err.Error()}
	}
	if _, err := json.Marshal(alexnet.Card{}); err != nil { // as the model's will be
		return js.Undefined(), err
	}
	return js.ValueOf(map[string]any{
		"difference":   difference,
		"milliseconds": float64(time.Since(start)) / float64(time.Millisecond),
	}), nil
}
