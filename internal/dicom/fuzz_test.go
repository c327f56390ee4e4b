package dicom

import (
	"encoding/binary"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

// FuzzParse looks for panics, hangs and other errors than the two kinds, in all
// that is done with a file.
func FuzzParse(f *testing.F) {
	f.Add(file(explicitLittleEndian, slice(little())))
	f.Add(file(implicitLittleEndian, slice(&writer{order: binary.LittleEndian, implicit: true})))
	f.Add(slice(&writer{order: binary.BigEndian}))
	f.Add(file(deflatedLittleEndian, deflated(slice(little()))))
	f.Add(file("1.2.840.10008.1.2.5", rleSlice()))
	f.Add(file("1.2.840.10008.1.2.4.50", little().text(NumberOfFrames, "IS", "2").image(1, 1, 8, 8, 7, 0).fragments([]uint32{0, 12}, []byte("\xff\xd8\xff\xc0"), []byte("\xff\xd8\xff\xf7")).Bytes()))
	colours := little().us(SamplesPerPixel, 1).text(PhotometricInterpretation, "CS", "PALETTE COLOR").us(Rows, 1).us(Columns, 2).us(BitsAllocated, 8)
	for i := range Tag(3) {
		colours.us(RedPaletteColorLookupTableDescriptor+i, 4, 0, 16)
	}
	for i := range Tag(3) {
		colours.text(SegmentedRedPaletteColorLookupTable+i, "OW", "\x00\x00\x02\x00\x00\x0a\x00\x14\x02\x00\x01\x00\x00\x00\x00\x00")
	}
	f.Add(file(explicitLittleEndian, colours.text(PixelData, "OB", "\x00\x03").Bytes()))
	f.Add(file(explicitLittleEndian, little().colour("YBR_FULL_422", 0, 1, 2).text(PixelData, "OB", "\x01\x02\x03\x04").Bytes()))
	groups := little().sequence(PerFrameFunctionalGroupsSequence, "SQ", true, little().sequence(PlanePositionSequence, "SQ", false, little().text(ImagePositionPatient, "DS", `1\2\3`).Bytes()).Bytes())
	f.Add(file(explicitLittleEndian, groups.Bytes()))
	f.Fuzz(func(t *testing.T, data []byte) {
		if header, err := ParseHeader(data); err == nil {
			header.Header()
		}
		file, err := Parse(data)
		checkKind(t, err)
		if err != nil {
			return
		}
		file.ReferencedFiles()
		h, err := file.Header()
		checkKind(t, err)
		if err != nil || h.Rows*h.Columns > 1<<16 {
			return
		}
		frame, err := file.FrameOf(h, h.Frames-1)
		checkKind(t, err)
		if err != nil {
			return
		}
		if len(frame.Stored) != frame.Width*frame.Height*frame.Samples {
			t.Errorf("got %d samples of %d x %d pixels with %d each", len(frame.Stored), frame.Width, frame.Height, frame.Samples)
		}
		fh := h.Frame(h.Frames - 1)
		frame.FillPadding(frame.HU(fh), h, fh)
		_, err = file.RGB(frame)
		checkKind(t, err)
	})
}

// FuzzText looks for panics in texts of any character set.
func FuzzText(f *testing.F) {
	f.Add([]byte("\x1b$B;3ED\x1b(B^\x1b$)C\xd1"), []byte(`ISO 2022 IR 13\ISO 2022 IR 87`))
	f.Add([]byte("\xcd\xf5^\xd0"), []byte("GB18030"))
	f.Fuzz(func(t *testing.T, value, charset []byte) {
		text := printable(decodeText(value, charset))
		if strings.ContainsFunc(text, unicode.IsControl) || !utf8.ValidString(text) {
			t.Errorf("got %q", text)
		}
	})
}
