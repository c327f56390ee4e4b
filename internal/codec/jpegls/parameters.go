package jpegls

import (
	"encoding/binary"
	"math/bits"
)

// Parameters of a scan, in the letters of T.87.
type parameters struct {
	maxval     int32
	near       int32
	t1, t2, t3 int32 // thresholds of the gradients
	reset      int32 // how often a context is used before its sums are halved

	span  int32 // RANGE: number of values that an error can have
	step  int32 // 2 NEAR + 1
	qbpp  int   // bits of an error
	limit int   // longest code
}

// A preset is an LSE segment of type 1; zeros stand for the defaults.
type preset struct{ maxval, t1, t2, t3, reset int32 }

// preset reads a segment of preset parameters (T.87, C.2.4.1). Mapping tables
// are passed over: a scan that needs them says so.
func (d *decoder) preset(segment []byte) error {
	if len(segment) < 1 {
		return d.Broken("preset parameters: got no type")
	}
	switch segment[0] {
	case 1:
		if len(segment) < 11 {
			return d.Broken("preset parameters: got %d bytes, want 11", len(segment))
		}
		at := func(i int) int32 { return int32(binary.BigEndian.Uint16(segment[1+2*i:])) }
		d.presets = preset{at(0), at(1), at(2), at(3), at(4)}
	case 4:
		return d.Unsupported("size: got more than 65535 rows or columns")
	}
	return nil
}

// parameters are those of a scan with the given NEAR.
func (d *decoder) parameters(near int32) (*parameters, error) {
	top := int32(1)<<d.frame.Precision - 1
	s := d.presets
	if s.maxval == 0 {
		s.maxval = top
	}
	if s.maxval > top {
		return nil, d.Broken("largest sample: got %d, want at most %d for %d bits", s.maxval, top, d.frame.Precision)
	}
	if near > min(255, s.maxval/2) {
		return nil, d.Broken("near-lossless error: got %d, want at most %d", near, min(255, s.maxval/2))
	}
	t := thresholds(s.maxval, near)
	if s.t1 == 0 {
		s.t1 = t.t1
	}
	if s.t2 == 0 {
		s.t2 = t.t2
	}
	if s.t3 == 0 {
		s.t3 = t.t3
	}
	if s.reset == 0 {
		s.reset = 64
	}
	if s.t1 <= near || s.t2 < s.t1 || s.t3 < s.t2 || s.maxval < s.t3 {
		return nil, d.Broken("thresholds: got %d, %d, %d, want %d to %d in order", s.t1, s.t2, s.t3, near+1, s.maxval)
	}
	if s.reset < 3 {
		return nil, d.Broken("reset: got %d, want at least 3", s.reset)
	}
	p := &parameters{maxval: s.maxval, near: near, t1: s.t1, t2: s.t2, t3: s.t3, reset: s.reset}
	p.step = 2*near + 1
	p.span = (p.maxval+2*near)/p.step + 1
	p.qbpp = bits.Len32(uint32(p.span - 1))
	bpp := max(2, bits.Len32(uint32(p.maxval)))
	p.limit = 2 * (bpp + max(8, bpp))
	return p, nil
}

// thresholds are the defaults (T.87, C.2.4.1.1.1).
func thresholds(maxval, near int32) preset {
	clamp := func(v, least int32) int32 {
		if v > maxval || v < least {
			return least
		}
		return v
	}
	var p preset
	if maxval >= 128 {
		factor := (min(maxval, 4095) + 128) / 256
		p.t1 = clamp(factor+2+3*near, near+1)
		p.t2 = clamp(4*factor+3+5*near, p.t1)
		p.t3 = clamp(17*factor+4+7*near, p.t2)
		return p
	}
	factor := 256 / (maxval + 1)
	p.t1 = clamp(max(2, 3/factor+3*near), near+1)
	p.t2 = clamp(max(3, 7/factor+5*near), p.t1)
	p.t3 = clamp(max(4, 21/factor+7*near), p.t2)
	return p
}

// quantized has at maxval+d the region of gradient d, -4 to 4 (T.87, A.3.3).
func (p *parameters) quantized() []int8 {
	q := make([]int8, 2*p.maxval+1)
	for d := range p.maxval + 1 {
		region := int8(0)
		for _, least := range []int32{p.near + 1, p.t1, p.t2, p.t3} {
			if d >= least {
				region++
			}
		}
		q[p.maxval+d], q[p.maxval-d] = region, -region
	}
	return q
}
