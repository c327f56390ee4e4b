package main

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"lungct/alexnet"
	"lungct/internal/dataset"
	"lungct/internal/metrics"
)

// evaluation is what "trainer eval" reports.
type evaluation struct {
	File     string           `json:"file"`
	Model    string           `json:"model"`
	Data     string           `json:"data"`
	Part     string           `json:"part"`
	Report   metrics.Report   `json:"report"`
	Majority metrics.Estimate `json:"majority_baseline"` // accuracy of always giving the commoner class
	Size     *metrics.Report  `json:"size_baseline"`     // from width and height; null without slices to learn from
	Trained  alexnet.Data     `json:"trained_on"`        // from the model card
	Use      string           `json:"intended_use"`
}

// evalCommand is "trainer eval".
func evalCommand() *cobra.Command {
	var (
		split, folds    string
		skipBad, asJSON bool
	)
	cmd := &cobra.Command{
		Use:   "eval WEIGHTS DATA",
		Short: "Measure a weights file on labelled slices",
		Long: `Measure a weights file on labelled slices: all of a data set, or the part
that --split or --fold names. Beside the network stand two baselines that see no
picture: always giving the commoner class, and a table of widths and heights
learnt from the rest of the data set.`,
		Example: `  trainer eval weights/lung.safetensors ct-slices --fold 3
  trainer eval weights/lung.safetensors ct-slices/manifest.csv --split test --json`,
		Args: exactArgs("WEIGHTS", "DATA"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if split != "" && folds != "" {
				return usageErrorf(cmd, "got both --split and --fold, want one")
			}
			var chosen []string
			if folds != "" {
				var err error
				if chosen, err = dataset.ParseFolds(folds); err != nil {
					return usageErrorf(cmd, "--fold: %w", err)
				}
			}
			e, err := evaluate(cmd, args[0], args[1], chosen, split, skipBad)
			if err != nil {
				return err
			}
			if asJSON {
				encoder := json.NewEncoder(cmd.OutOrStdout())
				encoder.SetIndent("", "  ")
				return encoder.Encode(e)
			}
			return e.print(cmd.OutOrStdout())
		},
	}
	f := cmd.Flags()
	f.StringVar(&split, "split", "", "official part to measure, such as test")
	f.StringVar(&folds, "fold", "", "folds to measure, such as 3 or 0-1")
	f.BoolVar(&skipBad, "skip-bad", false, "go on without the files that cannot be read")
	f.BoolVar(&asJSON, "json", false, "write the report as JSON")
	return cmd
}

// evaluate measures the weights file on a part of the data set.
func evaluate(cmd *cobra.Command, weights, data string, folds []string, split string, skipBad bool) (*evaluation, error) {
	ctx, progress := cmd.Context(), newProgress(cmd.ErrOrStderr())
	model, card, err := alexnet.Load(weights)
	if err != nil {
		return nil, err
	}
	model.ReadGrey()
	set, err := dataset.Open(data)
	if err != nil {
		return nil, err
	}
	for _, w := range set.Warnings {
		warn(progress, "%s", w)
	}
	part, text, err := choose(set, folds, split)
	if err != nil {
		return nil, err
	}
	rest := slices.DeleteFunc(set.All(), func(i int) bool { return slices.Contains(part, i) })
	warnIfLearnt(progress, card, set, part, rest)

	sides := make([]int, len(set.Samples))
	for i := range sides {
		sides[i] = dataset.SizeOnly // of the rest, only the baseline wants to know
	}
	for _, i := range part {
		sides[i] = card.Preprocessing.Size
	}
	fmt.Fprintf(progress, "reading %d slices from %s\n", len(set.Samples), set.Where())
	bad, err := set.Load(ctx, card.Preprocessing, sides)
	if err != nil {
		return nil, stopped(ctx, err)
	}
	if len(bad) > 0 {
		if !skipBad {
			return nil, fmt.Errorf("%w\n--skip-bad goes on without them", bad)
		}
		warn(progress, "%v", bad)
		left := dataset.Split{Train: rest, Val: part}.Without(bad.Indices())
		rest, part = left.Train, left.Val
	}
	report, _, err := measure(ctx, model, asRead(set, part, card), progress)
	if err != nil {
		return nil, stopped(ctx, err)
	}
	e := &evaluation{File: weights, Model: card.Name, Data: set.Where(), Part: text, Trained: card.Data, Report: report, Use: alexnet.ResearchUse}
	classes, _ := set.Counts(part)
	e.Majority = metrics.Wilson(max(classes[0], classes[1]), len(part))
	if len(rest) > 0 {
		size, err := metrics.Measure(sizeBaseline(set, rest, part), alexnet.Threshold, bootstrapSeed)
		if err != nil {
			return nil, err
		}
		e.Size = &size
	}
	return e, nil
}

// choose is the part of the set to measure and its name.
func choose(set *dataset.Set, folds []string, split string) (part []int, text string, err error) {
	switch {
	case split != "":
		text = "split " + split
	case len(folds) > 0:
		text = "fold " + strings.Join(folds, " ")
	default:
		return set.All(), "all slices", nil
	}
	selector := dataset.Selector{Column: "fold", Values: folds}
	if split != "" {
		selector = dataset.Selector{Column: "split", Values: []string{split}}
	}
	part, err = set.Select(selector)
	return part, text, err
}

// warnIfLearnt says when the network has seen the slices before.
func warnIfLearnt(w io.Writer, card alexnet.Card, set *dataset.Set, part, rest []int) {
	if card.Data.Hash != set.Fingerprint(set.All()) {
		return
	}
	if (dataset.Split{Train: rest, Val: part}).Fingerprint(set) == card.Data.SplitHash {
		warn(w, "these slices chose the epoch whose weights these are: the scores flatter a little")
		return
	}
	warn(w, "the model comes from this data set, split otherwise (%s): it may have learnt from these slices", card.Data.Split)
}

// print writes the evaluation for people.
func (e *evaluation) print(w io.Writer) error {
	fmt.Fprintf(w, "%s (%s) on %s, %s:\n", e.Model, e.File, e.Data, e.Part)
	if err := printReport(w, e.Report); err != nil {
		return err
	}
	size := "n/a: the whole set is measured, none of it is left to learn sizes from"
	if e.Size != nil {
		size = fmt.Sprintf("accuracy %v, AUC %s", e.Size.Accuracy, e.Size.AUC.Decimal())
	}
	_, err := fmt.Fprintf(w, "Without a look at the pictures:\n  the commoner class   accuracy %v\n  width and height     %s\n\nTrained on %s, %s.\n%s\n",
		e.Majority, size, e.Trained.Name, e.Trained.Split, e.Use)
	return err
}
