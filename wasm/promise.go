//go:build js && wasm

package main

import (
	"errors"
	"fmt"
	"syscall/js"

	"lungct/internal/ct"
)

// failure is an error whose kind the page words differently.
type failure struct{ kind, message string }

func (f failure) Error() string { return f.message }

// promising makes a JavaScript function that returns a promise of what work
// returns. The page makes one call at a time.
func promising(work func(args []js.Value) (js.Value, error)) js.Func {
	return js.FuncOf(func(_ js.Value, args []js.Value) any {
		var resolve, reject js.Value
		executor := js.FuncOf(func(_ js.Value, functions []js.Value) any {
			resolve, reject = functions[0], functions[1]
			return nil
		})
		promise := js.Global().Get("Promise").New(executor)
		executor.Release()
		go func() {
			defer func() {
				if cause := recover(); cause != nil {
					reject.Invoke(rejection(failure{"crash", fmt.Sprint("panic: ", cause)}))
				}
			}()
			if value, err := work(args); err != nil {
				reject.Invoke(rejection(err))
			} else {
				resolve.Invoke(value)
			}
		}()
		return promise
	})
}

// rejection is err as the page's Failure.
func rejection(err error) js.Value {
	return js.ValueOf(map[string]any{"kind": kindOf(err), "message": err.Error()})
}

// kindOf is the kind of an error, see Failure in web/js/contract.js.
func kindOf(err error) string {
	if f, ok := errors.AsType[failure](err); ok {
		return f.kind
	} else if _, ok := errors.AsType[ct.FormatError](err); ok {
		return "format"
	} else if _, ok := errors.AsType[ct.UnsupportedError](err); ok {
		return "unsupported"
	}
	return "internal"
}
