package kernel

import (
	"runtime/debug"
	"syscall"
	"testing"
	"unsafe"
)

// arena is memory between two pages that must not be touched.
type arena struct{ values []float32 }

func newArena(t *testing.T, values int) arena {
	page := syscall.Getpagesize()
	size := roundUp(4*values, page)
	memory, err := syscall.Mmap(-1, 0, size+2*page, syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_ANON|syscall.MAP_PRIVATE)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { syscall.Munmap(memory) })
	for _, guard := range [][]byte{memory[:page], memory[page+size:]} {
		if err := syscall.Mprotect(guard, syscall.PROT_NONE); err != nil {
			t.Fatal(err)
		}
	}
	return arena{unsafe.Slice((*float32)(unsafe.Pointer(&memory[page])), size/4)}
}

// first and last are the n values next to a forbidden page.
func (a arena) first(n int) []float32 { return a.values[:n:n] }
func (a arena) last(n int) []float32  { return a.values[len(a.values)-n:] }

// No leaf reads or writes a single value outside its slices.
func TestLeavesStayInside(t *testing.T) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	const most = 80 * 80
	a, b, c := newArena(t, most), newArena(t, most), newArena(t, most)
	forEachImplementation(t, func(t *testing.T) {
		for _, part := range []func(arena, int) []float32{arena.first, arena.last} {
			for n := 1; n < 80; n++ {
				ReLU(part(a, n), part(b, n))
				ReLUBackward(part(a, n), part(b, n), part(c, n))
				AddTo(part(a, n), part(b, n))
				AddBiasReLU(part(a, n), part(b, 1), 1, n)
				SGD(part(a, n), part(b, n), part(c, n), 0.1, 0.9, 1e-4)
				MaxPool(part(a, n), nil, part(b, 9*n), Geometry{C: 1, H: 3, W: 3 * n, K: 3, S: 3})
				for _, m := range []int{1, 2, active.mr, active.mr + 1} {
					for _, k := range []int{1, 7, 16, 33} {
						for flags := range 4 {
							transA, transB := flags&1 != 0, flags&2 != 0
							lda, ldb := k, n
							if transA {
								lda = m
							}
							if transB {
								ldb = k
							}
							Gemm(transA, transB, m, n, k, part(a, m*k), lda, part(b, k*n), ldb, true, part(c, m*n), n)
						}
					}
				}
			}
		}
	})
}
