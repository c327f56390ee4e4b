package t81

import (
	"bytes"
	"testing"
)

func TestNext(t *testing.T) {
	data := []byte{
		0xFF, SOI,
		0xFF, APP0, 0, 4, 0xFF, SOF3, // a segment that holds what looks like a marker
		1, 0xFF, 0, 0xFF, 2, // rubbish
		0xFF, 0xFF, 0xFF, DRI, 0, 4, 1, 2, // fill
		0xFF, SOI,
		0xFF, DHT, 0, 2,
		0xFF,
	}
	s, err := NewStream("test", data)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []struct {
		marker  byte
		segment []byte
	}{{APP0, []byte{0xFF, SOF3}}, {DRI, []byte{1, 2}}, {SOI, nil}, {DHT, nil}, {EOI, nil}, {EOI, nil}} {
		marker, segment, err := s.Next()
		if err != nil || marker != want.marker || !bytes.Equal(segment, want.segment) {
			t.Errorf("got %X with % x, %v, want %X with % x", marker, segment, err, want.marker, want.segment)
		}
	}
	for _, broken := range [][]byte{{0xFF, SOI, 0xFF, DHT}, {0xFF, SOI, 0xFF, DHT, 0, 1}, {0xFF, SOI, 0xFF, DHT, 0, 3}} {
		s, err := NewStream("test", broken)
		if err != nil {
			t.Fatal(err)
		}
		if _, _, err := s.Next(); err == nil {
			t.Errorf("% x: got no error", broken)
		}
	}
}

func TestEntropy(t *testing.T) {
	for _, c := range []struct{ data, want, wantLS []byte }{
		{[]byte{1, 2, 0xFF, 0, 3, 0xFF, 0xD9}, []byte{1, 2, 0xFF, 3}, []byte{1, 2, 0xFF, 0, 3}},
		{[]byte{1, 0xFF, 0xFF, 0xD0, 9}, []byte{1, 0xFF}, []byte{1}},
		{[]byte{1, 0xFF, 0x7F, 2, 0xFF, 0x80}, []byte{1}, []byte{1, 0xFF, 0x7F, 2}},
		{[]byte{0xFF, 0, 0xFF, 0, 7}, []byte{0xFF, 0xFF, 7}, []byte{0xFF, 0, 0xFF, 0, 7}},
		{[]byte{5, 0xFF}, []byte{5}, []byte{5, 0xFF}},
		{nil, nil, nil},
	} {
		s := Stream{data: c.data}
		b := s.Entropy(bytes.Repeat([]byte{0xAA}, 100)[:0], 10)
		if got := b.data[:b.end]; !bytes.Equal(got, c.want) {
			t.Errorf("% x: got % x, want % x", c.data, got, c.want)
		}
		if after := b.data[b.end:]; len(after) < 18 || len(bytes.Trim(after, "\x00")) > 0 {
			t.Errorf("% x: got % x beyond the end", c.data, after)
		}
		s = Stream{data: c.data}
		if got := s.EntropyLS(); !bytes.Equal(got, c.wantLS) {
			t.Errorf("% x: got % x for JPEG-LS, want % x", c.data, got, c.wantLS)
		}
	}
}

// Codes of every length are found, short ones by one look and long ones by
// their limits, and their further bits read.
func TestNextSymbol(t *testing.T) {
	var counts [16]byte
	var values []byte
	for i := range counts {
		counts[i] = 1
		values = append(values, byte(i))
	}
	h := newHuffman(counts, values)
	for i, length := range []int{1, 2, 11, 12, 15, 16} {
		// The code of that length is ones and a zero; its symbol's further
		// bits are ones, and then zeros.
		symbol := length - 1
		for bit := range 2 {
			var acc uint64
			for range length - 1 {
				acc = acc<<1 | 1
			}
			acc <<= 1
			for range symbol {
				acc = acc<<1 | uint64(1-bit)
			}
			acc <<= 64 - length - symbol
			data := make([]byte, 24)
			for j := range 8 {
				data[j] = byte(acc >> (56 - 8*j))
			}
			b := Bits{data: data, end: (length + symbol + 7) / 8}
			got, number := b.Next(h)
			want := int32(1<<symbol-1) * int32(1-2*bit)
			if got != symbol || number != want || b.Overrun() {
				t.Errorf("%d: code of %d bits: got %d and %d, want %d and %d", i, length, got, number, symbol, want)
			}
			b.Take(8)
			b.Take(8)
			if !b.Overrun() {
				t.Errorf("code of %d bits: got no overrun after two bytes more", length)
			}
		}
	}
	b := Bits{data: bytes.Repeat([]byte{0xFF}, 24), end: 16}
	if got, _ := b.Next(h); got != -1 {
		t.Errorf("no code: got %d, want -1", got)
	}
	counts[0] = 2
	if newHuffman(counts, append(values, 16)) != nil {
		t.Error("got a table of more codes than there can be")
	}
}
