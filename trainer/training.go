package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"path/filepath"
	"time"

	"lungct/alexnet"
	"lungct/internal/ct"
	"lungct/internal/dataset"
	"lungct/internal/metrics"
)

// training is one run of "trainer train".
type training struct {
	dir      string // the run's folder
	stdout   io.Writer
	progress *progress
	resumed  bool

	state state
	model *alexnet.Model
	card  alexnet.Card

	set        *dataset.Set
	split      dataset.Split
	leaks      dataset.Leaks // that the guard found between the parts
	train      *dataset.Batches
	validation *dataset.Batches
	rows       []string // of metrics.csv
	checkpoint string   // what the last checkpoint on disk holds, in words
}

// run reads the data, trains what is left to train, and writes the weights.
func (t *training) run(ctx context.Context) error {
	if err := t.open(ctx); err != nil {
		return stopped(ctx, err)
	}
	if err := t.begin(); err != nil {
		return err
	}
	if err := t.describe(); err != nil {
		return err
	}
	for t.state.Epoch < t.state.Recipe.Epochs {
		if err := t.epoch(ctx); err != nil {
			return err
		}
	}
	return t.finish(ctx)
}

// open reads and splits the data set.
func (t *training) open(ctx context.Context) error {
	r := &t.state.Recipe
	set, err := dataset.Open(r.Data)
	if err != nil {
		return err
	}
	for _, w := range set.Warnings {
		warn(t.progress, "%s", w)
	}
	if t.resumed && r.SplitFile != "" {
		r.SplitFile = t.dir // the run's own copy
	}
	split, err := r.splitting.split(set, r.Seed)
	if err != nil {
		return err
	}
	if split.Optimistic {
		warn(t.progress, "split %s", split.Text)
	}
	fmt.Fprintf(t.progress, "reading %d slices from %s\n", len(split.Used()), set.Where())
	side := r.Network.Size
	if !r.NoAugment {
		side = dataset.GridSide(side)
	}
	bad, err := set.Load(ctx, t.preprocessing(), set.Sides(split, side, r.Network.Size))
	if err != nil {
		return err
	}
	if len(bad) > 0 {
		if !r.SkipBad {
			return fmt.Errorf("%w\n--skip-bad goes on without them", bad)
		}
		warn(t.progress, "%v", bad)
		split = split.Without(bad.Indices())
	}
	if split, t.leaks, err = r.splitting.guard(t.progress, set, split); err != nil {
		return err
	}
	t.set, t.split = set, split
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
		warn(t.progress, "the validation part has slices of one class only: there is no AUC, and the log loss chooses the epoch")
	}
	return nil
}

// preprocessing is how slices become inputs, before mean and deviation are known.
func (t *training) preprocessing() ct.Preprocessing {
	r := &t.state.Recipe
	return ct.Preprocessing{Size: r.Network.Size, Crop: r.Crop, Mean: 0, Std: 1, WindowCentre: -600, WindowWidth: 1500, Filter: ct.FilterLinear}
}

// begin makes the network and its card, or checks that the checkpoint's belong
// to this data.
func (t *training) begin() error {
	r := &t.state.Recipe
	data, split := t.set.Fingerprint(t.split.Used()), t.split.Fingerprint(t.set)
	if t.resumed {
		switch {
		case data != t.state.DataHash:
			return fmt.Errorf("%s: the data set is not the one that the training in %s began with", r.Data, t.dir)
		case split != t.state.SplitHash:
			return fmt.Errorf("%s: the data set splits otherwise than when the training in %s began", r.Data, t.dir)
		}
		if err := t.readMetrics(); err != nil {
			return err
		}
		t.noteCheckpoint()
	} else {
		t.state.DataHash, t.state.SplitHash = data, split
		if err := writeSplit(t.dir, t.split, t.set); err != nil {
			return err
		}
		m, err := alexnet.New(r.Network)
		if err != nil {
			return err
		}
		m.Init(r.Seed)
		m.ReadGrey()
		t.model = m
		if t.card, err = t.newCard(); err != nil {
			return err
		}
	}
	t.train = &dataset.Batches{
		Set: t.set, Indices: t.split.Train, Preprocessing: t.card.Preprocessing,
		Size: r.Batch, Shuffle: true, Augment: r.augmentation(), Seed: r.Seed,
	}
	t.validation = asRead(t.set, t.split.Val, t.card)
	return nil
}

