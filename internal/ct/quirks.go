package ct

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"image"
	"io"

	"golang.org/x/image/bmp"
)

// maxScans bounds the scans of a JPEG. An encoder makes about ten; each costs
// a pass over all pixels, 30 ms at MaxPixels, however few bytes it has, so that
// a file of a megabyte could keep the decoder busy for minutes.
const maxScans = 100

func checkJPEG(f *format, data []byte) error {
	// Within the compressed pixels 0xFF is followed by zero or a restart
	// marker (T.81 section B.1.1.5), so only the odd metadata byte pair is
	// counted beside the scans.
	if n := bytes.Count(data, []byte{0xff, 0xda}); n > maxScans {
		return f.unsupported(fmt.Sprintf("it has %d scans, more than the limit of %d", n, maxScans))
	}
	return nil
}

// checkTIFF refuses what package tiff would show as another picture: it takes
// planes for pixels, ignores the order of bits, and inverts faxes whose black is
// zero.
func checkTIFF(f *format, data []byte) error {
	const fax, group3, group4 = 2, 3, 4
	compression := tiffTag(data, tagCompression)
	switch {
	case tiffTag(data, tagPlanarConfiguration) == 2 && tiffTag(data, tagSamplesPerPixel) > 1:
		return f.unsupported("its colours are stored one plane after the other")
	case tiffTag(data, tagFillOrder) == 2:
		return f.unsupported("its bits are stored in reverse order")
	case compression == fax || compression == group3 || compression == group4:
		return f.unsupported("it is a fax, in black and white only")
	}
	return nil
}

// checkWebP refuses files shorter than they say, for which package webp would
// set aside the memory they claim, and animations, which it takes for damaged.
func checkWebP(f *format, data []byte) error {
	if uint64(len(data)) < 8+uint64(binary.LittleEndian.Uint32(data[4:])) {
		return f.damaged("unexpected end of data")
	}
	const animated = 1 << 1 // of the flags of an extended header
	if len(data) > 20 && string(data[12:16]) == "VP8X" && data[20]&animated != 0 {
		return f.unsupported("it is an animation")
	}
	return nil
}

// decodeBMP is bmp.Decode, save that a picture in which everything is
// transparent is taken to be opaque, as browsers do: many programs write 32 bits
// a pixel and leave the fourth byte zero.
func decodeBMP(r io.Reader) (image.Image, error) {
	img, err := bmp.Decode(r)
	if m, ok := img.(*image.NRGBA); ok {
		for i := 3; i < len(m.Pix); i += 4 {
			if m.Pix[i] != 0 {
				return img, err
			}
		}
		for i := 3; i < len(m.Pix); i += 4 {
			m.Pix[i] = 0xff
		}
	}
	return img, err
}
