package kernel

import "fmt"

// Im2col lays out what the window sees at every place, so that a convolution
// becomes a matrix product: outputs × C·K·K by C·K·K × places. It does so for
// the output rows y0 ≤ y < y1 only, a chunk that fits the cache. src is one
// C×H×W image, dst is C·K·K × (y1-y0)·OutW with rows stride apart, so that
// chunks of several images can lie side by side.
//
//	for c < C, ky < K, kx < K, y0 ≤ y < y1, x < OutW:
//		dst[((c*K+ky)*K+kx)*stride + (y-y0)*OutW+x] = src[c, y*S+ky-P, x*S+kx-P], 0 outside
func Im2col(dst []float32, stride int, src []float32, g Geometry, y0, y1 int) {
	checkColumns("Im2col", g, y0, y1, stride, "dst", len(dst), "src", len(src))
	if y0 == y1 {
		return
	}
	if g.S == 1 && g.OutW() == g.W {
		im2colByPlanes(dst, stride, src, g, y0, y1)
	} else {
		im2colByLines(dst, stride, src, g, y0, y1)
	}
}

// im2colByPlanes is Im2col where the output is as wide as the image and S is 1.
// Then a row of dst is a channel, moved as a whole.
func im2colByPlanes(dst []float32, stride int, src []float32, g Geometry, y0, y1 int) {
	for c := range g.C {
		plane := src[c*g.H*g.W:][:g.H*g.W]
		for ky := range g.K {
			for kx := range g.K {
				row := dst[((c*g.K+ky)*g.K+kx)*stride:][:(y1-y0)*g.W]
				shift := (y0+ky-g.P)*g.W + kx - g.P
				first := min(max(0, -shift), len(row))
				last := max(first, min(len(row), len(plane)-shift))
				clear(row[:first])
				if first < last {
					copy(row[first:last], plane[first+shift:])
				}
				clear(row[last:])

				// What came round the left or the right edge lies outside.
				for x := range min(max(0, g.P-kx), g.W) {
					for at := x; at < len(row); at += g.W {
						row[at] = 0
					}
				}
				for x := range min(max(0, kx-g.P), g.W) {
					for at := g.W - 1 - x; at < len(row); at += g.W {
						row[at] = 0
					}
				}
			}
		}
	}
}

// im2colByLines is Im2col for any geometry.
func im2colByLines(dst []float32, stride int, src []float32, g Geometry, y0, y1 int) {
	outW := g.OutW()
	length := outW + (g.K-1)/g.S
	buffer := borrow(g.S * length)
	defer scratch.Put(buffer)
	for c := range g.C {
		plane := src[c*g.H*g.W:][:g.H*g.W]
		for line := y0 * g.S; line < (y1-1)*g.S+g.K; line++ {
			splitLine(*buffer, length, plane, line, g)
			// The places whose window sees the line, at its row ky.
			for y := max(y0, (line-g.K+g.S)/g.S); y < y1 && y*g.S <= line; y++ {
				ky := line - y*g.S
				window := dst[(c*g.K+ky)*g.K*stride+(y-y0)*outW:]
				for r := range g.S {
					phase := (*buffer)[r*length:][:length]
					for kx, j := r, 0; kx < g.K; kx, j = kx+g.S, j+1 {
						copy(window[kx*stride:][:outW], phase[j:])
					}
				}
			}
		}
	}
}

// splitLine deals out a line of the padded image in turn into S phases of the
// same length. What the window's column kx sees on its way along the line, every
// S-th pixel, is then a piece of phase kx%S and can be copied.
//
//	for r < S, j < length:
//		phases[r*length+j] = plane[line-P, j*S+r-P], 0 outside
func splitLine(phases []float32, length int, plane []float32, line int, g Geometry) {
	y := line - g.P
	if y < 0 || y >= g.H {
		clear(phases)
		return
	}
	row := plane[y*g.W:][:g.W]
	for r := range g.S {
		phase := phases[r*length:][:length]
		first, last := g.inside(r, length)
		clear(phase[:first])
		clear(phase[last:])
		x := first*g.S + r - g.P
		for j := first; j < last; j++ {
			phase[j] = row[x]
			x += g.S
		}
	}
}

// inside returns the range of x < n for which column x*S+kx-P is in the image.
func (g Geometry) inside(kx, n int) (first, last int) {
	first = min(max(0, (g.P-kx+g.S-1)/g.S), n)
	last = max(first, min((g.W+g.P-kx+g.S-1)/g.S, n))
	return first, last
}

// checkColumns checks the arguments of Im2col and Col2im.
func checkColumns(function string, g Geometry, y0, y1, stride int, columns string, lenColumns int, image string, lenImage int) {
	g.must(function)
	if y0 < 0 || y1 < y0 || y1 > g.OutH() {
		panic(fmt.Sprintf("kernel: %s: rows are %d to %d, want 0 to %d", function, y0, y1, g.OutH()))
	}
	width := (y1 - y0) * g.OutW()
	notBelow(function, "stride", stride, width)
	atLeast(function, columns, lenColumns, extent(g.C*g.K*g.K, width, stride))
	atLeast(function, image, lenImage, g.C*g.H*g.W)
}
