package main

import (
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/pflag"

	"lungct/alexnet"
	"lungct/internal/dataset"
	"lungct/internal/report"
)

// writeReport writes the report of the evaluation into dir, which it makes.
func (e *evaluation) writeReport(dir, command string, thumbnails bool) error {
	var rec record
	rec.begin(e.set, e.network)
	var names []string
	for _, source := range e.set.Sources {
		names = append(names, source.Name)
	}
	text := e.Part + " of " + strings.Join(names, " and ")
	m := alexnet.Measurement{Split: e.Part, Report: e.Report, AtOperatingPoint: e.AtOperating}
	if err := rec.measured(report.TestPart, text, e.part, e.cases, e.card, m); err != nil {
		return err
	}
	rec.judged(report.TestPart, "", e.Baselines)
	if err := rec.end(e.card, e.File, "the weights file that was measured", ""); err != nil {
		return err
	}
	run, err := rec.run(report.Evaluation, dataset.Split{Test: e.part, Text: e.Part})
	if err != nil {
		return err
	}
	run.TrainedOn = e.card.Data.Name + ", " + e.card.Data.Split
	run.Seen = e.Seen
	if run.Seen == "" {
		for i := range run.Data { // the card speaks of other data
			run.Data[i].Source, run.Data[i].Licence = "", ""
		}
	}
	run.Command, run.Recipe, run.Seed = command, e.card.Training.Recipe, e.card.Training.Seed
	created, _, err := now()
	if err != nil {
		return err
	}
	run.Created = created.Format(time.RFC3339)
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	return rec.write(dir, run, thumbnails)
}

// evalCommandLine is the command that repeats an evaluation, without the folders of
// this machine.
func evalCommandLine(args []string, flags *pflag.FlagSet) string {
	words := []string{"trainer eval"}
	for _, arg := range args {
		words = append(words, quoted(filepath.Base(arg)))
	}
	flags.Visit(func(f *pflag.Flag) {
		if f.Name == "report" || f.Name == "no-thumbnails" || f.Name == "predictions" || f.Name == "json" || f.Name == "max-memory" {
			return
		}
		for _, value := range flagValues(f) {
			if f.Name == "split-file" {
				value = filepath.Base(value)
			}
			words = append(words, "--"+f.Name+"="+quoted(value))
		}
	})
	return strings.Join(words, " ")
}
