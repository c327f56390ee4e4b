package main

import (
	"encoding/csv"
	"fmt"
	"math"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"lungct/internal/metrics"
	"lungct/internal/report"
)

// writeReport writes the report of the training into its folder.
func (t *training) writeReport() error {
	r := &t.state.Recipe
	run, err := t.record.run(report.Training, t.split)
	if err != nil {
		return err
	}
	run.Command, run.Settings, run.Recipe, run.Seed = r.Command, r.Settings, r.words(), r.Seed
	run.Network.Initial = r.initialWords()
	created, genuine, err := now()
	if err != nil {
		return err
	}
	run.Created = created.Format(time.RFC3339)
	if genuine {
		run.Seconds = math.Round(t.state.Total)
	}
	if run.Epochs, err = t.epochs(); err != nil {
		return err
	}
	run.LeakCheck = "copies, near copies by perceptual hash, and groups on both sides"
	used := t.split.Used()
	for _, l := range t.leaks.Pairs {
		_, a := slices.BinarySearch(used, l.A)
		_, b := slices.BinarySearch(used, l.B)
		if a && b { // neither was left out
			run.Leaks = append(run.Leaks, report.Leak{Kind: l.Kind, A: t.set.Samples[l.A].Path, B: t.set.Samples[l.B].Path, PartA: t.partOf(l.A), PartB: t.partOf(l.B)})
		}
	}
	for i := range run.Data {
		for _, b := range t.bad {
			if len(run.Data) == 1 || strings.HasPrefix(b.Path, run.Data[i].Name+"/") {
				run.Data[i].Skipped = append(run.Data[i].Skipped, b.Path)
			}
		}
	}
	if err := t.record.write(t.dir, run, !r.NoThumbnails); err != nil {
		return err
	}
	page := filepath.Join(t.dir, report.PageName)
	t.events.write("report", event{"file": page})
	_, err = fmt.Fprintf(t.stdout, "report: %s\n", page)
	return err
}

// partOf is the part that sample i serves.
func (t *training) partOf(i int) string {
	for p, indices := range t.split.Parts() {
		if _, found := slices.BinarySearch(indices, i); found {
			return []string{report.TrainPart, report.ValidationPart, report.TestPart}[p]
		}
	}
	return ""
}

// epochs are the rows of metrics.csv.
func (t *training) epochs() (all []report.Epoch, err error) {
	if len(t.rows) == 0 {
		return nil, nil
	}
	rows, err := csv.NewReader(strings.NewReader(metricsHeader + "\n" + strings.Join(t.rows, "\n"))).ReadAll()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", metricsName, err)
	}
	for _, row := range rows[1:] {
		value := func(name string) metrics.Number {
			v, err := strconv.ParseFloat(row[slices.Index(rows[0], name)], 64)
			if err != nil {
				return metrics.Number(math.NaN()) // undefined values are empty
			}
			return metrics.Number(v)
		}
		all = append(all, report.Epoch{
			Epoch: int(value("epoch")), LearningRate: float64(value("lr")),
			TrainLoss: value("train_loss"), TrainAccuracy: value("train_accuracy"),
			ValLoss: value("val_loss"), ValAccuracy: value("val_accuracy"), ValPrecision: value("val_precision"), ValRecall: value("val_recall"), ValAUC: value("val_auc"),
			ImagesPerSecond: float64(value("images_per_s")), Seconds: float64(value("seconds")),
		})
	}
	return all, nil
}
