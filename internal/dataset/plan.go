package dataset

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Schemes of a split.
const (
	Auto     = "auto"     // the manifest's official split, else its folds, else ByGroup
	Official = "official" // the manifest's column split
	Folds    = "folds"    // the manifest's column fold, the last one validating
	ByGroup  = "group"    // whole groups drawn by the seed
	Random   = "random"   // slices drawn by the seed: optimistic
	Asked    = "asked"    // what the selectors of the plan name
	KFold    = "k-fold"   // groups dealt to k folds
	FromFile = "file"     // taken over from an earlier run
)

// Schemes are those that one may ask for.
var Schemes = []string{Auto, Official, Folds, ByGroup, Random}

// OptimisticText stands wherever a result of a Random split is shown.
const OptimisticText = "optimistic: slices of one scan on both sides"

// Plan says how a set is to be split.
//
// Selectors win over the scheme for the data sets that they name; the other sets
// of a merged one follow the scheme, each by itself.
type Plan struct {
	Scheme              string     // "" is Auto
	Train, Val, Test    []Selector // what is in none of them trains, or validates where training is named
	TestShare, ValShare float64    // of the samples of each class, for parts that are drawn; below 1 together
	Fold, Folds         int        // Folds > 0: fold Fold of so many tests, the next one validates
	Seed                uint64
	AllowShared         bool // a group may stand on both sides
}

// Selector names samples by a column of the manifest.
type Selector struct {
	Set    string // the data set, "" for every one that has the values
	Column string // "fold", "split", "group", or "all"
	Values []string
}

// ParseSelector reads "fold=0-2", "sars-cov-2-ct:split=val" or "covid-ct:all".
func ParseSelector(text string) (Selector, error) {
	wrong := fmt.Errorf("selector: got %q, want [SET:]fold=LIST, [SET:]split=LIST, [SET:]group=LIST or SET:all", text)
	if set, ok := strings.CutSuffix(text, ":all"); ok && set != "" {
		return Selector{Set: set, Column: "all"}, nil
	}
	left, list, ok := strings.Cut(text, "=")
	if !ok || list == "" {
		return Selector{}, wrong
	}
	s := Selector{Column: left}
	if i := strings.LastIndexByte(left, ':'); i >= 0 {
		s.Set, s.Column = left[:i], left[i+1:]
		if s.Set == "" {
			return s, wrong
		}
	}
	switch s.Column {
	case "fold":
		var err error
		s.Values, err = ParseFolds(list)
		return s, err
	case "split", "group":
		s.Values = strings.Split(list, ",")
		if slices.Contains(s.Values, "") {
			return s, wrong
		}
		return s, nil
	}
	return s, wrong
}

// column is how a selector's column reads a sample.
func column(name string) func(*Sample) string {
	switch name {
	case "fold":
		return fold
	case "split":
		return official
	case "group":
		// The name in the manifest: the set's name before it is not the reader's.
		return func(s *Sample) string { return strings.TrimPrefix(s.Group, s.Set+"/") }
	}
	return func(*Sample) string { return "" }
}

// has tells whether s names the sample.
func (s Selector) has(sample *Sample) bool {
	if s.Set != "" && s.Set != sample.Set {
		return false
	}
	return s.Column == "all" || slices.Contains(s.Values, column(s.Column)(sample))
}

// Select returns the samples that any of the selectors names. It is an error when
// one of their sets or values is nowhere in the set.
func (set *Set) Select(selectors ...Selector) ([]int, error) {
	for _, s := range selectors {
		if err := set.know(s); err != nil {
			return nil, err
		}
	}
	var indices []int
	for i := range set.Samples {
		if slices.ContainsFunc(selectors, func(s Selector) bool { return s.has(&set.Samples[i]) }) {
			indices = append(indices, i)
		}
	}
	return indices, nil
}

// know checks that the set has what s names.
func (set *Set) know(s Selector) error {
	var names []string
	for _, source := range set.Sources {
		names = append(names, source.Name)
	}
	if s.Set != "" && !slices.Contains(names, s.Set) {
		return fmt.Errorf("dataset: set: got %q, want one of %q", s.Set, names)
	}
	if s.Column == "all" {
		return nil
	}
	var from []int
	for i := range set.Samples {
		if s.Set == "" || s.Set == set.Samples[i].Set {
			from = append(from, i)
		}
	}
	known := set.values(from, column(s.Column))
	if slices.Equal(known, []string{""}) {
		return fmt.Errorf("dataset: %s: got %q, but the data set has no manifest with a column %s", s.Column, s.Values, s.Column)
	}
	for _, v := range s.Values {
		if !slices.Contains(known, v) {
			shown, more := known, ""
			if len(known) > 20 {
				shown, more = known[:20], " and others"
			}
			return fmt.Errorf("dataset: %s: got %q, want one of %q%s", s.Column, v, shown, more)
		}
	}
	return nil
}

// ParseFolds reads a list of folds such as "0-2,5".
func ParseFolds(list string) ([]string, error) {
	const most = 1000 // a range is written out; more folds than this is a slip of the finger
	var folds []string
	for item := range strings.SplitSeq(list, ",") {
		item = strings.TrimSpace(item)
		from, to, isRange := strings.Cut(item, "-")
		if !isRange || from == "" {
			if item == "" {
				return nil, fmt.Errorf("folds: got %q, want a list such as 0-2,5", list)
			}
			folds = append(folds, item)
			continue
		}
		first, err1 := strconv.Atoi(from)
		last, err2 := strconv.Atoi(to)
		if err1 != nil || err2 != nil || last < first || last-first >= most {
			return nil, fmt.Errorf("folds: got range %q, want one such as 0-2", item)
		}
		for f := first; f <= last; f++ {
			folds = append(folds, strconv.Itoa(f))
		}
	}
	return folds, nil
}

// ParseFoldOf reads "i/k", fold i of k, counted from 0 as manifests, indexed jobs
// and job arrays do.
func ParseFoldOf(text string) (i, k int, err error) {
	before, after, _ := strings.Cut(text, "/")
	i, err1 := strconv.Atoi(before)
	k, err2 := strconv.Atoi(after)
	if err1 != nil || err2 != nil || i < 0 || i >= k || k < 3 || k > 1000 {
		return 0, 0, fmt.Errorf("got %q, want i/k such as 0/5, the first of 5 folds, to 4/5; at least 3 folds", text)
	}
	return i, k, nil
}
