package main

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/pflag"

	"lungct/alexnet"
	"lungct/internal/dataset"
)

// The optimizers.
const (
	sgd   = "sgd"
	adam  = "adam"
	adamW = "adamw"
)

var optimizerNames = []string{sgd, adam, adamW}

// descent is the loss and how the weights follow its gradient.
type descent struct {
	Optimizer    string  `json:"optimizer"`
	LearningRate float64 `json:"learning_rate"`
	Momentum     float64 `json:"momentum"`
	Nesterov     bool    `json:"nesterov"`
	Beta1        float64 `json:"beta1"`
	Beta2        float64 `json:"beta2"`
	WeightDecay  float64 `json:"weight_decay"`
	Clip         float64 `json:"clip"`          // largest norm of all gradients, 0 for any
	ClassWeights string  `json:"class_weights"` // none, balanced, or numbers in the order of dataset.Labels
	Smoothing    float64 `json:"smoothing"`
	Average      float64 `json:"average"` // decay of the weights' moving average, 0 for none
}

// define adds the flags.
func (d *descent) define(f *pflag.FlagSet) {
	f.StringVar(&d.Optimizer, "optimizer", sgd, "sgd, adam or adamw")
	f.Float64Var(&d.LearningRate, "lr", 0.01, "learning rate after warm-up")
	f.Float64Var(&d.Momentum, "momentum", 0.9, "momentum of sgd")
	f.BoolVar(&d.Nesterov, "nesterov", false, "Nesterov's momentum")
	f.Float64Var(&d.Beta1, "beta1", 0.9, "decay of adam's mean of gradients")
	f.Float64Var(&d.Beta2, "beta2", 0.999, "decay of adam's mean of squared gradients")
	f.Float64Var(&d.WeightDecay, "weight-decay", 5e-4, "weight decay: added to the gradient (L2), with adamw taken off the weights")
	f.Float64Var(&d.Clip, "clip", 1, "largest norm of all gradients together; longer ones are scaled down (0 for any)")
	f.StringVar(&d.ClassWeights, "class-weights", "none", "weights in the loss: none, balanced (inverse to the class's share), or two numbers, noncovid,covid")
	f.Float64Var(&d.Smoothing, "label-smoothing", 0, "share of each label that is spread over both classes")
	f.Float64Var(&d.Average, "ema", 0, "measure and write the moving average of the weights, with this decay a step, such as 0.999 (0 for the weights themselves)")
}

// check finds values no training can have.
func (d *descent) check() error {
	share := func(v float64) bool { return v >= 0 && v < 1 }
	switch {
	case d.Optimizer != "" && !slices.Contains(optimizerNames, d.Optimizer):
		return fmt.Errorf("--optimizer: got %q, want sgd, adam or adamw", d.Optimizer)
	case !(d.LearningRate > 0) || math.IsInf(d.LearningRate, 0):
		return fmt.Errorf("--lr: got %v, want more than 0", d.LearningRate)
	case d.Nesterov && !d.descends():
		return fmt.Errorf("--nesterov: got it with --optimizer %s, want sgd", d.Optimizer)
	case !(d.Clip >= 0) || math.IsInf(d.Clip, 0):
		return fmt.Errorf("--clip: got %v, want at least 0", d.Clip)
	}
	for _, v := range []struct {
		flag  string
		value float64
	}{
		{"momentum", d.Momentum}, {"beta1", d.Beta1}, {"beta2", d.Beta2}, {"weight-decay", d.WeightDecay},
		{"label-smoothing", d.Smoothing}, {"ema", d.Average},
	} {
		if !share(v.value) {
			return fmt.Errorf("--%s: got %v, want at least 0 and less than 1", v.flag, v.value)
		}
	}
	if _, err := d.weights([2]int{1, 1}); err != nil {
		return fmt.Errorf("--class-weights: %w", err)
	}
	return nil
}

// descends tells whether the optimizer is plain gradient descent.
func (d *descent) descends() bool { return d.Optimizer == "" || d.Optimizer == sgd }

// strategy is the optimizer for a step, counted from 0 over the whole training.
func (d *descent) strategy(rate float64, step int) alexnet.Optimizer {
	if d.descends() {
		return alexnet.SGD{
			LearningRate: float32(rate), Momentum: float32(d.Momentum), WeightDecay: float32(d.WeightDecay), Nesterov: d.Nesterov,
		}
	}
	return alexnet.Adam{
		LearningRate: rate, Beta1: d.Beta1, Beta2: d.Beta2, Epsilon: 1e-8,
		WeightDecay: d.WeightDecay, Decoupled: d.Optimizer == adamW, Step: step + 1,
	}
}