// epoch trains one epoch, or what is left of it, and measures it.
func (t *training) epoch(ctx context.Context) error {
	s, r := &t.state, &t.state.Recipe
	steps := t.train.Steps()
	start, before := time.Now(), s.Seconds
	seen := min(s.Step*r.Batch, len(t.split.Train))
	first := seen
	for batch := range t.train.Epoch(ctx, s.Epoch, s.Step) {
		step := s.Epoch*steps + s.Step
		loss, _, err := t.model.Gradients(batch.X, batch.Classes, rand.New(rand.NewPCG(r.Seed, uint64(step))).Uint64())
		if err != nil {
			return err
		}
		if math.IsNaN(loss) || math.IsInf(loss, 0) {
			return t.lost(fmt.Errorf("%w: the loss is %v in epoch %d, step %d", errDiverged, loss, s.Epoch+1, s.Step+1))
		}
		if err := t.model.Update(alexnet.SGD{LearningRate: float32(r.rate(step, steps)), Momentum: float32(r.Momentum), WeightDecay: float32(r.WeightDecay)}); err != nil {
			return err
		}
		s.Step++
		s.LossSum += loss * float64(len(batch.Samples))
		seen += len(batch.Samples)
		s.Seconds = before + time.Since(start).Seconds()
		perSecond := float64(seen-first) / time.Since(start).Seconds()
		left := float64((r.Epochs-s.Epoch)*len(t.split.Train)-seen) / perSecond
		t.progress.update("epoch %d/%d  step %d/%d  loss %.4f  %.0f images/s  %s left",
			s.Epoch+1, r.Epochs, s.Step, steps, s.LossSum/float64(seen), perSecond, short(time.Duration(left*float64(time.Second))))
	}
	if ctx.Err() != nil {
		return t.interrupt(steps)
	}
	report, _, err := measure(ctx, t.model, t.validation, t.progress)
	switch {
	case ctx.Err() != nil:
		return t.interrupt(steps)
	case err != nil:
		return t.lost(fmt.Errorf("epoch %d: %w", s.Epoch+1, err))
	}
	return t.endEpoch(r.rate((s.Epoch+1)*steps-1, steps), report)
}

// endEpoch keeps what an epoch has brought, whose last learning rate was rate: the
// best weights first, since a checkpoint must not speak of an epoch whose weights
// or row are not on disk.
func (t *training) endEpoch(rate float64, report metrics.Report) error {
	s, r := &t.state, &t.state.Recipe
	perSecond := float64(len(t.split.Train)) / s.Seconds
	trainLoss := s.LossSum / float64(len(t.split.Train))
	s.Total += s.Seconds
	this := best{s.Epoch + 1, metrics.Number(report.AUC.Value), report.LogLoss, s.Total}
	mark := ""
	if this.beats(s.Best) {
		s.Best = this
		mark = "  best so far"
		card := t.card
		card.Metrics = []alexnet.Measurement{{Split: t.validationText(), Report: report}}
		card.Training.BestEpoch = this.Epoch
		if err := alexnet.Save(filepath.Join(t.dir, bestName), t.model, card, alexnet.F32); err != nil {
			return t.lost(err)
		}
	}
	t.rows = append(t.rows, metricsRow(s.Epoch+1, rate, trainLoss, report, perSecond, s.Seconds))
	if err := t.writeMetrics(); err != nil {
		return t.lost(err)
	}
	left := time.Duration(s.Total / float64(s.Epoch+1) * float64(r.Epochs-s.Epoch-1) * float64(time.Second))
	fmt.Fprintf(t.progress, "epoch %d/%d  loss %.4f  validation: loss %v  AUC %s  accuracy %s  %.0f images/s  %s left%s\n",
		s.Epoch+1, r.Epochs, trainLoss, report.LogLoss, report.AUC.Decimal(), report.Accuracy.Percent(), perSecond, short(left), mark)
	s.Epoch, s.Step, s.LossSum, s.Seconds = s.Epoch+1, 0, 0, 0
	if err := t.save(); err != nil {
		return t.lost(err)
	}
	t.noteCheckpoint()
	return nil
}

// noteCheckpoint remembers what the checkpoint on disk holds.
func (t *training) noteCheckpoint() {
	t.checkpoint = fmt.Sprintf("%s holds epoch %d", filepath.Join(t.dir, checkpointName), t.state.Epoch)
	if t.state.Step > 0 {
		t.checkpoint += fmt.Sprintf(" and %d steps of the next", t.state.Step)
	}
}

// interrupt writes a checkpoint in the middle of an epoch.
func (t *training) interrupt(steps int) error {
	s := &t.state
	if err := t.save(); err != nil {
		return t.lost(err)
	}
	return fmt.Errorf("%w in epoch %d of %d after step %d of %d\ngo on with: trainer train --resume %s",
		errInterrupted, s.Epoch+1, s.Recipe.Epochs, s.Step, steps, t.dir)
}

// lost ends a training that has gone wrong, saying what is left of it.
func (t *training) lost(err error) error {
	left := "there is no checkpoint yet"
	if t.checkpoint != "" {
		left = "the last good checkpoint, " + t.checkpoint
	}
	hint := ""
	if errors.Is(err, errDiverged) {
		hint = "\na lower --lr or a longer --warmup may help"
	}
	return fmt.Errorf("training stopped: %w\n%s%s", err, left, hint)
}
