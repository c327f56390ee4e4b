package alexnet

import (
	"runtime"
	"testing"

	"lungct/internal/kernel"
)

// allocated is the bytes that a call of step allocates, once it has run before:
// the least of some calls, since the runtime allocates now and then, too.
func allocated(t *testing.T, step func()) uint64 {
	t.Helper()
	step()
	least := ^uint64(0)
	for range 5 {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		step()
		runtime.ReadMemStats(&after)
		least = min(least, after.TotalAlloc-before.TotalAlloc)
	}
	return least
}

// What a training step and a reading allocate does not grow with the batch.
func TestAllocationIsFlat(t *testing.T) {
	defer kernel.SetThreads(kernel.Threads())
	for _, threads := range []int{1, 2} {
		kernel.SetThreads(threads)
		var training, reading [2]uint64
		for i, n := range []int{8, 32} {
			m := newSmall(t, smallConfig())
			x, labels := randomBatch(m, n)
			training[i] = allocated(t, func() {
				if _, _, err := m.Gradients(x, labels, 1); err != nil {
					t.Fatal(err)
				}
				if err := m.Update(SGD{LearningRate: 1e-3, Momentum: 0.9, WeightDecay: 5e-4}); err != nil {
					t.Fatal(err)
				}
			})
			reading[i] = allocated(t, func() {
				if _, err := m.Logits(x); err != nil {
					t.Fatal(err)
				}
			})
		}
		t.Logf("%d threads: a step allocates %d bytes at batch 8, %d at 32; a reading %d and %d", threads, training[0], training[1], reading[0], reading[1])
		const room = 512 // labels and logits of 24 slices
		if training[1] > training[0]+room || reading[1] > reading[0]+room {
			t.Errorf("%d threads: more is allocated for more slices", threads)
		}
	}
}
