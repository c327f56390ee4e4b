package jpeg

import "lungct/internal/codec/t81"

// zigzag is by order in the code stream the place in the block: row x 8 +
// column (T.81, figure A.6).
var zigzag = [64]uint8{
	0, 1, 8, 16, 9, 2, 3, 10,
	17, 24, 32, 25, 18, 11, 4, 5,
	12, 19, 26, 33, 40, 48, 41, 34,
	27, 20, 13, 6, 7, 14, 21, 28,
	35, 42, 49, 56, 57, 50, 43, 36,
	29, 22, 15, 23, 30, 37, 44, 51,
	58, 59, 52, 45, 38, 31, 39, 46,
	53, 60, 61, 54, 47, 55, 62, 63,
}

// blockDecoder is the procedure that reads a block in a scan. It is false where
// the bits are no code.
func blockDecoder(progressive bool, h *t81.Scan) func(*scan, *part, *[64]int16) bool {
	switch {
	case !progressive:
		return (*scan).sequential
	case h.Ss == 0 && h.Ah == 0:
		return (*scan).firstDC
	case h.Ss == 0:
		return (*scan).refineDC
	case h.Ah == 0:
		return (*scan).firstAC
	}
	return (*scan).refineAC
}

// sequential reads a whole block (T.81, F.2.2).
func (s *scan) sequential(p *part, block *[64]int16) bool {
	if !s.firstDC(p, block) {
		return false
	}
	for k := 1; k < 64; k++ {
		symbol, number := s.bits.Next(p.ac)
		if symbol < 0 {
			return false
		}
		run, size := symbol>>4, symbol&15
		if size == 0 && run < 15 {
			break
		}
		if k += run; k > 63 {
			return size == 0
		}
		block[zigzag[k]] = int16(number)
	}
	return true
}

// firstDC reads a DC coefficient but for its low bits (T.81, G.1.2.1).
func (s *scan) firstDC(p *part, block *[64]int16) bool {
	symbol, number := s.bits.Next(p.dc)
	p.last += number
	block[0] = int16(p.last << s.Al)
	return symbol >= 0
}

// refineDC reads a further bit of a DC coefficient.
func (s *scan) refineDC(_ *part, block *[64]int16) bool {
	block[0] |= int16(s.bits.Take(1) << s.Al)
	return true
}

// firstAC reads a band of AC coefficients but for their low bits (T.81,
// G.1.2.2).
func (s *scan) firstAC(p *part, block *[64]int16) bool {
	if s.endRun > 0 {
		s.endRun--
		return true
	}
	for k := s.Ss; k <= s.Se; k++ {
		symbol, number := s.bits.Next(p.ac)
		if symbol < 0 {
			return false
		}
		run, size := symbol>>4, symbol&15
		if size == 0 && run < 15 {
			s.endRun = 1<<run - 1 + s.bits.Take(run)
			break
		}
		if k += run; k > s.Se {
			return size == 0
		}
		block[zigzag[k]] = int16(number << s.Al)
	}
	return true
}

// refineAC reads a further bit of the coefficients of a band that are not zero,
// and those whose first bit this is (T.81, G.1.2.3).
func (s *scan) refineAC(p *part, block *[64]int16) bool {
	k := s.Ss
	for s.endRun == 0 && k <= s.Se {
		symbol, number := s.bits.Next(p.ac)
		if symbol < 0 || symbol&15 > 1 {
			return false
		}
		run := symbol >> 4
		if symbol&15 == 0 && run < 15 {
			s.endRun = 1<<run + s.bits.Take(run)
			break
		}
		if k = s.refine(block, k, run); k > s.Se {
			return symbol&15 == 0
		}
		block[zigzag[k]] = int16(number << s.Al)
		k++
	}
	if s.endRun > 0 {
		s.refine(block, k, 64)
		s.endRun--
	}
	return true
}

// refine reads the bits of the coefficients from k on that are not zero, until
// it has passed so many zeros and stands at the next one, or beyond the band.
func (s *scan) refine(block *[64]int16, k, zeros int) int {
	bit := int16(1) << s.Al
	for ; k <= s.Se; k++ {
		c := &block[zigzag[k]]
		switch {
		case *c == 0:
			if zeros == 0 {
				return k
			}
			zeros--
		case s.bits.Take(1) == 0:
		case *c > 0:
			*c |= bit
		default:
			*c = -(-*c | bit)
		}
	}
	return k
}
