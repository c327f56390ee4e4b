package kernel

// microGeneric is the micro leaf for tiles of 2×4. Eight sums, two factors of A
// and four of B fit the sixteen registers of the architectures without a leaf
// of their own; larger tiles spill and are slower, natively and as WebAssembly.
// Two steps over p at a time halve the cost of the bounds checks.
func microGeneric(tiles, k int, a, b, c []float32, ldc int, accumulate bool) {
	for t := range tiles {
		var c00, c01, c02, c03, c10, c11, c12, c13 float32
		a, b := a[t*2*k:][:2*k], b[:4*k]
		for len(a) >= 4 && len(b) >= 8 {
			b0, b1, b2, b3 := b[0], b[1], b[2], b[3]
			a0, a1 := a[0], a[1]
			c00 += a0 * b0
			c01 += a0 * b1
			c02 += a0 * b2
			c03 += a0 * b3
			c10 += a1 * b0
			c11 += a1 * b1
			c12 += a1 * b2
			c13 += a1 * b3
			b0, b1, b2, b3 = b[4], b[5], b[6], b[7]
			a0, a1 = a[2], a[3]
			c00 += a0 * b0
			c01 += a0 * b1
			c02 += a0 * b2
			c03 += a0 * b3
			c10 += a1 * b0
			c11 += a1 * b1
			c12 += a1 * b2
			c13 += a1 * b3
			a, b = a[4:], b[8:]
		}
		if len(a) >= 2 && len(b) >= 4 {
			a0, a1 := a[0], a[1]
			c00 += a0 * b[0]
			c01 += a0 * b[1]
			c02 += a0 * b[2]
			c03 += a0 * b[3]
			c10 += a1 * b[0]
			c11 += a1 * b[1]
			c12 += a1 * b[2]
			c13 += a1 * b[3]
		}
		row0, row1 := c[2*t*ldc:][:4], c[(2*t+1)*ldc:][:4]
		if accumulate {
			c00, c01, c02, c03 = row0[0]+c00, row0[1]+c01, row0[2]+c02, row0[3]+c03
			c10, c11, c12, c13 = row1[0]+c10, row1[1]+c11, row1[2]+c12, row1[3]+c13
		}
		row0[0], row0[1], row0[2], row0[3] = c00, c01, c02, c03
		row1[0], row1[1], row1[2], row1[3] = c10, c11, c12, c13
	}
}
