package main

import (
	"cmp"
	"encoding/csv"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"text/tabwriter"

	"lungct/alexnet"
	"lungct/internal/atomicfile"
	"lungct/internal/baseline"
	"lungct/internal/dataset"
	"lungct/internal/metrics"
	"lungct/internal/study"
)

// breakdown is the scores on some of the slices.
type breakdown struct {
	Name   string         `json:"name"`
	Report metrics.Report `json:"report"`
}

// groupScore is what the network makes of one group, a patient or a scan.
type groupScore struct {
	Group       string  `json:"group"`
	Slices      int     `json:"slices"`
	Positives   int     `json:"positives"`
	Right       int     `json:"right"`       // at Threshold
	Probability float64 `json:"probability"` // mean
}

// measure fills in every score; the baselines learn from the slices at learn.
func (e *evaluation) measure(learn []int) error {
	m, err := score(e.card, e.Part, e.cases)
	if err != nil {
		return err
	}
	e.Report, e.AtOperating = m.Report, m.AtOperatingPoint
	if e.Sets, err = e.breakDown(func(s *dataset.Sample) string { return s.Set }); err != nil {
		return err
	}
	if e.Parts, err = e.breakDown(partOf); err != nil {
		return err
	}
	e.Groups = e.byGroup()
	if e.Scans, err = e.byScan(); err != nil {
		return err
	}
	if len(learn) == 0 {
		e.WithoutNetwork = "nothing: all slices are measured"
		return nil
	}
	e.WithoutNetwork = fmt.Sprintf("%d other slices of the data", len(learn))
	all, err := baseline.Fit(e.set, learn)
	if err != nil {
		return err
	}
	e.Baselines, err = against(all, e.set, e.part, e.cases, &m)
	return err
}

// partOf is the fold or official part that the manifest gives a sample.
func partOf(s *dataset.Sample) string {
	switch {
	case s.Split != "":
		return "split " + s.Split
	case s.Fold != "":
		return "fold " + s.Fold
	}
	return ""
}

// breakDown measures the slices of each name apart, in the order of the names; nil
// when they all have one.
func (e *evaluation) breakDown(name func(*dataset.Sample) string) ([]breakdown, error) {
	byName := make(map[string][]metrics.Case)
	var names []string
	for n, i := range e.part {
		key := name(&e.set.Samples[i])
		if byName[key] == nil {
			names = append(names, key)
		}
		byName[key] = append(byName[key], e.cases[n])
	}
	if len(names) < 2 {
		return nil, nil
	}
	slices.SortFunc(names, study.NaturalOrder)
	var all []breakdown
	for _, key := range names {
		r, err := metrics.Measure(byName[key], alexnet.Threshold, bootstrapSeed)
		if err != nil {
			return nil, err
		}
		all = append(all, breakdown{cmp.Or(key, "neither fold nor split"), r})
	}
	return all, nil
}

// byGroup are the groups, those with the most slices called wrongly first.
func (e *evaluation) byGroup() []groupScore {
	at := make(map[string]int)
	var groups []groupScore
	for _, c := range e.cases {
		g, ok := at[c.Group]
		if !ok {
			g = len(groups)
			at[c.Group] = g
			groups = append(groups, groupScore{Group: c.Group})
		}
		one := &groups[g]
		one.Slices++
		one.Probability += c.Probability
		if c.Positive {
			one.Positives++
		}
		if c.Positive == (c.Probability >= alexnet.Threshold) {
			one.Right++
		}
	}
	for g := range groups {
		groups[g].Probability /= float64(groups[g].Slices)
	}
	slices.SortFunc(groups, func(a, b groupScore) int {
		return cmp.Or(cmp.Compare(b.Slices-b.Right, a.Slices-a.Right), study.NaturalOrder(a.Group, b.Group))
	})
	return groups
}

