package kernel

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
)

// gemmCase is one call of Gemm with its arguments between guard words.
type gemmCase struct {
	transA, transB, accumulate bool
	m, n, k, lda, ldb, ldc     int
	a, b, c                    guarded
}

// newGemmCase makes up matrices whose rows are slack elements longer than needed.
func newGemmCase(r *rand.Rand, transA, transB, accumulate bool, m, n, k, slack int) gemmCase {
	rowsA, colsA, rowsB, colsB := m, k, k, n
	if transA {
		rowsA, colsA = k, m
	}
	if transB {
		rowsB, colsB = n, k
	}
	p := gemmCase{transA: transA, transB: transB, accumulate: accumulate, m: m, n: n, k: k,
		lda: colsA + slack, ldb: colsB + 2*slack, ldc: n + 3*slack}
	p.a = newGuarded(extent(rowsA, colsA, p.lda), normal(r))
	p.b = newGuarded(extent(rowsB, colsB, p.ldb), normal(r))
	p.c = newGuarded(extent(m, n, p.ldc), normal(r))
	return p
}

func (p gemmCase) String() string {
	return fmt.Sprintf("transA=%v transB=%v accumulate=%v m=%d n=%d k=%d lda=%d ldb=%d ldc=%d",
		p.transA, p.transB, p.accumulate, p.m, p.n, p.k, p.lda, p.ldb, p.ldc)
}

func (p gemmCase) run() {
	Gemm(p.transA, p.transB, p.m, p.n, p.k, p.a.data, p.lda, p.b.data, p.ldb, p.accumulate, p.c.data, p.ldc)
}

func (p gemmCase) atA(i, l int) float64 {
	if p.transA {
		return float64(p.a.data[l*p.lda+i])
	}
	return float64(p.a.data[i*p.lda+l])
}

func (p gemmCase) atB(l, j int) float64 {
	if p.transB {
		return float64(p.b.data[j*p.ldb+l])
	}
	return float64(p.b.data[l*p.ldb+j])
}

// check runs the product and compares it with sums in float64. The bound on
// the error is that of a sum of k products in any order.
func (p gemmCase) check(t *testing.T) {
	t.Helper()
	a, b, c := append([]float32(nil), p.a.data...), append([]float32(nil), p.b.data...), append([]float32(nil), p.c.data...)
	p.run()
	p.a.intact(t, p.String()+": a")
	p.b.intact(t, p.String()+": b")
	p.c.intact(t, p.String()+": c")
	same(t, p.String()+": a", p.a.data, a)
	same(t, p.String()+": b", p.b.data, b)
	for at, got := range p.c.data {
		i, j := at/p.ldc, at%p.ldc
		if j >= p.n {
			if math.Float32bits(got) != math.Float32bits(c[at]) {
				t.Fatalf("%v: wrote between the rows of c, at %d,%d", p, i, j)
			}
			continue
		}
		var want, size float64
		if p.accumulate {
			want = float64(c[at])
			size = math.Abs(want)
		}
		for l := range p.k {
			v := p.atA(i, l) * p.atB(l, j)
			want += v
			size += math.Abs(v)
		}
		if diff := math.Abs(float64(got) - want); !(diff <= float64(p.k+2)*0x1p-24*size) {
			t.Fatalf("%v: c[%d,%d] = %v, want %v", p, i, j, got, want)
		}
	}
}

func TestGemm(t *testing.T) {
	forEachImplementation(t, func(t *testing.T) {
		r := newRand()
		// Every size around the tile, and k around the unrolling of a leaf.
		mr, nr := active.mr, active.nr
		past := max(mr, active.skinny) + 1 // the first that is packed and has an edge
		for _, m := range []int{0, 1, 2, 3, mr - 1, mr, mr + 1, past, past + 1, 2*mr + 1} {
			for _, n := range []int{0, 1, 2, 3, nr - 1, nr, nr + 1, 2*nr - 1, 3 * nr} {
				for _, k := range []int{0, 1, 2, 3, 4, 5, 7, 8, 9, 17} {
					for flags := range 8 {
						newGemmCase(r, flags&1 != 0, flags&2 != 0, flags&4 != 0, m, n, k, (m+n+k)%3).check(t)
					}
				}
			}
		}
	})
}

func TestGemmAcrossBlocks(t *testing.T) {
	forEachImplementation(t, func(t *testing.T) {
		r := newRand()
		for _, size := range [][3]int{
			{rowBlock + 5, 37, depthBlock + 3},
			{2*rowBlock + 1, colBlock + 7, 9},
			{13, colBlock + active.nr + 1, 2*depthBlock + 1},
			{1, colBlock + 3, depthBlock + 3},
			{rowBlock + 5, 1, depthBlock + 3},
		} {
			for flags := range 8 {
				newGemmCase(r, flags&1 != 0, flags&2 != 0, flags&4 != 0, size[0], size[1], size[2], flags%3).check(t)
			}
		}
	})
}

// Cutting C into pieces changes no bit of it, so that a caller may hand the
// pieces to any number of goroutines.
func TestGemmInPieces(t *testing.T) {
	forEachImplementation(t, func(t *testing.T) {
		r := newRand()
		const m, n, k = 70, 301, 523
		for flags := range 4 {
			whole := newGemmCase(r, flags&1 != 0, flags&2 != 0, false, m, n, k, 1)
			whole.run()
			pieces := make([]float32, len(whole.c.data))
			copy(pieces, whole.c.data)
			const width = 43
			Parallel((n+width-1)/width, func(piece int) {
				from := piece * width
				b := whole.b.data[from:]
				if whole.transB {
					b = whole.b.data[from*whole.ldb:]
				}
				Gemm(whole.transA, whole.transB, m, min(width, n-from), k,
					whole.a.data, whole.lda, b, whole.ldb, false, pieces[from:], whole.ldc)
			})
			same(t, whole.String(), pieces, whole.c.data)
		}
	})
}

