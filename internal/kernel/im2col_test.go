package kernel

import (
	"fmt"
	"slices"
	"testing"
)

var geometries = []Geometry{
	{C: 1, H: 1, W: 1, K: 1, S: 1, P: 0},
	{C: 2, H: 5, W: 4, K: 3, S: 1, P: 1},
	{C: 3, H: 4, W: 5, K: 3, S: 1, P: 0},
	{C: 1, H: 1, W: 2, K: 3, S: 1, P: 1},
	{C: 2, H: 8, W: 8, K: 5, S: 1, P: 2},
	{C: 2, H: 8, W: 7, K: 5, S: 2, P: 2},
	{C: 2, H: 9, W: 11, K: 2, S: 3, P: 0},
	{C: 1, H: 10, W: 10, K: 2, S: 5, P: 1},
	{C: 2, H: 3, W: 2, K: 6, S: 2, P: 5},
	{C: 3, H: 23, W: 31, K: 11, S: 4, P: 2},
	{C: 1, H: 12, W: 6, K: 4, S: 4, P: 3},
}

func (g Geometry) String() string {
	return fmt.Sprintf("C=%d H=%d W=%d K=%d S=%d P=%d", g.C, g.H, g.W, g.K, g.S, g.P)
}

// seen lists every element of the column matrix of rows y0 to y1: its index and
// that of the pixel it is, -1 for padding.
func (g Geometry) seen(y0, y1, stride int, each func(column, pixel int)) {
	outW := g.OutW()
	for c := range g.C {
		for ky := range g.K {
			for kx := range g.K {
				for y := y0; y < y1; y++ {
					for x := range outW {
						column := ((c*g.K+ky)*g.K+kx)*stride + (y-y0)*outW + x
						iy, ix := y*g.S+ky-g.P, x*g.S+kx-g.P
						pixel := -1
						if iy >= 0 && iy < g.H && ix >= 0 && ix < g.W {
							pixel = (c*g.H+iy)*g.W + ix
						}
						each(column, pixel)
					}
				}
			}
		}
	}
}

// chunks are the ways to cut rows that a test goes through: all of them at
// once, none, and pieces.
func chunks(outH int) [][2]int {
	all := [][2]int{{0, outH}, {0, 0}, {outH, outH}}
	for y := 0; y < outH; y += 2 {
		all = append(all, [2]int{y, min(y+2, outH)})
	}
	return append(all, [2]int{outH / 2, outH})
}

func TestIm2col(t *testing.T) {
	r := newRand()
	for _, g := range geometries {
		src := newGuarded(g.C*g.H*g.W, normal(r))
		for _, rows := range chunks(g.OutH()) {
			y0, y1 := rows[0], rows[1]
			width := (y1 - y0) * g.OutW()
			stride := width + y0%3
			dst := newGuarded(extent(g.C*g.K*g.K, width, stride), normal(r))
			want := slices.Clone(dst.data)
			g.seen(y0, y1, stride, func(column, pixel int) {
				want[column] = 0
				if pixel >= 0 {
					want[column] = src.data[pixel]
				}
			})
			Im2col(dst.data, stride, src.data, g, y0, y1)
			dst.intact(t, "dst")
			same(t, fmt.Sprintf("%v rows %d to %d stride %d: dst", g, y0, y1, stride), dst.data, want)
		}
	}
}

func TestCol2im(t *testing.T) {
	r := newRand()
	for _, g := range geometries {
		for _, rows := range chunks(g.OutH()) {
			y0, y1 := rows[0], rows[1]
			width := (y1 - y0) * g.OutW()
			stride := width + y0%3
			src := newGuarded(extent(g.C*g.K*g.K, width, stride), normal(r))
			dst := newGuarded(g.C*g.H*g.W, normal(r))
			want := widened(dst.data)
			g.seen(y0, y1, stride, func(column, pixel int) {
				if pixel >= 0 {
					want[pixel] += float64(src.data[column])
				}
			})
			Col2im(dst.data, src.data, stride, g, y0, y1)
			dst.intact(t, "dst")
			near(t, fmt.Sprintf("%v rows %d to %d stride %d: dst", g, y0, y1, stride), dst.data, want, 1e-5)
		}
	}
}

