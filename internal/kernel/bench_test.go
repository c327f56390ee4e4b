package kernel

import (
	"fmt"
	"testing"
)

// shapes are the products of the full network: for one image, and for a linear
// layer, a batch.
var shapes = []struct {
	name           string
	transA, transB bool
	m, n, k        int
}{
	{"conv1", false, false, 64, 5476, 363},
	{"conv2", false, false, 192, 576, 1600},
	{"conv3", false, false, 384, 64, 1728},
	{"conv4", false, false, 256, 64, 3456},
	{"conv5", false, false, 256, 64, 2304},
	{"conv1 weights", false, true, 64, 363, 5476},
	{"conv2 weights", false, true, 192, 1600, 576},
	{"conv3 weights", false, true, 384, 1728, 64},
	{"conv2 columns", true, false, 1600, 576, 192},
	{"conv3 columns", true, false, 1728, 64, 384},
	{"linear2 batch 1", false, true, 1, 4096, 4096},
	{"linear2 batch 4", false, true, 4, 4096, 4096},
	{"linear2 batch 32", false, true, 32, 4096, 4096},
	{"linear2 input", false, false, 32, 4096, 4096},
	{"linear2 weights", true, false, 4096, 4096, 32},
	{"linear3 batch 32", false, true, 32, 2, 4096},
}

func BenchmarkGemm(b *testing.B) {
	chosen := active
	defer func() { active = chosen }()
	for _, each := range implementations {
		if !each.supported {
			continue
		}
		for _, s := range shapes {
			b.Run(fmt.Sprintf("%s/%s", each.name, s.name), func(b *testing.B) {
				active = each
				p := newGemmCase(newRand(), s.transA, s.transB, false, s.m, s.n, s.k, 0)
				for b.Loop() {
					p.run()
				}
				flops := 2 * float64(s.m) * float64(s.n) * float64(s.k)
				b.ReportMetric(flops*float64(b.N)/b.Elapsed().Seconds()/1e9, "GFLOP/s")
			})
		}
	}
}

// layers are the network's convolutions.
var layers = []struct {
	name string
	Geometry
}{
	{"conv1", Geometry{3, 300, 300, 11, 4, 2}},
	{"conv2", Geometry{64, 24, 24, 5, 1, 2}},
	{"conv3", Geometry{192, 8, 8, 3, 1, 1}},
}

func BenchmarkColumns(b *testing.B) {
	r := newRand()
	for _, l := range layers {
		image := randomSlice(r, l.C*l.H*l.W)
		places := l.OutH() * l.OutW()
		columns := make([]float32, l.C*l.K*l.K*places)
		b.Run("Im2col/"+l.name, func(b *testing.B) {
			b.SetBytes(int64(4 * len(columns)))
			for b.Loop() {
				Im2col(columns, places, image, l.Geometry, 0, l.OutH())
			}
		})
		b.Run("Col2im/"+l.name, func(b *testing.B) {
			b.SetBytes(int64(4 * len(columns)))
			for b.Loop() {
				Col2im(image, columns, places, l.Geometry, 0, l.OutH())
			}
		})
	}
}

// BenchmarkPlanes runs what follows conv1: 64 channels of 74×74.
func BenchmarkPlanes(b *testing.B) {
	r := newRand()
	const channels, spatial = 64, 74 * 74
	pool := Geometry{C: channels, H: 74, W: 74, K: 3, S: 3}
	x, y, z := randomSlice(r, channels*spatial), randomSlice(r, channels*spatial), randomSlice(r, channels*spatial)
	pooled, arg := make([]float32, channels*24*24), make([]int32, channels*24*24)
	for _, f := range []struct {
		name string
		call func()
	}{
		{"ReLU", func() { ReLU(y, x) }},
		{"ReLUBackward", func() { ReLUBackward(z, y, x) }},
		{"AddBiasReLU", func() { AddBiasReLU(z, x[:channels], channels, spatial) }},
		{"BiasGrad", func() { BiasGrad(pooled[:channels], x, channels, spatial) }},
		{"AddTo", func() { AddTo(z, x) }},
		{"MaxPool", func() { MaxPool(pooled, arg, x, pool) }},
		{"MaxPoolBackward", func() { MaxPoolBackward(z, pooled, arg) }},
		{"LocalResponseNorm", func() { LocalResponseNorm(y, z, x, channels, spatial, 5, 1e-4, 0.75, 2) }},
		{"LocalResponseNormBackward", func() { LocalResponseNormBackward(y, x, z, x, channels, spatial, 5, 1e-4, 0.75) }},
		{"Dropout", func() { Dropout(y, x, 0.5, 1, 0) }},
		{"SGD", func() { SGD(x, y, z, 1e-9, 0.9, 0) }},
	} {
		b.Run(f.name, func(b *testing.B) {
			b.SetBytes(4 * channels * spatial)
			for b.Loop() {
				f.call()
			}
		})
	}
}
