package dataset

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"
)

// patients makes a set of n groups of the two classes in turn, of 1 to 9 slices.
func patients(n int) *Set {
	set := &Set{}
	for g := range n {
		for i := range 1 + g*7%9 {
			set.Samples = append(set.Samples, Sample{Path: fmt.Sprintf("%03d-%d", g, i), Class: g % 2, Group: fmt.Sprint("p", g)})
		}
	}
	return set
}

// Every slice tests in one fold exactly, no group is cut, and the folds are alike
// in size and balance.
func TestFoldsPartition(t *testing.T) {
	const k = 5
	set := patients(100)
	all, _ := set.Counts(set.All())
	tested := make([]int, len(set.Samples))
	for fold := range k {
		s, err := set.Split(Plan{Fold: fold, Folds: k, Seed: 1})
		if err != nil {
			t.Fatal(err)
		}
		if s.Fold != fold || s.Folds != k || s.Scheme != KFold || s.Optimistic || len(s.Shared) > 0 {
			t.Errorf("fold %d: got %+v", fold, s)
		}
		if !slices.Equal(s.Used(), set.All()) {
			t.Errorf("fold %d: %d of %d slices are used", fold, len(s.Used()), len(set.Samples))
		}
		for _, i := range s.Test {
			tested[i]++
		}
		got, _ := set.Counts(s.Test)
		for class := range all {
			// The smallest group that is dealt last has one slice.
			if d := got[class]*k - all[class]; d < -k || d > k {
				t.Errorf("fold %d: got %d of %d slices of class %d, want a fifth", fold, got[class], all[class], class)
			}
		}
		next, _ := set.Split(Plan{Fold: (fold + 1) % k, Folds: k, Seed: 1})
		if !slices.Equal(s.Val, next.Test) {
			t.Errorf("fold %d: is validated by other slices than fold %d tests", fold, (fold+1)%k)
		}
	}
	for i, n := range tested {
		if n != 1 {
			t.Errorf("%s tests %d times", set.Samples[i].Path, n)
		}
	}
	a, _ := set.Split(Plan{Folds: k, Seed: 1})
	b, _ := set.Split(Plan{Folds: k, Seed: 2})
	if slices.Equal(a.Test, b.Test) {
		t.Error("another seed dealt the same folds")
	}
}

func TestTestShare(t *testing.T) {
	set := patients(400)
	for scheme, optimistic := range map[string]bool{"": false, ByGroup: false, Random: true} {
		s, err := set.Split(Plan{Scheme: scheme, TestShare: 0.3, ValShare: 0.1, Seed: 5})
		if err != nil {
			t.Fatal(err)
		}
		n := float64(len(set.Samples))
		if test, val := float64(len(s.Test))/n, float64(len(s.Val))/n; test < 0.295 || test > 0.31 || val < 0.095 || val > 0.11 {
			t.Errorf("%q: got %.3f to test and %.3f to validate, want 0.3 and 0.1", scheme, test, val)
		}
		if s.Optimistic != optimistic || strings.Contains(s.Text, OptimisticText) != optimistic || (len(s.Shared) > 0) != optimistic {
			t.Errorf("%q: got optimistic %v, %q, %d groups cut; want %v", scheme, s.Optimistic, s.Text, len(s.Shared), optimistic)
		}
	}
	_, err := set.Split(Plan{TestShare: 0.7, ValShare: 0.3})
	wantError(t, err, "less than 1 together")
	_, err = set.Split(Plan{Scheme: "halves", ValShare: 0.3})
	wantError(t, err, `scheme "halves"`)
	_, err = set.Split(Plan{Scheme: Official, ValShare: 0.3})
	wantError(t, err, "no split column")
	// A share for test goes before the folds of a manifest.
	folded := table(folded...)
	s, err := folded.Split(Plan{TestShare: 0.3, ValShare: 0.3})
	if err != nil || s.Scheme != ByGroup || len(s.Test) != 2 {
		t.Errorf("got %+v, %v; want two slices drawn for test", s, err)
	}
}

// merged is two sets, one with folds and one with an official split.
func merged() *Set {
	set := table("a/1 covid a/p1 fold=0", "a/2 noncovid a/p2 fold=1", "a/3 covid a/p3 fold=2", "a/4 noncovid a/p4 fold=3",
		"b/1 covid b/p1 split=train", "b/2 noncovid b/p2 split=train", "b/3 covid b/p3 split=val", "b/4 noncovid b/p4 split=val")
	set.Sources = []Source{{Name: "a"}, {Name: "b"}}
	for i := range set.Samples {
		s := &set.Samples[i]
		s.Set, s.source = s.Path[:1], i/4
	}
	return set
}

