package ct

import (
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

// plain words a decoder's error for people who do not know the decoder. What
// the decoder itself says stands in brackets where nothing better is known.
func (f *format) plain(err error) error {
	var (
		pngErr  png.UnsupportedError
		jpegErr jpeg.UnsupportedError
		tiffErr tiff.UnsupportedError
	)
	switch {
	case errors.As(err, &pngErr):
		return f.unsupported(unusual(string(pngErr)))
	case errors.As(err, &jpegErr):
		return f.unsupported(unusual(string(jpegErr)))
	case errors.As(err, &tiffErr):
		return f.unsupported(unusual(string(tiffErr)))
	case errors.Is(err, bmp.ErrUnsupported):
		return f.unsupported("it is compressed, or its header is unusual")
	}
	text := err.Error()
	for _, end := range []string{"EOF", "not enough image data", "not enough pixel data", "short Huffman data"} {
		if strings.HasSuffix(text, end) {
			return f.damaged("unexpected end of data")
		}
	}
	// Packages put their names before a colon: "gif: ", "png: invalid
	// format: ", "invalid JPEG format: ".
	for {
		name, rest, ok := strings.Cut(text, ": ")
		if !ok || strings.Contains(name, " ") && !strings.HasPrefix(name, "invalid ") {
			return f.damaged(fmt.Sprintf("its contents make no sense (%s)", text))
		}
		text = rest
	}
}

// unusual says what a decoder means by the name of a feature that it lacks.
func unusual(feature string) string {
	switch feature {
	case "precision": // jpeg
		return "it has more than 8 bits a pixel"
	case "unknown marker": // jpeg
		return "it is lossless or arithmetic-coded"
	case "sample format": // tiff
		return "its pixels are signed or fractional numbers"
	case "extra samples": // tiff
		return "it has more channels than its colours need"
	case "color model": // tiff
		return "it is neither grey, nor RGB, nor of a palette"
	}
	return fmt.Sprintf("it is unusual (%s)", feature)
}
