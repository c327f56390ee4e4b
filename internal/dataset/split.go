package dataset

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"maps"
	"math"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
)

// Plan says how a set is to be split. Folds, where given, win; else the
// manifest's official split; else its folds, the last one validating; else a
// share of the groups of each class, drawn by the seed.
type Plan struct {
	TrainFolds, ValFolds, TestFolds []string // one of the first two may be left to be the rest
	ValShare                        float64  // of the samples, between 0 and 1
	Seed                            uint64
	AllowShared                     bool // a group may stand on both sides
}

// Split is what each sample serves: Train to learn from, Val to choose the epoch
// by, and Test, often empty, to report on at the end. Indices ascend.
type Split struct {
	Train, Val, Test []int
	Text             string   // how it came about, for the model card
	Shared           []string // groups on more than one side, only where allowed
}

// Split divides the set. It is an error when training or validation remain empty,
// or when a group would stand on both sides.
func (set *Set) Split(p Plan) (Split, error) {
	var s Split
	var err error
	has := func(value func(*Sample) string) bool {
		return slices.ContainsFunc(set.Samples, func(s Sample) bool { return value(&s) != "" })
	}
	switch asked := len(p.TrainFolds)+len(p.ValFolds)+len(p.TestFolds) > 0; {
	case asked && !has(fold):
		return s, errors.New("dataset: folds were asked for, but the manifest has no fold column")
	case asked:
		s, err = set.splitByFold(p)
	case has(official):
		s, err = set.splitOfficial(p.ValShare, p.Seed)
	case has(fold):
		folds := set.values(fold)
		s, err = set.splitByFold(Plan{ValFolds: folds[len(folds)-1:]})
	default:
		s, err = set.splitByShare(set.All(), p.ValShare, p.Seed)
	}
	if err != nil {
		return s, err
	}
	if len(s.Train) == 0 || len(s.Val) == 0 {
		return s, fmt.Errorf("dataset: split: got %d slices to train and %d to validate, want some of both", len(s.Train), len(s.Val))
	}
	s.Shared = set.shared(s)
	if len(s.Shared) > 0 && !p.AllowShared {
		shown := s.Shared[:min(3, len(s.Shared))]
		return s, fmt.Errorf("dataset: split: groups stand on more than one side, %d of them, such as %q: "+
			"the network would be tested on patients it learnt from", len(s.Shared), shown)
	}
	return s, nil
}

func fold(s *Sample) string     { return s.Fold }
func official(s *Sample) string { return s.Split }

