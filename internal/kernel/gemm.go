package kernel

// Block sizes of the packed product, in elements. A block of B, depthBlock ×
// colBlock, and one of A, rowBlock × depthBlock, share the second-level cache;
// a panel of B, depthBlock × nr, stays in the first. See Goto and van de Geijn,
// "Anatomy of High-Performance Matrix Multiplication", ACM TOMS 34 (2008).
const (
	depthBlock = 256
	rowBlock   = 192
	colBlock   = 768
)

// Gemm computes C = op(A)·op(B), or C += op(A)·op(B) when accumulate.
//
//	for i < m, j < n:
//		sum := Σ op(A)[i,p] * op(B)[p,j]   over p < k
//		c[i*ldc+j] = sum, or += sum when accumulate
//
// op(A) is m×k: A is stored m×k with row stride lda, or k×m when transA. op(B)
// is k×n: B is stored k×n with row stride ldb, or n×k when transB. C is m×n with
// row stride ldc and must not overlap A or B. With k = 0 every sum is 0.
//
// Gemm runs on the calling goroutine. Equal arguments give equal bits, whatever
// else runs; a sum is taken in an order that depends on k, on whether C has
// few rows, and on the machine's instruction set, but on nothing else.
func Gemm(transA, transB bool, m, n, k int, a []float32, lda int, b []float32, ldb int, accumulate bool, c []float32, ldc int) {
	notBelow("Gemm", "m", m, 0)
	notBelow("Gemm", "n", n, 0)
	notBelow("Gemm", "k", k, 0)
	rowsA, colsA := m, k
	if transA {
		rowsA, colsA = k, m
	}
	rowsB, colsB := k, n
	if transB {
		rowsB, colsB = n, k
	}
	notBelow("Gemm", "lda", lda, colsA)
	notBelow("Gemm", "ldb", ldb, colsB)
	notBelow("Gemm", "ldc", ldc, n)
	atLeast("Gemm", "a", len(a), extent(rowsA, colsA, lda))
	atLeast("Gemm", "b", len(b), extent(rowsB, colsB, ldb))
	atLeast("Gemm", "c", len(c), extent(m, n, ldc))

	switch {
	case m == 0 || n == 0:
	case k == 0:
		if !accumulate {
			for i := range m {
				clear(c[i*ldc:][:n])
			}
		}
	case m <= active.skinny:
		gemmSkinny(transA, transB, m, n, k, a, lda, b, ldb, accumulate, c, ldc)
	case n == 1 && ldc == 1:
		// A column of C is a row of its transpose: Cᵀ = op(B)ᵀ·op(A)ᵀ.
		gemmSkinny(!transB, !transA, 1, m, k, b, ldb, a, lda, accumulate, c, m)
	default:
		gemmPacked(transA, transB, m, n, k, a, lda, b, ldb, accumulate, c, ldc)
	}
}

// gemmPacked is Gemm by blocks and panels, for m, n, k ≥ 1.
func gemmPacked(transA, transB bool, m, n, k int, a []float32, lda int, b []float32, ldb int, accumulate bool, c []float32, ldc int) {
	mr, nr := active.mr, active.nr

	// Equal steps over k, the largest no deeper than depthBlock: their number
	// and so the rounding depends on k alone.
	steps := (k + depthBlock - 1) / depthBlock
	depth := (k + steps - 1) / steps
	rows := min(roundUp(m, mr), roundUp(rowBlock, mr))
	cols := min(roundUp(n, nr), roundUp(colBlock, nr))

	buffer := borrow(rows*depth + depth*cols + mr*nr)
	defer scratch.Put(buffer)
	packedB := (*buffer)[:depth*cols]
	packedA := (*buffer)[depth*cols:][:rows*depth]
	tile := (*buffer)[depth*cols+rows*depth:]

	for j := 0; j < n; j += cols {
		nb := min(cols, n-j)
		for p := 0; p < k; p += depth {
			kb := min(depth, k-p)
			add := accumulate || p > 0
			pack(packedB, b, ldb, transB, j, p, nb, kb, nr)
			for i := 0; i < m; i += rows {
				mb := min(rows, m-i)
				pack(packedA, a, lda, !transA, i, p, mb, kb, mr)
				gemmBlock(mb, nb, kb, packedA, packedB, tile, add, c[i*ldc+j:], ldc)
			}
		}
	}
}

// gemmBlock multiplies one packed block of A with one of B. Tiles that hang
// over the edge of C are computed into tile and cut to size.
func gemmBlock(m, n, k int, packedA, packedB, tile []float32, accumulate bool, c []float32, ldc int) {
	mr, nr := active.mr, active.nr
	for j := 0; j < n; j += nr {
		panelB := packedB[j*k:][:nr*k]
		full := 0
		if n-j >= nr {
			full = m / mr
			if full > 0 {
				active.micro(full, k, packedA, panelB, c[j:], ldc, accumulate)
			}
		}
		for i := full * mr; i < m; i += mr {
			active.micro(1, k, packedA[i*k:][:mr*k], panelB, tile, nr, false)
			for r := range min(mr, m-i) {
				src := tile[r*nr:][:min(nr, n-j)]
				dst := c[(i+r)*ldc+j:][:len(src)]
				if accumulate {
					addTo(dst, src)
				} else {
					copy(dst, src)
				}
			}
		}
	}
}

func roundUp(n, multiple int) int { return (n + multiple - 1) / multiple * multiple }
