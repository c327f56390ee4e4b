package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/pflag"

	"lungct/internal/atomicfile"
	"lungct/internal/dataset"
)

// splitName is the file of a run's folder that says which slice served what.
const splitName = "split.json"

// splitting is how the data are divided, as it is asked for.
type splitting struct {
	Scheme      string   `json:"split_scheme"`
	Train       []string `json:"split_train"` // selectors, see dataset.ParseSelector
	Val         []string `json:"split_val"`
	Test        []string `json:"split_test"`
	TrainFolds  string   `json:"train_folds"` // short for selectors of folds
	ValFolds    string   `json:"val_folds"`
	TestFolds   string   `json:"test_folds"`
	Fold        string   `json:"fold"` // i/k
	TestShare   float64  `json:"test_share"`
	ValShare    float64  `json:"val_share"`
	SplitSeed   uint64   `json:"split_seed"` // 0 for that of the training
	SplitFile   string   `json:"split_file"`
	AllowShared bool     `json:"allow_shared"`
	Leaks       string   `json:"leaks"` // stop, drop or allow; "" is stop
	AllowLeaks  bool     `json:"allow_leaks"`
}

// What is done about leaks between the parts.
const (
	leaksStop  = "stop"
	leaksDrop  = "drop"
	leaksAllow = "allow"
)

var leaksModes = []string{leaksStop, leaksDrop, leaksAllow}

// define adds the flags.
func (s *splitting) define(f *pflag.FlagSet) {
	f.StringVar(&s.Scheme, "split", dataset.Auto, "how the parts are made: auto (the manifest's split, else its folds, else group), official, folds, group, or random (optimistic: slices of one scan on both sides)")
	f.StringArrayVar(&s.Train, "train", nil, "slices to train on, such as fold=0-2, covid-ct:split=train or covid-ct:all; may be repeated")
	f.StringArrayVar(&s.Val, "val", nil, "slices that choose the best epoch, likewise")
	f.StringArrayVar(&s.Test, "test", nil, "slices only measured at the end, likewise")
	f.StringVar(&s.TrainFolds, "train-folds", "", "short for --train fold=..., such as 0-2 (default the others)")
	f.StringVar(&s.ValFolds, "val-folds", "", "short for --val fold=... (default the last, or the others)")
	f.StringVar(&s.TestFolds, "test-folds", "", "short for --test fold=...")
	f.StringVar(&s.Fold, "fold", "", "cross-validation by group, such as 0/5 to 4/5: that fold tests, the next one validates; auto/5 takes the number from a Kubernetes indexed Job or a Slurm array")
	f.Float64Var(&s.TestShare, "test-share", 0, "share of the slices for test, drawn by group, such as 0.3")
	f.Float64Var(&s.ValShare, "val-share", 0.3, "share for validation where the data set names no slices for it")
	f.Uint64Var(&s.SplitSeed, "split-seed", 0, "draws the split (default --seed)")
	f.StringVar(&s.SplitFile, "split-file", "", "use the split that another run has written, its "+splitName)
	f.StringVar(&s.Leaks, "leaks", leaksStop, "what to do about copies and near copies between the parts: stop, drop (leave out the training slice of each pair) or allow")
	f.BoolVar(&s.AllowLeaks, "allow-leaks", false, "go on with copies, near copies or groups on both sides; the card says so")
	f.BoolVar(&s.AllowShared, "allow-shared-groups", false, "go on when a patient stands on both sides of the split")
}

// check finds splits that cannot be.
func (s *splitting) check() error {
	switch {
	case !(s.ValShare > 0 && s.ValShare < 1):
		return fmt.Errorf("--val-share: got %v, want between 0 and 1", s.ValShare)
	case !(s.TestShare >= 0 && s.TestShare+s.ValShare < 1):
		return fmt.Errorf("--test-share: got %v, want at least 0 and, with --val-share %v, less than 1", s.TestShare, s.ValShare)
	case s.Scheme != "" && !slices.Contains(dataset.Schemes, s.Scheme):
		return fmt.Errorf("--split: got %q, want auto, official, folds, group or random", s.Scheme)
	case s.Leaks != "" && !slices.Contains(leaksModes, s.Leaks):
		return fmt.Errorf("--leaks: got %q, want stop, drop or allow", s.Leaks)
	case s.AllowLeaks && s.Leaks == leaksDrop:
		return errors.New("--allow-leaks: got --leaks drop as well, want one")
	}
	p, err := s.plan(0)
	if err != nil {
		return err
	}
	named := len(p.Train)+len(p.Val)+len(p.Test) > 0
	switch random := s.Scheme == dataset.Random; {
	case s.SplitFile != "" && (named || p.Folds > 0 || s.TestShare > 0 || random):
		return fmt.Errorf("--split-file: the file says which slice serves what: got another split as well")
	case p.Folds > 0 && (named || s.TestShare > 0 || random):
		return fmt.Errorf("--fold: got %s and another split as well, want one", s.Fold)
	}
	return nil
}