// A convolution by Im2col and Gemm, its gradients by Gemm and Col2im, against
// the definition and its differences.
func TestConvolution(t *testing.T) {
	forEachImplementation(t, func(t *testing.T) {
		r := newRand()
		const outputs = 3
		for _, g := range geometries[:6] {
			patch, places := g.C*g.K*g.K, g.OutH()*g.OutW()
			x, w := randomSlice(r, g.C*g.H*g.W), randomSlice(r, outputs*patch)
			dy := randomSlice(r, outputs*places)

			x64, w64 := widened(x), widened(w)
			forward := func() []float64 {
				y := make([]float64, outputs*places)
				for o := range outputs {
					g.seen(0, g.OutH(), places, func(column, pixel int) {
						if pixel >= 0 {
							y[o*places+column%places] += w64[o*patch+column/places] * x64[pixel]
						}
					})
				}
				return y
			}

			columns := make([]float32, patch*places)
			Im2col(columns, places, x, g, 0, g.OutH())
			y := make([]float32, outputs*places)
			Gemm(false, false, outputs, places, patch, w, patch, columns, places, false, y, places)
			near(t, g.String()+": y", y, forward(), 1e-4)

			dw := make([]float32, outputs*patch)
			Gemm(false, true, outputs, patch, places, dy, places, columns, places, true, dw, patch)
			loss := func() float64 { return dot(forward(), dy) }
			near(t, g.String()+": dw", dw, slope(w64, loss), 1e-4)

			dcolumns, dx := make([]float32, patch*places), make([]float32, len(x))
			Gemm(true, false, patch, places, outputs, w, patch, dy, places, false, dcolumns, places)
			Col2im(dx, dcolumns, places, g, 0, g.OutH())
			near(t, g.String()+": dx", dx, slope(x64, loss), 1e-4)
		}
	})
}

func TestGeometryCheck(t *testing.T) {
	for _, g := range geometries {
		if err := g.Check(); err != nil {
			t.Errorf("%v: %v", g, err)
		}
	}
	for want, g := range map[string]Geometry{
		"geometry: C is 0, want 1 to 32768":                                                                {0, 1, 1, 1, 1, 0},
		"geometry: H is -1, want 1 to 32768":                                                               {1, -1, 1, 1, 1, 0},
		"geometry: W is 32769, want 1 to 32768":                                                            {1, 1, 32769, 1, 1, 0},
		"geometry: S is 0, want 1 to 32768":                                                                {1, 1, 1, 1, 0, 0},
		"geometry: P is -1, want 0 to 32768":                                                               {1, 1, 1, 1, 1, -1},
		"geometry: padding is 3, want less than the window's 3":                                            {1, 9, 9, 3, 1, 3},
		"geometry: window is 6, want at most the padded image's 5":                                         {1, 9, 3, 6, 1, 1},
		"geometry: 32768×32768×32768 with window 1 needs 35184372088832 elements, want at most 2147483647": {1 << 15, 1 << 15, 1 << 15, 1, 1, 0},
		"geometry: 64×1024×1024 with window 11 needs 8120172544 elements, want at most 2147483647":         {64, 1024, 1024, 11, 1, 5},
	} {
		if err := g.Check(); err == nil || err.Error() != want {
			t.Errorf("%v: %v, want %s", g, err, want)
		}
	}
	// The network's layers, from a 300×300 image.
	for _, c := range []struct {
		g    Geometry
		want int
	}{
		{Geometry{3, 300, 300, 11, 4, 2}, 74}, {Geometry{64, 74, 74, 3, 3, 0}, 24},
		{Geometry{64, 24, 24, 5, 1, 2}, 24}, {Geometry{192, 24, 24, 3, 3, 0}, 8},
		{Geometry{192, 8, 8, 3, 1, 1}, 8}, {Geometry{256, 8, 8, 3, 3, 0}, 2},
	} {
		if h, w := c.g.OutH(), c.g.OutW(); h != c.want || w != c.want {
			t.Errorf("%v: output %d×%d, want %d×%[4]d", c.g, h, w, c.want)
		}
	}
}
