package dicom

import (
	"bytes"
	"compress/flate"
	"encoding/binary"
	"testing"
)

// A writer makes data sets for tests, in any encoding.
type writer struct {
	bytes.Buffer
	order    binary.ByteOrder
	implicit bool
}

func little() *writer { return &writer{order: binary.LittleEndian} }

func (w *writer) u16(v uint16) { binary.Write(w, w.order, v) }
func (w *writer) u32(v uint32) { binary.Write(w, w.order, v) }

// head writes all of an element but its value.
func (w *writer) head(tag Tag, code string, length uint32) {
	w.u16(tag.Group())
	w.u16(tag.Element())
	switch {
	case w.implicit || tag.Group() == 0xfffe:
		w.u32(length)
	case vr([]byte(code)).long():
		w.WriteString(code)
		w.u16(0)
		w.u32(length)
	default:
		w.WriteString(code)
		w.u16(uint16(length))
	}
}

// text writes an element, padded to an even length.
func (w *writer) text(tag Tag, code, value string) *writer {
	if len(value)%2 == 1 {
		value += " "
	}
	w.head(tag, code, uint32(len(value)))
	w.WriteString(value)
	return w
}

func (w *writer) us(tag Tag, values ...uint16) *writer {
	w.head(tag, "US", uint32(2*len(values)))
	for _, v := range values {
		w.u16(v)
	}
	return w
}

// words writes pixel data of 16-bit words.
func (w *writer) words(values ...uint16) *writer {
	w.head(PixelData, "OW", uint32(2*len(values)))
	for _, v := range values {
		w.u16(v)
	}
	return w
}

// sequence writes items, each the bytes of a data set, with or without lengths.
func (w *writer) sequence(tag Tag, code string, defined bool, items ...[]byte) *writer {
	inner := &writer{order: w.order, implicit: w.implicit}
	for _, value := range items {
		if defined {
			inner.head(item, "", uint32(len(value)))
			inner.Write(value)
		} else {
			inner.head(item, "", undefined)
			inner.Write(value)
			inner.head(itemEnd, "", 0)
		}
	}
	if defined {
		w.head(tag, code, uint32(inner.Len()))
		w.Write(inner.Bytes())
		return w
	}
	w.head(tag, code, undefined)
	w.Write(inner.Bytes())
	w.head(sequenceEnd, "", 0)
	return w
}

// fragments writes encapsulated pixel data.
func (w *writer) fragments(table []uint32, fragments ...[]byte) *writer {
	w.head(PixelData, "OB", undefined)
	w.head(item, "", uint32(4*len(table)))
	for _, v := range table {
		w.u32(v)
	}
	for _, fragment := range fragments {
		w.head(item, "", uint32(len(fragment)))
		w.Write(fragment)
	}
	w.head(sequenceEnd, "", 0)
	return w
}

// image writes the image pixel module of grey pixels.
func (w *writer) image(rows, columns, allocated, stored, high, representation int) *writer {
	w.us(SamplesPerPixel, 1)
	w.text(PhotometricInterpretation, "CS", "MONOCHROME2")
	return w.us(Rows, uint16(rows)).us(Columns, uint16(columns)).
		us(BitsAllocated, uint16(allocated)).us(BitsStored, uint16(stored)).
		us(HighBit, uint16(high)).us(PixelRepresentation, uint16(representation))
}

// colour writes the image pixel module of colours of 8 bits.
func (w *writer) colour(photometric string, planar, rows, columns int) *writer {
	w.us(SamplesPerPixel, 3).text(PhotometricInterpretation, "CS", photometric).us(PlanarConfiguration, uint16(planar))
	return w.us(Rows, uint16(rows)).us(Columns, uint16(columns)).us(BitsAllocated, 8).us(BitsStored, 8).us(HighBit, 7).us(PixelRepresentation, 0)
}

// file puts preamble and meta header before a data set.
func file(syntax string, dataset []byte) []byte {
	if len(syntax)%2 == 1 {
		syntax += "\x00"
	}
	meta := little()
	meta.text(TransferSyntaxUID, "UI", syntax)
	out := little()
	out.Write(make([]byte, preambleLength))
	out.WriteString("DICM")
	out.head(0x00020000, "UL", 4)
	out.u32(uint32(meta.Len()))
	out.Write(meta.Bytes())
	out.Write(dataset)
	return out.Bytes()
}

func deflated(dataset []byte) []byte {
	var b bytes.Buffer
	w, _ := flate.NewWriter(&b, flate.BestCompression)
	w.Write(dataset)
	w.Close()
	return b.Bytes()
}

func mustParse(t testing.TB, data []byte) *File {
	t.Helper()
	f, err := Parse(data)
	if err != nil {
		t.Fatal(err)
	}
	return f
}
