package kernel

import (
	"errors"
	"sync/atomic"
	"testing"
)

// withThreads runs a test with one thread, few and many.
func withThreads(t *testing.T, test func(t *testing.T)) {
	before := Threads()
	t.Cleanup(func() { SetThreads(before) })
	for _, n := range []int{1, 2, 3, 16} {
		SetThreads(n)
		test(t)
	}
}

func TestParallel(t *testing.T) {
	withThreads(t, func(t *testing.T) {
		for _, n := range []int{0, 1, 2, 3, 100} {
			calls := make([]atomic.Int32, n)
			Parallel(n, func(i int) {
				Parallel(3, func(int) { calls[i].Add(1) })
			})
			for i := range calls {
				if got := calls[i].Load(); got != 3 {
					t.Fatalf("%d threads, n=%d: f(%d) was called %d times, want 3", Threads(), n, i, got)
				}
			}
		}
	})
}

func TestParallelPanic(t *testing.T) {
	cause := errors.New("cause")
	withThreads(t, func(t *testing.T) {
		var running atomic.Int32
		defer func() {
			if got := recover(); got != cause {
				t.Errorf("%d threads: panic %v, want %v", Threads(), got, cause)
			}
			if left := running.Load(); left != 0 {
				t.Errorf("%d threads: %d calls still run", Threads(), left)
			}
		}()
		Parallel(50, func(i int) {
			running.Add(1)
			defer running.Add(-1)
			if i == 20 {
				panic(cause)
			}
		})
		t.Errorf("%d threads: Parallel returned", Threads())
	})
}
