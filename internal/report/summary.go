package report

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"math"
	"slices"
	"strings"
	"text/tabwriter"

	"lungct/internal/metrics"
)

// Fold is one run of a cross-validation.
type Fold struct {
	Source string `json:"source"` // run folder
	Fold   int    `json:"fold"`   // counted from 0
	Part   Part   `json:"part"`   // all sets together

	predictions []Prediction
}

// Spread is a measure over the folds.
type Spread struct {
	Name   string           `json:"name"`
	Mean   float64          `json:"mean"`
	SD     float64          `json:"sd"` // of the sample, n-1
	Pooled metrics.Estimate `json:"pooled"`

	decimal bool
}

// Summary is a cross-validation: each slice judged by the model that had not seen
// it.
type Summary struct {
	Name     string         `json:"name"` // of the data sets
	Part     string         `json:"part"` // that was pooled
	Of       int            `json:"of"`   // k
	Folds    []Fold         `json:"folds"`
	Measures []Spread       `json:"measures"`
	Pooled   metrics.Report `json:"pooled"`
	DataHash string         `json:"data_hash"`
	Split    string         `json:"split"`
	Notes    []string       `json:"notes"`

	optimistic bool
}

// Sourced is a run and where it was read from.
type Sourced struct {
	*Run
	Source string
}

// Summarise pools the folds of one cross-validation. Runs that do not belong
// together are refused, with the reason: other data, another split, a test slice
// in two folds, another recipe.
func Summarise(runs []Sourced) (*Summary, error) {
	if len(runs) < 2 {
		return nil, fmt.Errorf("report: summarise: got %s, want two or more", count(len(runs), "run"))
	}
	for _, r := range runs[1:] {
		if err := belongs(runs[0], r); err != nil {
			return nil, fmt.Errorf("report: summarise: %w", err)
		}
	}
	first := runs[0]
	var names []string
	for _, d := range first.Data {
		names = append(names, d.Name)
	}
	s := &Summary{Name: strings.Join(names, " and "), Of: first.Split.Folds, DataHash: first.DataHash, Split: wholeSplit(first.Split), optimistic: first.Split.Optimistic}
	if s.Part = commonPart(runs); s.Part == "" {
		return nil, errors.New("report: summarise: the runs have no part in common that was measured slice by slice")
	}
	for _, r := range runs {
		s.optimistic = s.optimistic || r.Split.Optimistic
		f := Fold{Source: r.Source, Fold: r.Split.Fold, predictions: r.Models[0].of(&Part{Part: s.Part})}
		half, err := metrics.Measure(cases(f.predictions), 0.5, bootstrapSeed)
		if err != nil {
			return nil, fmt.Errorf("report: %s: %w", r.Source, err)
		}
		f.Part = Part{Part: s.Part, Half: half, Text: fmt.Sprintf("fold %d", f.Fold)}
		s.Folds = append(s.Folds, f)
	}
	slices.SortStableFunc(s.Folds, func(a, b Fold) int { return a.Fold - b.Fold })
	if err := s.disjoint(); err != nil {
		return nil, fmt.Errorf("report: summarise: %w", err)
	}
	return s, s.pool()
}

// wholeSplit is how all folds came about, from how one did.
func wholeSplit(s Split) string {
	text, _, _ := strings.Cut(s.Text, "; leak guard: ") // of each fold by itself
	if _, how, ok := strings.Cut(text, "validates, "); ok {
		return fmt.Sprintf("each of %d folds tests once, while the next one validates; %s", s.Folds, how)
	}
	return text
}

