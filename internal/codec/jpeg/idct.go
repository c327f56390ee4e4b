package jpeg

// cN is cos(N pi/16) / 2 with 24 bits after the point.
const (
	c1 = 8227423
	c2 = 7750063
	c3 = 6974873
	c4 = 5931642
	c5 = 4660461
	c6 = 3210181
	c7 = 1636536

	fraction = 24
	kept     = 13 // bits after the point between the two passes
)

// inverse is the inverse discrete cosine transform of a block (T.81, A.3.3),
// rounded. It differs from the exact one by less than 0.501.
func inverse(block *[64]int64) {
	for column := range 8 {
		transform(block, column, 8, fraction-kept)
	}
	for row := range 8 {
		transform(block, row*8, 1, fraction+kept)
	}
}

// transform does a row or a column, and leaves shift bits out.
func transform(block *[64]int64, at, stride, shift int) {
	var f [8]int64
	for i := range f {
		f[i] = block[(at+i*stride)&63]
	}
	half := int64(1) << (shift - 1)
	a, b := c4*(f[0]+f[4])+half, c4*(f[0]-f[4])+half
	c, d := c2*f[2]+c6*f[6], c6*f[2]-c2*f[6]
	even := [4]int64{a + c, b + d, b - d, a - c}
	odd := [4]int64{
		c1*f[1] + c3*f[3] + c5*f[5] + c7*f[7],
		c3*f[1] - c7*f[3] - c1*f[5] - c5*f[7],
		c5*f[1] - c1*f[3] + c7*f[5] + c3*f[7],
		c7*f[1] - c5*f[3] + c3*f[5] - c1*f[7],
	}
	for i := range even {
		block[(at+i*stride)&63] = (even[i] + odd[i]) >> (shift & 63)
		block[(at+(7-i)*stride)&63] = (even[i] - odd[i]) >> (shift & 63)
	}
}
