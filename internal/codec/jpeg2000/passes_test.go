package jpeg2000

import (
	"math/rand/v2"
	"slices"
	"testing"
)

// plainMQ is the arithmetic decoder as annex C draws it (figures C.15 to C.20).
type plainMQ struct {
	data      []byte
	at        int
	a, c      uint32
	ct        int
	row, more [19]uint8
}

func newPlainMQ(data []byte) *plainMQ {
	m := &plainMQ{data: append(slices.Clone(data), 0xff, 0xff)}
	m.row[ctxZero], m.row[ctxRun], m.row[ctxUniform] = 4, 3, 46
	m.c = uint32(m.data[0]) << 16
	m.byteIn()
	m.c <<= 7
	m.ct -= 7
	m.a = 0x8000
	return m
}

func (m *plainMQ) byteIn() {
	if m.data[m.at] != 0xff {
		m.at++
		m.c += uint32(m.data[m.at]) << 8
		m.ct = 8
	} else if m.data[m.at+1] > 0x8f {
		m.c += 0xff00
		m.ct = 8
	} else {
		m.at++
		m.c += uint32(m.data[m.at]) << 9
		m.ct = 7
	}
}

func (m *plainMQ) decode(cx int) int64 {
	row := mqTable[m.row[cx]]
	qe := uint32(row.qe)
	m.a -= qe
	less := m.c>>16 < qe
	if !less {
		m.c -= qe << 16
		if m.a&0x8000 != 0 {
			return int64(m.more[cx])
		}
	}
	bit := m.more[cx]
	if (m.a < qe) != less {
		bit ^= 1
		m.more[cx] ^= row.flip
		m.row[cx] = row.nlps
	} else {
		m.row[cx] = row.nmps
	}
	if less {
		m.a = qe
	}
	for ok := true; ok; ok = m.a&0x8000 == 0 {
		if m.ct == 0 {
			m.byteIn()
		}
		m.a <<= 1
		m.c <<= 1
		m.ct--
	}
	return int64(bit)
}

func TestArithmeticDecoder(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for n := 1; n < 200; n++ {
		data := make([]byte, n)
		for i := range data {
			data[i] = byte(r.Uint32())
			if i > 0 && data[i-1] == 0xff || r.IntN(4) == 0 {
				data[i] |= 0xf0
			}
		}
		data[0] &= 0x7f
		var m mqDecoder
		m.reset()
		m.start(data)
		plain := newPlainMQ(data)
		for i := range 20 * n {
			cx := int(r.Uint32() % 19)
			if got, want := m.decode(cx), plain.decode(cx); got != want {
				t.Fatalf("% x: symbol %d: got %d, want %d", data, i, got, want)
			}
		}
	}
}

// TestUnshift leaves the background of a region of interest alone.
func TestUnshift(t *testing.T) {
	var p passes
	p.begin(4, 1)
	copy(p.magnitudes[:], []uint32{0, 2*31 + 1, 2 * 32, 0, 2*(7<<5) + 1<<5})
	p.unshift(5)
	if got, want := p.magnitudes[:5], []uint32{0, 2*31 + 1, 2 * 1, 0, 2*7 + 1}; !slices.Equal(got, want) {
		t.Errorf("got %d, want %d", got, want)
	}
}
