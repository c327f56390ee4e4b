//go:build !purego

package main

import (
	"slices"

	"golang.org/x/sys/cpu"
)

// sums is how many sums a turn of the loops below adds to: more than the latency
// of an instruction times its throughput, so that none waits for another.
const sums = 12

// fmaAVX2 and fmaAVX512 make turns turns of one fused multiply-add a sum, on
// vectors of 8 and of 16 values, without touching memory.
//
//go:noescape
func fmaAVX2(turns int)

//go:noescape
func fmaAVX512(turns int)

// peak is the GFLOP/s of fused multiply-adds on the widest vectors.
func peak() float64 {
	const turns = 1e6
	switch {
	case cpu.X86.HasAVX512F:
		return slices.Max(gflops(turns*sums*16*2, func() { fmaAVX512(turns) }))
	case cpu.X86.HasAVX2 && cpu.X86.HasFMA:
		return slices.Max(gflops(turns*sums*8*2, func() { fmaAVX2(turns) }))
	}
	return 0
}
