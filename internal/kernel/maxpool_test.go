package kernel

import (
	"math"
	"slices"
	"testing"
)

func TestMaxPool(t *testing.T) {
	forEachImplementation(t, func(t *testing.T) {
		inf, nan := float32(math.Inf(1)), float32(math.NaN())
		for _, c := range []struct {
			name string
			src  []float32
			want float32
			arg  int32
		}{
			{"largest", []float32{1, 4, 3, 2}, 4, 1},
			{"all negative", []float32{-4, -1, -3, -2}, -1, 1},
			{"first of equals", []float32{0, 5, 5, 5}, 5, 1},
			{"minus infinity", []float32{-inf, -inf, -inf, -inf}, -inf, 0},
			{"NaN first", []float32{nan, 1, inf, 2}, nan, 0},
			{"NaN last", []float32{1, inf, 2, nan}, nan, 3},
			{"last NaN", []float32{1, nan, 2, nan}, nan, 3},
		} {
			dst, arg := make([]float32, 1), make([]int32, 1)
			MaxPool(dst, arg, c.src, Geometry{C: 1, H: 2, W: 2, K: 2, S: 2})
			if arg[0] != c.arg || dst[0] != c.want && !(c.want != c.want && dst[0] != dst[0]) {
				t.Errorf("%s: %v at %d, want %v at %d", c.name, dst[0], arg[0], c.want, c.arg)
			}
		}
	})
}

func TestMaxPoolWindows(t *testing.T) {
	forEachImplementation(t, func(t *testing.T) {
		r := newRand()
		for _, g := range geometries {
			g.P = 0
			if g.Check() != nil {
				continue
			}
			src := newGuarded(g.C*g.H*g.W, normal(r))
			places := g.OutH() * g.OutW()
			dst := newGuarded(g.C*places, normal(r))
			arg := make([]int32, len(dst.data))
			MaxPool(dst.data, arg, src.data, g)
			dst.intact(t, "dst")

			want := make([]float32, len(dst.data))
			for i := range want {
				want[i] = float32(math.Inf(-1))
			}
			g.seen(0, g.OutH(), places, func(column, pixel int) {
				at := column/(places*g.K*g.K)*places + column%places
				want[at] = max(want[at], src.data[pixel])
			})
			same(t, g.String()+": dst", dst.data, want)
			for i, at := range arg {
				if src.data[at] != dst.data[i] {
					t.Fatalf("%v: arg[%d] = %d, where src is %v, want %v", g, i, at, src.data[at], dst.data[i])
				}
			}
			without := make([]float32, len(want))
			MaxPool(without, nil, src.data, g)
			same(t, g.String()+": dst without arg", without, want)

			// Every gradient adds to the pixel that won, overlapping windows or not.
			dy, dx := randomSlice(r, len(want)), newGuarded(len(src.data), normal(r))
			wantGrad := widened(dx.data)
			for i, at := range arg {
				wantGrad[at] += float64(dy[i])
			}
			MaxPoolBackward(dx.data, dy, arg)
			dx.intact(t, "dx")
			near(t, g.String()+": dx", dx.data, wantGrad, 1e-6)
		}
	})
}

// Every leaf finds the very value and index of the plain one, NaN, infinity and
// equal values included.
func TestMaxRowAgainstGeneric(t *testing.T) {
	forEachImplementation(t, func(t *testing.T) {
		r := newRand()
		for n := 1; n < 40; n++ {
			for _, window := range [][2]int{{1, 1}, {2, 1}, {3, 3}, {3, 2}, {2, 5}} {
				k, s := window[0], window[1]
				width := (n-1)*s + k + n%3
				corner := width + n%2
				src := newGuarded(corner+(k-1)*width+(n-1)*s+k, awkward(r))
				dst, want := newGuarded(n, normal(r)), make([]float32, n)
				arg, wantArg := make([]int32, n+1), make([]int32, n)
				active.maxRow(dst.data, arg[:n], src.data, corner, width, k, s)
				maxRowGeneric(want, wantArg, src.data, corner, width, k, s)
				same(t, "dst", dst.data, want)
				dst.intact(t, "dst")
				if !slices.Equal(arg[:n], wantArg) || arg[n] != 0 {
					t.Fatalf("n=%d k=%d s=%d: arg %v, want %v", n, k, s, arg, wantArg)
				}
				active.maxRow(dst.data, nil, src.data, corner, width, k, s)
				same(t, "dst without arg", dst.data, want)
			}
		}
	})
}
