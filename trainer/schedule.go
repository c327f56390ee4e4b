package main

import (
	"fmt"
	"math"
	"slices"

	"github.com/spf13/pflag"
)

// The schedules.
const (
	constant = "constant"
	stepwise = "step"
	cosine   = "cosine"
	oneCycle = "one-cycle"
)

var scheduleNames = []string{constant, stepwise, cosine, oneCycle}

// schedule is how the learning rate goes over the training.
type schedule struct {
	Schedule   string  `json:"schedule"`
	Warmup     float64 `json:"warmup"` // epochs
	StepEpochs int     `json:"step_epochs"`
	StepFactor float64 `json:"step_factor"`
}

// define adds the flags.
func (s *schedule) define(f *pflag.FlagSet) {
	f.StringVar(&s.Schedule, "schedule", cosine, "how the learning rate goes: constant, step, cosine (to 0), one-cycle (up and down again)")
	f.Float64Var(&s.Warmup, "warmup", 1, "epochs over which the learning rate rises; unless given, at most a tenth of all, for one-cycle three tenths")
	f.IntVar(&s.StepEpochs, "step-epochs", 10, "epochs between the steps of --schedule step")
	f.Float64Var(&s.StepFactor, "step-factor", 0.1, "what the learning rate is multiplied by at each of them")
}

// complete derives what has not been given.
func (s *schedule) complete(epochs int, given bool) {
	switch {
	case given:
	case s.Schedule == oneCycle:
		s.Warmup = 3 * float64(epochs) / 10
	default:
		s.Warmup = min(s.Warmup, float64(epochs)/10)
	}
}

// check finds schedules that cannot be.
func (s *schedule) check(epochs int) error {
	switch {
	case s.Schedule != "" && !slices.Contains(scheduleNames, s.Schedule):
		return fmt.Errorf("--schedule: got %q, want constant, step, cosine or one-cycle", s.Schedule)
	case !(s.Warmup >= 0 && s.Warmup < float64(epochs)):
		return fmt.Errorf("--warmup: got %v, want at least 0 and less than --epochs %d", s.Warmup, epochs)
	case s.Schedule == stepwise && s.StepEpochs < 1:
		return fmt.Errorf("--step-epochs: got %d, want at least 1", s.StepEpochs)
	case s.Schedule == stepwise && !(s.StepFactor > 0 && s.StepFactor <= 1):
		return fmt.Errorf("--step-factor: got %v, want more than 0 and at most 1", s.StepFactor)
	}
	return nil
}

// rate is the learning rate of a step, counted from 0 over the whole training. It
// rises in a straight line during warm-up, since large steps from random weights
// diverge. Steps, cosine (Loshchilov and Hutter 2017) and one cycle (Smith and
// Topin 2019, with its momentum left as it is) are PyTorch's, changed each step.
func (s *schedule) rate(peak float64, step, stepsPerEpoch, epochs int) float64 {
	t, total := float64(step), float64(epochs*stepsPerEpoch)
	warmup := s.Warmup * float64(stepsPerEpoch)
	if s.Schedule == oneCycle {
		return peak * cycle(t, warmup-1, total-1)
	}
	if t < warmup {
		return peak * min(1, (t+1)/warmup)
	}
	switch s.Schedule {
	case constant:
		return peak
	case stepwise:
		return peak * math.Pow(s.StepFactor, float64(step/(s.StepEpochs*stepsPerEpoch)))
	}
	return peak * between(1, 0, (t-warmup)/(total-warmup))
}

// cycle rises from 1/25 to 1 at the top and falls to a ten-thousandth of where it
// began at the end.
func cycle(t, top, end float64) float64 {
	const low = 1. / 25
	if t <= top {
		return between(low, 1, t/top)
	}
	return between(1, low/1e4, (t-top)/(end-top))
}

// between goes from a to b along half a cosine as share goes from 0 to 1.
func between(a, b, share float64) float64 { return b + (a-b)*(1+math.Cos(math.Pi*share))/2 }

// words is the schedule in words.
func (s *schedule) words(peak float64) string {
	switch s.Schedule {
	case constant:
		return fmt.Sprintf("learning rate %v (warm-up over %v epochs, then constant)", peak, s.Warmup)
	case stepwise:
		return fmt.Sprintf("learning rate %v (warm-up over %v epochs, times %v every %d epochs)", peak, s.Warmup, s.StepFactor, s.StepEpochs)
	case oneCycle:
		return fmt.Sprintf("learning rate %v (one cycle, whose top is after %v epochs)", peak, s.Warmup)
	}
	return fmt.Sprintf("learning rate %v (warm-up over %v epochs, then cosine to 0)", peak, s.Warmup)
}
