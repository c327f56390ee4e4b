package kernel

// pack copies the lanes from..from+lanes of a matrix, depth steps from first
// on, into panels of width lanes, filling the last panel up with zeros. A lane
// is a row of op(A) or a column of op(B); a step is an index of the sum.
//
//	for panel*width + w < lanes, p < depth:
//		dst[(panel*depth+p)*width+w] = lane (from + panel*width + w) at step (first + p)
//
// where lane l at step s is src[l*ld+s] when lanes are rows of src, else
// src[s*ld+l].
func pack(dst, src []float32, ld int, lanesAreRows bool, from, first, lanes, depth, width int) {
	for lane := 0; lane < lanes; lane += width {
		panel := dst[lane*depth:][:width*depth]
		filled := min(width, lanes-lane)
		if filled < width {
			clear(panel)
		}
		if lanesAreRows {
			packRows(panel, src[(from+lane)*ld+first:], ld, filled, depth, width)
		} else {
			packColumns(panel, src[first*ld+from+lane:], ld, filled, depth, width)
		}
	}
}

// packRows transposes: panel[p*width+w] = src[w*ld+p] for w < lanes, p < depth.
func packRows(panel, src []float32, ld, lanes, depth, width int) {
	for w := range lanes {
		row := src[w*ld:][:depth]
		for p, v := range row {
			panel[p*width+w] = v
		}
	}
}

// packColumns copies: panel[p*width+w] = src[p*ld+w] for w < lanes, p < depth.
func packColumns(panel, src []float32, ld, lanes, depth, width int) {
	for p := range depth {
		copy(panel[p*width:][:lanes], src[p*ld:][:lanes])
	}
}
