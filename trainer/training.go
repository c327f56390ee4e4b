package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"time"

	"lungct/alexnet"
	"lungct/internal/baseline"
	"lungct/internal/ct"
	"lungct/internal/dataset"
	"lungct/internal/metrics"
	"lungct/internal/teacher"
)

// training is one run of "trainer train".
type training struct {
	dir      string // the run's folder
	stdout   io.Writer
	progress *progress
	events   *events // nil for none
	resumed  bool

	maxSlices int64 // bytes of memory for slices, 0 for no limit

	state state
	model *alexnet.Model
	card  alexnet.Card

	set        *dataset.Set
	split      dataset.Split
	leaks      dataset.Leaks // that the guard found between the parts
	bad        dataset.BadFiles
	record     record // for the report
	baselines  []*baseline.Baseline
	train      *dataset.Batches
	teacher    *teacher.Teacher // nil for none
	validation *dataset.Batches
	rows       []string // of metrics.csv
	checkpoint string   // what the last checkpoint on disk holds, in words
	saved      time.Time
}

// run reads the data, trains what is left to train, and writes the weights.
func (t *training) run(ctx context.Context) error {
	t.sweep()
	if err := t.open(ctx); err != nil {
		return stopped(ctx, err)
	}
	if err := t.begin(ctx); err != nil {
		return stopped(ctx, err)
	}
	if err := t.describe(); err != nil {
		return err
	}
	for !t.state.over() {
		if err := t.epoch(ctx); err != nil {
			return err
		}
	}
	if s := &t.state; s.Epoch < s.Recipe.Epochs {
		fmt.Fprintf(t.progress, "stopped early: no epoch has been better than %d for %d epochs\n", s.Best.Epoch, s.Recipe.Patience)
	}
	return t.finish(ctx)
}

// sweep removes what a process that was killed while it wrote has left beside the
// names of files: each may be as large as a checkpoint.
func (t *training) sweep() {
	r := &t.state.Recipe
	patterns := []string{filepath.Join(t.dir, ".*.*.[0-9]*")}
	// Beside the outputs, others may be writing theirs.
	for _, output := range append([]string{r.Output}, r.keptOutputs()...) {
		patterns = append(patterns, filepath.Join(filepath.Dir(output), "."+filepath.Base(output)+".[0-9]*"))
	}
	for _, pattern := range patterns {
		torn, _ := filepath.Glob(pattern) // a folder whose name is no pattern keeps them
		for _, path := range torn {
			os.Remove(path)
		}
	}
}

// open reads and splits the data set.
func (t *training) open(ctx context.Context) error {
	r := &t.state.Recipe
	set, err := dataset.Open(r.Data...)
	if err != nil {
		return err
	}
	set.MaxBytes, set.SpillDir = t.maxSlices, t.dir
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
	if r.augmentation() != nil {
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
		t.bad = bad
		split = split.Without(bad.Indices())
	}
	if split, t.leaks, err = r.splitting.guard(t.progress, set, split); err != nil {
		return err
	}
	t.set, t.split = set, split
	return trainable(t.progress, set, split)
}

// preprocessing is how slices become inputs, before mean and deviation are known.
func (t *training) preprocessing() ct.Preprocessing {
	r := &t.state.Recipe
	return ct.Preprocessing{Size: r.Network.Size, Crop: r.Crop, Mean: 0, Std: 1, WindowCentre: -600, WindowWidth: 1500, Filter: ct.FilterLinear}
}

