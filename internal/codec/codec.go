// Package codec holds what the decoders of compressed medical pixel data have
// in common. Each codec is a package below this one, named by its standard, with
//
//	func Decode(data []byte, maxSamples int) (*codec.Image, error)
//
// which reads one frame. Samples come as the encoder was given them: no colour
// transform other than the one the code stream itself prescribes, no rescaling.
package codec

import "fmt"

// Image is one decoded frame.
type Image struct {
	Width, Height int
	Components    int     // samples a pixel: 1 for CT, 3 for colour
	Precision     int     // bits of a sample, 1 to 16
	Signed        bool    // samples are two's complement numbers
	Samples       []int32 // Height x Width x Components, interleaved by pixel
}

// FormatError says that the compressed data is broken.
type FormatError struct {
	Codec string // package name, such as "jpegls"
	Text  string // what is wrong: what, got X, want Y
}

func (e FormatError) Error() string { return e.Codec + ": broken data: " + e.Text }

// UnsupportedError says that the data may be in order, and that this program
// does not decode its kind.
type UnsupportedError struct {
	Codec string
	Text  string
}

func (e UnsupportedError) Error() string { return e.Codec + ": not supported: " + e.Text }

// CheckSize is an error when an image of the given measures cannot be, or has
// more than maxSamples samples. Decoders call it before they take memory.
func CheckSize(codec string, width, height, components, maxSamples int) error {
	if width < 1 || height < 1 || components < 1 {
		return FormatError{codec, fmt.Sprintf("size: got %d x %d with %d components, want at least 1 each", width, height, components)}
	}
	if width > maxSamples || height > maxSamples/width || components > maxSamples/width/height {
		return UnsupportedError{codec, fmt.Sprintf("size: got %d x %d with %d components, want at most %d samples", width, height, components, maxSamples)}
	}
	return nil
}
