package main

import (
	"context"
	"fmt"
	"math"

	"lungct/alexnet"
	"lungct/internal/dataset"
	"lungct/internal/metrics"
)

// evaluationBatch is the slices a step when nothing is learnt.
const evaluationBatch = 32

// bootstrapSeed fixes the resamples of all intervals, so that the same slices
// give the same report anywhere.
const bootstrapSeed = 1

// read runs the network over loaded slices and returns what it says of each, before
// temperature scaling.
func read(ctx context.Context, m *alexnet.Model, slices *dataset.Batches, progress *progress) ([]metrics.Case, error) {
	cases := make([]metrics.Case, 0, len(slices.Indices))
	for batch := range slices.Epoch(ctx, 0, 0) {
		probability, err := m.Probabilities(batch.X)
		if err != nil {
			return nil, err
		}
		classes := m.Config().Classes
		for n, i := range batch.Samples {
			// From the odds, so that temperature can be applied to what float32 takes
			// for certain.
			p := (&alexnet.Card{}).Calibrated(probability[n*classes : (n+1)*classes])
			if math.IsNaN(p) || math.IsInf(p, 0) {
				return nil, fmt.Errorf("%w: the network's probabilities are not finite", errDiverged)
			}
			s := &slices.Set.Samples[i]
			cases = append(cases, metrics.Case{Positive: s.Class == alexnet.Finding, Probability: p, Group: s.Group})
		}
		progress.update("measuring %d/%d", len(cases), len(slices.Indices))
	}
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	return cases, nil
}

// asRead are slices as the page reads them, in their order and not varied.
func asRead(set *dataset.Set, indices []int, card alexnet.Card) *dataset.Batches {
	return &dataset.Batches{
		Set: set, Indices: indices, Preprocessing: card.Preprocessing, Size: evaluationBatch,
	}
}

// measure reports what the network makes of the slices.
func measure(ctx context.Context, m *alexnet.Model, slices *dataset.Batches, progress *progress) (metrics.Report, []metrics.Case, error) {
	cases, err := read(ctx, m, slices, progress)
	if err != nil {
		return metrics.Report{}, nil, err
	}
	r, err := metrics.Measure(cases, alexnet.Threshold, bootstrapSeed)
	return r, cases, err
}
