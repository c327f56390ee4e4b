package jpegll

// predictFirst turns the differences of a first row into samples: each from
// the one on its left, the first from begin (T.81, H.1.2.1).
func predictFirst(row []int32, begin int32) {
	a := begin
	for x, d := range row {
		a = (a + d) & 0xFFFF
		row[x] = a
	}
}

// predict turns differences into samples, modulo 2^16, by the row above (T.81,
// table H.1): a is the sample on the left, b the one above, c the one above a.
// The first sample of a row is predicted from b.
func predict(predictor int, row, up []int32) {
	up = up[:len(row)]
	c := up[0]
	a := (c + row[0]) & 0xFFFF
	row[0] = a
	row, up = row[1:], up[1:]
	up = up[:len(row)]
	switch predictor {
	case 1:
		for x, d := range row {
			a = (a + d) & 0xFFFF
			row[x] = a
		}
	case 2:
		for x, d := range row {
			row[x] = (up[x] + d) & 0xFFFF
		}
	case 3:
		for x, d := range row {
			row[x] = (c + d) & 0xFFFF
			c = up[x]
		}
	case 4:
		for x, d := range row {
			b := up[x]
			a = (a + b - c + d) & 0xFFFF
			row[x], c = a, b
		}
	case 5:
		for x, d := range row {
			b := up[x]
			a = (a + (b-c)>>1 + d) & 0xFFFF
			row[x], c = a, b
		}
	case 6:
		for x, d := range row {
			b := up[x]
			a = (b + (a-c)>>1 + d) & 0xFFFF
			row[x], c = a, b
		}
	case 7:
		for x, d := range row {
			a = ((a+up[x])>>1 + d) & 0xFFFF
			row[x] = a
		}
	}
}
