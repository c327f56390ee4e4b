package dataset

import (
	"math"
	"math/rand/v2"
)

// drawTone adds the window and gamma to v. Drawn, not taken from HU: slices are
// kept as grey, so that a window narrows or widens what the first one shows.
func (a Augmentation) drawTone(rng *rand.Rand, v *variation) {
	width, shift := factor(rng, a.Window), a.Window/2*(2*rng.Float64()-1)
	gamma := factor(rng, a.Gamma)
	if a.Window == 0 && a.Gamma == 0 {
		return
	}
	v.tone = toneTable(width, shift, gamma)
}

// toneTable maps greys through a window of the width, 1 for the full range of
// grey, whose centre is off by shift of it, and then to the power of gamma.
func toneTable(width, shift, gamma float64) *[256]uint8 {
	table := new([256]uint8)
	for i := range table {
		grey := (float64(i)/255-0.5-shift)/width + 0.5
		grey = math.Pow(min(max(grey, 0), 1), gamma)
		table[i] = uint8(math.Round(255 * grey))
	}
	return table
}

// blur convolves grey, side x side, with a Gaussian of the standard deviation, in
// place; the border is repeated outwards. It is imaging.Blur for one channel,
// which is several times as fast; space is as large as grey.
func blur(grey, space []uint8, side int, sigma float64) {
	weights := gaussian(sigma)
	line, sum := make([]float32, side+2*(len(weights)-1)), make([]float32, side)
	blurRows(space, grey, side, weights, line, sum) // transposes
	blurRows(grey, space, side, weights, line, sum) // and back
}

// gaussian is half of a kernel that sums to 1, from its centre out to three
// standard deviations.
func gaussian(sigma float64) []float32 {
	weights := make([]float32, int(math.Ceil(3*sigma))+1)
	total := 0.0
	for i := range weights {
		w := math.Exp(-float64(i*i) / (2 * sigma * sigma))
		weights[i] = float32(w)
		if total += w; i > 0 {
			total += w
		}
	}
	for i := range weights {
		weights[i] /= float32(total)
	}
	return weights
}

// blurRows convolves every row of src and writes it as a column of dst.
func blurRows(dst, src []uint8, side int, weights, line, sum []float32) {
	radius := len(weights) - 1
	for y := range side {
		row := src[y*side : (y+1)*side]
		for x := range line {
			line[x] = float32(row[min(max(x-radius, 0), side-1)])
		}
		for x := range sum {
			sum[x] = weights[0]*line[x+radius] + 0.5
		}
		for i, w := range weights[1:] {
			left, right := line[radius-1-i:][:len(sum)], line[radius+1+i:][:len(sum)]
			for x := range sum {
				sum[x] += w * (left[x] + right[x])
			}
		}
		for x, v := range sum {
			dst[x*side+y] = uint8(v)
		}
	}
}

// rectangle is a part of the output that is painted over in one grey (Zhong et
// al. 2020), so that no single spot decides; w = 0 for none.
type rectangle struct {
	x, y, w, h int
	grey       uint8
}

// drawErase draws the rectangle, every other time.
func (a Augmentation) drawErase(rng *rand.Rand, out int) (r rectangle) {
	most := a.Erase * float64(out)
	w, h := int(most*rng.Float64()), int(most*rng.Float64())
	x, y := rng.Float64(), rng.Float64()
	grey, wanted := rng.IntN(256), rng.IntN(2) == 1
	if !wanted || w == 0 || h == 0 {
		return r
	}
	return rectangle{int(x * float64(out-w+1)), int(y * float64(out-h+1)), w, h, uint8(grey)}
}

func (r rectangle) paint(grey []uint8, side int) {
	for y := r.y; y < r.y+r.h; y++ {
		row := grey[y*side+r.x:][:r.w]
		for x := range row {
			row[x] = r.grey
		}
	}
}
