//go:build js && wasm

package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"syscall/js"
	"unsafe"

	"lungct/internal/ct"
	"lungct/internal/study"
)

// A blob reads the parts of a JavaScript Blob that are asked for, so that an archive
// or a multi-frame file need not fit the memory. It works in workers only, where
// reading may wait.
type blob struct {
	file js.Value
	size int64
}

// readAhead is read at least: archives are read in small steps, and asking the
// browser takes longer than these.
const readAhead = 64 << 10 // bytes

// ahead is what was read last, of one blob.
var ahead struct {
	of    *blob
	at    int64
	bytes []byte
}

// ReadAt is io.ReaderAt's.
func (b *blob) ReadAt(p []byte, off int64) (n int, err error) {
	for n < len(p) && off < b.size {
		if ahead.of != b || off < ahead.at || off >= ahead.at+int64(len(ahead.bytes)) {
			if len(p)-n >= readAhead {
				m, err := b.read(p[n:], off)
				return n + m, err
			}
			ahead.of = nil
			if ahead.bytes == nil {
				ahead.bytes = make([]byte, 0, readAhead)
			}
			m, err := b.read(ahead.bytes[:readAhead], off)
			if err != nil && err != io.EOF {
				return n, err
			}
			ahead.of, ahead.at, ahead.bytes = b, off, ahead.bytes[:m]
		}
		copied := copy(p[n:], ahead.bytes[off-ahead.at:])
		n, off = n+copied, off+int64(copied)
	}
	if n < len(p) {
		return n, io.EOF
	}
	return n, nil
}

// read asks the browser.
func (b *blob) read(p []byte, off int64) (n int, err error) {
	defer func() {
		// The file was moved, or the disk taken out.
		if cause := recover(); cause != nil {
			n, err = 0, failure{"file", fmt.Sprint("the browser could not read the file: ", cause)}
		}
	}()
	end := min(off+int64(len(p)), b.size)
	part := js.Global().Get("FileReaderSync").New().Call("readAsArrayBuffer", b.file.Call("slice", float64(off), float64(end)))
	n = js.CopyBytesToGo(p, js.Global().Get("Uint8Array").New(part))
	switch {
	case n < int(end-off):
		err = failure{"file", "the browser could not read the file: it is shorter than it was"}
	case n < len(p):
		err = io.EOF
	}
	return n, err
}

// add(path: string, file: Blob) looks at a file, adds its slices to the study, and
// resolves to how many slices the study has now: their IDs count them.
func (s *session) add(args []js.Value) (js.Value, error) {
	if len(args) != 2 || args[0].Type() != js.TypeString || !args[1].InstanceOf(js.Global().Get("Blob")) {
		return js.Undefined(), fmt.Errorf("got %d arguments, want a path and a Blob", len(args))
	}
	size := int64(args[1].Get("size").Float())
	s.study.Add(study.File{Name: args[0].String(), Size: size, Data: &blob{file: args[1], size: size}})
	return js.ValueOf(s.study.Len()), nil
}

// The listing as the page gets it; web/js/contract.js says what the fields mean.
type (
	listing struct {
		Series   []listedSeries   `json:"series"`
		Rejected []listedRejected `json:"rejected"`
	}
	listedSeries struct {
		Name     string        `json:"name"`
		Modality string        `json:"modality"`
		Unscored string        `json:"unscored"`
		Notes    []string      `json:"notes"`
		Slices   []listedSlice `json:"slices"`
	}
	listedSlice struct {
		ID    int    `json:"id"`
		Path  string `json:"path"`
		Frame int    `json:"frame"`
	}
	listedRejected struct {
		Path    string `json:"path"`
		Kind    string `json:"kind"`
		Message string `json:"message"`
	}
)