// begin makes the network and its card, or checks that the checkpoint's belong
// to this data.
func (t *training) begin(ctx context.Context) error {
	r := &t.state.Recipe
	data, split := t.set.Fingerprint(t.split.Used()), t.split.Fingerprint(t.set)
	if t.resumed {
		switch {
		case data != t.state.DataHash:
			return fmt.Errorf("%s: the data set is not the one that the training in %s began with", t.set.Where(), t.dir)
		case split != t.state.SplitHash:
			return fmt.Errorf("%s: the data set splits otherwise than when the training in %s began", t.set.Where(), t.dir)
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
		if r.Init == initUniform {
			m.InitUniform(r.Seed)
		} else {
			m.Init(r.Seed)
		}
		m.ReadGrey()
		t.model = m
		if t.card, err = t.newCard(); err != nil {
			return err
		}
		if r.From != "" {
			if err := t.beginWith(r.From); err != nil {
				return err
			}
		}
	}
	t.train = &dataset.Batches{
		Set: t.set, Indices: t.split.Train, Preprocessing: t.card.Preprocessing,
		Size: r.Batch, Shuffle: true, Balance: r.Balance, Augment: r.augmentation(), Seed: r.Seed,
	}
	classes, _ := t.set.Counts(t.split.Train)
	weights, err := r.weights(classes)
	if err != nil {
		return err
	}
	t.model.Loss.Weights, t.model.Loss.Smoothing = weights, r.Smoothing
	if r.Init == initData && r.From == "" && !t.resumed {
		if err := t.standardise(ctx); err != nil {
			return err
		}
	}
	if err := t.teach(); err != nil {
		return err
	}
	t.saved = time.Now()
	t.validation = asRead(t.set, t.split.Val, t.card)
	return nil
}

// epoch trains one epoch, or what is left of it, and measures it.
func (t *training) epoch(ctx context.Context) error {
	s, r := &t.state, &t.state.Recipe
	steps := t.train.Steps()
	start, before := time.Now(), s.Seconds
	first := min(s.Step*r.Batch, len(t.split.Train))
	for batch := range t.train.Epoch(ctx, s.Epoch, s.Step) {
		loss, right, err := t.descend(batch, steps)
		if err != nil {
			return t.lost(err)
		}
		s.Step++
		s.LossSum += loss * float64(len(batch.Samples))
		s.Right += right
		s.Seconds = before + time.Since(start).Seconds()
		t.showStep(steps, first, time.Since(start))
		if r.Checkpoint > 0 && time.Since(t.saved) >= r.Checkpoint && s.Step < steps {
			t.saveStep()
		}
	}
	if ctx.Err() != nil {
		return t.interrupt(steps)
	}
	return t.measureEpoch(ctx, steps)
}

// showStep shows how far the epoch is, of which this process has done what comes
// after the first slices.
func (t *training) showStep(steps, first int, spent time.Duration) {
	s, r := &t.state, &t.state.Recipe
	seen := min(s.Step*r.Batch, len(t.split.Train))
	perSecond := float64(seen-first) / spent.Seconds()
	left := float64((r.Epochs-s.Epoch)*len(t.split.Train)-seen) / perSecond
	loss := s.LossSum / float64(seen)
	t.progress.update("epoch %d/%d  step %d/%d  loss %.4f  %.0f images/s  %s left",
		s.Epoch+1, r.Epochs, s.Step, steps, loss, perSecond, short(time.Duration(left*float64(time.Second))))
	t.events.step(event{
		"epoch": s.Epoch + 1, "epochs": r.Epochs, "step": s.Step, "steps": steps,
		"loss": loss, "images_per_second": perSecond, "seconds_left": left,
	})
}

// saveStep writes a checkpoint in the middle of an epoch. A disk that is full now
// need not be so when the epoch ends.
func (t *training) saveStep() {
	if err := t.save(); err != nil {
		warn(t.progress, "%v: going on without a new checkpoint", err)
		t.saved = time.Now()
		return
	}
	t.noteCheckpoint()
}

// measureEpoch measures the weights, or their average, after an epoch, and keeps
// what it has brought.
func (t *training) measureEpoch(ctx context.Context, steps int) error {
	s, r := &t.state, &t.state.Recipe
	if r.Average > 0 {
		t.model.SwapAverage()
	}
	report, cases, err := measure(ctx, t.model, t.validation, t.progress)
	var score float64
	if err == nil {
		score, err = r.score(t.set, t.split.Val, cases, report)
	}
	var kept error
	if err == nil {
		kept = t.keep(score, report)
	}
	if r.Average > 0 {
		t.model.SwapAverage()
	}
	switch {
	case err != nil && ctx.Err() != nil:
		return t.interrupt(steps)
	case err != nil:
		return t.lost(fmt.Errorf("epoch %d: %w", s.Epoch+1, err))
	case kept != nil:
		return t.lost(kept)
	}
	return t.endEpoch(r.rate(r.LearningRate, (s.Epoch+1)*steps-1, steps, r.Epochs), report)
}

// keep writes the weights of the epoch that has just been measured where they are
// wanted: before the checkpoint, which must not speak of what is not on disk.
func (t *training) keep(score float64, report metrics.Report) error {
	s, r := &t.state, &t.state.Recipe
	this := best{s.Epoch + 1, metrics.Number(score), report.LogLoss, s.Total + s.Seconds}
	card := t.card
	card.Metrics = []alexnet.Measurement{{Split: t.validationText(), Report: report}}
	card.Training.BestEpoch = this.Epoch
	card.Training.Seconds = math.Round(this.Seconds)
	save := func(name string) error {
		return alexnet.Save(filepath.Join(t.dir, name), t.model, card, alexnet.F32)
	}
	if this.beats(s.Best) {
		if err := save(bestName); err != nil {
			return err
		}
		s.Best = this
	}
	if slices.Contains(r.KeepEpochs, this.Epoch) {
		if err := save(keptName(this.Epoch)); err != nil {
			return err
		}
	}
	next := *s
	if next.Epoch++; next.over() && r.last() {
		return save(lastName)
	}
	return nil
}

// endEpoch writes what an epoch has brought, whose last learning rate was rate.
func (t *training) endEpoch(rate float64, report metrics.Report) error {
	s, r := &t.state, &t.state.Recipe
	seen := float64(len(t.split.Train))
	perSecond := seen / s.Seconds
	trainLoss, trainAccuracy := s.LossSum/seen, float64(s.Right)/seen
	s.Total += s.Seconds
	t.rows = append(t.rows, metricsRow(s.Epoch+1, rate, trainLoss, trainAccuracy, report, perSecond, s.Seconds))
	if err := t.writeMetrics(); err != nil {
		return t.lost(err)
	}
	mark := ""
	if s.Best.Epoch == s.Epoch+1 {
		mark = "  best so far"
	}
	left := s.Total / float64(s.Epoch+1) * float64(r.Epochs-s.Epoch-1)
	fmt.Fprintf(t.progress, "epoch %d/%d  loss %.4f  validation: loss %v  AUC %s  accuracy %s  %.0f images/s  %s left%s\n",
		s.Epoch+1, r.Epochs, trainLoss, report.LogLoss, report.AUC.Decimal(), report.Accuracy.Percent(), perSecond, short(time.Duration(left*float64(time.Second))), mark)
	t.events.write("epoch", event{
		"epoch": s.Epoch + 1, "epochs": r.Epochs, "learning_rate": rate, "train_loss": trainLoss, "train_accuracy": trainAccuracy,
		"validation": report, "best": s.Best.Epoch, "images_per_second": perSecond, "seconds": s.Seconds, "seconds_left": left,
	})
	s.Epoch, s.Step, s.LossSum, s.Right, s.Seconds = s.Epoch+1, 0, 0, 0, 0
	if err := t.save(); err != nil {
		return t.lost(err)
	}
	t.noteCheckpoint()
	return nil
}

// noteCheckpoint remembers what the checkpoint on disk holds.
func (t *training) noteCheckpoint() {
	t.saved = time.Now()
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
		hint = "\na lower --lr, a longer --warmup or --clip may help"
	}
	return fmt.Errorf("training stopped: %w\n%s%s", err, left, hint)
}

// dropoutSeed is what a step's dropout is drawn from.
func dropoutSeed(seed uint64, step int) uint64 {
	return rand.New(rand.NewPCG(seed, uint64(step))).Uint64()
}

// report tells a watching program how the training has ended.
func (t *training) report(err error) error {
	switch {
	case err == nil:
	case errors.Is(err, errInterrupted):
		t.events.write("interrupted", event{"message": err.Error()})
	default:
		t.events.write("failed", event{"message": err.Error()})
	}
	return err
}
