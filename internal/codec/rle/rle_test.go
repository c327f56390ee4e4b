package rle

import (
	"encoding/binary"
	"errors"
	"slices"
	"strings"
	"testing"

	"lungct/internal/codec"
)

// frame puts a header before segments.
func frame(segments ...[]byte) []byte {
	header := make([]byte, headerLength)
	binary.LittleEndian.PutUint32(header, uint32(len(segments)))
	var body []byte
	for i, s := range segments {
		binary.LittleEndian.PutUint32(header[4+4*i:], uint32(headerLength+len(body)))
		body = append(body, s...)
	}
	return append(header, body...)
}

// TestUnpack has the example of the PackBits algorithm's description and its edges.
func TestUnpack(t *testing.T) {
	for _, c := range []struct {
		src  string
		want string
	}{
		{"\xfe\xaa\x02\x80\x00\x2a\xfd\xaa\x03\x80\x00\x2a\x22\xf7\xaa", "\xaa\xaa\xaa\x80\x00\x2a\xaa\xaa\xaa\xaa\x80\x00\x2a\x22" + strings.Repeat("\xaa", 10)},
		{"\x80\x00a", "a"},
		{"\x80\x80\xff", ""},
		{"\x05ab", "ab"},
		{"\x81x", strings.Repeat("x", 128)},
		{"", ""},
	} {
		dst := make([]byte, 300)
		if n := unpack(dst, []byte(c.src)); string(dst[:n]) != c.want {
			t.Errorf("% x: got % x, want % x", c.src, dst[:n], c.want)
		}
		short := make([]byte, 2)
		if n := unpack(short, []byte(c.src)); n != min(2, len(c.want)) {
			t.Errorf("% x into 2 bytes: got %d", c.src, n)
		}
	}
}

func TestDecode(t *testing.T) {
	img, err := Decode(frame([]byte{1, 0x01, 0x02}, []byte{1, 0xfe, 0xff}), 2, 1, 1, 16, 100)
	if err != nil || !slices.Equal(img.Samples, []int32{0x1fe, 0x2ff}) || img.Precision != 16 {
		t.Errorf("16 bits: got %+v, %v", img, err)
	}
	img, err = Decode(frame([]byte{0, 1}, []byte{0, 2}, []byte{0, 3}), 1, 1, 3, 8, 100)
	if err != nil || !slices.Equal(img.Samples, []int32{1, 2, 3}) {
		t.Errorf("colours: got %+v, %v", img, err)
	}
	img, err = Decode(frame([]byte{0, 0xff}, []byte{0, 0xff}, []byte{0, 0xff}, []byte{0, 0xfe}), 1, 1, 1, 32, 100)
	if err != nil || !slices.Equal(img.Samples, []int32{-2}) {
		t.Errorf("32 bits: got %+v, %v", img, err)
	}
}

func TestDecodeErrors(t *testing.T) {
	one := frame([]byte{0, 1})
	offset := slices.Clone(one)
	binary.LittleEndian.PutUint32(offset[4:], 1<<31)
	many := slices.Clone(one)
	many[0] = 16
	for _, c := range []struct {
		name               string
		data               []byte
		width, bits, limit int
		want               string
	}{
		{"header", one[:63], 1, 8, 9, "header: got 63 bytes"},
		{"offset", offset, 1, 8, 9, "segment 1: got offset"},
		{"segments", many, 1, 8, 9, "segments: got 16"},
		{"planes", one, 1, 16, 9, "segments: got 1, want 2"},
		{"short", one, 2, 8, 9, "got 1 bytes, want 2"},
		{"too short to be", one, 1 << 20, 8, 1 << 30, "too few"},
		{"limit", one, 10, 8, 9, "at most 9 samples"},
		{"bits", one, 1, 12, 9, "got 12 bits"},
	} {
		_, err := Decode(c.data, c.width, 1, 1, c.bits, c.limit)
		var broken codec.FormatError
		var unsupported codec.UnsupportedError
		if !errors.As(err, &broken) && !errors.As(err, &unsupported) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, want %q", c.name, err, c.want)
		}
	}
}

// FuzzDecode looks for panics.
func FuzzDecode(f *testing.F) {
	f.Add(frame([]byte{1, 1, 2}, []byte{0xff, 3}), uint8(2), uint8(1), uint8(2))
	f.Add(frame([]byte{0, 1}, []byte{0, 2}, []byte{0, 3}), uint8(1), uint8(3), uint8(1))
	f.Fuzz(func(t *testing.T, data []byte, width, components, bytes uint8) {
		img, err := Decode(data, int(width), 3, int(components), 8*int(bytes), 1<<12)
		if err == nil && len(img.Samples) != int(width)*3*int(components) {
			t.Errorf("got %d samples", len(img.Samples))
		}
	})
}
