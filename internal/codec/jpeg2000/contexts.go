package jpeg2000

// Sub-bands of a decomposition level (B.5). The first bit says that the band is
// high-pass horizontally, the second vertically.
const (
	bandLL = iota
	bandHL
	bandLH
	bandHH
)

// zeroContext has the zero coding context by band and by the significance of the
// 3 x 3 neighbourhood, bit by bit in raster order (table D.1).
var zeroContext = func() (table [4][512]uint8) {
	for g := range 512 {
		bit := func(i int) int { return g >> i & 1 }
		h, v := bit(3)+bit(5), bit(1)+bit(7)
		d := bit(0) + bit(2) + bit(6) + bit(8)
		table[bandLL][g] = zeroContextLL(h, v, d)
		table[bandLH][g] = zeroContextLL(h, v, d)
		table[bandHL][g] = zeroContextLL(v, h, d)
		table[bandHH][g] = zeroContextHH(h+v, d)
	}
	return table
}()

func zeroContextLL(h, v, d int) uint8 {
	switch {
	case h == 2:
		return 8
	case h == 1 && v > 0:
		return 7
	case h == 1 && d > 0:
		return 6
	case h == 1:
		return 5
	case v > 0:
		return uint8(2 + v)
	}
	return uint8(min(d, 2))
}

func zeroContextHH(hv, d int) uint8 {
	switch {
	case d >= 3:
		return 8
	case d == 2:
		return uint8(6 + min(hv, 1))
	case d == 1:
		return uint8(3 + min(hv, 2))
	}
	return uint8(min(hv, 2))
}

// signContext has the sign coding context, and in bit 7 what the decoded bit is
// exclusive-ored with (tables D.2 and D.3). Its index has the significance of the
// neighbours above, left, right and below in bits 1, 3, 5 and 7, each with its
// sign in the bit below.
var signContext = func() (table [256]uint8) {
	for g := range table {
		contribution := func(i int) int { return (g >> i & 1) * (1 - 2*(g>>(i-1)&1)) }
		h := max(-1, min(1, contribution(3)+contribution(5)))
		v := max(-1, min(1, contribution(1)+contribution(7)))
		flip := uint8(0)
		if h < 0 || h == 0 && v < 0 {
			h, v, flip = -h, -v, 1<<7
		}
		table[g] = flip | uint8(ctxSign+3*h+v)
	}
	return table
}()
