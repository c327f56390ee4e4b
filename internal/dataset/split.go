package dataset

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// Parts names the parts of a split, in the order of Split.Parts.
var Parts = []string{"train", "val", "test"}

// Split is what each sample serves: Train to learn from, Val to choose the epoch
// by, and Test, often empty, to report on at the end. Indices ascend.
type Split struct {
	Train, Val, Test []int

	Scheme      string
	Text        string   // how it came about, for the model card
	Optimistic  bool     // groups are cut: scores flatter
	Fold, Folds int      // fold Fold of Folds, 0 of 0 where it is none
	Shared      []string // groups on more than one side, only where allowed
}

// Parts are the indices of each part, in the order of the names in Parts.
func (s Split) Parts() [3][]int { return [3][]int{s.Train, s.Val, s.Test} }

// Split divides the set, each source by itself. It is an error when training or
// validation remain empty, or when a group would stand on both sides, unless that
// is what the plan wants.
func (set *Set) Split(p Plan) (Split, error) {
	whole := Split{Fold: p.Fold, Folds: p.Folds}
	for _, s := range slices.Concat(p.Train, p.Val, p.Test) {
		if err := set.know(s); err != nil {
			return whole, err
		}
	}
	var texts, schemes []string
	for _, source := range set.sources() {
		one, err := set.splitSource(source, p)
		if err != nil {
			return whole, err
		}
		whole.Train = append(whole.Train, one.Train...)
		whole.Val = append(whole.Val, one.Val...)
		whole.Test = append(whole.Test, one.Test...)
		whole.Optimistic = whole.Optimistic || one.Optimistic
		if len(set.Sources) > 1 {
			one.Text = set.Samples[source[0]].Set + ": " + one.Text
		}
		texts = append(texts, one.Text)
		if !slices.Contains(schemes, one.Scheme) {
			schemes = append(schemes, one.Scheme)
		}
	}
	for _, part := range whole.Parts() {
		slices.Sort(part)
	}
	whole.Text, whole.Scheme = strings.Join(texts, "; "), strings.Join(schemes, ", ")
	if len(whole.Train) == 0 || len(whole.Val) == 0 {
		return whole, fmt.Errorf("dataset: split: got %d slices to train and %d to validate, want some of both: two groups of each class at least", len(whole.Train), len(whole.Val))
	}
	return whole, whole.judgeShared(set, p.AllowShared)
}

// judgeShared notes the groups that stand on more than one side.
func (s *Split) judgeShared(set *Set, allowed bool) error {
	s.Shared = set.shared(*s)
	switch {
	case s.Optimistic:
		s.Text += " (" + OptimisticText + ")"
	case len(s.Shared) > 0 && !allowed:
		shown := s.Shared[:min(3, len(s.Shared))]
		return fmt.Errorf("dataset: split: groups stand on more than one side, %d of them, such as %q: "+
			"the network would be tested on patients it learnt from", len(s.Shared), shown)
	case len(s.Shared) > 0:
		s.Optimistic = true
		s.Text += fmt.Sprintf("; patients on more than one side, which flatters the scores: %d (%s)", len(s.Shared), OptimisticText)
	}
	return nil
}

// sources are the indices of each source's samples.
func (set *Set) sources() [][]int {
	of := make([][]int, max(1, len(set.Sources)))
	for i := range set.Samples {
		s := set.Samples[i].source
		of[s] = append(of[s], i)
	}
	return of
}

// splitSource divides the samples of one source.
func (set *Set) splitSource(source []int, p Plan) (s Split, err error) {
	has := func(value func(*Sample) string) bool {
		return slices.ContainsFunc(source, func(i int) bool { return value(&set.Samples[i]) != "" })
	}
	asked := slices.ContainsFunc(source, func(i int) bool {
		return slices.ContainsFunc(slices.Concat(p.Train, p.Val, p.Test), func(s Selector) bool { return s.has(&set.Samples[i]) })
	})
	scheme := p.Scheme
	switch {
	case p.Folds > 0:
		scheme = KFold
	case asked:
		scheme = Asked
	case scheme != "" && scheme != Auto:
	case p.TestShare > 0:
		scheme = ByGroup
	case has(official):
		scheme = Official
	case has(fold):
		scheme = Folds
	default:
		scheme = ByGroup
	}
	switch scheme {
	case KFold:
		s = set.dealFolds(source, p)
	case Asked:
		s, err = set.splitAsAsked(source, p)
	case Official:
		if !has(official) {
			return s, errors.New("dataset: the official split was asked for, but the manifest has no split column")
		}
		s, err = set.splitOfficial(source, p)
	case Folds:
		if !has(fold) {
			return s, errors.New("dataset: folds were asked for, but the manifest has no fold column")
		}
		folds := set.values(source, fold)
		s, err = set.splitAsAsked(source, Plan{Val: []Selector{{Column: "fold", Values: folds[len(folds)-1:]}}})
	case ByGroup:
		s, err = set.drawGroups(source, p)
	case Random:
		s, err = set.drawSlices(source, p)
	default:
		return s, fmt.Errorf("dataset: split: got scheme %q, want %s, %s, %s, %s or %s", scheme, Auto, Official, Folds, ByGroup, Random)
	}
	s.Scheme = scheme
	return s, err
}

func fold(s *Sample) string     { return s.Fold }
func official(s *Sample) string { return s.Split }

