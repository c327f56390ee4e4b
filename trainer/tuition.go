package main

import (
	"context"
	"fmt"
	"math"
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
	f.Float64Var(&u.Teacher, "teacher", 0, "share of each target that is not the label but what a teacher, kernel ridge regression on the training slices of the same data set, says of the slice as it is varied")
	f.Float64Var(&u.Mix, "mix", 0, "share of the slices that are mixed with another one of their data set, picture and target alike")
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
		s += fmt.Sprintf("; %.4g %% of the slices mixed with another of their data set", 100*u.Mix)
	}
	if u.Teacher > 0 {
		s += fmt.Sprintf("; targets to %.4g %% the answers of a teacher a data set (kernel ridge regression on histograms of gradients and greys and a 16x16 picture) about the slice as varied", 100*u.Teacher)
	}
	return s
}

// teach fits a teacher to the training slices of each data set. They are the same
// after an interruption.
func (t *training) teach() error {
	if t.state.Recipe.Teacher == 0 {
		return nil
	}
	t.teachers = make(map[string]*teacher.Ridge)
	for _, source := range t.set.Sources {
		var slices []*dataset.Sample
		for _, i := range t.split.Train {
			if s := &t.set.Samples[i]; s.Set == source.Name {
				slices = append(slices, s)
			}
		}
		if len(slices) == 0 {
			continue
		}
		ridge, err := teacher.Fit(len(slices), slices[0].Side,
			func(i int, dst []float32) {
				for at, v := range slices[i].Grey {
					dst[at] = float32(v) / 255
				}
			},
			func(i int) bool { return slices[i].Class == alexnet.Finding })
		if err != nil {
			return fmt.Errorf("%s: %w", source.Name, err)
		}
		t.teachers[source.Name] = ridge
	}
	return nil
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

// sureness turns a teacher's score into a probability: the factor of the logistic
// function that suits slices the teacher has not seen.
const sureness = 3

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
	bySet := make(map[string][]int)
	for n, i := range batch.Samples {
		name := t.set.Samples[i].Set
		bySet[name] = append(bySet[name], n)
	}
	pixels := len(batch.X) / len(batch.Samples)
	rng := rand.New(rand.NewPCG(r.Seed^0x6d6978, uint64(step)))
	for _, source := range t.set.Sources {
		members := bySet[source.Name]
		mix(batch.X, p, members, pixels, r.Mix, rng)
		if ridge := t.teachers[source.Name]; ridge != nil && len(members) > 0 {
			for k, score := range ridge.Scores(t.greys(batch.X, members, pixels), r.Network.Size) {
				answer := 1 / (1 + math.Exp(-sureness*score))
				p[members[k]] += r.Teacher * (answer - p[members[k]])
			}
		}
	}
	targets := make([]float32, 0, 2*len(p))
	for _, v := range p {
		targets = append(targets, float32(1-v), float32(v))
	}
	return targets
}

// mix replaces a share of the members of a batch by their mean with the next
// member, weighted at random (Zhang et al. 2018, "mixup"), and their targets alike.
func mix(x []float32, p []float64, members []int, pixels int, share float64, rng *rand.Rand) {
	if share == 0 || len(members) < 2 {
		return
	}
	first := append([]float32(nil), x[members[0]*pixels:(members[0]+1)*pixels]...)
	firstTarget := p[members[0]]
	for k, n := range members {
		chosen, weight := rng.Float64() < share, rng.Float64()
		if !chosen {
			continue
		}
		next, target := first, firstTarget
		if k+1 < len(members) {
			m := members[k+1]
			next, target = x[m*pixels:(m+1)*pixels], p[m]
		}
		own := x[n*pixels : (n+1)*pixels]
		for i, v := range next {
			own[i] += float32(weight) * (v - own[i])
		}
		p[n] += weight * (target - p[n])
	}
}

// greys are the members of a batch as they were before normalisation, from 0 to 1.
func (t *training) greys(x []float32, members []int, pixels int) []float32 {
	prep := t.card.Preprocessing
	greys := make([]float32, 0, len(members)*pixels)
	for _, n := range members {
		for _, v := range x[n*pixels : (n+1)*pixels] {
			greys = append(greys, v*prep.Std+prep.Mean)
		}
	}
	return greys
}
