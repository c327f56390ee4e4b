package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"lungct/alexnet"
	"lungct/internal/baseline"
	"lungct/internal/dataset"
	"lungct/internal/metrics"
)

// evaluation is what "trainer eval" reports. Probabilities are after temperature
// scaling.
type evaluation struct {
	File           string                  `json:"file"`
	Model          string                  `json:"model"`
	Data           string                  `json:"data"`
	DataHash       string                  `json:"data_hash"` // of the slices that are measured
	Part           string                  `json:"part"`
	Temperature    float64                 `json:"temperature"` // 0 for none
	Operating      *alexnet.OperatingPoint `json:"operating_point"`
	Report         metrics.Report          `json:"report"`
	AtOperating    *metrics.Report         `json:"report_at_operating_point"`
	Sets           []breakdown             `json:"by_set"`
	Parts          []breakdown             `json:"by_part"` // folds or official parts of the manifest
	Scans          *scanScores             `json:"by_scan"` // null where every slice is a group of its own
	Groups         []groupScore            `json:"by_group"`
	Baselines      []baseline.Result       `json:"baselines"` // null without slices to learn from
	WithoutNetwork string                  `json:"baselines_learnt_from"`
	Trained        alexnet.Data            `json:"trained_on"`  // from the model card
	Seen           string                  `json:"seen_before"` // why the scores may flatter, empty for no reason known
	Use            string                  `json:"intended_use"`

	network *alexnet.Model
	card    alexnet.Card
	set     *dataset.Set
	part    []int
	cases   []metrics.Case // calibrated, in the order of part
}

// evaluating is what "trainer eval" does.
type evaluating struct {
	split, folds, splitFile string
	only                    []string // selectors
	skipBad, asJSON         bool
	predictions             string // file to write
	report                  string // folder for the report
	maxMemory               int    // MB for slices, 0 for no limit
	noThumbnails            bool
	progress                *progress
	known                   *dataset.Split // of splitFile
}

// evalCommand is "trainer eval".
func evalCommand() *cobra.Command {
	var e evaluating
	cmd := &cobra.Command{
		Use:   "eval WEIGHTS DATA...",
		Short: "Measure a weights file on labelled slices",
		Long: `Measure a weights file on labelled slices: all of the data sets, or the part
that --only, --split or --fold names, or a part of the split that a training has
written. Every score has a 95 % interval, at a probability of 0.5 and at the
operating point of the model's card. Scores by scan judge each group as predict
judges a series.

Beside the network stand baselines that cannot know the disease, learnt from the
slices that are not measured: the commoner class, what the file is, the picture's
border, and a linear model of its thumbnail.`,
		Example: `  trainer eval weights/lung.safetensors ct-slices --fold 3
  trainer eval weights/lung.safetensors ct-slices/manifest.csv --split test --json
  trainer eval weights/lung.safetensors ct-slices --split-file weights/lung.run --split test
  trainer eval weights/lung.safetensors sars-cov-2-ct covid-ct --only sars-cov-2-ct:fold=3 --only covid-ct:split=val`,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) < 2 {
				return usageErrorf(cmd, "got %s, want WEIGHTS DATA...", count(len(args), "argument"))
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := errors.Join(e.check(), checkMemory(e.maxMemory)); err != nil {
				return usageErrorf(cmd, "%w", err)
			}
			e.progress = newProgress(cmd.ErrOrStderr())
			result, err := e.run(cmd.Context(), args[0], args[1:])
			if err != nil {
				return err
			}
			if e.predictions != "" {
				if err := writePredictions(e.predictions, result); err != nil {
					return err
				}
			}
			if e.report != "" {
				if err := result.writeReport(e.report, evalCommandLine(args, cmd.Flags()), !e.noThumbnails); err != nil {
					return err
				}
			}
			if e.asJSON {
				encoder := json.NewEncoder(cmd.OutOrStdout())
				encoder.SetIndent("", "  ")
				return encoder.Encode(result)
			}
			return result.print(cmd.OutOrStdout())
		},
	}
	f := cmd.Flags()
	f.StringVar(&e.split, "split", "", "official part to measure, such as test; with --split-file a part of that: train, val or test")
	f.StringVar(&e.folds, "fold", "", "folds to measure, such as 3 or 0-1")
	f.StringArrayVar(&e.only, "only", nil, "slices to measure, such as covid-ct:split=val or group=p1,p2; may be repeated")
	f.StringVar(&e.splitFile, "split-file", "", "the split of a training, its "+splitName+" or its folder")
	f.StringVar(&e.predictions, "predictions", "", "CSV file to write, a row a slice")
	f.StringVar(&e.report, "report", "", "folder for report.html, report.json and predictions.csv")
	f.BoolVar(&e.noThumbnails, "no-thumbnails", false, "leave the slices called wrong out of report.html, which has them with heat maps")
	f.BoolVar(&e.skipBad, "skip-bad", false, "go on without the files that cannot be read")
	defineMemory(f, &e.maxMemory, "the temporary folder")
	f.BoolVar(&e.asJSON, "json", false, "write the report as JSON")
	return cmd
}

