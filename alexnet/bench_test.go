package alexnet

import (
	"fmt"
	"testing"

	"lungct/internal/kernel"
)

// Images a second of a training step of the full network, and milliseconds an
// image of inference on one grey channel, by threads and batch.

func benchmarkModel(b *testing.B) *Model {
	m, err := New(DefaultConfig())
	if err != nil {
		b.Fatal(err)
	}
	m.Init(1)
	m.ReadGrey()
	return m
}

func withThreads(b *testing.B, run func(b *testing.B)) {
	defer kernel.SetThreads(kernel.Threads())
	for _, threads := range []int{1, 2} {
		kernel.SetThreads(threads)
		b.Run(fmt.Sprintf("threads=%d", threads), run)
	}
}

func BenchmarkTrainingStep(b *testing.B) {
	m := benchmarkModel(b)
	for _, n := range []int{32, 64} {
		x, labels := randomBatch(m, n)
		b.Run(fmt.Sprintf("batch=%d", n), func(b *testing.B) {
			withThreads(b, func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					if _, _, err := m.Gradients(x, labels, 1); err != nil {
						b.Fatal(err)
					}
					if err := m.Update(SGD{LearningRate: 0.001, Momentum: 0.9, WeightDecay: 5e-4}); err != nil {
						b.Fatal(err)
					}
				}
				b.ReportMetric(float64(n*b.N)/b.Elapsed().Seconds(), "images/s")
			})
		})
	}
}

func BenchmarkInference(b *testing.B) {
	m := benchmarkModel(b)
	x, _ := randomBatch(m, 1)
	withThreads(b, func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := m.Probabilities(x); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// BenchmarkClassifier loads and uses weights files as the page does: in few bits,
// one slice at a time.
func BenchmarkClassifier(b *testing.B) {
	for _, d := range []DType{F16, I8} {
		b.Run(d.String(), func(b *testing.B) {
			data, err := Encode(benchmarkModel(b), testCard(DefaultConfig()), d)
			if err != nil {
				b.Fatal(err)
			}
			b.Run("load", func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					if _, err := NewClassifier(data); err != nil {
						b.Fatal(err)
					}
				}
			})
			c, err := NewClassifier(data)
			if err != nil {
				b.Fatal(err)
			}
			b.Run("network", func(b *testing.B) {
				withThreads(b, func(b *testing.B) {
					for b.Loop() {
						if _, err := c.model.Probabilities(c.input); err != nil {
							b.Fatal(err)
						}
					}
				})
			})
		})
	}
}
