// Package t81 reads what the codecs of the JPEG family share: the marker
// segments of a code stream, Huffman tables and entropy-coded bits
// (ITU-T T.81, annexes B, C and F).
package t81

import (
	"bytes"
	"encoding/binary"
	"fmt"

	"lungct/internal/codec"
)

// Markers: the second byte, after 0xFF (T.81, table B.1).
const (
	SOF0  = 0xC0 // baseline DCT
	SOF1  = 0xC1 // extended sequential DCT
	SOF2  = 0xC2 // progressive DCT
	SOF3  = 0xC3 // lossless
	DHT   = 0xC4
	JPG   = 0xC8
	DAC   = 0xCC
	SOF15 = 0xCF
	RST0  = 0xD0
	SOI   = 0xD8
	EOI   = 0xD9
	SOS   = 0xDA
	DQT   = 0xDB
	DNL   = 0xDC
	DRI   = 0xDD
	APP0  = 0xE0
	APP8  = 0xE8
	APP14 = 0xEE
	SOF55 = 0xF7 // JPEG-LS (T.87)
	LSE   = 0xF8 // JPEG-LS preset parameters (T.87)
)

// A Stream is a code stream, read from marker to marker.
type Stream struct {
	codec string
	data  []byte
	pos   int
}

// NewStream begins to read data, whose errors are to be the named codec's.
func NewStream(codec string, data []byte) (*Stream, error) {
	s := &Stream{codec: codec, data: data}
	if len(data) < 2 || data[0] != 0xFF || data[1] != SOI {
		return nil, s.Broken("start: got % x, want ff d8", data[:min(2, len(data))])
	}
	s.pos = 2
	return s, nil
}

// Broken is the codec's FormatError of that text.
func (s *Stream) Broken(format string, args ...any) error {
	return codec.FormatError{Codec: s.codec, Text: fmt.Sprintf(format, args...)}
}

// Unsupported is the codec's UnsupportedError of that text.
func (s *Stream) Unsupported(format string, args ...any) error {
	return codec.UnsupportedError{Codec: s.codec, Text: fmt.Sprintf(format, args...)}
}

// Next returns the next marker and the contents of its segment, which is nil
// for markers that stand alone. What lies between segments is skipped, and the
// end of the data counts as the end of the image: real files have padding, and
// some lack the last marker.
func (s *Stream) Next() (marker byte, segment []byte, err error) {
	marker = s.seek()
	if s.pos >= len(s.data) {
		return EOI, nil, nil
	}
	s.pos += 2
	if RST0 <= marker && marker <= EOI {
		return marker, nil, nil
	}
	rest := s.data[s.pos:]
	if len(rest) < 2 {
		return 0, nil, s.Broken("segment %X: got its marker alone, want its length", marker)
	}
	length := int(binary.BigEndian.Uint16(rest))
	if length < 2 || length > len(rest) {
		return 0, nil, s.Broken("segment %X: got a length of %d bytes, want 2 to %d", marker, length, len(rest))
	}
	s.pos += length
	return marker, rest[2:length], nil
}

// seek goes to the next marker, which it returns without reading it. What looks
// like one of the reserved markers is rubbish.
func (s *Stream) seek() byte {
	for s.pos < len(s.data) {
		i := bytes.IndexByte(s.data[s.pos:], 0xFF)
		if i < 0 || s.pos+i+1 >= len(s.data) {
			break
		}
		s.pos += i
		if m := s.data[s.pos+1]; m >= SOF0 && m != 0xFF {
			return m
		}
		s.pos++
	}
	s.pos = len(s.data)
	return EOI
}

// Left is the number of bytes not yet read.
func (s *Stream) Left() int { return len(s.data) - s.pos }

// Restart reads the marker that ends a restart interval: RSTn, where n is the
// interval's number modulo 8.
func (s *Stream) Restart(interval int) error {
	if want, got := byte(RST0+interval&7), s.seek(); got != want {
		return s.Broken("restart interval %d: got marker %X, want %X", interval, got, want)
	}
	s.pos += 2
	return nil
}

// Entropy returns the entropy-coded bytes up to the next marker, with their
// stuffing removed: a zero byte follows each 0xFF that is no marker. Buffer's
// memory is used when it suffices. Beyond their end, bits has worst zero bytes,
// and the reader must ask Overrun no later than when it has read so many.
func (s *Stream) Entropy(buffer []byte, worst int) Bits {
	out := buffer[:0]
	if cap(out) == 0 {
		out = make([]byte, 0, s.Left()+worst+8)
	}
	for s.pos < len(s.data) {
		i := bytes.IndexByte(s.data[s.pos:], 0xFF)
		if i < 0 {
			out = append(out, s.data[s.pos:]...)
			s.pos = len(s.data)
			break
		}
		out = append(out, s.data[s.pos:s.pos+i]...)
		s.pos += i
		if s.pos+1 >= len(s.data) {
			break
		}
		if m := s.data[s.pos+1]; m != 0 && m != 0xFF {
			break
		}
		// Before a marker 0xFF is fill, which harms nobody at the end of the
		// data, or the last byte of an encoder that forgot to stuff it.
		out = append(out, 0xFF)
		s.pos++
		if s.data[s.pos] == 0 {
			s.pos++
		}
	}
	end := len(out)
	out = append(out, make([]byte, worst+8)...)
	return Bits{data: out, end: end}
}

// EntropyLS returns the entropy-coded bytes of JPEG-LS up to the next marker,
// whose second byte begins with a one (T.87, D.1). Their stuffing remains.
func (s *Stream) EntropyLS() []byte {
	start := s.pos
	for s.pos < len(s.data) {
		i := bytes.IndexByte(s.data[s.pos:], 0xFF)
		if i < 0 {
			s.pos = len(s.data)
			break
		}
		s.pos += i
		if s.pos+1 < len(s.data) && s.data[s.pos+1] >= 0x80 {
			break
		}
		s.pos++
	}
	return s.data[start:s.pos]
}
