package kernel

import (
	"runtime"
	"sync"
	"sync/atomic"
)

var threads atomic.Int64

func init() { threads.Store(int64(runtime.GOMAXPROCS(0))) }

// Threads is the largest number of goroutines that Parallel runs; at first,
// the number of CPUs that the process may use.
func Threads() int { return int(threads.Load()) }

// SetThreads changes Threads. WebAssembly has one thread whatever is set.
func SetThreads(n int) {
	notBelow("SetThreads", "n", n, 1)
	threads.Store(int64(n))
}

// Parallel calls f(0) to f(n-1), each once, on up to Threads goroutines, and
// returns when all have returned. When a call panics no further one is begun,
// and Parallel panics with the same value.
//
// What f(i) computes must depend on i alone: then so do all results, for any
// number of threads. Calls of Parallel may be nested.
func Parallel(n int, f func(i int)) {
	notBelow("Parallel", "n", n, 0)
	workers := min(n, Threads())
	if workers <= 1 || runtime.GOARCH == "wasm" {
		for i := range n {
			f(i)
		}
		return
	}
	var (
		wg      sync.WaitGroup
		next    atomic.Int64
		failure atomic.Pointer[any]
	)
	work := func() {
		defer func() {
			if value := recover(); value != nil {
				next.Store(int64(n))
				failure.CompareAndSwap(nil, &value)
			}
		}()
		for {
			i := int(next.Add(1)) - 1
			if i >= n {
				return
			}
			f(i)
		}
	}
	for range workers - 1 {
		wg.Go(work)
	}
	work()
	wg.Wait()
	if value := failure.Load(); value != nil {
		panic(*value)
	}
}
