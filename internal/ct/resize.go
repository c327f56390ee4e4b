package ct

import (
	"image"
	"math"

	"github.com/disintegration/imaging"
)

// resizeImaging returns the part r of a grey picture, whose rows are stride
// pixels apart, as width x height pixels: it defines what resize computes.
func resizeImaging(grey []uint8, stride int, r image.Rectangle, width, height int) []uint8 {
	part := &image.Gray{Pix: grey[r.Min.Y*stride+r.Min.X:], Stride: stride, Rect: r}
	resized := imaging.Resize(part, width, height, imaging.Linear)
	out := make([]uint8, width*height)
	for i := range out {
		out[i] = resized.Pix[4*i]
	}
	return out
}

// resize is resizeImaging to the last bit, in a fifth of the time under
// WebAssembly: package imaging computes four channels, of which three are equal
// and one is opaque. Where a compiler fuses its products and sums, as on arm64,
// imaging differs from itself elsewhere; resize does not.
func resize(grey []uint8, stride int, r image.Rectangle, width, height int) []uint8 {
	across, down := windows(r.Dx(), width), windows(r.Dy(), height)
	turned := make([]uint8, width*r.Dy())
	resample(turned, grey[r.Min.Y*stride+r.Min.X:], stride, r.Dy(), across)
	resized := make([]uint8, width*height)
	resample(resized, turned, r.Dy(), width, down)
	return resized
}

// A window is the part of a line that makes one pixel of the resized line.
type window struct {
	begin   int       // its first pixel
	weights []float64 // of its pixels, times 255, the alpha of an opaque one
	norm    float64   // one over the sum of the weights
}

// windows returns how to resize a line of from pixels to one of to pixels by a
// triangle as wide as two pixels of the shorter line. Order and form of the
// operations are those of imaging.Resize, on which the last bit depends. The
// conversions here and below keep every compiler from fusing products and sums.
func windows(from, to int) []window {
	step := float64(from) / float64(to)
	scale := max(step, 1)
	reach := math.Ceil(scale)
	all := make([]window, to)
	weights := make([]float64, 0, to*(2*int(reach)+1))
	for i := range all {
		centre := float64((float64(i)+0.5)*step) - 0.5
		first := max(int(math.Ceil(centre-reach)), 0)
		last := min(int(math.Floor(centre+reach)), from-1)
		weights = weights[len(weights):]
		sum := 0.0
		for x := first; x <= last; x++ {
			w := 1 - math.Abs((float64(x)-centre)/scale)
			switch {
			case w > 0:
				weights = append(weights, w)
				sum += w
			case len(weights) == 0:
				first++
			}
		}
		total := 0.0
		for k := range weights {
			weights[k] = float64(255 * (weights[k] / sum))
			total += weights[k]
		}
		all[i] = window{first, weights, 1 / total}
	}
	return all
}

// resample resizes the n lines of src, which begin stride pixels apart, and
// writes them as columns: pixel x of line y goes to dst[x*n+y]. Twice applied,
// it resizes a picture and leaves it upright. Four lines at a time share what
// it costs to fetch a weight.
func resample(dst, src []uint8, stride, n int, windows []window) {
	for y := 0; y < n; y += 4 {
		// Where fewer than four lines are left, the last takes their places.
		left := n - 1 - y
		i1, i2, i3 := min(1, left), min(2, left), min(3, left)
		line0, line1, line2, line3 := src[y*stride:], src[(y+i1)*stride:], src[(y+i2)*stride:], src[(y+i3)*stride:]
		for x := range windows {
			w := &windows[x]
			begin, end := w.begin, w.begin+len(w.weights)
			p0, p1, p2, p3 := line0[begin:end], line1[begin:end], line2[begin:end], line3[begin:end]
			p1, p2, p3 = p1[:len(p0)], p2[:len(p0)], p3[:len(p0)] // no checks below
			var sum0, sum1, sum2, sum3 float64
			for k, weight := range w.weights[:len(p0)] {
				sum0 += float64(float64(p0[k]) * weight)
				sum1 += float64(float64(p1[k]) * weight)
				sum2 += float64(float64(p2[k]) * weight)
				sum3 += float64(float64(p3[k]) * weight)
			}
			column := dst[x*n+y:]
			column[i3] = round(sum3 * w.norm)
			column[i2] = round(sum2 * w.norm)
			column[i1] = round(sum1 * w.norm)
			column[0] = round(sum0 * w.norm)
		}
	}
}

// round is uint8(v+0.5) for v from 0 to 255. Added to 1<<52, a whole number is
// the low end of the sum's bits; WebAssembly takes several times as long to
// convert.
func round(v float64) uint8 {
	return uint8(math.Float64bits(math.Floor(float64(v)+0.5) + 1<<52))
}
