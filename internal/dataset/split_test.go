package dataset

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
)

// table makes a set from rows of path, class, group, fold and split; "-" is empty.
func table(rows ...string) *Set {
	set := &Set{}
	for _, row := range rows {
		f := strings.Fields(strings.ReplaceAll(row, "-", ""))
		f = append(f, "", "")
		class := 0
		if f[1] == "covid" {
			class = 1
		}
		s := Sample{Path: f[0], Class: class, Group: f[2]}
		if v, ok := strings.CutPrefix(f[3], "fold="); ok {
			s.Fold = v
		}
		if v, ok := strings.CutPrefix(f[3], "split="); ok {
			s.Split = v
		}
		set.Samples = append(set.Samples, s)
	}
	return set
}

func folds(values ...string) []Selector { return []Selector{{Column: "fold", Values: values}} }

var folded = []string{
	"a covid p1 fold=0", "b noncovid p2 fold=0", "c covid p3 fold=1", "d noncovid p4 fold=1", "e covid p5 fold=2", "f noncovid p6 fold=10",
}

func TestSplit(t *testing.T) {
	for _, tt := range []struct {
		name             string
		rows             []string
		plan             Plan
		train, val, test []int
	}{
		{"folds on both sides", folded, Plan{Train: folds("0", "1"), Val: folds("2", "10")}, []int{0, 1, 2, 3}, []int{4, 5}, nil},
		{"the rest trains", folded, Plan{Val: folds("1")}, []int{0, 1, 4, 5}, []int{2, 3}, nil},
		{"the rest validates", folded, Plan{Train: folds("1")}, []int{2, 3}, []int{0, 1, 4, 5}, nil},
		{"a test fold", folded, Plan{Val: folds("1"), Test: folds("0")}, []int{4, 5}, []int{2, 3}, []int{0, 1}},
		{"the last fold validates, by number", folded, Plan{}, []int{0, 1, 2, 3, 4}, []int{5}, nil},
		{"official", []string{"a covid p1 split=train", "b covid p2 split=val", "c covid p3 split=test"}, Plan{}, []int{0}, []int{1}, []int{2}},
		{"official, other words", []string{"a covid p1 split=Training", "b covid p2 split=validation"}, Plan{}, []int{0}, []int{1}, nil},
		{"official, only train and test", []string{"a covid p1 split=train", "b covid p1 split=train", "c covid p2 split=train", "d covid p2 split=train", "e covid p3 split=test"},
			Plan{ValShare: .5, Seed: 1}, []int{0, 1}, []int{2, 3}, []int{4}},
	} {
		set := table(tt.rows...)
		s, err := set.Split(tt.plan)
		if err != nil {
			t.Errorf("%s: %v", tt.name, err)
			continue
		}
		if !slices.Equal(s.Train, tt.train) || !slices.Equal(s.Val, tt.val) || !slices.Equal(s.Test, tt.test) {
			t.Errorf("%s: got %v %v %v, want %v %v %v", tt.name, s.Train, s.Val, s.Test, tt.train, tt.val, tt.test)
		}
		if s.Text == "" {
			t.Errorf("%s: got no text for the model card", tt.name)
		}
	}
}

func TestSplitRejects(t *testing.T) {
	for _, tt := range []struct {
		name string
		rows []string
		plan Plan
		want string
	}{
		{"no fold column", []string{"a covid p1"}, Plan{Val: folds("1")}, "no manifest with a column fold"},
		{"unknown fold", folded, Plan{Val: folds("7")}, `fold: got "7", want one of ["0" "1" "2" "10"]`},
		{"overlap", folded, Plan{Train: folds("0", "1"), Val: folds("1")}, `fold "1" is asked for twice`},
		{"nothing left", folded, Plan{Val: folds("0", "1", "2", "10")}, "0 slices to train"},
		{"unknown part", []string{"a covid p1 split=holdout"}, Plan{}, `a: split: got "holdout"`},
		{"no validation part", []string{"a covid p1 split=train"}, Plan{ValShare: .5}, "0 to validate"},
		{"shared group", []string{"a covid p1 split=train", "b covid p1 split=val"}, Plan{}, `groups stand on more than one side, 1 of them, such as ["p1"]`},
		{"share of 0", []string{"a covid p1"}, Plan{}, "validation share: got 0"},
		{"share of 1", []string{"a covid p1"}, Plan{ValShare: 1}, "validation share: got 1"},
		{"one group a class", []string{"a covid p1", "b noncovid p2"}, Plan{ValShare: .5}, "0 to validate"},
	} {
		_, err := table(tt.rows...).Split(tt.plan)
		if err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: got %v, want %q", tt.name, err, tt.want)
		}
	}
	s, err := table("a covid p1 split=train", "b covid p1 split=val").Split(Plan{AllowShared: true})
	if err != nil || !slices.Equal(s.Shared, []string{"p1"}) {
		t.Errorf("allowed: got %v, %v; want p1 reported as shared", s.Shared, err)
	}
}

func TestSplitByShare(t *testing.T) {
	set := &Set{}
	for i := range 1000 {
		class := i % 5 / 4 // every fifth is covid
		set.Samples = append(set.Samples, Sample{Path: fmt.Sprint(i), Class: class, Group: fmt.Sprint(class, i/20)})
	}
	a, err := set.Split(Plan{ValShare: 0.3, Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	if len(a.Train)+len(a.Val) != 1000 || len(a.Shared) != 0 {
		t.Errorf("got %d and %d slices, shared %v", len(a.Train), len(a.Val), a.Shared)
	}
	classes, _ := set.Counts(a.Val)
	// One group is 16 noncovid or 4 covid slices, the most a class may overshoot.
	if d := classes[0] - 240; d < 0 || d >= 16 {
		t.Errorf("noncovid in validation: got %d, want 240 to 255", classes[0])
	}
	if d := classes[1] - 60; d < 0 || d >= 4 {
		t.Errorf("covid in validation: got %d, want 60 to 63", classes[1])
	}
	if b, _ := set.Split(Plan{ValShare: 0.3, Seed: 1}); !reflect.DeepEqual(a, b) {
		t.Error("the same seed split differently")
	}
	if b, _ := set.Split(Plan{ValShare: 0.3, Seed: 2}); slices.Equal(a.Val, b.Val) || a.Fingerprint(set) == b.Fingerprint(set) {
		t.Error("another seed split the same")
	}
}

func TestWithout(t *testing.T) {
	s := Split{Train: []int{0, 1, 2}, Val: []int{3, 4}, Test: []int{5}}
	got := s.Without([]int{1, 3, 5})
	if !slices.Equal(got.Train, []int{0, 2}) || !slices.Equal(got.Val, []int{4}) || len(got.Test) != 0 {
		t.Errorf("got %+v", got)
	}
	if !slices.Equal(s.Used(), []int{0, 1, 2, 3, 4, 5}) {
		t.Errorf("used: got %v; Without must leave the original alone", s.Used())
	}
}

func TestParseFolds(t *testing.T) {
	for list, want := range map[string][]string{
		"0-2": {"0", "1", "2"}, "3": {"3"}, "0-1, 5": {"0", "1", "5"}, "a,b": {"a", "b"}, "7-7": {"7"}, "-1": {"-1"},
	} {
		if got, err := ParseFolds(list); err != nil || !slices.Equal(got, want) {
			t.Errorf("%q: got %v, %v; want %v", list, got, err, want)
		}
	}
	for _, list := range []string{"", "1,", "2-1", "a-b", "0-99999999999"} {
		if got, err := ParseFolds(list); err == nil {
			t.Errorf("%q: got %v, want an error", list, got)
		}
	}
}