// averageShare is what a step's weights add to their average: more in the
// beginning, which is soon forgotten.
func (d *descent) averageShare(step int) float64 {
	return 1 - min(d.Average, float64(1+step)/float64(10+step))
}

// weights are the loss's weights by class for training slices of these numbers,
// nil for equal ones. Balanced ones are 1 on average over the slices.
func (d *descent) weights(classes [2]int) ([]float32, error) {
	switch d.ClassWeights {
	case "", "none":
		return nil, nil
	case "balanced":
		all := float32(classes[0] + classes[1])
		return []float32{all / float32(2*classes[0]), all / float32(2*classes[1])}, nil
	}
	fail := fmt.Errorf("got %q, want none, balanced, or %d numbers above 0 such as 1,1.5 (%s)",
		d.ClassWeights, len(dataset.Labels), strings.Join(dataset.Labels, ","))
	var weights []float32
	for text := range strings.SplitSeq(d.ClassWeights, ",") {
		v, err := strconv.ParseFloat(strings.TrimSpace(text), 32)
		if err != nil || !(v > 0) || math.IsInf(v, 0) {
			return nil, fail
		}
		weights = append(weights, float32(v))
	}
	if len(weights) != len(dataset.Labels) {
		return nil, fail
	}
	return weights, nil
}

// words is the loss and the optimizer in words.
func (d *descent) words() string {
	s := "cross-entropy"
	if d.ClassWeights != "" && d.ClassWeights != "none" {
		s += fmt.Sprintf(" with class weights %s", d.ClassWeights)
	}
	if d.Smoothing > 0 {
		s += fmt.Sprintf(" with label smoothing %v", d.Smoothing)
	}
	switch {
	case d.Optimizer == adam:
		s += fmt.Sprintf(", Adam with betas %v and %v", d.Beta1, d.Beta2)
	case d.Optimizer == adamW:
		s += fmt.Sprintf(", AdamW with betas %v and %v", d.Beta1, d.Beta2)
	case d.Nesterov:
		s += fmt.Sprintf(", gradient descent with Nesterov's momentum %v", d.Momentum)
	default:
		s += fmt.Sprintf(", gradient descent with momentum %v", d.Momentum)
	}
	s += fmt.Sprintf(" and weight decay %v", d.WeightDecay)
	if d.Clip > 0 {
		s += fmt.Sprintf(", gradients clipped to a norm of %v", d.Clip)
	}
	if d.Average > 0 {
		s += fmt.Sprintf(", moving average of the weights with decay %v", d.Average)
	}
	return s
}

// errDiverged reports a training whose numbers have left the finite ones.
var errDiverged = errors.New("the training has diverged")

// descend makes one step on a batch and returns its loss and how many of its
// slices were called rightly. t.state is not changed.
func (t *training) descend(batch *dataset.Batch, steps int) (loss float64, right int, err error) {
	s, r := &t.state, &t.state.Recipe
	step := s.Epoch*steps + s.Step
	var probability []float32
	if r.tuition.any() {
		loss, probability, err = t.model.GradientsTowards(batch.X, t.targets(batch, step), dropoutSeed(r.Seed, step))
	} else {
		loss, probability, err = t.model.Gradients(batch.X, batch.Classes, dropoutSeed(r.Seed, step))
	}
	if err != nil {
		return 0, 0, err
	}
	for n, class := range batch.Classes {
		called := 0
		if probability[2*n+alexnet.Finding] >= alexnet.Threshold {
			called = alexnet.Finding
		}
		if called == class {
			right++
		}
	}
	// A gradient that is not finite would spoil the weights for good.
	norm := t.model.GradientNorm()
	if !finite(loss) || !finite(norm) {
		return 0, 0, fmt.Errorf("%w: the loss is %v and the gradients' norm %v in epoch %d, step %d: the first that is not finite: %s",
			errDiverged, loss, norm, s.Epoch+1, s.Step+1, t.model.NotFinite())
	}
	if r.Clip > 0 {
		t.model.ClipGradients(norm, r.Clip)
	}
	rate := r.rate(r.LearningRate, step, steps, r.Epochs)
	if err := t.model.Update(r.strategy(rate, step)); err != nil {
		return 0, 0, err
	}
	if r.Average > 0 {
		t.model.Average(r.averageShare(step))
	}
	return loss, right, nil
}

func finite(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) }
