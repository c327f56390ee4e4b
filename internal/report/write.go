package report

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"

	"lungct/internal/atomicfile"
)

// The files of a report.
const (
	JSONName        = "report.json"
	PageName        = "report.html"
	PredictionsName = "predictions.csv"
)

// Options say how a report is written.
type Options struct {
	// Picture fetches the slice of a prediction, and where the model saw what it
	// says of it, for the worst mistakes. Nil leaves pictures out of the page.
	Picture func(Prediction) (Picture, error)
}

// Write fills the run's checklist and writes report.json, predictions.csv and
// report.html into dir, which exists.
func Write(dir string, r *Run, o Options) error {
	r.Format = Format
	r.Checklist = checklist(r)
	for _, file := range []struct {
		name  string
		write func(io.Writer) error
	}{
		{JSONName, func(w io.Writer) error { return writeJSON(w, r) }},
		{PredictionsName, func(w io.Writer) error { return writePredictions(w, r) }},
		{PageName, func(w io.Writer) error { return writePage(w, r, o) }},
	} {
		if err := atomicfile.Write(filepath.Join(dir, file.name), file.write); err != nil {
			return err
		}
	}
	return nil
}

// writeJSON writes the run, a prediction a line: indented like the rest they
// would be most of the file.
func writeJSON(w io.Writer, r *Run) error {
	bare := *r
	bare.Models = append([]Model(nil), r.Models...)
	for i := range bare.Models {
		bare.Models[i].Predictions = []Prediction{{Path: marker(i)}}
	}
	text, err := json.MarshalIndent(&bare, "", "  ")
	if err != nil {
		return fmt.Errorf("report: %w", err)
	}
	for i, m := range r.Models {
		one, _ := json.MarshalIndent(bare.Models[i].Predictions[0], "        ", "  ")
		var lines bytes.Buffer
		for n, p := range m.Predictions {
			line, err := json.Marshal(p)
			if err != nil {
				return fmt.Errorf("report: prediction of %q: %w", p.Path, err)
			}
			if n > 0 {
				lines.WriteString(",\n        ")
			}
			lines.Write(line)
		}
		text = bytes.Replace(text, one, lines.Bytes(), 1)
	}
	_, err = w.Write(append(text, '\n'))
	return err
}

// marker is a path that no slice has, since paths do not hold NUL.
func marker(model int) string { return fmt.Sprintf("\x00%d", model) }

// writePredictions writes what every model says of every slice.
func writePredictions(w io.Writer, r *Run) error {
	c := csv.NewWriter(w)
	c.Write([]string{"model", "epoch", "set", "part", "path", "group", "class", "probability"})
	for _, m := range r.Models {
		for _, p := range m.Predictions {
			c.Write([]string{harmless(m.Name), strconv.Itoa(m.Epoch), harmless(p.Set), p.Part, harmless(p.Path), harmless(p.Group), strconv.Itoa(p.Class), strconv.FormatFloat(p.Probability, 'g', 8, 64)})
		}
	}
	c.Flush()
	return c.Error()
}

// harmless is text that a spreadsheet does not take for a formula.
func harmless(text string) string {
	if text != "" && bytes.IndexByte([]byte("=+-@\t\r"), text[0]) >= 0 {
		return "'" + text
	}
	return text
}

// maxBytes is the size of the largest report.json that is read: a hundred times
// that of a large run.
const maxBytes = 256 << 20

// maxEpoch is more than any training has.
const maxEpoch = 1_000_000

// ErrNoReport says that a folder holds no report.
var ErrNoReport = errors.New("no report.json")

// Read reads a report.json, or that of a run's folder.
func Read(path string) (*Run, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, fmt.Errorf("report: %w", err)
	}
	if info.IsDir() {
		dir := path
		path = filepath.Join(path, JSONName)
		if info, err = os.Stat(path); errors.Is(err, fs.ErrNotExist) {
			return nil, fmt.Errorf("report: %s: %w: has the training ended?", dir, ErrNoReport)
		} else if err != nil {
			return nil, fmt.Errorf("report: %w", err)
		}
	}
	if !info.Mode().IsRegular() || info.Size() > maxBytes {
		return nil, fmt.Errorf("report: %s: got no file of at most %d MB", path, maxBytes>>20)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("report: %w", err)
	}
	r, err := parse(text)
	if err != nil {
		return nil, fmt.Errorf("report: %s: %w", path, err)
	}
	return r, nil
}

// parse reads and checks a report.json.
func parse(text []byte) (*Run, error) {
	var r Run
	if err := json.Unmarshal(text, &r); err != nil {
		return nil, err
	}
	if r.Format != Format {
		return nil, fmt.Errorf("format: got %q, want %q", r.Format, Format)
	}
	for _, e := range r.Epochs {
		if e.Epoch < 1 || e.Epoch > maxEpoch {
			return nil, fmt.Errorf("epoch: got %d, want 1 to %d", e.Epoch, maxEpoch)
		}
	}
	for _, m := range r.Models {
		if m.Epoch < 0 || m.Epoch > maxEpoch {
			return nil, fmt.Errorf("epoch of %q: got %d, want 0 to %d", m.Name, m.Epoch, maxEpoch)
		}
		for _, p := range m.Predictions {
			if !(p.Probability >= 0 && p.Probability <= 1) || p.Class < 0 || p.Class > 1 {
				return nil, fmt.Errorf("prediction of %q: got class %d with probability %v, want 0 or 1 with 0 to 1", p.Path, p.Class, p.Probability)
			}
		}
	}
	return &r, nil
}