// belongs tells why b is no fold of the cross-validation of a.
func belongs(a, b Sourced) error {
	both := func(what, x, y string) error {
		return fmt.Errorf("%s: %s has %s, %s has %s", what, a.Source, x, b.Source, y)
	}
	switch {
	case a.Split.Folds == 0 || b.Split.Folds == 0:
		which := a
		if a.Split.Folds > 0 {
			which = b
		}
		return fmt.Errorf("%s is no fold of a cross-validation: it was not trained with --fold", which.Source)
	case a.DataHash != b.DataHash:
		return both("different data", a.DataHash, b.DataHash)
	case a.Split.Scheme != b.Split.Scheme:
		return both("different splits", fmt.Sprintf("%q", a.Split.Scheme), fmt.Sprintf("%q", b.Split.Scheme))
	case a.Split.Folds != b.Split.Folds:
		return both("different splits", count(a.Split.Folds, "fold"), count(b.Split.Folds, "fold"))
	case a.Split.Fold == b.Split.Fold:
		return fmt.Errorf("%s and %s are both fold %d", a.Source, b.Source, a.Split.Fold)
	}
	if differences := differentSettings(a.Settings, b.Settings); len(differences) > 0 {
		return fmt.Errorf("different recipes: %s and %s differ in %s", a.Source, b.Source, strings.Join(differences, ", "))
	}
	return nil
}

// perFold are the settings in which folds may differ.
var perFold = map[string]bool{
	"fold": true, "output": true, "run": true, "name": true, "description": true, "report": true,
	"threads": true, "resume": true, "force": true, "quiet": true, "json": true,
}

// differentSettings are the flags whose values differ, with both values.
func differentSettings(a, b map[string]string) (differences []string) {
	names := make(map[string]bool)
	for _, m := range []map[string]string{a, b} {
		for name := range m {
			names[name] = !perFold[name]
		}
	}
	for _, name := range slices.Sorted(maps.Keys(names)) {
		if names[name] && a[name] != b[name] {
			differences = append(differences, fmt.Sprintf("--%s (%q, %q)", name, a[name], b[name]))
		}
	}
	return differences
}

// commonPart is the test part, or else the validation part, if all runs have
// predictions on it.
func commonPart(runs []Sourced) string {
	for _, part := range []string{TestPart, ValidationPart} {
		if !slices.ContainsFunc(runs, func(r Sourced) bool {
			return len(r.Models) == 0 || len(r.Models[0].of(&Part{Part: part})) == 0
		}) {
			return part
		}
	}
	return ""
}

// disjoint finds slices and groups that two folds were measured on.
func (s *Summary) disjoint() error {
	slice, group := make(map[string]int), make(map[string]int)
	for i, f := range s.Folds {
		for _, p := range f.predictions {
			if j, seen := slice[p.key()]; seen && j != i {
				return fmt.Errorf("overlapping folds: %q is in the %s part of %s and of %s", p.Path, s.Part, s.Folds[j].Source, f.Source)
			}
			slice[p.key()] = i
			g := p.Set + "\x00" + p.Group
			if j, seen := group[g]; seen && j != i && !s.optimistic {
				return fmt.Errorf("overlapping folds: group %q is in the %s part of %s and of %s", p.Group, s.Part, s.Folds[j].Source, f.Source)
			}
			group[g] = i
		}
	}
	return nil
}

// pool measures all folds' slices together, and the spread over the folds.
func (s *Summary) pool() (err error) {
	if s.Pooled, err = metrics.Measure(cases(s.predictions()), 0.5, bootstrapSeed); err != nil {
		return fmt.Errorf("report: summarise: %w", err)
	}
	for _, m := range []struct {
		name    string
		decimal bool
		of      func(metrics.Report) metrics.Estimate
	}{
		{"AUC", true, func(r metrics.Report) metrics.Estimate { return r.AUC }},
		{"average precision", true, func(r metrics.Report) metrics.Estimate { return r.AveragePrecision }},
		{"accuracy", false, func(r metrics.Report) metrics.Estimate { return r.Accuracy }},
		{"precision", false, func(r metrics.Report) metrics.Estimate { return r.Precision }},
		{"recall (sensitivity)", false, func(r metrics.Report) metrics.Estimate { return r.Recall }},
		{"specificity", false, func(r metrics.Report) metrics.Estimate { return r.Specificity }},
		{"F1", false, func(r metrics.Report) metrics.Estimate { return r.F1 }},
		{"MCC", true, func(r metrics.Report) metrics.Estimate { return r.MCC }},
		{"Brier", true, func(r metrics.Report) metrics.Estimate { return r.Brier }},
		{"calibration error", true, func(r metrics.Report) metrics.Estimate { return r.CalibrationError }},
	} {
		spread := Spread{Name: m.name, Pooled: m.of(s.Pooled), decimal: m.decimal}
		spread.Mean, spread.SD = meanSD(s.Folds, m.of)
		s.Measures = append(s.Measures, spread)
	}
	s.note()
	return nil
}

