package dicom

import (
	"fmt"
	"math"

	"lungct/internal/codec"
)

// A Frame is one decoded frame.
type Frame struct {
	Width, Height int
	Samples       int // a pixel
	// Photometric is the interpretation of the samples: the file's, unless the
	// compression had a colour transform of its own, which is undone.
	Photometric string
	BitsStored  int
	Signed      bool
	Stored      []int32 // Height x Width x Samples, interleaved by pixel
}

// Frame decodes frame i, counted from 0.
func (f *File) Frame(i int) (*Frame, error) {
	h, err := f.Header()
	if err != nil {
		return nil, err
	}
	return f.FrameOf(h, i)
}

// FrameOf is Frame for a header that was read before.
func (f *File) FrameOf(h *Header, i int) (*Frame, error) {
	switch {
	case !f.Has(PixelData) && f.HasPixels():
		return nil, UnsupportedError("pixels that are floating-point numbers")
	case f.IsDirectory():
		return nil, UnsupportedError("it is the directory of other files (DICOMDIR), without pixels of its own")
	case !f.Has(PixelData) && f.Truncated:
		return nil, FormatError("it ends before its pixels")
	case !f.Has(PixelData):
		return nil, UnsupportedError("there are no pixels in it")
	case h.Rows == 0 || h.Columns == 0:
		return nil, FormatError("it does not say how many rows and columns its pixels have")
	case i < 0 || i >= h.Frames:
		return nil, FormatError(fmt.Sprintf("frame: got %d, want 1 to %d", i+1, h.Frames))
	}
	if err := codec.CheckSize("dicom", h.Columns, h.Rows, h.Samples, maxSamples); err != nil {
		return nil, UnsupportedError(fmt.Sprintf("frames of %d x %d pixels", h.Columns, h.Rows))
	}
	frame := &Frame{
		Width: h.Columns, Height: h.Rows, Samples: h.Samples,
		Photometric: h.Photometric, BitsStored: h.BitsStored, Signed: h.Signed,
	}
	compressed, err := f.compressed(h)
	switch {
	case err != nil:
		return nil, err
	case compressed:
		err = f.compressedFrame(h, i, frame)
	default:
		err = f.nativeFrame(h, i, frame)
	}
	if err != nil {
		return nil, err
	}
	return frame, nil
}

// compressed reports whether the pixel data is. The transfer syntax is believed
// only where the pixel data does not say better: compressed files whose syntax
// says native exist, and the other way round.
func (f *File) compressed(h *Header) (bool, error) {
	syntax, known := syntaxes[f.TransferSyntax]
	if known && syntax.coding == unknownCoding {
		return false, unsupportedSyntax(f.TransferSyntax)
	}
	if _, _, ok := f.encapsulated(); ok {
		if syntax.coding != native {
			return true, nil
		}
		_, fragments, _ := f.encapsulated()
		return len(fragments) > 0 && startsCodeStream(fragments[0]), nil
	}
	if syntax.coding == native {
		return false, nil
	}
	data := f.value(PixelData)
	if kindOf(data) != noStream {
		return true, nil
	}
	if want := (int64(h.Rows)*int64(h.Columns)*int64(h.Samples)*int64(h.Frames)*int64(h.BitsAllocated) + 7) / 8; int64(len(data)) != want+want%2 {
		if !known {
			return false, unsupportedSyntax(f.TransferSyntax)
		}
		return false, FormatError(fmt.Sprintf("pixel data: got %d bytes that are not %s", len(data), TransferSyntaxWords(f.TransferSyntax)))
	}
	return false, nil
}

func (f *File) compressedFrame(h *Header, i int, frame *Frame) error {
	data, err := f.frameStream(i)
	if err != nil {
		return err
	}
	kind := kindOf(data)
	img, err := f.decode(h, i, kind, data)
	if err != nil {
		return err
	}
	frame.Stored, frame.Samples = img.Samples, img.Components
	switch {
	case img.Components == h.Samples:
	case img.Components == 1:
		frame.Photometric = "MONOCHROME2"
	default:
		frame.Photometric = "RGB"
	}
	if h.BitsStored > 8 && img.Precision <= 8 && !h.Signed {
		frame.BitsStored = img.Precision
	}
	cell := h.BitsAllocated
	if kind != noStream {
		cell = max(img.Precision, min(h.BitsStored, 32))
	}
	shift := min(h.HighBit+1-h.BitsStored, max(0, cell-h.BitsStored))
	if err := frame.interpret(cell, shift, h, kind == noStream && f.overlaysInPixels(h)); err != nil {
		return err
	}
	frame.undoTransform(kind, data)
	return nil
}

// interpret makes raw samples of a cell's bits the stored values: shifted down
// to bit 0 and signed as the data set says, whatever the code stream says of its
// own samples (they differ in files of many makers).
func (frame *Frame) interpret(cell, shift int, h *Header, masked bool) error {
	up := 32 - cell
	if h.Signed {
		for k, v := range frame.Stored {
			frame.Stored[k] = v << up >> (up + shift)
		}
	} else {
		for k, v := range frame.Stored {
			frame.Stored[k] = int32(uint32(v) << up >> (up + shift))
		}
	}
	if h.BitsStored < 32 && h.BitsStored < cell-shift {
		frame.trim(h, masked)
	}
	if h.BitsStored == 32 && !h.Signed {
		return frame.narrow()
	}
	return nil
}

// narrow makes unsigned values of 32 bits fit: colours, which are only looked at,
// lose their lower half; greys must not need the highest bit.
func (frame *Frame) narrow() error {
	if frame.Samples > 1 {
		frame.BitsStored = 16
		for k, v := range frame.Stored {
			frame.Stored[k] = int32(uint32(v) >> 16)
		}
		return nil
	}
	for _, v := range frame.Stored {
		if v < 0 {
			return UnsupportedError(fmt.Sprintf("pixel value: got %d, want less than %d", uint32(v), 1<<31))
		}
	}
	return nil
}

// trim treats the bits above the stored ones. The standard leaves them to
// overlays, which are cut off. Where there are none, values that need them are
// there because the data set understates its bits, and are kept; but a frame of
// signed values that are all positive has lost its sign there.
func (frame *Frame) trim(h *Header, masked bool) {
	up := 32 - h.BitsStored
	if h.Signed && !masked {
		low := int32(math.MaxInt32)
		for _, v := range frame.Stored {
			low = min(low, v)
		}
		masked = low >= 0
	}
	if !masked {
		return
	}
	for k, v := range frame.Stored {
		if h.Signed {
			frame.Stored[k] = v << up >> up
		} else {
			frame.Stored[k] = int32(uint32(v) << up >> up)
		}
	}
}

// overlaysInPixels reports whether an overlay lies in bits of the pixels that
// store no value (retired, PS3.3-2004 C.9.2).
func (f *File) overlaysInPixels(h *Header) bool {
	for group := Tag(0x6000); group <= 0x601e; group += 2 {
		if position, ok := f.Int(group<<16 | 0x0102); ok && !f.Has(group<<16|0x3000) {
			if f.intOr(group<<16|0x0100, 1) > 1 || position > h.HighBit {
				return true
			}
		}
	}
	return false
}
