package alexnet

import "lungct/internal/kernel"

// Average takes the weights into their exponential moving average:
//
//	average = average + share*(w - average)
//
// The first call makes them the average.
func (m *Model) Average(share float64) {
	for _, p := range m.Params() {
		w, first := values(p), average.of(p) == nil
		mean := average.make(p)
		if first {
			copy(mean, w)
			continue
		}
		stripes(len(w), optimizerStripe, func(from, to int) { kernel.Approach(mean[from:to], w[from:to], float32(share)) })
	}
}

// SwapAverage exchanges the weights with their average, where there is one, so
// that the network reads with it; a second call takes that back.
func (m *Model) SwapAverage() {
	for _, p := range m.Params() {
		w, mean := values(p), average.of(p)
		for i, v := range mean {
			w[i], mean[i] = v, w[i]
		}
	}
}