func TestSplitSelectors(t *testing.T) {
	for _, tt := range []struct {
		name             string
		train, val, test string
		want             [3][]int
		text             string
	}{
		{"none: each set by its own manifest", "", "", "", [3][]int{{0, 1, 2, 4, 5}, {3, 6, 7}, nil}, "a: by fold: train 0 1 2, validation 3; b: official split"},
		{"folds name one set", "", "fold=1", "", [3][]int{{0, 2, 3, 4, 5}, {1, 6, 7}, nil}, "a: by fold: train 0 2 3, validation 1"},
		{"each by a column of its own", "", "a:fold=3 b:split=val", "", [3][]int{{0, 1, 2, 4, 5}, {3, 6, 7}, nil}, "b: by split: train train, validation val"},
		{"across sets", "a:fold=0-2", "a:fold=3", "b:all", [3][]int{{0, 1, 2}, {3}, {4, 5, 6, 7}}, "b: as asked: test everything"},
		{"a group", "", "a:group=p2,p3", "", [3][]int{{0, 3, 4, 5}, {1, 2, 6, 7}, nil}, "a: by group: train p1 p4, validation p2 p3"},
		{"the rest is not drawn twice", "a:fold=0", "", "", [3][]int{{0, 4, 5}, {1, 2, 3, 6, 7}, nil}, ""},
	} {
		p := Plan{Train: parse(t, tt.train), Val: parse(t, tt.val), Test: parse(t, tt.test)}
		s, err := merged().Split(p)
		if err != nil {
			t.Errorf("%s: %v", tt.name, err)
			continue
		}
		for part, got := range s.Parts() {
			if !slices.Equal(got, tt.want[part]) {
				t.Errorf("%s: %s: got %v, want %v", tt.name, Parts[part], got, tt.want[part])
			}
		}
		if !strings.Contains(s.Text, tt.text) {
			t.Errorf("%s: got %q, want %q", tt.name, s.Text, tt.text)
		}
	}
	for _, tt := range []struct{ val, want string }{
		{"c:fold=1", `set: got "c", want one of ["a" "b"]`},
		{"a:fold=9", `fold: got "9", want one of ["0" "1" "2" "3"]`},
		{"b:fold=0", "no manifest with a column fold"},
	} {
		_, err := merged().Split(Plan{Val: parse(t, tt.val)})
		wantError(t, err, tt.want)
	}
}

func parse(t *testing.T, list string) (selectors []Selector) {
	t.Helper()
	for _, text := range strings.Fields(list) {
		s, err := ParseSelector(text)
		if err != nil {
			t.Fatal(err)
		}
		selectors = append(selectors, s)
	}
	return selectors
}

func TestParseSelector(t *testing.T) {
	for _, text := range []string{"", "fold", "fold=", "fold=2-1", "age=3", ":all", ":fold=1", "split=a,,b", "all"} {
		if s, err := ParseSelector(text); err == nil {
			t.Errorf("%q: got %+v, want an error", text, s)
		}
	}
	s, err := ParseSelector("x:y:group=p 1,q")
	if err != nil || s.Set != "x:y" || s.Column != "group" || !slices.Equal(s.Values, []string{"p 1", "q"}) {
		t.Errorf("got %+v, %v", s, err)
	}
	for _, text := range []string{"", "1", "5/5", "-1/5", "0/2", "1/x", "0/1000000"} {
		if i, k, err := ParseFoldOf(text); err == nil {
			t.Errorf("%q: got %d of %d, want an error", text, i, k)
		}
	}
	if i, k, err := ParseFoldOf("4/5"); err != nil || i != 4 || k != 5 {
		t.Errorf("4/5: got %d, %d, %v", i, k, err)
	}
}

// A split file gives the same split again, and no other data is taken for it.
func TestSplitFile(t *testing.T) {
	set := patients(40)
	want, err := set.Split(Plan{Scheme: Random, TestShare: 0.3, ValShare: 0.2, Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	var file bytes.Buffer
	if err := want.Write(&file, set); err != nil {
		t.Fatal(err)
	}
	got, err := set.ReadSplit(bytes.NewReader(file.Bytes()))
	if err != nil {
		t.Fatal(err)
	}
	if got.Fingerprint(set) != want.Fingerprint(set) || got.Text != want.Text || !got.Optimistic || len(got.Shared) != len(want.Shared) {
		t.Errorf("got %q, %v; want %q, %v", got.Text, got.Optimistic, want.Text, want.Optimistic)
	}
	for name, change := range map[string]func(*Set){
		"is another file":        func(s *Set) { s.Samples[7].Content[0]++ },
		"is noncovid, was":       func(s *Set) { s.Samples[8].Class = 0 },
		"is of group":            func(s *Set) { s.Samples[7].Group = "other" },
		"is not in the data set": func(s *Set) { s.Samples = s.Samples[1:] },
	} {
		other := patients(40)
		change(other)
		_, err := other.ReadSplit(bytes.NewReader(file.Bytes()))
		wantError(t, err, "made for other data", name)
	}
	for name, edit := range map[string][2]string{
		"it has been edited":         {`"part":"val"`, `"part":"train"`},
		"invalid character":          {"}", ""},
		`part: got "both"`:           {`"part":"test"`, `"part":"both"`},
		`format: got "split/9"`:      {splitFormat, "split/9"},
		"is not in the data set":     {`"path":"000-0"`, `"path":"001-0"`},
		"cannot unmarshal number in": {`"text": "`, `"text": 1, "x": "`},
	} {
		text := strings.Replace(file.String(), edit[0], edit[1], 1)
		_, err := set.ReadSplit(strings.NewReader(text))
		wantError(t, err, name)
	}
}

func FuzzReadSplit(f *testing.F) {
	set := patients(6)
	s, err := set.Split(Plan{ValShare: 0.4, Seed: 1})
	if err != nil {
		f.Fatal(err)
	}
	var file bytes.Buffer
	if err := s.Write(&file, set); err != nil {
		f.Fatal(err)
	}
	f.Add(file.Bytes())
	f.Fuzz(func(t *testing.T, text []byte) {
		s, err := set.ReadSplit(bytes.NewReader(text))
		if err == nil && s.Fingerprint(set) == "" {
			t.Error("a split without a fingerprint")
		}
	})
}