// arrange() resolves to the series of the files added so far, and to the files
// that cannot be read.
func (s *session) arrange([]js.Value) (js.Value, error) {
	all, rejected := s.study.Arrange()
	out := listing{Series: []listedSeries{}, Rejected: []listedRejected{}}
	for _, series := range all {
		l := listedSeries{series.Name, series.Modality, series.Unscored, append([]string{}, series.Notes...), []listedSlice{}}
		for _, slice := range series.Slices {
			l.Slices = append(l.Slices, listedSlice{slice.ID, slice.Name, slice.Frame})
		}
		out.Series = append(out.Series, l)
	}
	for _, r := range rejected {
		out.Rejected = append(out.Rejected, listedRejected{r.Name, kindOf(r.Err), r.Err.Error()})
	}
	text, err := json.Marshal(out)
	if err != nil {
		return js.Undefined(), err
	}
	return js.Global().Get("JSON").Call("parse", string(text)), nil
}

// clear() forgets the files.
func (s *session) clear([]js.Value) (js.Value, error) {
	s.study, s.slice = study.New(), nil
	return js.Undefined(), nil
}

// decode(id: number) makes a slice of the study the current one and resolves to
// its picture.
func (s *session) decode(args []js.Value) (js.Value, error) {
	s.slice = nil
	if len(args) != 1 || args[0].Type() != js.TypeNumber {
		return js.Undefined(), fmt.Errorf("got %d arguments, want the number of a slice", len(args))
	}
	listed := s.study.Slice(args[0].Int())
	if listed == nil {
		return js.Undefined(), fmt.Errorf("there is no slice %d", args[0].Int())
	}
	slice, err := s.study.Decode(listed)
	if err != nil {
		return js.Undefined(), err
	}
	s.slice = slice
	return picture(slice, listed), nil
}

// picture is a slice as the page shows it.
func picture(slice *ct.Slice, listed *study.Slice) js.Value {
	grey := js.Global().Get("Uint8Array").New(len(slice.Grey))
	js.CopyBytesToJS(grey, slice.Grey)
	out := map[string]any{
		"width": slice.Width, "height": slice.Height, "grey": grey,
		"spacing": []any{slice.Spacing[0], slice.Spacing[1]}, "unscored": slice.Unscored,
	}
	if o, ok := listed.Orientation(); ok {
		out["orientation"] = map[string]any{"right": o.Right, "bottom": o.Bottom, "left": o.Left, "top": o.Top}
	}
	if slice.HU != nil {
		bytes := js.Global().Get("Uint8Array").New(2 * len(slice.HU))
		js.CopyBytesToJS(bytes, unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(slice.HU))), 2*len(slice.HU)))
		out["hu"] = js.Global().Get("Int16Array").New(bytes.Get("buffer"))
		windows := []any{}
		for _, w := range slice.Windows {
			windows = append(windows, window(w))
		}
		out["windows"], out["window"] = windows, window(slice.DisplayWindow())
	}
	return js.ValueOf(out)
}

func window(w ct.Window) any {
	return map[string]any{"name": w.Name, "centre": w.Centre, "width": w.Width}
}

// pool(probabilities: number[]) resolves to the verdict on a series whose slices
// with lung have these probabilities.
func (s *session) pool(args []js.Value) (js.Value, error) {
	if s.model.classifier == nil {
		return js.Undefined(), failure{"weights", "no model is loaded"}
	}
	if len(args) != 1 || args[0].Type() != js.TypeObject || args[0].Length() == 0 {
		return js.Undefined(), errors.New("got no probabilities")
	}
	probabilities := make([]float64, args[0].Length())
	for i := range probabilities {
		probabilities[i] = args[0].Index(i).Float()
	}
	p, from, _ := study.DefaultRule.Pool(probabilities)
	indices := make([]any, len(from))
	for i, index := range from {
		indices[i] = index
	}
	v := s.model.classifier.Judge(p)
	return js.ValueOf(map[string]any{"label": v.Label, "probability": v.Probability, "from": indices}), nil
}
