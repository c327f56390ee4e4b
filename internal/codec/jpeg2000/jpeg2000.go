// Package jpeg2000 decodes JPEG 2000 Part 1 code streams, alone or in a JP2
// file (ITU-T T.800 | ISO/IEC 15444-1; annexes and tables in the comments are
// its own).
//
// The way of the data: markers (stream.go, parameters.go) say how each tile is
// cut into components, resolutions, precincts and code-blocks (tile.go); packets
// (progression.go, packet.go) bring the code-blocks' bytes; arithmetic decoding
// of bit-planes (block.go, passes.go, mq.go) gives wavelet coefficients, from
// which the inverse transforms (wavelet.go, image.go) make samples.
//
// A picture is complete or an error: where a packet is missing, the samples
// would be those of a coarser picture that nothing tells from the true one.
// Only the final EOC marker may be missing. Most damage inside a code-block is
// found too, by where its arithmetic decoding ends.
package jpeg2000

import (
	"fmt"

	"lungct/internal/codec"
)

const name = "jpeg2000"

func broken(format string, args ...any) error {
	return codec.FormatError{Codec: name, Text: fmt.Sprintf(format, args...)}
}

func unsupported(format string, args ...any) error {
	return codec.UnsupportedError{Codec: name, Text: fmt.Sprintf(format, args...)}
}

// Decode reads one image of at most maxSamples samples. Components that are
// sampled more coarsely than others are repeated to the finest one's grid.
func Decode(data []byte, maxSamples int) (*codec.Image, error) {
	data, err := codeStream(data)
	if err != nil {
		return nil, err
	}
	s, err := readStream(data, maxSamples)
	if err != nil {
		return nil, err
	}
	var img *codec.Image
	var work int
	for i, data := range s.tiles {
		t, err := s.decodeTile(i, data, &work)
		if err != nil {
			return nil, err
		}
		if img == nil { // after a first tile that is what it promised to be
			img = s.size.image()
		}
		for c := range t.components {
			t.store(c, &s.size, img)
		}
	}
	return img, nil
}