// values are the distinct values of a column in order, numbers by value.
func (set *Set) values(column func(*Sample) string) []string {
	distinct := make(map[string]bool)
	for i := range set.Samples {
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

// Select returns the samples whose fold or official split is among those named;
// the other argument is empty. It is an error when a name is in no sample.
func (set *Set) Select(folds []string, split string) ([]int, error) {
	column, name, wanted := fold, "fold", folds
	if split != "" {
		column, name, wanted = official, "split", []string{split}
	}
	known := set.values(column)
	if slices.Equal(known, []string{""}) {
		return nil, fmt.Errorf("dataset: %s: got %q, but the data set has no manifest with a column %s", name, wanted, name)
	}
	for _, w := range wanted {
		if !slices.Contains(known, w) {
			return nil, fmt.Errorf("dataset: %s: got %q, want one of %q", name, w, known)
		}
	}
	var indices []int
	for i := range set.Samples {
		if slices.Contains(wanted, column(&set.Samples[i])) {
			indices = append(indices, i)
		}
	}
	return indices, nil
}

func (set *Set) splitByFold(p Plan) (s Split, err error) {
	var rest []string
	for _, f := range set.values(fold) {
		if !slices.Contains(slices.Concat(p.TrainFolds, p.ValFolds, p.TestFolds), f) {
			rest = append(rest, f)
		}
	}
	if len(p.TrainFolds) == 0 {
		p.TrainFolds = rest
	} else if len(p.ValFolds) == 0 {
		p.ValFolds = rest
	}
	all := slices.Concat(p.TrainFolds, p.ValFolds, p.TestFolds)
	for i, f := range all {
		if slices.Contains(all[:i], f) {
			return s, fmt.Errorf("dataset: fold %q is asked for twice, want it on one side", f)
		}
	}
	for _, part := range []struct {
		folds []string
		to    *[]int
	}{{p.TrainFolds, &s.Train}, {p.ValFolds, &s.Val}, {p.TestFolds, &s.Test}} {
		if *part.to, err = set.Select(part.folds, ""); err != nil {
			return s, err
		}
	}
	s.Text = fmt.Sprintf("by fold: train %s, validation %s", strings.Join(p.TrainFolds, " "), strings.Join(p.ValFolds, " "))
	if len(p.TestFolds) > 0 {
		s.Text += ", test " + strings.Join(p.TestFolds, " ")
	}
	return s, nil
}

// splitOfficial follows the manifest's split column. Without a validation part, a
// share of the training groups becomes one: the test part is never spent on
// choosing the epoch.
func (set *Set) splitOfficial(share float64, seed uint64) (s Split, err error) {
	for i := range set.Samples {
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
		drawn, err := set.splitByShare(s.Train, share, seed)
		if err != nil {
			return s, err
		}
		s.Train, s.Val = drawn.Train, drawn.Val
		s.Text += ", of whose training part " + drawn.Text
	}
	return s, nil
}

// splitByShare draws whole groups of the samples at the indices into the
// validation part until it holds the share of each class. Groups are drawn class
// by class, so that both parts keep the proportions of the whole.
func (set *Set) splitByShare(indices []int, share float64, seed uint64) (s Split, err error) {
	if !(share > 0 && share < 1) {
		return s, fmt.Errorf("dataset: validation share: got %v, want between 0 and 1", share)
	}
	byGroup := make(map[string][]int)
	for _, i := range indices {
		g := set.Samples[i].Group
		byGroup[g] = append(byGroup[g], i)
	}
	var groups [2][]string // by the class of most of the group's samples
	for _, g := range slices.Sorted(maps.Keys(byGroup)) {
		counts, _ := set.Counts(byGroup[g])
		class := 0
		if counts[1] >= counts[0] {
			class = 1
		}
		groups[class] = append(groups[class], g)
	}
	for class, names := range groups {
		total := 0
		for _, g := range names {
			total += len(byGroup[g])
		}
		rng := rand.New(rand.NewPCG(seed, uint64(class)))
		rng.Shuffle(len(names), func(i, j int) { names[i], names[j] = names[j], names[i] })
		want, drawn := int(math.Round(share*float64(total))), 0
		for i, g := range names {
			// The last group always trains: a class must not vanish from training.
			if drawn < want && i < len(names)-1 {
				s.Val = append(s.Val, byGroup[g]...)
				drawn += len(byGroup[g])
			} else {
				s.Train = append(s.Train, byGroup[g]...)
			}
		}
	}
	slices.Sort(s.Train)
	slices.Sort(s.Val)
	s.Text = fmt.Sprintf("%v of each class for validation, whole groups drawn with seed %d", share, seed)
	return s, nil
}

// shared are the groups with samples in more than one part.
func (set *Set) shared(s Split) []string {
	part := make(map[string]int)
	found := make(map[string]bool)
	for p, indices := range [][]int{s.Train, s.Val, s.Test} {
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
	out := func(i int) bool { return slices.Contains(indices, i) }
	s.Train = slices.DeleteFunc(slices.Clone(s.Train), out)
	s.Val = slices.DeleteFunc(slices.Clone(s.Val), out)
	s.Test = slices.DeleteFunc(slices.Clone(s.Test), out)
	return s
}

// Fingerprint is the SHA-256, in hexadecimal, of which path serves what.
func (s Split) Fingerprint(set *Set) string {
	h := sha256.New()
	for part, indices := range [][]int{s.Train, s.Val, s.Test} {
		for _, i := range indices {
			fmt.Fprintf(h, "%s %q\n", []string{"train", "val", "test"}[part], set.Samples[i].Path)
		}
	}
	return fmt.Sprintf("%x", h.Sum(nil))
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
