package report

import (
	"cmp"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
	"text/tabwriter"

	"lungct/internal/metrics"
)

// Entry is one model in a comparison.
type Entry struct {
	Name   string `json:"name"`
	Source string `json:"source"` // run folder or weights file
	Epoch  int    `json:"epoch"`  // of training, 0 where that is not known
	Part   Part   `json:"part"`   // what it was measured on

	predictions []Prediction // on that part, nil where only the scores are known
	epochs      []Epoch      // of its run
	dataHash    string
}

// Entries are the models of a run that were measured. Weights that are there twice,
// as what ships and as those of an epoch kept, come once.
func Entries(r *Run, source string) []Entry {
	var all []Entry
	for i := range r.Models {
		m := &r.Models[i]
		head := m.headline()
		twice := i == 0 && slices.ContainsFunc(r.Models[1:], func(kept Model) bool { return kept.Epoch == m.Epoch && kept.headline() != nil })
		if head == nil || twice {
			continue
		}
		all = append(all, Entry{Name: cmp.Or(m.Name, r.Name), Source: source, Epoch: m.Epoch, Part: *head, predictions: m.of(head), epochs: r.Epochs, dataHash: r.DataHash})
	}
	return all
}

// Pair is how two models differ on the same slices: A less B.
type Pair struct {
	A string `json:"a"`
	B string `json:"b"`
	metrics.Difference
}

// Comparison is models side by side, and beside the paper's.
type Comparison struct {
	Models      []Entry      `json:"models"`
	Paper       []PaperModel `json:"paper"`
	Differences []Pair       `json:"differences"` // of models measured on the same slices
	Notes       []string     `json:"notes"`
}

// pairsOf is the number of models up to which each is compared with each; of more,
// each with the first.
const pairsOf = 6

// Compare puts models side by side.
func Compare(models []Entry) (*Comparison, error) {
	c := &Comparison{Models: unique(models), Paper: Paper}
	for i := range c.Models {
		for j := i + 1; j < len(c.Models); j++ {
			if i > 0 && len(c.Models) > pairsOf {
				break
			}
			a, b := &c.Models[i], &c.Models[j]
			one, other, ok := sameSlices(a.predictions, b.predictions)
			if !ok || a.dataHash != b.dataHash {
				continue
			}
			d, err := metrics.Compare(cases(one), cases(other), 0.5, bootstrapSeed)
			if err != nil {
				return nil, fmt.Errorf("report: %s and %s: %w", a.Name, b.Name, err)
			}
			c.Differences = append(c.Differences, Pair{a.Name, b.Name, d})
		}
	}
	c.Notes = append(c.Notes, "The paper's test set is not available: its models were measured on other slices, with about one covid slice in six, so that precision cannot be compared as it stands.")
	for _, m := range c.Models {
		if m.Part.Part == ValidationPart {
			c.Notes = append(c.Notes, fmt.Sprintf("%s was measured on its validation part, from which its operating point, and its epoch and temperature unless its card says otherwise, were chosen.", m.Name))
		}
	}
	return c, nil
}

// unique gives models of the same name their source too.
func unique(models []Entry) []Entry {
	names := make(map[string]int)
	for _, m := range models {
		names[m.Name]++
	}
	models = slices.Clone(models)
	seen := make(map[string]int)
	for i := range models {
		m := &models[i]
		if names[m.Name] > 1 {
			m.Name = fmt.Sprintf("%s (%s)", m.Name, m.Source)
		}
		if seen[m.Name]++; seen[m.Name] > 1 {
			m.Name = fmt.Sprintf("%s #%d", m.Name, seen[m.Name])
		}
	}
	return models
}

// key says which slice a prediction is of.
func (p Prediction) key() string { return p.Set + "\x00" + p.Path }

// sameSlices puts the predictions of two models in the same order; ok tells
// whether they are of the same slices, and there are some.
func sameSlices(a, b []Prediction) (one, other []Prediction, ok bool) {
	byKey := func(p, q Prediction) int { return strings.Compare(p.key(), q.key()) }
	one, other = slices.SortedFunc(slices.Values(a), byKey), slices.SortedFunc(slices.Values(b), byKey)
	same := func(p, q Prediction) bool { return p.key() == q.key() && p.Class == q.Class && p.Group == q.Group }
	return one, other, len(a) > 0 && slices.EqualFunc(one, other, same)
}

// Table is one of the paper's tables with our models of the same training time.
type Table struct {
	Title string
	Rows  []TableRow
}

// TableRow is a model in a Table.
type TableRow struct {
	Name, Text string
	Paper      bool
	Report     metrics.Report
}

// Tables are the paper's tables I to III, and one of all other models.
func (c *Comparison) Tables() []Table {
	var tables []Table
	used := make(map[int]bool)
	row := func(i int) TableRow {
		m := &c.Models[i]
		return TableRow{Name: m.Name, Text: m.Part.Text, Report: m.Part.Half}
	}
	for _, p := range c.Paper {
		t := Table{Title: fmt.Sprintf("%d epochs", p.Epochs)}
		t.Rows = append(t.Rows, TableRow{Name: "Wang et al. 2020, " + p.Table, Text: "714 slices, 122 covid", Paper: true, Report: p.Report})
		for i := range c.Models {
			if c.Models[i].Epoch == p.Epochs {
				t.Rows = append(t.Rows, row(i))
				used[i] = true
			}
		}
		tables = append(tables, t)
	}
	others := Table{Title: "Other training times"}
	for i := range c.Models {
		if !used[i] {
			r := row(i)
			if c.Models[i].Epoch > 0 {
				r.Name += fmt.Sprintf(", epoch %d", c.Models[i].Epoch)
			}
			others.Rows = append(others.Rows, r)
		}
	}
	if len(others.Rows) > 0 {
		tables = append(tables, others)
	}
	return tables
}

// signed is a difference with its interval: "+0.021 (-0.004 to +0.046)".
func signed(e metrics.Estimate, times float64, digits int) string {
	if math.IsNaN(e.Value) {
		return "n/a"
	}
	text := fmt.Sprintf("%+.*f", digits, times*e.Value)
	if math.IsNaN(e.Low) || math.IsNaN(e.High) {
		return text
	}
	return fmt.Sprintf("%s (%+.*f to %+.*f)", text, digits, times*e.Low, digits, times*e.High)
}

// Print writes the comparison for people.
func (c *Comparison) Print(w io.Writer) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, table := range c.Tables() {
		fmt.Fprintf(t, "%s\taccuracy\tprecision\trecall\tTP\tFP\tFN\tTN\tAUC\n", table.Title)
		for _, r := range table.Rows {
			p := r.Report
			fmt.Fprintf(t, "  %s\t%v\t%v\t%v\t%d\t%d\t%d\t%d\t%s\n", r.Name, p.Accuracy, p.Precision, p.Recall,
				p.TruePositives, p.FalsePositives, p.FalseNegatives, p.TrueNegatives, p.AUC.Decimal())
		}
		fmt.Fprintln(t)
	}
	if err := t.Flush(); err != nil {
		return err
	}
	for _, m := range c.Models {
		fmt.Fprintf(w, "%s: %s\n", m.Name, m.Part.Text)
	}
	for _, d := range c.Differences {
		fmt.Fprintf(w, "%s less %s: AUC %s, accuracy %s points\n", d.A, d.B, signed(d.AUC, 1, 3), signed(d.Accuracy, 100, 1))
	}
	for _, n := range c.Notes {
		fmt.Fprintln(w, n)
	}
	_, err := fmt.Fprintln(w, "In brackets 95 % intervals. For research use only. Not for use in diagnostic procedures.")
	return err
}
