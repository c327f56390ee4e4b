package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"lungct/alexnet"
	"lungct/internal/baseline"
	"lungct/internal/report"
)

// finish writes what a training is for. It can be done again.
func (t *training) finish(ctx context.Context) error {
	err := t.publishAll(ctx)
	if err == nil {
		err = t.writeReport()
	}
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil:
		err = errInterrupted
	}
	return fmt.Errorf("%w\nall epochs are done: write the weights with: trainer train --resume %s", err, t.dir)
}

// publishAll measures the chosen weights, and those of the epochs that are kept,
// as they ship and writes them.
func (t *training) publishAll(ctx context.Context) error {
	r := &t.state.Recipe
	for i, output := range r.keptOutputs() {
		epoch := r.KeepEpochs[i]
		if epoch > t.state.Epoch {
			warn(t.progress, "epoch %d has not been reached: its weights are not kept", epoch)
			continue
		}
		if err := t.publish(ctx, keptName(epoch), output, fmt.Sprintf("%s-%d", r.Name, epoch), "one of the epochs asked for"); err != nil {
			return err
		}
	}
	from, why := bestName, "the best epoch"
	if r.last() {
		from, why = lastName, "the last epoch"
	}
	return t.publish(ctx, from, r.Output, r.Name, why)
}

// keptOutputs are the weights files of the epochs that are kept.
func (r *recipe) keptOutputs() []string {
	outputs := make([]string, len(r.KeepEpochs))
	for i, epoch := range r.KeepEpochs {
		outputs[i] = fmt.Sprintf("%s-%d%s", strings.TrimSuffix(r.Output, weightsSuffix), epoch, weightsSuffix)
	}
	return outputs
}

// publish writes the weights of a file in the run's folder as they ship, with the
// scores of the very weights that are in the new file.
func (t *training) publish(ctx context.Context, from, output, name, why string) error {
	r := &t.state.Recipe
	model, card, err := alexnet.Load(filepath.Join(t.dir, from))
	if err != nil {
		return err
	}
	model.ReadGrey()
	dtype, err := compactType(r.Compact)
	if err != nil {
		return err
	}
	shipped, err := compacted(model, card, dtype)
	if err != nil {
		return err
	}
	t.record.begin(t.set, shipped)
	if card.Metrics, err = t.scores(ctx, model, shipped, &card, dtype); err != nil {
		return err
	}
	card.Name = name
	created, genuine, err := now()
	if err != nil {
		return err
	}
	card.Created = created.Format(time.RFC3339)
	if !genuine {
		card.Training.Seconds = 0
	}
	if err := alexnet.Save(output, model, card, dtype); err != nil {
		return err
	}
	if err := t.record.end(card, output, why, dtype.String()); err != nil {
		return err
	}
	info, err := os.Stat(output)
	if err != nil {
		return err
	}
	t.events.write("weights", event{"file": output, "epoch": card.Training.BestEpoch, "chosen": why, "bytes": info.Size(), "metrics": card.Metrics})
	_, err = fmt.Fprintf(t.stdout, "%s: weights of epoch %d, %s, %s\n%s\n", output, card.Training.BestEpoch, why, megabytes(info.Size()), alexnet.ResearchUse)
	return err
}

// scores calibrates the weights that ship, measures them on the validation and test
// parts and, where they are rounded, says what that costs.
func (t *training) scores(ctx context.Context, model, shipped *alexnet.Model, card *alexnet.Card, dtype alexnet.DType) (all []alexnet.Measurement, err error) {
	for _, part := range []struct {
		name, text string
		indices    []int
	}{{report.ValidationPart, t.validationText(), t.split.Val}, {report.TestPart, t.testText(), t.split.Test}} {
		if len(part.indices) == 0 {
			continue
		}
		slices := asRead(t.set, part.indices, *card)
		cases, err := read(ctx, shipped, slices, t.progress)
		if err != nil {
			return nil, err
		}
		if part.name == report.ValidationPart {
			if err := t.state.Recipe.calibration.fit(card, cases); err != nil {
				return nil, err
			}
		}
		calibrated := temper(cases, card.Temperature)
		m, err := score(*card, part.text, calibrated)
		if err != nil {
			return nil, err
		}
		results, err := against(t.baselines, t.set, part.indices, calibrated, &m)
		if err != nil {
			return nil, err
		}
		if err := t.record.measured(part.name, part.text, part.indices, calibrated, *card, m); err != nil {
			return nil, err
		}
		t.record.judged(part.name, "", results)
		all = append(all, m)
		fmt.Fprintf(t.stdout, "%s:\n", part.text)
		if err := printMeasurement(t.stdout, *card, m); err != nil {
			return nil, err
		}
		if err := printBaselines(t.stdout, "learnt from the training part", results); err != nil {
			return nil, err
		}
		err = againstBySet(t.baselines, t.set, part.indices, calibrated, func(name string, results []baseline.Result) {
			t.record.judged(part.name, name, results)
			printBaselines(t.stdout, "on "+name, results)
		})
		if err != nil {
			return nil, err
		}
		if dtype != alexnet.F32 {
			before, err := read(ctx, model, slices, t.progress)
			if err != nil {
				return nil, err
			}
			if err := printCost(t.stdout, t.state.Recipe.Compact, temper(before, card.Temperature), calibrated); err != nil {
				return nil, err
			}
		}
	}
	return all, nil
}
