package report

import (
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
