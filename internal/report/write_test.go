package report

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"
)

// What is written is what is read.
func TestWriteRead(t *testing.T) {
	dir := t.TempDir()
	if d := os.Getenv("REPORT_DIR"); d != "" {
		dir = d // to look at
	}
	r := syntheticRun(t, 1, 1.2)
	r.Baselines = syntheticBaselines(t, r)
	if err := Write(dir, r, Options{Picture: syntheticPicture}); err != nil {
		t.Fatal(err)
	}
	got, err := Read(dir)
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(got.Models, r.Models) {
		t.Errorf("models differ after writing and reading")
	}
	if !reflect.DeepEqual(got.Checklist, r.Checklist) || len(got.Checklist) != 44+52 {
		t.Errorf("checklist: got %d items, want %d", len(got.Checklist), 44+52)
	}
	text, err := os.ReadFile(filepath.Join(dir, PredictionsName))
	if err != nil {
		t.Fatal(err)
	}
	if lines := strings.Count(string(text), "\n"); lines != 1+len(r.Models[0].Predictions) {
		t.Errorf("%s: got %d lines, want %d", PredictionsName, lines, 1+len(r.Models[0].Predictions))
	}
}

// The page needs nothing but itself.
func TestPageIsSelfContained(t *testing.T) {
	r := syntheticRun(t, 1, 1.2)
	r.Baselines = syntheticBaselines(t, r)
	r.Name = `<script>alert(1)</script>`
	var page strings.Builder
	if err := writePage(&page, r, Options{Picture: syntheticPicture}); err != nil {
		t.Fatal(err)
	}
	for _, pattern := range []string{`<script`, `(src|href)="(?!data:)`, `url\(`, `@import`, `<link`, `ZgotmplZ`} {
		pattern = strings.Replace(pattern, `(?!data:)`, `[^d]`, 1)
		if found := regexp.MustCompile(pattern).FindString(page.String()); found != "" {
			t.Errorf("the page has %q", found)
		}
	}
	for _, want := range []string{"ROC curve", "Worst mistakes", "data:image/jpeg", "does not beat it", "CLAIM 2024", "its licence applies", "research use only"} {
		if !strings.Contains(page.String(), want) {
			t.Errorf("the page lacks %q", want)
		}
	}
}

func TestReadRejects(t *testing.T) {
	for _, test := range []struct{ text, want string }{
		{``, "unexpected end"},
		{`{"format": "other/1"}`, `format: got "other/1"`},
		{`{"format": "lungct-report/1", "models": [{"predictions": [{"path": "a", "probability": 1.5}]}]}`, "prediction of \"a\""},
		{`{"format": "lungct-report/1", "models": [{"predictions": [{"path": "a", "class": 2}]}]}`, "prediction of \"a\""},
		{`{"format": "lungct-report/1", "models": [{"epoch": -1}]}`, "epoch of"},
		{`{"format": "lungct-report/1", "epochs": [{"epoch": 0}]}`, "epoch: got 0"},
	} {
		path := filepath.Join(t.TempDir(), JSONName)
		if err := os.WriteFile(path, []byte(test.text), 0o644); err != nil {
			t.Fatal(err)
		}
		if _, err := Read(path); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: got %v, want %q", test.text, err, test.want)
		}
	}
	if _, err := Read(t.TempDir()); !errors.Is(err, ErrNoReport) {
		t.Errorf("empty folder: got %v, want %v", err, ErrNoReport)
	}
}

// Whatever a report.json holds, it is refused or shown.
func FuzzParse(f *testing.F) {
	var other Sourced
	for _, r := range foldRuns(f, 2) {
		r.Epochs, r.Data, r.Settings = r.Epochs[:3], nil, nil
		m := &r.Models[0]
		m.Predictions = append(m.Predictions[120:122:122], m.Predictions[130:132]...)
		m.Parts = m.Parts[1:2]
		other = r
		var text strings.Builder
		if err := writeJSON(&text, r.Run); err != nil {
			f.Fatal(err)
		}
		f.Add([]byte(text.String()))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		r, err := parse(text)
		if err != nil {
			return
		}
		if err := writePage(io.Discard, r, Options{}); err != nil {
			t.Fatal(err)
		}
		c, err := Compare(append(Entries(r, "a"), Entries(r, "b")...))
		if err != nil {
			return
		}
		if err := errors.Join(c.Print(io.Discard), c.WritePage(io.Discard)); err != nil {
			t.Fatal(err)
		}
		if s, err := Summarise([]Sourced{{r, "a"}, other}); err == nil {
			if err := s.WritePage(io.Discard); err != nil {
				t.Fatal(err)
			}
		}
	})
}
