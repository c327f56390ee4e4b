// Package teacher is a classifier for few slices, from whose answers a network
// learns: kernel ridge regression (Saunders et al. 1998) on descriptors of the
// whole picture. A few hundred slices are too few for a network of millions of
// weights to find such descriptors by itself; but what the teacher says about
// slices varied at random, of which there is no end, it can learn to say too
// (Hinton et al. 2015; Beyer et al. 2022, "Knowledge distillation: A good
// teacher is patient and consistent").
//
// Planes are square, side x side greys from 0 to 1, row by row.
package teacher

import "math"

// The picture is averaged down to grid x grid greys, of which the descriptor
// has three views, each a block of its values.
const (
	grid = 96

	thumbnail = 16 // side of the greys themselves

	edgeCells  = 8 // a side: cells of the histograms of gradients
	directions = 8

	greyCells = 4 // a side: cells of the histograms of greys
	greys     = 8

	length = directions*edgeCells*edgeCells + thumbnail*thumbnail + greys*greyCells*greyCells
)

// blocks are where the views end in a descriptor.
var blocks = [...]int{directions * edgeCells * edgeCells, length - greys*greyCells*greyCells, length}

// describe writes the descriptor of a side x side plane, mirrored left and right
// if that is wanted, to dst:
//   - the mean size of the gradients of each direction in each cell (Dalal and
//     Triggs 2005), its square root, so that a few strong edges are not all;
//   - the picture at 16x16;
//   - the share of each range of greys in each cell, its square root.
func describe(dst, plane []float32, side int, mirrored bool) {
	small := shrink(plane, side)
	if mirrored {
		for y := range grid {
			row := small[y*grid : (y+1)*grid]
			for x := range grid / 2 {
				row[x], row[grid-1-x] = row[grid-1-x], row[x]
			}
		}
	}
	edges(dst[:blocks[0]], small)
	means(dst[blocks[0]:blocks[1]], small)
	histograms(dst[blocks[1]:], small)
}

// shrink averages the pixels that each of grid x grid cells touches.
func shrink(plane []float32, side int) []float32 {
	rows := make([]float32, grid*side) // grid rows of side pixels
	for i := range grid {
		from, to := touched(i, side)
		row := rows[i*side : (i+1)*side]
		for y := from; y < to; y++ {
			for x, v := range plane[y*side : (y+1)*side] {
				row[x] += v
			}
		}
		for x := range row {
			row[x] /= float32(to - from)
		}
	}
	small := make([]float32, grid*grid)
	for j := range grid {
		from, to := touched(j, side)
		for i := range grid {
			var sum float32
			for _, v := range rows[i*side+from : i*side+to] {
				sum += v
			}
			small[i*grid+j] = sum / float32(to-from)
		}
	}
	return small
}

// touched is the range of side pixels that cell i of grid touches.
func touched(i, side int) (from, to int) {
	return i * side / grid, ((i+1)*side + grid - 1) / grid
}

// edges writes the histograms of gradients. Directions are those of lines: a
// gradient and its opposite are one.
func edges(dst, small []float32) {
	const cell = grid / edgeCells
	clear(dst)
	for y := 1; y < grid-1; y++ {
		for x := 1; x < grid-1; x++ {
			at := y*grid + x
			dx, dy := float64(small[at+1]-small[at-1]), float64(small[at+grid]-small[at-grid])
			if dx == 0 && dy == 0 {
				continue
			}
			// The first range lies about the horizontal, so that mirroring
			// exchanges ranges.
			turn := math.Atan2(dy, dx)/math.Pi + 1
			d := int(turn*directions+0.5) % directions
			dst[(d*edgeCells+y/cell)*edgeCells+x/cell] += float32(math.Sqrt(dx*dx + dy*dy))
		}
	}
	roots(dst, cell*cell)
}

// means writes the picture at thumbnail x thumbnail.
func means(dst, small []float32) {
	const cell = grid / thumbnail
	clear(dst)
	for y := range grid {
		for x := range grid {
			dst[y/cell*thumbnail+x/cell] += small[y*grid+x] / (cell * cell)
		}
	}
}

// histograms writes the histograms of greys.
func histograms(dst, small []float32) {
	const cell = grid / greyCells
	clear(dst)
	for y := range grid {
		for x := range grid {
			g := min(max(int(small[y*grid+x]*greys), 0), greys-1)
			dst[(g*greyCells+y/cell)*greyCells+x/cell]++
		}
	}
	roots(dst, cell*cell)
}

// roots divides sums over n pixels and takes square roots.
func roots(dst []float32, n float64) {
	for i, v := range dst {
		dst[i] = float32(math.Sqrt(float64(v) / n))
	}
}
