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
	split := newPhases(g)
	defer split.release()
	outW := g.OutW()
	for c := range g.C {
		plane := src[c*g.H*g.W:][:g.H*g.W]
		columns := dst[c*g.K*g.K*stride:]
		for line := y0 * g.S; line < lineAfter(g, y1); line++ {
			split.read(plane, line)
			first, last := placesOf(g, line, y0, y1)
			for y := first; y <= last; y++ {
				ky := line - y*g.S
				for kx := range g.K {
					copy(columns[(ky*g.K+kx)*stride+(y-y0)*outW:][:outW], split.seenBy(kx))
				}
			}
		}
	}
}

// Col2im is the reverse of Im2col, its gradient: it adds what every place of
// the window holds to the pixel that it came from. dst is one C×H×W image, src
// is C·K·K × (y1-y0)·OutW with rows stride apart. Neighbouring chunks of an
// image share pixels, so they must not run at the same time.
//
//	for c < C, ky < K, kx < K, y0 ≤ y < y1, x < OutW:
//		dst[c, y*S+ky-P, x*S+kx-P] += src[((c*K+ky)*K+kx)*stride + (y-y0)*OutW+x], unless outside
func Col2im(dst, src []float32, stride int, g Geometry, y0, y1 int) {
	checkColumns("Col2im", g, y0, y1, stride, "src", len(src), "dst", len(dst))
	if y0 == y1 {
		return
	}
	split := newPhases(g)
	defer split.release()
	outW := g.OutW()
	for c := range g.C {
		plane := dst[c*g.H*g.W:][:g.H*g.W]
		columns := src[c*g.K*g.K*stride:]
		for line := max(y0*g.S, g.P); line < min(lineAfter(g, y1), g.H+g.P); line++ {
			clear(split.values)
			first, last := placesOf(g, line, y0, y1)
			for y := first; y <= last; y++ {
				ky := line - y*g.S
				for kx := range g.K {
					addTo(split.seenBy(kx), columns[(ky*g.K+kx)*stride+(y-y0)*outW:][:outW])
				}
			}
			split.addTo(plane, line)
		}
	}
}

// lineAfter is the first line of the padded image that no place above y1 sees.
func lineAfter(g Geometry, y1 int) int { return (y1-1)*g.S + g.K }

// placesOf is the first and last y0 ≤ y < y1 whose window sees a line of the
// padded image; last < first when none does.
func placesOf(g Geometry, line, y0, y1 int) (first, last int) {
	return max(y0, (line-g.K+g.S)/g.S), min(y1-1, line/g.S)
}

// phases is one padded line of an image, dealt out in turn into S shorter
// lines. What the window's column kx sees on its way along the line, every S-th
// pixel, is then one piece of one phase, and can be copied.
type phases struct {
	Geometry
	length int        // of one phase
	values []float32  // S × length
	buffer *[]float32 // where values live
}

func newPhases(g Geometry) phases {
	length := g.OutW() + (g.K-1)/g.S
	buffer := borrow(g.S * length)
	return phases{g, length, *buffer, buffer}
}

func (p *phases) release() { scratch.Put(p.buffer) }

// seenBy is what the window's column kx sees at every x < OutW.
func (p *phases) seenBy(kx int) []float32 {
	return p.values[kx%p.S*p.length+kx/p.S:][:p.OutW()]
}

// inside returns phase r, the indices j0 ≤ j < j1 of it that lie inside the
// image, and the column of the image at j0; from one j to the next it is S.
func (p *phases) inside(r int) (phase []float32, j0, j1, x int) {
	phase = p.values[r*p.length:][:p.length]
	j0 = min(max(0, (p.P-r+p.S-1)/p.S), p.length)
	j1 = max(j0, min(p.length, (p.W+p.P-r+p.S-1)/p.S))
	return phase, j0, j1, j0*p.S + r - p.P
}

// read fills the phases from a line of the padded image.
func (p *phases) read(plane []float32, line int) {
	y := line - p.P
	if y < 0 || y >= p.H {
		clear(p.values)
		return
	}
	row := plane[y*p.W:][:p.W]
	for r := range p.S {
		phase, j0, j1, x := p.inside(r)
		clear(phase[:j0])
		clear(phase[j1:])
		if p.S == 1 {
			copy(phase[j0:j1], row[x:])
			continue
		}
		for j := j0; j < j1; j++ {
			phase[j] = row[x]
			x += p.S
		}
	}
}

// addTo adds the phases to the line of the image that they stand for.
func (p *phases) addTo(plane []float32, line int) {
	row := plane[(line-p.P)*p.W:][:p.W]
	for r := range p.S {
		phase, j0, j1, x := p.inside(r)
		for j := j0; j < j1; j++ {
			row[x] += phase[j]
			x += p.S
		}
	}
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