// check finds contradictions.
func (e *evaluating) check() error {
	switch {
	case e.split != "" && e.folds != "":
		return fmt.Errorf("got both --split and --fold, want one")
	case len(e.only) > 0 && (e.split != "" || e.folds != "" || e.splitFile != ""):
		return fmt.Errorf("got both --only and --split, --fold or --split-file, want one")
	case e.splitFile != "" && !slices.Contains(dataset.Parts, e.split):
		return fmt.Errorf("--split-file: got --split %q, want train, val or test", e.split)
	}
	if _, err := selectors(e.only); err != nil {
		return fmt.Errorf("--only: %w", err)
	}
	if e.folds != "" {
		if _, err := dataset.ParseFolds(e.folds); err != nil {
			return fmt.Errorf("--fold: %w", err)
		}
	}
	return nil
}

// run measures the weights file on the part of the data sets.
func (e *evaluating) run(ctx context.Context, weights string, data []string) (*evaluation, error) {
	model, card, err := alexnet.Load(weights)
	if err != nil {
		return nil, err
	}
	model.ReadGrey()
	set, err := dataset.Open(data...)
	if err != nil {
		return nil, err
	}
	set.MaxBytes, set.SpillDir = int64(e.maxMemory)<<20, os.TempDir()
	for _, w := range set.Warnings {
		warn(e.progress, "%s", w)
	}
	part, learn, text, err := e.choose(set)
	if err != nil {
		return nil, err
	}
	seen := e.seenBefore(card, set, part, learn)
	if seen != "" {
		warn(e.progress, "%s", seen)
	}
	if part, learn, err = e.load(ctx, set, card, part, learn); err != nil {
		return nil, stopped(ctx, err)
	}
	_, cases, err := measure(ctx, model, asRead(set, part, card), e.progress)
	if err != nil {
		return nil, stopped(ctx, err)
	}
	r := &evaluation{
		File: weights, Model: card.Name, Data: set.Where(), DataHash: set.Fingerprint(part), Part: text,
		Temperature: card.Temperature, Operating: card.OperatingPoint, Trained: card.Data, Seen: seen, Use: alexnet.ResearchUse,
		network: model, card: card, set: set, part: part, cases: temper(cases, card.Temperature),
	}
	return r, r.measure(learn)
}

// load reads the slices of part as the network sees them, and looks at those that
// only the baselines learn from.
func (e *evaluating) load(ctx context.Context, set *dataset.Set, card alexnet.Card, part, learn []int) (_, _ []int, err error) {
	split := dataset.Split{Train: learn, Val: part}
	fmt.Fprintf(e.progress, "reading %d slices from %s\n", len(split.Used()), set.Where())
	bad, err := set.Load(ctx, card.Preprocessing, set.Sides(split, dataset.SizeOnly, card.Preprocessing.Size))
	if err != nil {
		return nil, nil, err
	}
	if len(bad) > 0 {
		if !e.skipBad {
			return nil, nil, fmt.Errorf("%w\n--skip-bad goes on without them", bad)
		}
		warn(e.progress, "%v", bad)
		split = split.Without(bad.Indices())
	}
	return split.Val, split.Train, nil
}

// choose is the part of the set to measure, what the baselines may learn from, and
// the part's name.
func (e *evaluating) choose(set *dataset.Set) (part, learn []int, text string, err error) {
	switch {
	case e.splitFile != "":
		split, err := readSplit(e.splitFile, set)
		if err != nil {
			return nil, nil, "", err
		}
		e.known = &split
		part = split.Parts()[slices.Index(dataset.Parts, e.split)]
		if e.split != dataset.Parts[0] {
			learn = split.Train
		}
		return part, learn, fmt.Sprintf("%s part of the split %s", e.split, split.Text), nil
	case len(e.only) > 0:
		list, err := selectors(e.only)
		if err != nil {
			return nil, nil, "", err
		}
		text = strings.Join(e.only, " and ")
		part, err = set.Select(list...)
		if err != nil {
			return nil, nil, "", err
		}
	default:
		var folds []string
		if e.folds != "" {
			if folds, err = dataset.ParseFolds(e.folds); err != nil {
				return nil, nil, "", err
			}
		}
		if part, text, err = choose(set, folds, e.split); err != nil {
			return nil, nil, "", err
		}
	}
	return part, dataset.Split{Train: set.All()}.Without(part).Train, text, nil
}

// choose is the part of the set with the folds or the official split, or all of it,
// and its name.
func choose(set *dataset.Set, folds []string, split string) (part []int, text string, err error) {
	selector := dataset.Selector{Column: "fold", Values: folds}
	switch {
	case split != "":
		text, selector = "split "+split, dataset.Selector{Column: "split", Values: []string{split}}
	case len(folds) > 0:
		text = "fold " + strings.Join(folds, " ")
	default:
		return set.All(), "all slices", nil
	}
	part, err = set.Select(selector)
	return part, text, err
}

// seenBefore says why the network may know the slices of part; empty for no reason
// known. The other slices of the data are rest.
func (e *evaluating) seenBefore(card alexnet.Card, set *dataset.Set, part, rest []int) string {
	const learnt, chose = "the model learnt from these slices: the scores say nothing of others", "these slices chose the epoch whose weights these are: the scores flatter a little"
	if e.known != nil && e.known.Fingerprint(set) == card.Data.SplitHash {
		return map[string]string{dataset.Parts[0]: learnt, dataset.Parts[1]: chose}[e.split]
	}
	whole := dataset.Split{Train: rest, Val: part}
	switch {
	case card.Data.Hash != set.Fingerprint(whole.Used()):
		return ""
	case card.Data.SplitHash == whole.Fingerprint(set):
		return chose
	}
	return fmt.Sprintf("the model comes from this data set, split otherwise (%s): it may have learnt from these slices", card.Data.Split)
}
