package kernel

// genericColumns is the width of the generic tile.
const genericColumns = 4

// microGeneric is the micro leaf for tiles of 2×4. Eight sums, two factors of A
// and four of B fit the sixteen registers of the architectures without a leaf
// of their own; larger tiles spill and are slower, natively and as WebAssembly.
// Two steps at a time halve the cost of the bounds checks.
func microGeneric(tiles, k int, a []float32, rowStride, stepStride int, b, c []float32, ldc int, accumulate bool) {
	for t := range tiles {
		var c00, c01, c02, c03, c10, c11, c12, c13 float32
		row0, row1, b := a[2*t*rowStride:], a[(2*t+1)*rowStride:], b[:k*genericColumns]
		p := 0
		for len(b) >= 2*genericColumns {
			a0, a1 := row0[p], row1[p]
			c00 += a0 * b[0]
			c01 += a0 * b[1]
			c02 += a0 * b[2]
			c03 += a0 * b[3]
			c10 += a1 * b[0]
			c11 += a1 * b[1]
			c12 += a1 * b[2]
			c13 += a1 * b[3]
			p += stepStride
			a0, a1 = row0[p], row1[p]
			c00 += a0 * b[4]
			c01 += a0 * b[5]
			c02 += a0 * b[6]
			c03 += a0 * b[7]
			c10 += a1 * b[4]
			c11 += a1 * b[5]
			c12 += a1 * b[6]
			c13 += a1 * b[7]
			p += stepStride
			b = b[2*genericColumns:]
		}
		if len(b) >= genericColumns {
			a0, a1 := row0[p], row1[p]
			c00 += a0 * b[0]
			c01 += a0 * b[1]
			c02 += a0 * b[2]
			c03 += a0 * b[3]
			c10 += a1 * b[0]
			c11 += a1 * b[1]
			c12 += a1 * b[2]
			c13 += a1 * b[3]
		}
		to0 := (*[genericColumns]float32)(c[2*t*ldc:])
		to1 := (*[genericColumns]float32)(c[(2*t+1)*ldc:])
		if accumulate {
			c00, c01, c02, c03 = to0[0]+c00, to0[1]+c01, to0[2]+c02, to0[3]+c03
			c10, c11, c12, c13 = to1[0]+c10, to1[1]+c11, to1[2]+c12, to1[3]+c13
		}
		*to0 = [...]float32{c00, c01, c02, c03}
		*to1 = [...]float32{c10, c11, c12, c13}
	}
}
