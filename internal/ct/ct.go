// Package ct turns any file of a CT slice into the numbers a network reads,
// identically in the trainer and in the browser.
//
// The way is: file bytes -> [Decode] -> [Slice], in HU where the file has them,
// else 8-bit grey -> [Preprocessing] (window, body crop, resize, normalise) ->
// float32 planes.
//
// Pixels are rows from the top, columns from the left, one byte each, 0 black
// to 255 white, as displayed. Network inputs are CHW float32: all channels are
// equal, because a CT has one.
package ct

import (
	"fmt"
	"math"
	"slices"
)

// A Slice is one CT slice.
type Slice struct {
	// Width and Height are in pixels.
	Width, Height int
	// Grey holds Width*Height pixels, row by row, as they are displayed first.
	Grey []uint8
	// HU holds Width*Height values, nil for pictures.
	HU []int16
	// Windows are those that the file stores, in its order.
	Windows []Window
	// Spacing is the distance between rows and between columns in mm, 0 where it
	// is not known.
	Spacing [2]float64
	// Unscored says why the slice can be shown but is no CT to be scored, such as
	// "it is an ultrasound picture", "" where it may be one.
	Unscored string
	// Format says which kind of file the slice came from: "png", "jpeg",
	// "gif", "bmp", "tiff", "webp", "dicom" or "nifti".
	Format string
}

// What a picture must be to count as a CT slice. A scanner's matrix is 512 or
// 1024 pixels wide and about square; published figures of single slices are
// nowhere near these limits, while icons, rulers, colour bars, film strips and
// blank pages are.
const (
	// MaxPixels bounds width times height. The header is checked against it
	// before a single pixel is decoded. The greediest decoding, of a deflated
	// 16-bit RGBA TIFF in one strip, was measured to take 25 bytes a pixel:
	// 1.6 GB at this limit, less than half of what a 32-bit WebAssembly memory
	// can hold.
	MaxPixels = 64_000_000
	// MinSide is the shortest side, in pixels.
	MinSide = 32
	// MaxAspect bounds the longer side over the shorter.
	MaxAspect = 4
	// MinContrast is the smallest difference between the darkest and the
	// brightest pixel. Any CT window shows air beside tissue, which is more.
	MinContrast = 32
)

// checkSize reports why a picture of width x height pixels cannot be a slice.
func checkSize(width, height int) error {
	short, long := min(width, height), max(width, height)
	switch {
	case short <= 0:
		return FormatError(fmt.Sprintf("the picture is empty: %dx%d pixels", width, height))
	case int64(width)*int64(height) > MaxPixels:
		return UnsupportedError(fmt.Sprintf("the picture is %dx%d (%v megapixels), more than the limit of %d megapixels",
			width, height, math.Round(float64(width)*float64(height)/1e4)/100, MaxPixels/1_000_000))
	case short < MinSide:
		return UnsupportedError(fmt.Sprintf("the picture is too small for a CT slice: %dx%d pixels, each side must have at least %d",
			width, height, MinSide))
	case long > MaxAspect*short:
		return UnsupportedError(fmt.Sprintf("the picture is too long and narrow for a CT slice: %dx%d pixels, one side may be at most %d times the other",
			width, height, MaxAspect))
	}
	return nil
}

// checkContrast reports that a picture shows nothing.
func checkContrast(grey []uint8) error {
	lo, hi := uint8(255), uint8(0)
	for part := range slices.Chunk(grey, 4096) {
		for _, v := range part {
			lo, hi = min(lo, v), max(hi, v)
		}
		if hi-lo >= MinContrast {
			return nil
		}
	}
	return UnsupportedError(fmt.Sprintf("the picture is blank: its greys go from %d to %d only, of 0 to 255", lo, hi))
}

// minRangeHU is the same in HU: air beside tissue is 1000.
const minRangeHU = 150

// checkRange reports that values show nothing.
func checkRange(hu []int16) error {
	lo, hi := slices.Min(hu), slices.Max(hu)
	if int(hi)-int(lo) < minRangeHU {
		return UnsupportedError(fmt.Sprintf("the slice is blank: its values go from %d to %d HU only", lo, hi))
	}
	return nil
}
