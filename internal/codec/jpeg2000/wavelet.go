package jpeg2000

// The inverse wavelet transforms (annex F), in place: coefficients stand where
// the samples will be, those of the low-pass band at even coordinates. At its
// ends a signal is continued by reflection.

// synthesize turns the resolutions of a tile-component into the highest one.
func (tc *tileComponent) synthesize() {
	for r := 1; r < len(tc.resolutions); r++ {
		low, res := tc.resolutions[r-1], tc.resolutions[r]
		w, h := res.place.width(), res.place.height()
		if tc.coding.reversible {
			interleave(res.integers, res.place, low.integers, low.place, 1)
			synthesize53(res.integers, w, h, res.place.x0&1, res.place.y0&1)
		} else {
			interleave(res.reals, res.place, low.reals, low.place, lowGain(w)*lowGain(h))
			synthesize97(res.reals, w, h, res.place.x0&1, res.place.y0&1)
		}
		low.integers, low.reals = nil, nil
	}
}

// interleave puts the low-pass band into the next higher resolution (F.3.3).
func interleave[T int32 | float32](to []T, p rect, low []T, q rect, gain T) {
	if q.empty() {
		return
	}
	w := q.width()
	for y := q.y0; y < q.y1; y++ {
		row := to[(2*y-p.y0)*p.width()+2*q.x0-p.x0:]
		for x, v := range low[(y-q.y0)*w:][:w] {
			row[2*x] = v * gain
		}
	}
}

// rows is a w x h plane whose rows are reflected at its ends.
type rows[T int32 | float32] struct {
	data []T
	w, h int
}

func (r rows[T]) row(y int) []T {
	if y < 0 {
		y = -y
	}
	if y >= r.h {
		y = 2*(r.h-1) - y
	}
	return r.data[y*r.w:][:r.w]
}

// synthesize53 is the reversible transform (F.3.8.1). The first even column and
// row are evenX and evenY.
func synthesize53(data []int32, w, h, evenX, evenY int) {
	if w == 0 || h == 0 {
		return
	}
	for y := range h {
		lift53(data[y*w:][:w], evenX)
	}
	if h == 1 {
		halve(data, evenY)
		return
	}
	r := rows[int32]{data, w, h}
	for y := evenY; y <= h; y += 2 {
		if y < h {
			even53(r.row(y), r.row(y-1), r.row(y+1))
		}
		if y > 0 {
			odd53(r.row(y-1), r.row(y-2), r.row(y))
		}
	}
}

// halve ends the synthesis along signals of length one (F.3.6).
func halve(data []int32, even int) {
	if even == 1 {
		for i := range data {
			data[i] /= 2
		}
	}
}

func even53(to, a, b []int32) {
	a, b = a[:len(to)], b[:len(to)]
	for i := range to {
		to[i] -= (a[i] + b[i] + 2) >> 2
	}
}

func odd53(to, a, b []int32) {
	a, b = a[:len(to)], b[:len(to)]
	for i := range to {
		to[i] += (a[i] + b[i]) >> 1
	}
}

// lift53 synthesizes a row.
func lift53(row []int32, even int) {
	n := len(row)
	if n == 1 {
		halve(row, even)
		return
	}
	i := even
	if i == 0 {
		row[0] -= (2*row[1] + 2) >> 2
		i = 2
	}
	for ; i < n-1; i += 2 {
		row[i] -= (row[i-1] + row[i+1] + 2) >> 2
	}
	if i < n {
		row[i] -= (2*row[i-1] + 2) >> 2
	}
	i = 1 - even
	if i == 0 {
		row[0] += row[1]
		i = 2
	}
	for ; i < n-1; i += 2 {
		row[i] += (row[i-1] + row[i+1]) >> 1
	}
	if i < n {
		row[i] += row[i-1]
	}
}

// The lifting factors of the 9/7 transform and its gain (table F.4), in the order
// of synthesis: even samples, odd, even, odd.
var lifting97 = [4]float32{0.443506852043971, 0.882911075530934, -0.052980118572961, -1.586134342059924}

const gain97 = 1.230174104914001

// lowGain and highGain are what synthesis multiplies the coefficients of the
// low-pass and the high-pass band with along n samples (F.3.8.2, F.3.6).
func lowGain(n int) float32 {
	if n == 1 {
		return 1
	}
	return gain97
}

func highGain(n int) float32 {
	if n == 1 {
		return 0.5
	}
	return 1 / gain97
}

// gain is what synthesis multiplies a sub-band's coefficients with.
func (b *subband) gain() float32 {
	w, h := b.in.place.width(), b.in.place.height()
	switch b.kind {
	case bandHL:
		return highGain(w) * lowGain(h)
	case bandLH:
		return lowGain(w) * highGain(h)
	case bandHH:
		return highGain(w) * highGain(h)
	}
	return 1 // interleave has it
}

// synthesize97 is the irreversible transform (F.3.8.2) of coefficients which
// have their gain.
func synthesize97(data []float32, w, h, evenX, evenY int) {
	if w > 1 {
		for y := range h {
			row := data[y*w:][:w]
			for i, factor := range lifting97 {
				lift97(row, evenX^i&1, factor)
			}
		}
	}
	if h < 2 {
		return
	}
	r := rows[float32]{data, w, h}
	for y := evenY; y < h+3; y += 2 {
		for i, factor := range lifting97 {
			if k := y - i; 0 <= k && k < h {
				step97(r.row(k), r.row(k-1), r.row(k+1), factor)
			}
		}
	}
}

func step97(to, a, b []float32, factor float32) {
	a, b = a[:len(to)], b[:len(to)]
	for i := range to {
		to[i] -= factor * (a[i] + b[i])
	}
}

// lift97 is one step of a row, at every other sample from first on.
func lift97(row []float32, first int, factor float32) {
	n := len(row)
	i := first
	if i == 0 {
		row[0] -= factor * 2 * row[1]
		i = 2
	}
	for ; i < n-1; i += 2 {
		row[i] -= factor * (row[i-1] + row[i+1])
	}
	if i < n {
		row[i] -= factor * 2 * row[i-1]
	}
}