// Whatever is not a number must come through, and only where it belongs: the
// zeros that fill up a panel must not meet it.
func TestGemmNotFinite(t *testing.T) {
	forEachImplementation(t, func(t *testing.T) {
		inf, nan := float32(math.Inf(1)), float32(math.NaN())
		for _, special := range []float32{inf, -inf, nan} {
			for _, m := range []int{1, max(active.mr, active.skinny) + 1} {
				n, k := active.nr+1, 5
				p := newGemmCase(newRand(), false, false, false, m, n, k, 0)
				p.b.data[3*p.ldb+n-1] = special
				p.a.data[(m-1)*p.lda+3] = 0 // 0·∞ is NaN
				p.run()
				for i := range m {
					for j := range n {
						got := float64(p.c.data[i*p.ldc+j])
						finite := !math.IsNaN(got) && !math.IsInf(got, 0)
						if finite != (j != n-1) {
							t.Fatalf("%v: c[%d,%d] = %v with b[3,%d] = %v", p, i, j, got, n-1, special)
						}
					}
				}
				if got := p.c.data[len(p.c.data)-1]; got == got {
					t.Fatalf("%v: 0·%v gave %v, want NaN", p, special, got)
				}
			}
		}
	})
}

// The leaves of each implementation against their plain twins.
func TestMicroAgainstDefinition(t *testing.T) {
	forEachImplementation(t, func(t *testing.T) {
		r := newRand()
		mr, nr := active.mr, active.nr
		for n := range 3 * len(active.micro) {
			micro, cols, tiles := active.micro[n/3], nr/len(active.micro)*(n/3+1), n%3+1
			for k := range 21 {
				for _, accumulate := range []bool{false, true} {
					ldc := nr + k%3
					rowStride, stepStride := k+2, 1
					if tiles == 2 {
						rowStride, stepStride = 1, tiles*mr+1
					}
					a := newGuarded((tiles*mr-1)*rowStride+max(0, k-1)*stepStride+1, normal(r))
					b := newGuarded(k*nr, normal(r))
					c := newGuarded(extent(tiles*mr, nr, ldc), normal(r))
					want := widened(c.data)
					for row := range tiles * mr {
						for j := range cols {
							var sum float64
							for p := range k {
								sum += float64(a.data[row*rowStride+p*stepStride]) * float64(b.data[p*nr+j])
							}
							if accumulate {
								sum += want[row*ldc+j]
							}
							want[row*ldc+j] = sum
						}
					}
					micro(tiles, k, a.data, rowStride, stepStride, b.data, c.data, ldc, accumulate)
					near(t, fmt.Sprintf("tiles=%d columns=%d k=%d accumulate=%v: c", tiles, cols, k, accumulate), c.data, want, 2e-5)
					c.intact(t, "c")
				}
			}
		}
	})
}

func TestGemvAgainstDefinition(t *testing.T) {
	forEachImplementation(t, func(t *testing.T) {
		r := newRand()
		for _, n := range []int{1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 33, 63, 64, 65, 130} {
			for _, k := range []int{1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 33, 65, 130} {
				a := newGuarded(k, normal(r))
				ldb := max(n, k) + n%3
				b := newGuarded(extent(max(n, k), max(n, k), ldb), normal(r))
				for _, transposed := range []bool{false, true} {
					c := newGuarded(n, normal(r))
					want := widened(c.data)
					for j := range n {
						for p := range k {
							at := p*ldb + j
							if transposed {
								at = j*ldb + p
							}
							want[j] += float64(a.data[p]) * float64(b.data[at])
						}
					}
					if transposed {
						active.gemvT(c.data, a.data, b.data[:extent(n, k, ldb)], ldb)
					} else {
						active.gemvN(c.data, a.data, b.data[:extent(k, n, ldb)], ldb)
					}
					near(t, fmt.Sprintf("n=%d k=%d transposed=%v: c", n, k, transposed), c.data, want, 1e-4)
					c.intact(t, "c")
				}
			}
		}
	})
}

func TestPackB(t *testing.T) {
	forEachImplementation(t, func(t *testing.T) {
		r := newRand()
		nr := active.nr
		for _, cols := range []int{1, nr - 1, nr, nr + 1, 3*nr + 2} {
			for _, depth := range []int{1, 3, 7, 8, 15, 16, 17, 40} {
				for _, transB := range []bool{false, true} {
					const j, p = 2, 3
					rows, width := p+depth, j+cols
					if transB {
						rows, width = width, rows
					}
					ldb := width + 1
					b := newGuarded(extent(rows, width, ldb), normal(r))
					dst := newGuarded(roundUp(cols, nr)*depth, normal(r))
					packB(dst.data, b.data, ldb, transB, j, p, cols, depth)
					dst.intact(t, "dst")
					for at, got := range dst.data {
						column, step := at/(nr*depth)*nr+at%nr, at/nr%depth
						var want float32
						switch {
						case column >= cols:
						case transB:
							want = b.data[(j+column)*ldb+p+step]
						default:
							want = b.data[(p+step)*ldb+j+column]
						}
						if got != want {
							t.Fatalf("cols=%d depth=%d transB=%v: column %d step %d is %v, want %v",
								cols, depth, transB, column, step, got, want)
						}
					}
				}
			}
		}
	})
}
