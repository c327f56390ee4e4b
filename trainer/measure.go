package main

import (
	"context"
	"errors"
	"math"

	"lungct/alexnet"
	"lungct/internal/ct"
	"lungct/internal/dataset"
	"lungct/internal/metrics"
)

// evaluationBatch is the slices a step when nothing is learnt.
const evaluationBatch = 32

// bootstrapSeed fixes the resamples of all intervals, so that the same slices
// give the same report anywhere.
const bootstrapSeed = 1

// errNotFinite reports a network that has diverged.
var errNotFinite = errors.New("the network's probabilities are not finite")

// read runs the network over loaded slices and returns what it says of each.
func read(ctx context.Context, m *alexnet.Model, set *dataset.Set, indices []int, p ct.Preprocessing, done func(n int)) ([]metrics.Case, error) {
	batches := dataset.Batches{Set: set, Indices: indices, Preprocessing: p, Channels: m.Config().Channels, Size: evaluationBatch}
	cases := make([]metrics.Case, 0, len(indices))
	for batch := range batches.Epoch(ctx, 0, 0) {
		probability, err := m.Probabilities(batch.X)
		if err != nil {
			return nil, err
		}
		classes := m.Config().Classes
		for n, i := range batch.Samples {
			p := float64(probability[n*classes+alexnet.Finding])
			if math.IsNaN(p) || math.IsInf(p, 0) {
				return nil, errNotFinite
			}
			s := &set.Samples[i]
			cases = append(cases, metrics.Case{Positive: s.Class == alexnet.Finding, Probability: p, Group: s.Group})
		}
		done(len(cases))
	}
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	return cases, nil
}

// measure reports on the samples at the indices.
func (t *training) measure(ctx context.Context, m *alexnet.Model, indices []int) (metrics.Report, []metrics.Case, error) {
	cases, err := read(ctx, m, t.set, indices, t.card.Preprocessing, func(n int) {
		t.progress.update("measuring %d/%d", n, len(indices))
	})
	if err != nil {
		return metrics.Report{}, nil, err
	}
	r, err := metrics.Measure(cases, alexnet.Threshold, bootstrapSeed)
	return r, cases, err
}
