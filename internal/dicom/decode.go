package dicom

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"

	"lungct/internal/codec"
	"lungct/internal/codec/jpeg"
	"lungct/internal/codec/jpeg2000"
	"lungct/internal/codec/jpegll"
	"lungct/internal/codec/jpegls"
	"lungct/internal/codec/rle"
)

// maxSamples bounds a frame: 256 MB of samples.
const maxSamples = 64 << 20

// decoders are those of code streams that tell their own size.
var decoders = map[stream]func(data []byte, maxSamples int) (*codec.Image, error){
	jpegStream:         jpeg.Decode,
	jpegLosslessStream: jpegll.Decode,
	jpegLSStream:       jpegls.Decode,
	jpeg2000Stream:     jpeg2000.Decode,
}

// stream is what a code stream's own markers say it is. They are believed rather
// than the transfer syntax: files whose syntax was changed and whose pixels were
// not exist.
type stream int

const (
	noStream stream = iota
	jpegStream
	jpegLosslessStream
	jpegLSStream
	jpeg2000Stream
)

// kindOf looks for the first marker that begins a frame (T.81 B.1.1.3, T.87
// C.1.1, T.800 A.3).
func kindOf(data []byte) stream {
	if bytes.HasPrefix(data, []byte{0xff, 0x4f, 0xff, 0x51}) || bytes.HasPrefix(data, jp2Signature) {
		return jpeg2000Stream
	}
	if !bytes.HasPrefix(data, []byte{0xff, 0xd8}) {
		return noStream
	}
	for at := 2; at+4 <= len(data); {
		marker := data[at+1]
		switch {
		case data[at] != 0xff:
			at++
		case marker == 0xff || marker == 0 || marker == 0x01 || marker >= 0xd0 && marker <= 0xd8:
			at++
		case marker == 0xc3 || marker == 0xc7 || marker == 0xcb || marker == 0xcf:
			return jpegLosslessStream
		case marker == 0xf7:
			return jpegLSStream
		case marker >= 0xc0 && marker <= 0xce && marker != 0xc4 && marker != 0xc8 && marker != 0xcc:
			return jpegStream
		case marker == 0xda || marker == 0xd9:
			return noStream
		default:
			at += 2 + int(binary.BigEndian.Uint16(data[at+2:]))
		}
	}
	return noStream
}

// decode decodes the code stream of frame i.
func (f *File) decode(h *Header, i int, kind stream, data []byte) (img *codec.Image, err error) {
	coding := syntaxes[f.TransferSyntax].coding
	switch {
	case kind != noStream:
		img, err = decoders[kind](data, maxSamples)
	case coding == runLength:
		img, err = rle.Decode(data, h.Columns, h.Rows, h.Samples, h.BitsAllocated, maxSamples)
	case coding == unknownCoding:
		return nil, unsupportedSyntax(f.TransferSyntax)
	default:
		return nil, FormatError(fmt.Sprintf("frame %d: got %d bytes that are not %s", i+1, len(data), TransferSyntaxWords(f.TransferSyntax)))
	}
	if err != nil {
		return nil, frameError(i, err)
	}
	if img.Width != h.Columns || img.Height != h.Rows {
		return nil, FormatError(fmt.Sprintf("frame %d: got %d x %d pixels, want %d x %d", i+1, img.Width, img.Height, h.Columns, h.Rows))
	}
	return img, nil
}

// frameError makes a codec's error one of this package's.
func frameError(i int, err error) error {
	var unsupported codec.UnsupportedError
	if errors.As(err, &unsupported) {
		return UnsupportedError(fmt.Sprintf("frame %d: %s: %s", i+1, unsupported.Codec, unsupported.Text))
	}
	var broken codec.FormatError
	if errors.As(err, &broken) {
		return FormatError(fmt.Sprintf("frame %d: %s: %s", i+1, broken.Codec, broken.Text))
	}
	return FormatError(fmt.Sprintf("frame %d: %v", i+1, err))
}
