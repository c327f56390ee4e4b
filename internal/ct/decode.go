package ct

import (
	"bytes"
	"fmt"
	"image"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io"

	"golang.org/x/image/bmp"
	"golang.org/x/image/tiff"
	"golang.org/x/image/webp"

	"lungct/internal/dicom"
)

// A format is a kind of picture file that can be read.
type format struct {
	name  string // as in Slice.Format
	title string // as people write it
	magic string // what its files begin with; '?' stands for any byte

	// check, where there is one, refuses files that decode would read wrongly
	// or without end.
	check  func(f *format, data []byte) error
	config func(io.Reader) (image.Config, error)
	decode func(io.Reader) (image.Image, error)
	// fast, where there is one, does in less time what decode does, for files
	// that it takes. All others are left to decode.
	fast func(data []byte) (image.Image, bool)
	// orientation, where there is one, returns the value of the orientation
	// tag: photographs and scans need to be turned.
	orientation func(data []byte) int
}

// No format registers itself with package image here: which files are read
// must not depend on what else is linked in.
var formats = []format{
	{name: "png", title: "PNG", magic: "\x89PNG\r\n\x1a\n", config: png.DecodeConfig, decode: png.Decode, fast: plainPNG},
	{name: "jpeg", title: "JPEG", magic: "\xff\xd8\xff", check: checkJPEG, config: jpeg.DecodeConfig, decode: jpeg.Decode, orientation: exifOrientation},
	// gif.Decode stops after the first frame, however many follow.
	{name: "gif", title: "GIF", magic: "GIF87a", config: gif.DecodeConfig, decode: gif.Decode},
	{name: "gif", title: "GIF", magic: "GIF89a", config: gif.DecodeConfig, decode: gif.Decode},
	{name: "bmp", title: "BMP", magic: "BM????\x00\x00\x00\x00", config: bmp.DecodeConfig, decode: decodeBMP},
	{name: "tiff", title: "TIFF", magic: "II*\x00", check: checkTIFF, config: tiff.DecodeConfig, decode: tiff.Decode, orientation: tiffOrientation},
	{name: "tiff", title: "TIFF", magic: "MM\x00*", check: checkTIFF, config: tiff.DecodeConfig, decode: tiff.Decode, orientation: tiffOrientation},
	{name: "webp", title: "WebP", magic: "RIFF????WEBP", check: checkWebP, config: webp.DecodeConfig, decode: webp.Decode},
}

const readable = "PNG, JPEG, GIF, BMP, TIFF and WebP can be read"

// Decode reads a CT slice from the bytes of a picture file: PNG, JPEG, BMP,
// WebP, the first page of a TIFF, or the first frame of a GIF. The content
// decides what it is, never a name.
//
// Grey is luminance (0.299 R + 0.587 G + 0.114 B) with transparent parts over
// black; 16-bit values are rounded to 8 bits. The orientation that a camera or
// scanner recorded in a JPEG or TIFF is applied.
//
// The error is a [FormatError] where the file is damaged and an
// [UnsupportedError] where it is not a slice that can be read: another kind of
// file, too large ([MaxPixels]), too small ([MinSide]), too narrow
// ([MaxAspect]) or blank ([MinContrast]).
func Decode(data []byte) (*Slice, error) {
	if dicom.IsDICOM(data) {
		return decodeDICOM(data)
	}
	f, err := sniff(data)
	if err != nil {
		return nil, err
	}
	if f.check != nil {
		if err := f.check(f, data); err != nil {
			return nil, err
		}
	}
	config, err := f.config(bytes.NewReader(data))
	if err != nil {
		return nil, f.plain(err)
	}
	if err := checkSize(config.Width, config.Height); err != nil {
		return nil, err
	}
	img, err := f.image(data)
	if err != nil {
		return nil, f.plain(err)
	}
	s := &Slice{
		Width:  config.Width,
		Height: config.Height,
		Grey:   greyOn(img, config.Width, config.Height),
		Format: f.name,
	}
	if err := checkContrast(s.Grey); err != nil {
		return nil, err
	}
	if f.orientation != nil {
		s.turn(f.orientation(data))
	}
	return s, nil
}

func (f *format) image(data []byte) (image.Image, error) {
	if f.fast != nil {
		if img, ok := f.fast(data); ok {
			return img, nil
		}
	}
	return f.decode(bytes.NewReader(data))
}

// Recognise reports why a file, of which data is the beginning, is no picture that
// Decode reads.
func Recognise(data []byte) error {
	_, err := sniff(data)
	return err
}

// sniff finds the format of data from its first bytes.
func sniff(data []byte) (*format, error) {
	if len(data) == 0 {
		return nil, FormatError("the file is empty")
	}
	for i := range formats {
		if begins(data, formats[i].magic) {
			return &formats[i], nil
		}
	}
	for _, other := range others {
		if begins(data, other.magic) {
			return nil, UnsupportedError(fmt.Sprintf("this is %s; %s", other.title, readable))
		}
	}
	return nil, UnsupportedError(fmt.Sprintf("not a picture this program can read: it begins with %q; %s",
		data[:min(len(data), 8)], readable))
}

// others are files that people may well try, named so that they know what to
// do.
var others = []struct{ magic, title string }{
	{"II+\x00", "a BigTIFF picture"},
	{"MM\x00+", "a BigTIFF picture"},
	{"\x00\x00\x00\x0cjP  ", "a JPEG 2000 picture"},
	{"\xff\x4f\xff\x51", "a JPEG 2000 picture"},
	{"????ftypavif", "an AVIF picture"},
	{"????ftyphei", "a HEIC picture"},
	{"????ftypmif1", "a HEIC picture"},
	{"8BPS", "a Photoshop picture"},
	{"%PDF-", "a PDF document"},
	{"PK\x03\x04", "a ZIP archive or an office document"},
	{"\x1f\x8b", "a compressed file (gzip)"},
	{"<!DOCTYPE", "a web page"},
	{"<html", "a web page"},
	{"<svg", "an SVG drawing"},
}

// begins reports whether data begins with magic, in which '?' stands for any
// byte.
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
