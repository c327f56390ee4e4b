package kernel

// packB copies a block of op(B), columns j to j+cols of steps p to p+depth, into
// panels of active.nr columns; the last is filled up with zeros.
func packB(dst, b []float32, ldb int, transB bool, j, p, cols, depth int) {
	if transB {
		packTransposed(dst, b[j*ldb+p:], ldb, cols, depth)
		return
	}
	b = b[p*ldb+j:]
	panels := cols / active.nr
	if panels > 0 {
		active.packColumns(dst, b, ldb, panels, depth)
	}
	if done := panels * active.nr; done < cols {
		packEdge(dst[done*depth:], b[done:], 1, ldb, cols-done, depth, active.nr)
	}
}

// packTransposed is packB for a block whose columns are rows of b.
func packTransposed(dst, b []float32, ldb, cols, depth int) {
	nr, square := active.nr, active.square
	squares := depth / square * square
	for j := 0; j < cols; j += nr {
		panel, rows := dst[j*depth:][:nr*depth], b[j*ldb:]
		if j+nr > cols || squares == 0 {
			packEdge(panel, rows, ldb, 1, min(nr, cols-j), depth, nr)
			continue
		}
		active.packRows(panel, rows, ldb, squares)
		if squares < depth { // the last square overlaps the one before
			last := depth - square
			active.packRows(panel[last*nr:], rows[last:], ldb, square)
		}
	}
}

// packEdge makes a panel of fewer lanes than its width, columns of B or rows of
// A, and fills it up with zeros:
//
//	for p < depth, lane < width:
//		dst[p*width+lane] = src[lane*laneStride + p*stepStride] for lane < lanes, else 0
func packEdge(dst, src []float32, laneStride, stepStride, lanes, depth, width int) {
	for p := range depth {
		row := dst[p*width:][:width]
		if laneStride == 1 {
			copy(row[:lanes], src[p*stepStride:])
		} else {
			for lane := range lanes {
				row[lane] = src[lane*laneStride+p*stepStride]
			}
		}
		clear(row[lanes:])
	}
}

// packColumnsGeneric is the packColumns leaf for panels of genericColumns.
func packColumnsGeneric(dst, src []float32, ld, panels, depth int) {
	for p := range depth {
		row := src[p*ld:][:panels*genericColumns]
		for to := p * genericColumns; len(row) >= genericColumns; to += depth * genericColumns {
			*(*[genericColumns]float32)(dst[to:]) = [genericColumns]float32(row)
			row = row[genericColumns:]
		}
	}
}

// packRowsGeneric is the packRows leaf for panels of genericColumns.
func packRowsGeneric(dst, src []float32, ld, depth int) {
	r0, r1, r2, r3 := src[:depth], src[ld:][:depth], src[2*ld:][:depth], src[3*ld:][:depth]
	for p := range depth {
		*(*[genericColumns]float32)(dst[p*genericColumns:]) = [...]float32{r0[p], r1[p], r2[p], r3[p]}
	}
}
