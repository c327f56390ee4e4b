// Package rle decodes DICOM's run-length encoding (PS3.5 annex G): up to 15
// segments of PackBits, one for each byte of a pixel, the most significant byte
// of the first sample first.
package rle

import (
	"encoding/binary"
	"fmt"

	"lungct/internal/codec"
)

const (
	name         = "rle"
	headerLength = 64
	maxSegments  = 15
)

// Decode reads a frame of width x height pixels with so many samples each, of 8,
// 16 or 32 bits. The stream itself holds none of these numbers, which makes this
// codec's form differ from the others'. Samples are unsigned; those of 32 bits
// are the bits of an int32.
func Decode(data []byte, width, height, components, bits, maxSamples int) (*codec.Image, error) {
	if err := codec.CheckSize(name, width, height, components, maxSamples); err != nil {
		return nil, err
	}
	if bits != 8 && bits != 16 && bits != 32 {
		return nil, codec.UnsupportedError{Codec: name, Text: fmt.Sprintf("sample: got %d bits, want 8, 16 or 32", bits)}
	}
	segments, err := split(data)
	if err != nil {
		return nil, err
	}
	bytesEach := bits / 8
	if want := components * bytesEach; len(segments) != want {
		return nil, codec.FormatError{Codec: name, Text: fmt.Sprintf("segments: got %d, want %d", len(segments), want)}
	}
	for i, segment := range segments {
		// 128 bytes from two are the most; so a short stream takes no memory.
		if n := width * height; len(segment) < n/64 {
			return nil, codec.FormatError{Codec: name, Text: fmt.Sprintf("segment %d: got %d bytes, too few for %d pixels", i+1, len(segment), n)}
		}
	}
	img := &codec.Image{Width: width, Height: height, Components: components, Precision: bits}
	img.Samples = make([]int32, width*height*components)
	plane := make([]byte, width*height)
	for i, segment := range segments {
		if n := unpack(plane, segment); n < len(plane) {
			return nil, codec.FormatError{Codec: name, Text: fmt.Sprintf("segment %d: got %d bytes, want %d", i+1, n, len(plane))}
		}
		samples := img.Samples[i/bytesEach:]
		for k, b := range plane {
			samples[k*components] = samples[k*components]<<8 | int32(b)
		}
	}
	return img, nil
}

// split returns the segments that the header lists.
func split(data []byte) ([][]byte, error) {
	if len(data) < headerLength {
		return nil, codec.FormatError{Codec: name, Text: fmt.Sprintf("header: got %d bytes, want %d", len(data), headerLength)}
	}
	n := binary.LittleEndian.Uint32(data)
	if n < 1 || n > maxSegments {
		return nil, codec.FormatError{Codec: name, Text: fmt.Sprintf("segments: got %d, want 1 to %d", n, maxSegments)}
	}
	segments := make([][]byte, n)
	end := uint32(min(len(data), 1<<31))
	for i := int(n) - 1; i >= 0; i-- {
		start := binary.LittleEndian.Uint32(data[4+4*i:])
		if start < headerLength || start > end {
			return nil, codec.FormatError{Codec: name, Text: fmt.Sprintf("segment %d: got offset %d, want %d to %d", i+1, start, headerLength, end)}
		}
		segments[i] = data[start:end]
		end = start
	}
	return segments, nil
}

// unpack writes a segment's bytes to dst and returns how many there were, at
// most len(dst). A byte n says: 0 to 127, n+1 bytes follow as they are; 129 to
// 255, the next byte 257-n times; 128, nothing.
func unpack(dst, src []byte) int {
	at := 0
	for len(src) > 1 && at < len(dst) {
		n := int(src[0])
		src = src[1:]
		switch {
		case n < 128:
			copied := copy(dst[at:], src[:min(n+1, len(src))])
			at += copied
			src = src[min(n+1, len(src)):]
		case n > 128:
			run := dst[at:min(at+257-n, len(dst))]
			for i := range run {
				run[i] = src[0]
			}
			at += len(run)
			src = src[1:]
		}
	}
	return at
}
