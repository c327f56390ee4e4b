package main

import (
	"context"
	"fmt"
	"math/rand/v2"

	"github.com/spf13/pflag"

	"lungct/alexnet"
	"lungct/internal/dataset"
	"lungct/internal/teacher"
)

// tuition is what slices are said to be, other than by their labels.
type tuition struct {
	Teacher float64 `json:"teacher"` // share of the target that is the teacher's answer
	Mix     float64 `json:"mix"`     // share of the slices that are mixed with another one
}

// define adds the flags.
func (u *tuition) define(f *pflag.FlagSet) {
	f.Float64Var(&u.Teacher, "teacher", 0, "share of each target that is not the label but what a teacher, kernel ridge regression on the training slices, says of the slice as it is varied")
	f.Float64Var(&u.Mix, "mix", 0, "share of the slices that are mixed with another one, picture and target alike")
}

// check finds shares that are none.
func (u *tuition) check() error {
	switch {
	case !(u.Teacher >= 0 && u.Teacher <= 1):
		return fmt.Errorf("--teacher: got %v, want 0 to 1", u.Teacher)
	case !(u.Mix >= 0 && u.Mix <= 1):
		return fmt.Errorf("--mix: got %v, want 0 to 1", u.Mix)
	}
	return nil
}

// checkWeights finds weights of classes where targets are shares of both.
func (u *tuition) checkWeights(weights string) error {
	if u.any() && weights != "" && weights != "none" {
		return fmt.Errorf("--class-weights: got %q with --teacher or --mix, want none: --balance evens the classes out", weights)
	}
	return nil
}

// any tells whether targets are other than labels.
func (u *tuition) any() bool { return u.Teacher > 0 || u.Mix > 0 }

// words is the tuition in words, to be appended.
func (u *tuition) words() string {
	s := ""
	if u.Mix > 0 {
		s += fmt.Sprintf("; %.4g %% of the slices mixed with another", 100*u.Mix)
	}
	if u.Teacher > 0 {
		s += fmt.Sprintf("; targets to %.4g %% the answers of a teacher (kernel ridge regression, a function a data set, on histograms of gradients and greys and a 16x16 picture) about the slice as varied", 100*u.Teacher)
	}
	return s
}

// teach fits the teacher to the training slices. They are the same after an
// interruption.
func (t *training) teach() (err error) {
	if t.state.Recipe.Teacher == 0 {
		return nil
	}
	sets := make(map[string]int) // those that have training slices
	var all []teacher.Slice
	side := 0
	for _, i := range t.split.Train {
		s := &t.set.Samples[i]
		if _, ok := sets[s.Set]; !ok {
			sets[s.Set] = len(sets)
		}
		all = append(all, teacher.Slice{Grey: s.Grey, Set: sets[s.Set], Positive: s.Class == alexnet.Finding})
		side = s.Side
	}
	t.teacher, err = teacher.Fit(all, side, len(sets))
	return err
}

// standardised is how many slices the first weights' scale is fitted to.
const standardised = 128

// standardise fits the first weights' scale to training slices.
func (t *training) standardise(ctx context.Context) error {
	some := *t.train
	some.Size = standardised
	for batch := range some.Epoch(ctx, 0, 0) {
		return t.model.Standardise(batch.X)
	}
	return ctx.Err()
}

// targets are the targets of a batch, N x classes, some of whose slices it mixes.
func (t *training) targets(batch *dataset.Batch, step int) []float32 {
	r := &t.state.Recipe
	p := make([]float64, len(batch.Samples)) // of the finding
	for n, class := range batch.Classes {
		p[n] = r.Smoothing / 2
		if class == alexnet.Finding {
			p[n] = 1 - r.Smoothing/2
		}
	}
	mix(batch.X, p, r.Mix, rand.New(rand.NewPCG(r.Seed^0x6d6978, uint64(step))))
	if t.teacher != nil {
		for n, answer := range t.teacher.Answers(t.greys(batch.X), r.Network.Size) {
			p[n] += r.Teacher * (answer - p[n])
		}
	}
	targets := make([]float32, 0, 2*len(p))
	for _, v := range p {
		targets = append(targets, float32(1-v), float32(v))
	}
	return targets
}

// mix replaces a share of a batch's slices by their mean with the next one,
// weighted at random (Zhang et al. 2018, "mixup"), and their targets p alike.
func mix(x []float32, p []float64, share float64, rng *rand.Rand) {
	if share == 0 {
		return
	}
	pixels := len(x) / len(p)
	first, firstTarget := append([]float32(nil), x[:pixels]...), p[0]
	for n := range p {
		chosen, weight := rng.Float64() < share, rng.Float64()
		if !chosen {
			continue
		}
		next, target := first, firstTarget
		if n+1 < len(p) {
			next, target = x[(n+1)*pixels:(n+2)*pixels], p[n+1]
		}
		own := x[n*pixels : (n+1)*pixels]
		for i, v := range next {
			own[i] += float32(weight) * (v - own[i])
		}
		p[n] += weight * (target - p[n])
	}
}

// greys are a batch as it was before normalisation, from 0 to 1.
func (t *training) greys(x []float32) []float32 {
	prep := t.card.Preprocessing
	greys := make([]float32, len(x))
	for i, v := range x {
		greys[i] = v*prep.Std + prep.Mean
	}
	return greys
}
