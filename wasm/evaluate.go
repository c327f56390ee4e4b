//go:build js && wasm

package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"syscall/js"

	"lungct/alexnet"
	"lungct/internal/labels"
	"lungct/internal/metrics"
)

// bootstrapSeed is the trainer's, so that the same slices always get the same
// intervals.
const bootstrapSeed = 1

// answering makes a function that takes a text of JSON and resolves to an object.
func answering[Q, A any](answer func(question Q) (A, error)) func([]js.Value) (js.Value, error) {
	return func(args []js.Value) (js.Value, error) {
		if len(args) != 1 || args[0].Type() != js.TypeString {
			return js.Undefined(), fmt.Errorf("got %d arguments, want a text of JSON", len(args))
		}
		var question Q
		if err := json.Unmarshal([]byte(args[0].String()), &question); err != nil {
			return js.Undefined(), err
		}
		a, err := answer(question)
		if err != nil {
			return js.Undefined(), err
		}
		text, err := json.Marshal(a)
		if err != nil {
			return js.Undefined(), err
		}
		return js.Global().Get("JSON").Call("parse", string(text)), nil
	}
}

// What is asked of truth, and what it answers: web/js/contract.js says what the
// fields mean.
type (
	truthQuestion struct {
		Paths  []string       `json:"paths"`
		Tables []labels.Table `json:"tables"`
	}
	truthAnswer struct {
		Class int    `json:"class"`
		Group string `json:"group"`
	}
)

// truth tells what folders and tables say of files.
func truth(q truthQuestion) ([]truthAnswer, error) {
	known, err := labels.TruthOf(q.Paths, q.Tables)
	if err != nil {
		return nil, failure{"format", err.Error()}
	}
	answers := make([]truthAnswer, len(known))
	for i, k := range known {
		answers[i] = truthAnswer(k)
	}
	return answers, nil
}

type (
	measureQuestion struct {
		Cases []struct {
			Positive *bool    `json:"positive"` // nil unknown
			Group    string   `json:"group"`
			First    float64  `json:"first"`
			Second   *float64 `json:"second"` // nil for one reader
		} `json:"cases"`
	}
	measured struct {
		metrics.Report
		ROC []rocPoint `json:"roc"`
	}
	rocPoint struct {
		Threshold         metrics.Number `json:"threshold"` // null for the first, where nothing is called
		Sensitivity       float64        `json:"sensitivity"`
		FalsePositiveRate float64        `json:"false_positive_rate"`
	}
	measureAnswer struct {
		First      *measured           `json:"first"`
		Second     *measured           `json:"second"`
		Difference *metrics.Difference `json:"difference"` // of the first less the second
		Agreement  *metrics.Agreement  `json:"agreement"`
	}
)

// measure scores one or two readers of the same cases, at the threshold of
// verdicts: against the truth those of which it is known, against each other all.
func measure(q measureQuestion) (a measureAnswer, err error) {
	var all, known [2][]metrics.Case
	readers := 1
	for i, c := range q.Cases {
		if i == 0 && c.Second != nil {
			readers = 2
		}
		if readers == 2 && c.Second == nil {
			return a, errors.New("got cases that the second has not read")
		}
		for r := range readers {
			made := metrics.Case{Group: c.Group, Probability: c.First, Positive: c.Positive != nil && *c.Positive}
			if r == 1 {
				made.Probability = *c.Second
			}
			all[r] = append(all[r], made)
			if c.Positive != nil {
				known[r] = append(known[r], made)
			}
		}
	}
	if len(known[0]) > 0 {
		if a.First, err = score(known[0]); err != nil {
			return a, err
		}
	}
	if readers < 2 {
		return a, nil
	}
	agreement, err := metrics.Agree(all[0], all[1], alexnet.Threshold, alexnet.Threshold, bootstrapSeed)
	if err != nil {
		return a, err
	}
	a.Agreement = &agreement
	if len(known[1]) > 0 {
		if a.Second, err = score(known[1]); err != nil {
			return a, err
		}
		difference, err := metrics.Compare(known[0], known[1], alexnet.Threshold, bootstrapSeed)
		if err != nil {
			return a, err
		}
		a.Difference = &difference
	}
	return a, nil
}

func score(cases []metrics.Case) (*measured, error) {
	report, err := metrics.Measure(cases, alexnet.Threshold, bootstrapSeed)
	if err != nil {
		return nil, err
	}
	m := &measured{report, []rocPoint{}}
	for _, p := range metrics.ROC(cases) {
		threshold := metrics.Number(p.Threshold)
		if math.IsInf(p.Threshold, 0) {
			threshold = metrics.Number(math.NaN())
		}
		m.ROC = append(m.ROC, rocPoint{threshold, p.Sensitivity, p.FalsePositiveRate})
	}
	return m, nil
}