// values are the distinct values of a column in the samples at the indices, in
// order, numbers by value.
func (set *Set) values(indices []int, column func(*Sample) string) []string {
	distinct := make(map[string]bool)
	for _, i := range indices {
		distinct[column(&set.Samples[i])] = true
	}
	return slices.SortedFunc(maps.Keys(distinct), func(a, b string) int {
		m, err1 := strconv.Atoi(a)
		n, err2 := strconv.Atoi(b)
		if err1 == nil && err2 == nil && m != n {
			return m - n
		}
		return strings.Compare(a, b)
	})
}

// splitAsAsked follows the selectors of the plan.
func (set *Set) splitAsAsked(source []int, p Plan) (s Split, err error) {
	var rest []int
	named := [3][]Selector{p.Train, p.Val, p.Test}
	var counts [3]int
	for _, i := range source {
		sample, home := &set.Samples[i], -1
		for part, selectors := range named {
			if !slices.ContainsFunc(selectors, func(s Selector) bool { return s.has(sample) }) {
				continue
			}
			if home >= 0 {
				return s, fmt.Errorf("dataset: %s is asked for twice, as %s and as %s, want it on one side", sample.describe(), Parts[home], Parts[part])
			}
			home = part
			counts[part]++
		}
		switch home {
		case 0:
			s.Train = append(s.Train, i)
		case 1:
			s.Val = append(s.Val, i)
		case 2:
			s.Test = append(s.Test, i)
		default:
			rest = append(rest, i)
		}
	}
	if counts[0] == 0 {
		s.Train = rest
	} else if counts[1] == 0 {
		s.Val = rest
	}
	s.Text = set.describeParts(s, slices.DeleteFunc(slices.Concat(p.Train, p.Val, p.Test), func(s Selector) bool {
		return s.Set != "" && s.Set != set.Samples[source[0]].Set
	}))
	if len(s.Val) == 0 && len(s.Train) > 0 && p.ValShare > 0 {
		err = set.drawValidation(&s, p)
	}
	return s, err
}

// describe names a sample by what a selector would say of it.
func (s *Sample) describe() string {
	switch {
	case s.Fold != "":
		return fmt.Sprintf("fold %q", s.Fold)
	case s.Split != "":
		return fmt.Sprintf("split %q", s.Split)
	}
	return fmt.Sprintf("group %q", s.Group)
}

// describeParts says in words which values of the selectors' column each part has.
func (set *Set) describeParts(s Split, selectors []Selector) string {
	name := "all"
	for _, s := range selectors {
		switch {
		case s.Column == "all":
		case name == "all" || name == s.Column:
			name = s.Column
		default:
			name = "group" // what all sets have
		}
	}
	var parts []string
	for part, indices := range s.Parts() {
		if len(indices) == 0 {
			continue
		}
		values := set.values(indices, column(name))
		list := strings.Join(values, " ")
		switch {
		case name == "all":
			list = "everything"
		case len(values) > 12:
			list = fmt.Sprintf("%d %ss", len(values), name)
		}
		parts = append(parts, []string{"train ", "validation ", "test "}[part]+list)
	}
	if name == "all" {
		return "as asked: " + strings.Join(parts, ", ")
	}
	return "by " + name + ": " + strings.Join(parts, ", ")
}

// splitOfficial follows the manifest's split column. Without a validation part, a
// share of the training groups becomes one: the test part is never spent on
// choosing the epoch.
func (set *Set) splitOfficial(source []int, p Plan) (s Split, err error) {
	for _, i := range source {
		switch part := strings.ToLower(set.Samples[i].Split); part {
		case "train", "training":
			s.Train = append(s.Train, i)
		case "val", "valid", "validation", "dev":
			s.Val = append(s.Val, i)
		case "test":
			s.Test = append(s.Test, i)
		default:
			return s, fmt.Errorf("dataset: %s: split: got %q, want train, val or test", set.Samples[i].Path, part)
		}
	}
	s.Text = "official split of the data set"
	if len(s.Val) == 0 {
		err = set.drawValidation(&s, p)
	}
	return s, err
}

// shared are the groups with samples in more than one part.
func (set *Set) shared(s Split) []string {
	part := make(map[string]int)
	found := make(map[string]bool)
	for p, indices := range s.Parts() {
		for _, i := range indices {
			g := set.Samples[i].Group
			if q, ok := part[g]; ok && q != p {
				found[g] = true
			}
			part[g] = p
		}
	}
	return slices.Sorted(maps.Keys(found))
}

// Used are the samples of all parts.
func (s Split) Used() []int {
	return slices.Sorted(slices.Values(slices.Concat(s.Train, s.Val, s.Test)))
}

// Without leaves out the samples at the indices.
func (s Split) Without(indices []int) Split {
	gone := make(map[int]bool, len(indices))
	for _, i := range indices {
		gone[i] = true
	}
	out := func(i int) bool { return gone[i] }
	s.Train = slices.DeleteFunc(slices.Clone(s.Train), out)
	s.Val = slices.DeleteFunc(slices.Clone(s.Val), out)
	s.Test = slices.DeleteFunc(slices.Clone(s.Test), out)
	return s
}

// Fingerprint is the SHA-256, in hexadecimal, of which path serves what.
func (s Split) Fingerprint(set *Set) string {
	h := sha256.New()
	for part, indices := range s.Parts() {
		for _, i := range indices {
			fmt.Fprintf(h, "%s %q\n", Parts[part], set.Samples[i].Path)
		}
	}
	return fmt.Sprintf("%x", h.Sum(nil))
}
