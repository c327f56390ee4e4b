package report

import (
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// The paper's numbers come from the counts, to all digits that it gives.
func TestPaper(t *testing.T) {
	for i, want := range []string{"90.20 68.31 79.51", "91.32 73.44 77.05", "90.90 74.36 71.31"} {
		r := Paper[i].Report
		if got := fmt.Sprintf("%.2f %.2f %.2f", 100*r.Accuracy.Value, 100*r.Precision.Value, 100*r.Recall.Value); got != want {
			t.Errorf("%s: got %s, want %s", Paper[i].Table, got, want)
		}
		if n := r.TruePositives + r.FalseNegatives; n != 122 {
			t.Errorf("%s: got %d covid slices, want 122", Paper[i].Table, n)
		}
	}
}

// paperRun is a run that kept the weights of 30, 70 and 100 epochs.
func paperRun(t testing.TB, seed uint64) *Run {
	r := syntheticRun(t, seed, 1.1)
	main := r.Models[0]
	r.Models = nil
	for i, epoch := range []int{70, 30, 100} {
		m := syntheticRun(t, seed, 0.7+0.3*float64(i)).Models[0]
		m.Name, m.Epoch = fmt.Sprintf("paper-%d", epoch), epoch
		r.Models = append(r.Models, m)
	}
	r.Models[0].Chosen = main.Chosen
	return r
}

// look writes a page where the environment asks for it, to be looked at.
func look(t *testing.T, name string, write func(io.Writer) error) {
	t.Helper()
	var page strings.Builder
	if err := write(&page); err != nil {
		t.Fatal(err)
	}
	if dir := os.Getenv("REPORT_DIR"); dir != "" {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(page.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

func TestCompare(t *testing.T) {
	entries := append(Entries(paperRun(t, 1), "runs/paper"), Entries(syntheticRun(t, 2, 1.2), "runs/mine")...)
	c, err := Compare(entries)
	if err != nil {
		t.Fatal(err)
	}
	// Three of one run on the same slices, and one on others of the same names.
	if len(c.Differences) != 6 {
		t.Errorf("differences: got %d, want 6", len(c.Differences))
	}
	for _, d := range c.Differences {
		if math.IsNaN(d.AUC.Value) || !(d.AUC.Low <= d.AUC.Value && d.AUC.Value <= d.AUC.High) {
			t.Errorf("%s less %s: got %+v", d.A, d.B, d.AUC)
		}
	}
	tables := c.Tables()
	var rows []string
	for _, table := range tables {
		for _, r := range table.Rows {
			rows = append(rows, table.Title+": "+r.Name)
		}
	}
	want := "30 epochs: Wang et al. 2020, Table I|30 epochs: paper-30|30 epochs: synthetic-2|70 epochs: Wang et al. 2020, Table II|70 epochs: paper-70|" +
		"100 epochs: Wang et al. 2020, Table III|100 epochs: paper-100"
	if got := strings.Join(rows, "|"); got != want {
		t.Errorf("tables: got %s, want %s", got, want)
	}
	var text strings.Builder
	if err := c.Print(&text); err != nil {
		t.Fatal(err)
	}
	t.Log("\n" + text.String())
	look(t, "compare.html", c.WritePage)
}

// Models of other slices are not told apart, and names stay distinct.
func TestCompareOtherSlices(t *testing.T) {
	a, b := syntheticRun(t, 1, 1), syntheticRun(t, 1, 2)
	b.Models[0].Predictions = b.Models[0].Predictions[:len(b.Models[0].Predictions)-1]
	c, err := Compare(append(Entries(a, "a"), Entries(b, "b")...))
	if err != nil {
		t.Fatal(err)
	}
	if len(c.Differences) != 0 {
		t.Errorf("models of other slices: got %d differences, want none", len(c.Differences))
	}
	if got := c.Models[0].Name + ", " + c.Models[1].Name; got != "synthetic-1 (a), synthetic-1 (b)" {
		t.Errorf("names: got %s", got)
	}
}
