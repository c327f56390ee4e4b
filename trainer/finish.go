package main

import (
	"context"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"time"

	"lungct/alexnet"
)

// finish measures the best weights as they ship and writes them.
func (t *training) finish(ctx context.Context) error {
	r := &t.state.Recipe
	model, card, err := alexnet.Load(filepath.Join(t.dir, bestName))
	if err != nil {
		return err
	}
	model.ReadGrey()
	dtype, err := compactType(r.Compact)
	if err != nil {
		return err
	}
	// The scores in the card are those of the weights in the file.
	file, err := alexnet.Encode(model, card, dtype)
	if err != nil {
		return err
	}
	shipped, _, err := alexnet.Read(file)
	if err != nil {
		return err
	}
	shipped.ReadGrey()
	card.Metrics = nil
	for _, part := range []struct {
		text    string
		indices []int
	}{{t.validationText(), t.split.Val}, {t.testText(), t.split.Test}} {
		if len(part.indices) == 0 {
			continue
		}
		slices := asRead(t.set, part.indices, card)
		report, cases, err := measure(ctx, shipped, slices, t.progress)
		if err != nil {
			return t.unfinished(ctx, err)
		}
		card.Metrics = append(card.Metrics, alexnet.Measurement{Split: part.text, Report: report})
		fmt.Fprintf(t.stdout, "%s:\n", part.text)
		if err := printReport(t.stdout, report); err != nil {
			return err
		}
		if dtype != alexnet.F32 {
			full, before, err := measure(ctx, model, slices, t.progress)
			if err != nil {
				return t.unfinished(ctx, err)
			}
			printCost(t.stdout, r.Compact, full, report, before, cases)
		}
	}
	card.Name = r.Name
	created, genuine, err := now()
	if err != nil {
		return err
	}
	card.Created = created.Format(time.RFC3339)
	if genuine {
		card.Training.Seconds = math.Round(t.state.Best.Seconds)
	}
	if err := alexnet.Save(r.Output, shipped, card, dtype); err != nil {
		return err
	}
	info, err := os.Stat(r.Output)
	if err != nil {
		return err
	}
	fmt.Fprintf(t.stdout, "%s: weights of epoch %d, %s\n%s\n", r.Output, card.Training.BestEpoch, megabytes(info.Size()), alexnet.ResearchUse)
	return nil
}

// unfinished says, after all epochs, that only the last step is to be done again.
func (t *training) unfinished(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return fmt.Errorf("%w after the last epoch\nwrite the weights with: trainer train --resume %s", errInterrupted, t.dir)
	}
	return err
}
