package ct

import (
	"bytes"
	"compress/flate"
	"errors"
	"fmt"
	"image"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io"
	"strings"

	"golang.org/x/image/bmp"
	"golang.org/x/image/tiff"
	"golang.org/x/image/webp"
)

// A format is a kind of picture file that can be read.
type format struct {
	name   string   // as in Slice.Format
	title  string   // as people write it
	magics []string // what its files begin with; '?' stands for any byte
	config func(io.Reader) (image.Config, error)
	decode func(io.Reader) (image.Image, error)
}

var formats = []format{
	{"png", "PNG", []string{"\x89PNG\r\n\x1a\n"}, png.DecodeConfig, png.Decode},
	{"jpeg", "JPEG", []string{"\xff\xd8\xff"}, jpeg.DecodeConfig, jpeg.Decode},
	// gif.Decode stops after the first frame, however many follow.
	{"gif", "GIF", []string{"GIF87a", "GIF89a"}, gif.DecodeConfig, gif.Decode},
	{"bmp", "BMP", []string{"BM????\x00\x00\x00\x00"}, bmp.DecodeConfig, bmp.Decode},
	{"tiff", "TIFF", []string{"II*\x00", "MM\x00*"}, tiff.DecodeConfig, tiff.Decode},
	{"webp", "WebP", []string{"RIFF????WEBPVP8"}, webp.DecodeConfig, webp.Decode},
}

const readable = "PNG, JPEG, GIF, BMP, TIFF and WebP can be read"

// Decode reads a CT slice from the bytes of a picture file: PNG, JPEG, BMP,
// TIFF, WebP, or the first frame of a GIF. The content decides what it is,
// never a name.
//
// Grey is luminance (0.299 R + 0.587 G + 0.114 B) with transparent parts over
// black; 16-bit values are rounded to 8 bits.
//
// The error is a [FormatError] where the file is damaged and an
// [UnsupportedError] where it is not a slice that can be read: another kind of
// file, too large ([MaxPixels]), too small ([MinSide]), too narrow
// ([MaxAspect]) or blank ([MinContrast]).
func Decode(data []byte) (*Slice, error) {
	f, err := sniff(data)
	if err != nil {
		return nil, err
	}
	config, err := f.config(bytes.NewReader(data))
	if err != nil {
		return nil, f.plain(err)
	}
	if err := checkSize(config.Width, config.Height); err != nil {
		return nil, err
	}
	img, err := f.decode(bytes.NewReader(data))
	if err != nil {
		return nil, f.plain(err)
	}
	s := &Slice{Width: config.Width, Height: config.Height, Format: f.name}
	s.Grey = greyOn(img, s.Width, s.Height)
	if err := checkContrast(s.Grey); err != nil {
		return nil, err
	}
	return s, nil
}

// sniff finds the format of data from its first bytes.
func sniff(data []byte) (*format, error) {
	if len(data) == 0 {
		return nil, FormatError("the file is empty")
	}
	if len(data) >= 132 && string(data[128:132]) == "DICM" {
		return nil, UnsupportedError("this is a DICOM file, which this program cannot read yet; export the slice as PNG in a lung window")
	}
	for i := range formats {
		for _, magic := range formats[i].magics {
			if begins(data, magic) {
				return &formats[i], nil
			}
		}
	}
	return nil, UnsupportedError(fmt.Sprintf("not a picture this program can read: it begins with %q; %s",
		data[:min(len(data), 8)], readable))
}

func begins(data []byte, magic string) bool {
	if len(data) < len(magic) {
		return false
	}
	for i := range len(magic) {
		if magic[i] != '?' && magic[i] != data[i] {
			return false
		}
	}
	return true
}

// plain words a decoder's error for people who do not know the decoder.
func (f *format) plain(err error) error {
	var (
		pngErr  png.UnsupportedError
		jpegErr jpeg.UnsupportedError
		tiffErr tiff.UnsupportedError
		corrupt flate.CorruptInputError
	)
	switch {
	case errors.As(err, &pngErr):
		return f.unsupported(string(pngErr))
	case errors.As(err, &jpegErr):
		return f.unsupported(string(jpegErr))
	case errors.As(err, &tiffErr):
		return f.unsupported(string(tiffErr))
	case errors.Is(err, bmp.ErrUnsupported):
		return f.unsupported("only uncompressed pictures of 1, 2, 4, 8, 24 or 32 bits a pixel are")
	case errors.As(err, &corrupt):
		return f.damaged("its compressed pixels make no sense")
	}
	s := err.Error()
	for _, prefix := range []string{f.name + ": ", "invalid format: ", "vp8l: ", "vp8: ", "riff: "} {
		s = strings.TrimPrefix(s, prefix)
	}
	s = strings.ReplaceAll(s, io.ErrUnexpectedEOF.Error(), "unexpected end of data")
	if s == io.EOF.Error() {
		s = "unexpected end of data"
	}
	return f.damaged(s)
}

func (f *format) damaged(why string) error {
	return FormatError(fmt.Sprintf("the %s is damaged: %s", f.title, why))
}

func (f *format) unsupported(what string) error {
	return UnsupportedError(fmt.Sprintf("this kind of %s cannot be read: %s", f.title, what))
}