// note says what the reader of the summary must know.
func (s *Summary) note() {
	have := make(map[int]bool)
	for _, f := range s.Folds {
		have[f.Fold] = true
	}
	var missing []string
	for i := range s.Of {
		if !have[i] {
			missing = append(missing, fmt.Sprint(i))
		}
	}
	if len(missing) > 0 {
		s.Notes = append(s.Notes, fmt.Sprintf("Of %d folds these are missing: %s.", s.Of, strings.Join(missing, ", ")))
	}
	if s.optimistic {
		s.Notes = append(s.Notes, "Optimistic: slices of one patient or scan, or copies, stand on both sides of the split.")
	}
	if s.Part == ValidationPart {
		s.Notes = append(s.Notes, "The folds were measured on their validation parts, which served to choose the epochs: the scores flatter a little.")
	}
}

// predictions are those of all folds.
func (s *Summary) predictions() (all []Prediction) {
	for _, f := range s.Folds {
		all = append(all, f.predictions...)
	}
	return all
}

// meanSD are mean and standard deviation over the folds where the measure is
// defined; NaN for none, and for the deviation of one.
func meanSD(folds []Fold, of func(metrics.Report) metrics.Estimate) (mean, sd float64) {
	var n, sum, squares float64
	for _, f := range folds {
		if v := of(f.Part.Half).Value; !math.IsNaN(v) {
			n++
			sum += v
		}
	}
	mean = sum / n
	for _, f := range folds {
		if v := of(f.Part.Half).Value; !math.IsNaN(v) {
			squares += (v - mean) * (v - mean)
		}
	}
	if n < 2 {
		return mean, math.NaN()
	}
	return mean, math.Sqrt(squares / (n - 1))
}

// Text is mean and deviation: "0.861 ± 0.020".
func (s Spread) Text() string {
	switch {
	case math.IsNaN(s.Mean):
		return "n/a"
	case s.decimal:
		return fmt.Sprintf("%.3f ± %.3f", s.Mean, s.SD)
	}
	return fmt.Sprintf("%.1f ± %.1f %%", 100*s.Mean, 100*s.SD)
}

// PooledText is the pooled value with its interval.
func (s Spread) PooledText() string {
	if s.decimal {
		return s.Pooled.Decimal()
	}
	return s.Pooled.String()
}

// Print writes the summary for people.
func (s *Summary) Print(w io.Writer) error {
	fmt.Fprintf(w, "%s: %d of %d folds, %s parts: %d slices of %s\n", s.Name, len(s.Folds), s.Of, s.Part, s.Pooled.Cases, count(s.Pooled.Groups, "group"))
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "  fold\tslices\tgroups\tAUC\taccuracy\trun")
	for _, f := range s.Folds {
		fmt.Fprintf(t, "  %d\t%d\t%d\t%s\t%v\t%s\n", f.Fold, f.Part.Half.Cases, f.Part.Half.Groups, f.Part.Half.AUC.Decimal(), f.Part.Half.Accuracy, f.Source)
	}
	fmt.Fprintln(t, "\t\t\t\t\t")
	if err := t.Flush(); err != nil {
		return err
	}
	fmt.Fprintln(t, "  measure\tmean ± SD over folds\tpooled")
	for _, m := range s.Measures {
		fmt.Fprintf(t, "  %s\t%s\t%s\n", m.Name, m.Text(), m.PooledText())
	}
	if err := t.Flush(); err != nil {
		return err
	}
	for _, n := range s.Notes {
		fmt.Fprintln(w, n)
	}
	_, err := fmt.Fprintln(w, "In brackets 95 % intervals; groups are resampled for all but the proportions. For research use only. Not for use in diagnostic procedures.")
	return err
}
