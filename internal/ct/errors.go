package ct

import (
	"compress/flate"
	"errors"
	"fmt"
	"image/jpeg"
	"image/png"
	"strings"

	"golang.org/x/image/bmp"
	"golang.org/x/image/tiff"
)

// A FormatError reports a file that is damaged. Its text is one line, fit to
// be shown to the person who chose the file.
type FormatError string

func (e FormatError) Error() string { return string(e) }

// An UnsupportedError reports a file that may well be in order but is not a
// CT slice that this package can read. Its text is one line, fit to be shown
// to the person who chose the file.
type UnsupportedError string

func (e UnsupportedError) Error() string { return string(e) }

func (f *format) damaged(why string) error {
	return FormatError(fmt.Sprintf("the %s is damaged: %s", f.title, why))
}

func (f *format) unsupported(why string) error {
	return UnsupportedError(fmt.Sprintf("this kind of %s cannot be read: %s; save the picture as PNG", f.title, why))
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
		return f.unsupported(reword(string(pngErr)))
	case errors.As(err, &jpegErr):
		return f.unsupported(reword(string(jpegErr)))
	case errors.As(err, &tiffErr):
		return f.unsupported(reword(string(tiffErr)))
	case errors.Is(err, bmp.ErrUnsupported):
		return f.unsupported("it is compressed, or its header is unusual")
	case errors.As(err, &corrupt):
		return f.damaged("its compressed pixels make no sense")
	}
	text := err.Error()
	for {
		// Packages put their names before a colon: "gif: ", "zlib: invalid
		// format: ", "invalid JPEG format: ".
		name, rest, ok := strings.Cut(text, ": ")
		if !ok || strings.Contains(name, " ") && !strings.HasPrefix(name, "invalid") {
			break
		}
		text = rest
	}
	return f.damaged(reword(text))
}

// reword replaces the terms of a decoder's author by what they mean.
func reword(text string) string {
	switch text {
	case "EOF", "short Huffman data":
		return "unexpected end of data"
	case "dimension overflow":
		return "its size makes no sense"
	case "precision":
		return "it has more than 8 bits a pixel"
	case "unknown marker":
		return "it is lossless or arithmetic-coded"
	case "luma/chroma subsampling ratio":
		return "its colours are sampled in an unusual way"
	case "sample format":
		return "its pixels are signed or fractional numbers"
	case "extra samples":
		return "it has more channels than its colours need"
	case "color model":
		return "it is neither grey, nor RGB, nor of a palette"
	}
	return strings.ReplaceAll(text, "unexpected EOF", "unexpected end of data")
}
