package main

import (
	"encoding/json"
	"io"
	"time"
)

// events writes what happens for programs that watch a training: one JSON object
// a line, whose "event" says what it is. A nil *events writes nothing.
//
//	start        what is trained on and where it is written; again after --resume
//	step         at most one a second: where the epoch is, loss, images/s, time left
//	epoch        losses, the validation part's report, which epoch is best
//	weights      a weights file has been written, with its scores
//	report       report.html has been written
//	interrupted  there is a checkpoint, and message says how to go on
//	failed       message says why
type events struct {
	w    io.Writer
	last time.Time // of a step
}

// event is one line. Fields are described where they are made.
type event map[string]any

// write writes an event. An output that nobody reads stops no training.
func (e *events) write(name string, fields event) {
	if e == nil {
		return
	}
	line := event{"event": name}
	for key, value := range fields {
		line[key] = value
	}
	text, err := json.Marshal(line)
	if err != nil {
		return // only NaN, which metrics.Number keeps out
	}
	e.w.Write(append(text, '\n'))
}

// step writes the event of a step, at most one a second.
func (e *events) step(fields event) {
	if e == nil || time.Since(e.last) < time.Second {
		return
	}
	e.last = time.Now()
	e.write("step", fields)
}
