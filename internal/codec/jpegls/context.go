package jpegls

// minC and maxC limit a context's correction (T.87, A.2.1).
const minC, maxC = -128, 127

// runLength is by run index the logarithm of the run that a bit stands for
// (T.87, A.2.1: J).
var runLength = [32]int{0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 9, 10, 11, 12, 13, 14, 15}

// A context adapts to the errors of samples with like neighbours: sum of their
// sizes, their sum, correction of the prediction, and their number, since
// halving (T.87, A.2). For the end of a run, b counts the negative ones.
type context struct{ a, b, c, n int32 }

// golomb is the code's parameter k: the least with n 2^k at least sum.
func (q *context) golomb(sum int32) int {
	k := 0
	for int64(q.n)<<k < int64(sum) {
		k++
	}
	return k
}

// learn takes in an error (T.87, A.6).
func (q *context) learn(e int32, p *parameters) {
	q.b += e * p.step
	q.a += max(e, -e)
	if q.n == p.reset {
		q.a >>= 1
		q.b >>= 1
		q.n >>= 1
	}
	q.n++
	if q.b <= -q.n {
		q.b = max(q.b+q.n, 1-q.n)
		q.c = max(q.c-1, minC)
	} else if q.b > 0 {
		q.b = min(q.b-q.n, 0)
		q.c = min(q.c+1, maxC)
	}
}

// learnEnd takes in an error at the end of a run, coded as m (T.87, A.7.2.2).
func (q *context) learnEnd(e, m, kind int32, p *parameters) {
	if e < 0 {
		q.b++
	}
	q.a += (m + 1 - kind) >> 1
	if q.n == p.reset {
		q.a >>= 1
		q.b >>= 1
		q.n >>= 1
	}
	q.n++
}
