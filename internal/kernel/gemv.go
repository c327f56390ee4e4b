package kernel

// skinnyRows is how many stored rows of B stay in the cache while every row of
// C uses them.
const skinnyRows = 8

// gemmSkinny is Gemm for a C of few rows and k ≥ 1, most of all one: a linear
// layer applied to one image. Such a product reads all of B for little
// arithmetic, so B is read once and in place.
func gemmSkinny(transA, transB bool, m, n, k int, a []float32, lda int, b []float32, ldb int, accumulate bool, c []float32, ldc int) {
	if transA {
		rows := borrow(m * k)
		defer scratch.Put(rows)
		for i := range m {
			for p := range k {
				(*rows)[i*k+p] = a[p*lda+i]
			}
		}
		a, lda = *rows, k
	}
	if !accumulate {
		for i := range m {
			clear(c[i*ldc:][:n])
		}
	}
	stored := k
	if transB {
		stored = n
	}
	for r := 0; r < stored; r += skinnyRows {
		end := min(r+skinnyRows, stored)
		block := b[r*ldb:]
		for i := range m {
			if transB {
				active.gemvT(c[i*ldc:][r:end], a[i*lda:][:k], block, ldb)
			} else {
				active.gemvN(c[i*ldc:][:n], a[i*lda:][r:end], block, ldb)
			}
		}
	}
}

// gemvNGeneric is the gemvN leaf. Four rows of B a pass, so that c is read and
// written a quarter as often.
func gemvNGeneric(c, a, b []float32, ldb int) {
	n := len(c)
	for len(a) >= 4 {
		a0, a1, a2, a3 := a[0], a[1], a[2], a[3]
		b0, b1, b2, b3 := b[:n], b[ldb:][:n], b[2*ldb:][:n], b[3*ldb:][:n]
		for j, v := range c {
			c[j] = v + a0*b0[j] + a1*b1[j] + a2*b2[j] + a3*b3[j]
		}
		a = a[4:]
		if len(a) > 0 {
			b = b[4*ldb:]
		}
	}
	for p, factor := range a {
		row := b[p*ldb:][:n]
		for j, v := range row {
			c[j] += factor * v
		}
	}
}

// gemvTGeneric is the gemvT leaf. Eight running sums hide the latency of the
// addition.
func gemvTGeneric(c, a, b []float32, ldb int) {
	for j := range c {
		x, y := a, b[j*ldb:][:len(a)]
		var s0, s1, s2, s3, s4, s5, s6, s7 float32
		for len(x) >= 8 && len(y) >= 8 {
			s0 += x[0] * y[0]
			s1 += x[1] * y[1]
			s2 += x[2] * y[2]
			s3 += x[3] * y[3]
			s4 += x[4] * y[4]
			s5 += x[5] * y[5]
			s6 += x[6] * y[6]
			s7 += x[7] * y[7]
			x, y = x[8:], y[8:]
		}
		for i, v := range x {
			s0 += v * y[i]
		}
		c[j] += ((s0 + s4) + (s1 + s5)) + ((s2 + s6) + (s3 + s7))
	}
}