// print writes the evaluation for people.
func (e *evaluation) print(w io.Writer) error {
	fmt.Fprintf(w, "%s (%s) on %s, %s:\n", e.Model, e.File, e.Data, e.Part)
	if err := printMeasurement(w, e.card, alexnet.Measurement{Report: e.Report, AtOperatingPoint: e.AtOperating}); err != nil {
		return err
	}
	for _, b := range []struct {
		title string
		rows  []breakdown
	}{{"By data set", e.Sets}, {"By part of the manifest", e.Parts}} {
		if err := printBreakdown(w, b.title, b.rows); err != nil {
			return err
		}
	}
	if err := printScans(w, e.Scans); err != nil {
		return err
	}
	if err := printGroups(w, e.Groups); err != nil {
		return err
	}
	if e.Baselines == nil {
		fmt.Fprint(w, "  Without the lungs: n/a, all slices are measured and none is left to learn from\n\n")
	} else if err := printBaselines(w, "learnt from "+e.WithoutNetwork, e.Baselines); err != nil {
		return err
	}
	_, err := fmt.Fprintf(w, "Trained on %s, %s.\n%s\n", e.Trained.Name, e.Trained.Split, e.Use)
	return err
}

func printBreakdown(w io.Writer, title string, rows []breakdown) error {
	if rows == nil {
		return nil
	}
	fmt.Fprintf(w, "  %s:\n", title)
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, b := range rows {
		r := b.Report
		fmt.Fprintf(t, "  %s\t%s\taccuracy %v\trecall %v\tspecificity %v\tAUC %s\n", b.Name, count(r.Cases, "slice"), r.Accuracy, r.Recall, r.Specificity, r.AUC.Decimal())
	}
	if err := t.Flush(); err != nil {
		return err
	}
	_, err := fmt.Fprintln(w)
	return err
}

// printGroups writes the groups with the most slices called wrongly.
func printGroups(w io.Writer, groups []groupScore) error {
	const most = 10
	wrong := slices.IndexFunc(groups, func(g groupScore) bool { return g.Right == g.Slices })
	if wrong < 0 {
		wrong = len(groups)
	}
	if wrong == 0 {
		return nil
	}
	fmt.Fprintf(w, "  Slices of %d of %s are called wrongly; most of them in:\n", wrong, count(len(groups), "group"))
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, g := range groups[:min(wrong, most)] {
		is := dataset.Labels[0]
		switch g.Positives {
		case 0:
		case g.Slices:
			is = dataset.Labels[1]
		default:
			is = "both"
		}
		fmt.Fprintf(t, "  %s\tis %s\t%d of %d wrong\tmean probability %.2f\n", g.Group, is, g.Slices-g.Right, g.Slices, g.Probability)
	}
	if err := t.Flush(); err != nil {
		return err
	}
	_, err := fmt.Fprintln(w)
	return err
}

// writePredictions writes a row a slice.
func writePredictions(path string, e *evaluation) error {
	return atomicfile.Write(path, func(w io.Writer) error {
		t := csv.NewWriter(w)
		t.Write([]string{"set", "path", "group", "part", "label", "probability", "called"})
		for n, i := range e.part {
			s, c := &e.set.Samples[i], e.cases[n]
			called := dataset.Labels[0]
			if c.Probability >= alexnet.Threshold {
				called = dataset.Labels[1]
			}
			t.Write([]string{harmless(s.Set), harmless(s.Path), harmless(s.Group), harmless(partOf(s)), dataset.Labels[s.Class], probabilityText(c.Probability), called})
		}
		t.Flush()
		return t.Error()
	})
}

// probabilityText has six decimals, and more where six would say that the slice is
// called otherwise.
func probabilityText(p float64) string {
	text := strconv.FormatFloat(p, 'f', 6, 64)
	if rounded, _ := strconv.ParseFloat(text, 64); (rounded >= alexnet.Threshold) != (p >= alexnet.Threshold) || math.IsNaN(p) {
		return strconv.FormatFloat(p, 'g', -1, 64)
	}
	return text
}
