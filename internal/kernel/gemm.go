package kernel

// Block sizes of the packed product, in elements, after Goto and van de Geijn,
// "Anatomy of High-Performance Matrix Multiplication", ACM TOMS 34 (2008). A
// panel of B, depthBlock × nr, stays in the first-level cache and a block of B,
// depthBlock × colBlock, in the second. A block has few rows so that a product
// of little depth, which is all about C, goes along the rows of C.
const (
	depthBlock = 384
	rowBlock   = 48 // a multiple of every mr
	colBlock   = 512
	depthUnit  = 16 // a multiple of every square
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
// else runs; a sum is taken in an order that depends on k, on whether C has few
// rows or one column, and on the machine's instruction set, but on nothing else.
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

// TileColumns is how many columns of C Gemm computes at once on this machine. A
// product of far fewer is paced by the memory that op(A) comes from.
func TileColumns() int { return active.nr }

// gemmPacked is Gemm by blocks and panels, for m, n, k ≥ 1. B is packed. A is
// read where it is, a few rows at a time, which costs less than a copy.
func gemmPacked(transA, transB bool, m, n, k int, a []float32, lda int, b []float32, ldb int, accumulate bool, c []float32, ldc int) {
	mr, nr := active.mr, active.nr

	// Equal steps over k, no deeper than depthBlock: their number and so the
	// rounding depends on k alone.
	steps := (k + depthBlock - 1) / depthBlock
	depth := roundUp((k+steps-1)/steps, depthUnit)
	cols := min(roundUp(n, nr), roundUp(colBlock, nr))

	buffer := borrow(depth*(cols+mr) + mr*nr)
	defer scratch.Put(buffer)
	room := *buffer
	take := func(n int) (part []float32) {
		part, room = room[:n:n], room[n:]
		return part
	}
	panels := take(depth * cols)
	rowStride, stepStride := lda, 1
	if transA {
		rowStride, stepStride = 1, lda
	}
	block := product{rowStride: rowStride, stepStride: stepStride, ldc: ldc, panels: panels, edge: take(depth * mr), tile: take(mr * nr)}
	for j := 0; j < n; j += cols {
		block.n = min(cols, n-j)
		for p := 0; p < k; p += depth {
			block.k = min(depth, k-p)
			if !transB && n == nr && ldb == nr {
				block.panels = b[p*nr:] // one panel, as it is
			} else {
				packB(panels, b, ldb, transB, j, p, block.n, block.k)
			}
			block.accumulate = accumulate || p > 0
			for i := 0; i < m; i += rowBlock {
				block.m = min(rowBlock, m-i)
				block.c = c[i*ldc+j:]
				block.a = a[i*rowStride+p*stepStride:]
				block.run()
			}
		}
	}
}

// product is the product of one block of A and one of B.
type product struct {
	m, n, k               int
	a                     []float32
	rowStride, stepStride int       // of a, see implementation.micro
	panels                []float32 // the block of B, packed
	c                     []float32
	ldc                   int
	accumulate            bool
	edge, tile            []float32 // room for mr rows of A and for one tile of C
}

// run goes through C panel by panel. The tile of the last rows goes back to where
// it is full, or where there are not so many rows, they are copied among zeros.
// Tiles that hang over an edge of C are cut to size.
func (x *product) run() {
	mr, nr := active.mr, active.nr
	lanes := nr / len(active.micro)
	full := x.m / mr * mr
	if full == 0 {
		packEdge(x.edge, x.a, x.rowStride, x.stepStride, x.m, x.k, mr)
	}
	for j := 0; j < x.n; j += nr {
		panel := x.panels[j*x.k:][:nr*x.k]
		cols := min(nr, x.n-j)
		micro := active.micro[(cols-1)/lanes]
		i := 0
		if cols%lanes == 0 && full > 0 {
			micro(full/mr, x.k, x.a, x.rowStride, x.stepStride, panel, x.c[j:], x.ldc, x.accumulate)
			i = full
		}
		for ; i < full; i += mr {
			micro(1, x.k, x.a[i*x.rowStride:], x.rowStride, x.stepStride, panel, x.tile, nr, false)
			x.cut(x.tile, i, i+mr, j)
		}
		switch {
		case i == x.m:
		case full == 0:
			micro(1, x.k, x.edge, 1, mr, panel, x.tile, nr, false)
			x.cut(x.tile, 0, x.m, j)
		default:
			back := x.m - mr
			micro(1, x.k, x.a[back*x.rowStride:], x.rowStride, x.stepStride, panel, x.tile, nr, false)
			x.cut(x.tile[(i-back)*nr:], i, x.m, j)
		}
	}
}

// cut moves what of a tile lies inside C to rows i0 to i1, from column j on.
func (x *product) cut(tile []float32, i0, i1, j int) {
	nr := active.nr
	for r := range i1 - i0 {
		src := tile[r*nr:][:min(nr, x.n-j)]
		dst := x.c[(i0+r)*x.ldc+j:][:len(src)]
		if x.accumulate {
			active.addTo(dst, src)
		} else {
			copy(dst, src)
		}
	}
}

func roundUp(n, multiple int) int { return (n + multiple - 1) / multiple * multiple }
