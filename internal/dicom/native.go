package dicom

import (
	"bytes"
	"encoding/binary"
	"fmt"
)

// nativeFrame reads a frame of pixels that are not compressed (PS3.5 8.1.1).
func (f *File) nativeFrame(h *Header, i int, frame *Frame) error {
	data, order := f.nativeData()
	n := h.Rows * h.Columns * h.Samples
	if h.Photometric == "YBR_FULL_422" && h.Samples == 3 && h.BitsAllocated == 8 && len(data) < n*h.Frames {
		return f.nativeFrame422(h, i, frame, data)
	}
	bits := h.BitsAllocated
	first := int64(i) * int64(n) * int64(bits)
	last := first + int64(n)*int64(bits)
	if have := int64(len(data)); (last+7)/8 > have {
		return FormatError(fmt.Sprintf("pixel data: got %d bytes, want %d for frame %d", have, (last+7)/8, i+1))
	}
	if order == binary.BigEndian && bits <= 8 && f.Find(PixelData).vr == (vr{'O', 'W'}) {
		data = swapped(data, int(first/8), int((last+7)/8))
		first, last = first%8, first%8+int64(n)*int64(bits)
	}
	stored := make([]int32, n)
	switch bits {
	case 8:
		for k, b := range data[first/8 : last/8] {
			stored[k] = int32(b)
		}
	case 16:
		words16(stored, data[first/8:last/8], order)
	case 32:
		for k := range stored {
			stored[k] = int32(order.Uint32(data[first/8+int64(4*k):]))
		}
	default:
		if bits > 16 {
			return UnsupportedError(fmt.Sprintf("pixels of %d bits", bits))
		}
		packed(stored, data, int(first), bits)
	}
	if h.Planar && h.Samples > 1 {
		stored = interleave(stored, h.Samples)
	}
	frame.Stored = stored
	return frame.interpret(bits, h.HighBit+1-h.BitsStored, h, f.overlaysInPixels(h))
}

// nativeData returns all native pixel data and the order of its numbers' bytes.
func (f *File) nativeData() ([]byte, binary.ByteOrder) {
	if _, _, ok := f.encapsulated(); ok {
		return f.joined(), binary.LittleEndian
	}
	if f.pixelOrder != nil {
		return f.value(PixelData), f.pixelOrder
	}
	return f.value(PixelData), f.order
}

// joinFragments returns what the fragments of uncompressed pixel data hold.
func (f *File) joinFragments() []byte {
	_, fragments, _ := f.encapsulated()
	return bytes.Join(fragments, nil)
}

// swapped returns the bytes from first to last of data whose 16-bit words have
// their bytes exchanged.
func swapped(data []byte, first, last int) []byte {
	out := make([]byte, last-first)
	for k := range out {
		if from := (first + k) ^ 1; from < len(data) {
			out[k] = data[from]
		} else {
			out[k] = data[first+k]
		}
	}
	return out
}

func words16(dst []int32, src []byte, order binary.ByteOrder) {
	if order == binary.BigEndian {
		for k := range dst {
			dst[k] = int32(src[2*k])<<8 | int32(src[2*k+1])
		}
		return
	}
	for k := range dst {
		dst[k] = int32(src[2*k]) | int32(src[2*k+1])<<8
	}
}

// packed reads values of so many bits that follow each other without gaps, the
// lowest bit of a byte first.
func packed(dst []int32, src []byte, firstBit, bits int) {
	at := firstBit
	for k := range dst {
		v := int32(0)
		for b := range bits {
			v |= int32(src[at>>3]>>(at&7)&1) << b
			at++
		}
		dst[k] = v
	}
}

// interleave makes planes, one colour after the other, pixels.
func interleave(planes []int32, samples int) []int32 {
	n := len(planes) / samples
	out := make([]int32, len(planes))
	for s := range samples {
		for k, v := range planes[s*n : (s+1)*n] {
			out[k*samples+s] = v
		}
	}
	return out
}

// nativeFrame422 reads pixels that share their colour with a neighbour: Y Y Cb
// Cr for two pixels (PS3.3 C.7.6.3.1.2).
func (f *File) nativeFrame422(h *Header, i int, frame *Frame, data []byte) error {
	n := h.Rows * h.Columns
	size := 2 * n
	if n%2 != 0 || len(data) < (i+1)*size {
		return FormatError(fmt.Sprintf("pixel data: got %d bytes, want %d for frame %d", len(data), (i+1)*size, i+1))
	}
	data = data[i*size : (i+1)*size]
	frame.Stored = make([]int32, 0, 3*n)
	for ; len(data) > 0; data = data[4:] {
		cb, cr := int32(data[2]), int32(data[3])
		frame.Stored = append(frame.Stored, int32(data[0]), cb, cr, int32(data[1]), cb, cr)
	}
	frame.Photometric = "YBR_FULL"
	return nil
}
