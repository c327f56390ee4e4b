package report

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"lungct/internal/metrics"
)

// foldRuns are the k folds of a cross-validation.
func foldRuns(t testing.TB, k int) []Sourced {
	var runs []Sourced
	for i := range k {
		r := syntheticRun(t, uint64(i+1), 1.2)
		r.Name, r.Split.Fold, r.Split.Folds = "cross", i, k
		r.Settings = map[string]string{"epochs": "40", "seed": "1", "fold": fmt.Sprintf("%d/%d", i, k), "output": fmt.Sprint(i)}
		for j := range r.Models[0].Predictions {
			p := &r.Models[0].Predictions[j]
			p.Path, p.Group = fmt.Sprintf("%d/%s", i, p.Path), fmt.Sprintf("%d-%s", i, p.Group)
		}
		runs = append(runs, Sourced{r, fmt.Sprintf("fold-%d", i)})
	}
	return runs
}

func TestSummarise(t *testing.T) {
	runs := foldRuns(t, 4)
	s, err := Summarise([]Sourced{runs[2], runs[0], runs[3]})
	if err != nil {
		t.Fatal(err)
	}
	if s.Part != TestPart || s.Pooled.Cases != 3*224 || s.Pooled.Groups != 3*28 {
		t.Errorf("got %s part with %d slices of %d groups, want test with 672 of 84", s.Part, s.Pooled.Cases, s.Pooled.Groups)
	}
	// Of equal folds, the mean accuracy is the pooled one.
	for _, m := range s.Measures {
		if m.Name == "accuracy" && math.Abs(m.Mean-s.Pooled.Accuracy.Value) > 1e-12 {
			t.Errorf("mean accuracy: got %v, want %v", m.Mean, s.Pooled.Accuracy.Value)
		}
	}
	if len(s.Notes) != 1 || !strings.Contains(s.Notes[0], "missing: 1") {
		t.Errorf("notes: got %q, want that fold 1 is missing", s.Notes)
	}
	var text strings.Builder
	if err := s.Print(&text); err != nil {
		t.Fatal(err)
	}
	t.Log("\n" + text.String())
	look(t, "summary.html", s.WritePage)
}

func TestSummariseRefuses(t *testing.T) {
	for _, test := range []struct {
		name   string
		change func(*Run)
		want   string
	}{
		{"data", func(r *Run) { r.DataHash = "d1" }, "different data"},
		{"scheme", func(r *Run) { r.Split.Scheme = "random" }, "different splits"},
		{"number of folds", func(r *Run) { r.Split.Folds = 5 }, "different splits"},
		{"same fold", func(r *Run) { r.Split.Fold = 0 }, "are both fold 0"},
		{"no fold", func(r *Run) { r.Split.Folds = 0 }, "fold-1 is no fold"},
		{"recipe", func(r *Run) { r.Settings["epochs"] = "30" }, `--epochs ("40", "30")`},
		{"setting of one", func(r *Run) { r.Settings["flip-vertical"] = "true" }, `--flip-vertical ("", "true")`},
		{"slice twice", func(r *Run) { r.Models[0].Predictions[20].Path = "0/test/3-1.png" }, `overlapping folds: "0/test/3-1.png"`},
		{"group twice", func(r *Run) { r.Models[0].Predictions[120].Group = "0-test-3" }, `overlapping folds: group "0-test-3"`},
		{"no predictions", func(r *Run) { r.Models[0].Predictions = nil }, "no part in common"},
		{"no model", func(r *Run) { r.Models = nil }, "no part in common"},
	} {
		t.Run(test.name, func(t *testing.T) {
			runs := foldRuns(t, 2)
			for i := range runs[1].Models[0].Predictions { // so that the changed slices are in the test part
				runs[1].Models[0].Predictions[i].Part = TestPart
			}
			test.change(runs[1].Run)
			_, err := Summarise(runs)
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want %q", err, test.want)
			}
		})
	}
	if _, err := Summarise(foldRuns(t, 1)); err == nil {
		t.Error("one run: got no error")
	}
}

func TestMeanSD(t *testing.T) {
	fold := func(v float64) Fold {
		return Fold{Part: Part{Half: metrics.Report{AUC: metrics.Estimate{Value: v}}}}
	}
	mean, sd := meanSD([]Fold{fold(0.8), fold(math.NaN()), fold(0.9), fold(1)}, func(r metrics.Report) metrics.Estimate { return r.AUC })
	if math.Abs(mean-0.9) > 1e-12 || math.Abs(sd-0.1) > 1e-12 {
		t.Errorf("got %v and %v, want 0.9 and 0.1", mean, sd)
	}
}

func TestWholeSplit(t *testing.T) {
	for text, want := range map[string]string{
		"fold 2 of 5 tests (counted from 0), fold 3 validates, whole groups dealt with seed 7":                       "each of 5 folds tests once, while the next one validates; whole groups dealt with seed 7",
		"fold 0 of 5 tests (counted from 0), fold 1 validates, whole groups dealt with seed 7; leak guard: 3 slices": "each of 5 folds tests once, while the next one validates; whole groups dealt with seed 7",
		"as it came": "as it came",
	} {
		if got := wholeSplit(Split{Text: text, Folds: 5}); got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}