// plan is what the flags say; seed is the training's.
func (s *splitting) plan(seed uint64) (p dataset.Plan, err error) {
	p = dataset.Plan{Scheme: s.Scheme, TestShare: s.TestShare, ValShare: s.ValShare, Seed: seed, AllowShared: s.AllowShared || s.AllowLeaks || s.Leaks == leaksAllow}
	if s.SplitSeed != 0 {
		p.Seed = s.SplitSeed
	}
	if s.Fold != "" {
		if p.Fold, p.Folds, err = dataset.ParseFoldOf(s.Fold); err != nil {
			return p, fmt.Errorf("--fold: %w", err)
		}
	}
	for _, part := range []struct {
		flag      string
		selectors []string
		folds     string
		to        *[]dataset.Selector
	}{{"train", s.Train, s.TrainFolds, &p.Train}, {"val", s.Val, s.ValFolds, &p.Val}, {"test", s.Test, s.TestFolds, &p.Test}} {
		if *part.to, err = selectors(part.selectors); err != nil {
			return p, fmt.Errorf("--%s: %w", part.flag, err)
		}
		if part.folds != "" {
			values, err := dataset.ParseFolds(part.folds)
			if err != nil {
				return p, fmt.Errorf("--%s-folds: %w", part.flag, err)
			}
			*part.to = append(*part.to, dataset.Selector{Column: "fold", Values: values})
		}
	}
	return p, nil
}

// selectors reads a list of selectors.
func selectors(texts []string) (list []dataset.Selector, err error) {
	for _, text := range texts {
		s, err := dataset.ParseSelector(text)
		if err != nil {
			return nil, err
		}
		list = append(list, s)
	}
	return list, nil
}

// split divides the set as the flags say.
func (s *splitting) split(set *dataset.Set, seed uint64) (dataset.Split, error) {
	if s.SplitFile != "" {
		return readSplit(s.SplitFile, set)
	}
	p, err := s.plan(seed)
	if err != nil {
		return dataset.Split{}, err
	}
	return set.Split(p)
}

// readSplit takes over the split of another run.
func readSplit(path string, set *dataset.Set) (dataset.Split, error) {
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		path = filepath.Join(path, splitName)
	}
	f, err := os.Open(path)
	if err != nil {
		return dataset.Split{}, err
	}
	defer f.Close()
	split, err := set.ReadSplit(f)
	if err != nil {
		return split, fmt.Errorf("%s: %w", path, err)
	}
	return split, nil
}

// writeSplit writes the split into the run's folder.
func writeSplit(dir string, split dataset.Split, set *dataset.Set) error {
	return atomicfile.Write(filepath.Join(dir, splitName), func(w io.Writer) error { return split.Write(w, set) })
}

// trainable tells why nothing can be learnt from a split, and warns where little can
// be measured.
func trainable(w io.Writer, set *dataset.Set, split dataset.Split) error {
	classes, _ := set.Counts(split.Train)
	for class, n := range classes {
		if n == 0 {
			return fmt.Errorf("dataset: split: got no %s slices to train on, want both classes", dataset.Labels[class])
		}
	}
	if len(split.Val) == 0 {
		return errors.New("dataset: split: got no slices to validate with")
	}
	if classes, _ := set.Counts(split.Val); classes[0] == 0 || classes[1] == 0 {
		warn(w, "the validation part has slices of one class only: there is no AUC, and the log loss chooses the epoch")
	}
	return nil
}

// guard looks for copies and near copies between the parts of a loaded split and
// does with them what was asked for. The split's text says what it found.
func (s *splitting) guard(w io.Writer, set *dataset.Set, split dataset.Split) (dataset.Split, dataset.Leaks, error) {
	const shown = 20
	leaks := set.Leaks(split)
	found, says := leaks.String(), ""
	mode := s.Leaks
	if s.AllowLeaks {
		mode = leaksAllow
	}
	switch {
	case found == "":
		return split, leaks, nil
	case mode == leaksDrop:
		says = fmt.Sprintf("%s left out of training and validation, since they are copies or near copies of held-out slices", count(len(leaks.Givers), "slice"))
		split = split.Without(leaks.Givers)
	case mode == leaksAllow || split.Scheme == dataset.Random || !leaks.Grave():
		says = found
		if leaks.Grave() {
			split.Optimistic = true
		}
	default:
		return split, leaks, fmt.Errorf("leak guard: %s:%s\n--leaks drop leaves the %d slices out that give others away, --allow-leaks goes on with them",
			found, leaks.List(set, shown), len(leaks.Givers))
	}
	warn(w, "leak guard: %s:%s", says, leaks.List(set, 5))
	if !strings.Contains(split.Text, "; leak guard: ") { // a split file has said it before
		split.Text += "; leak guard: " + says
	}
	return split, leaks, nil
}
