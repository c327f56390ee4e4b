// Command gemm times kernel.Gemm on the matrix products of the full network,
// and what the machine could do at best, on one thread. It prints a Report as
// JSON. It runs natively and, in Node, as WebAssembly.
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"time"

	"lungct/internal/kernel"
)

// Report is what one run found.
type Report struct {
	Peak     float64   `json:"peak"` // GFLOP/s of multiply-adds on registers; 0 where it is not known
	Products []Product `json:"products"`
}

// Product is C = A·B, or A·Bᵀ, with C of M x N and a sum over K.
type Product struct {
	Name   string  `json:"name"`
	M      int     `json:"m"`
	N      int     `json:"n"`
	K      int     `json:"k"`
	TransB bool    `json:"transB"`
	GFlops float64 `json:"gflops"` // GFLOP/s, the median of a few measurements
}

// products are those of one image, or of the batch where one is named. Conv 1
// has the depth that it has for three equal channels.
var products = []Product{
	{Name: "conv 1", M: 64, N: 5476, K: 121},
	{Name: "conv 1 of 3 channels", M: 64, N: 5476, K: 363},
	{Name: "conv 2", M: 192, N: 576, K: 1600},
	{Name: "conv 3", M: 384, N: 64, K: 1728},
	{Name: "conv 4", M: 256, N: 64, K: 3456},
	{Name: "conv 5", M: 256, N: 64, K: 2304},
	{Name: "linear 1, batch 32", M: 32, N: 4096, K: 1024, TransB: true},
	{Name: "linear 2, batch 32", M: 32, N: 4096, K: 4096, TransB: true},
	{Name: "linear 2, batch 1", M: 1, N: 4096, K: 4096, TransB: true},
}

func main() {
	report := Report{Peak: peak(), Products: products}
	for i := range report.Products {
		p := &report.Products[i]
		p.GFlops = p.measure()
		report.Peak = max(report.Peak, peak()) // which is a limit: other programs only lower it
	}
	if err := json.NewEncoder(os.Stdout).Encode(report); err != nil {
		fmt.Fprintln(os.Stderr, "gemm:", err)
		os.Exit(1)
	}
}

func (p Product) measure() float64 {
	ldb := p.N
	if p.TransB {
		ldb = p.K
	}
	a, b, c := noise(p.M*p.K), noise(p.K*p.N), make([]float32, p.M*p.N)
	speeds := gflops(2*float64(p.M)*float64(p.N)*float64(p.K), func() {
		kernel.Gemm(false, p.TransB, p.M, p.N, p.K, a, p.K, b, ldb, false, c, p.N)
	})
	return speeds[len(speeds)/2]
}

// gflops measures five times, for at least 10 ms each, the speed of work, which
// has the given number of floating point operations. Slowest first.
func gflops(operations float64, work func()) []float64 {
	speeds := make([]float64, 5)
	for i := -1; i < len(speeds); i++ { // the first warms up
		n, start := 0, time.Now()
		for n == 0 || time.Since(start) < 10*time.Millisecond {
			work()
			n++
		}
		if i >= 0 {
			speeds[i] = operations * float64(n) / time.Since(start).Seconds() / 1e9
		}
	}
	slices.Sort(speeds)
	return speeds
}

// noise is n values in [-1, 1] that look random and are the same every time.
func noise(n int) []float32 {
	x := make([]float32, n)
	state := uint32(1)
	for i := range x {
		state = state*1664525 + 1013904223 // Numerical Recipes, section 7.1
		x[i] = float32(int32(state)) / (1 << 31)
	}
	return x
}
