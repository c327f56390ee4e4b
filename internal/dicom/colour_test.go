package dicom

import (
	"slices"
	"testing"
)

func TestRGB(t *testing.T) {
	for _, c := range []struct {
		name  string
		frame Frame
		want  []uint8
	}{
		{"RGB", Frame{Samples: 3, BitsStored: 8, Photometric: "RGB", Stored: []int32{1, 2, 255}}, []uint8{1, 2, 255}},
		{"RGB of 16 bits", Frame{Samples: 3, BitsStored: 16, Photometric: "RGB", Stored: []int32{0x1ff, 0x200, 0xffff}}, []uint8{1, 2, 255}},
		{"RGB of 4 bits", Frame{Samples: 3, BitsStored: 4, Photometric: "RGB", Stored: []int32{0, 1, 15}}, []uint8{0, 17, 255}},
		{"RGB, signed", Frame{Samples: 3, BitsStored: 8, Signed: true, Photometric: "RGB", Stored: []int32{-128, 0, 127}}, []uint8{0, 128, 255}},
		{"RGB and more", Frame{Samples: 4, BitsStored: 8, Photometric: "RGB", Stored: []int32{1, 2, 3, 4}}, []uint8{1, 2, 3}},
		{"grey", Frame{Samples: 3, BitsStored: 8, Photometric: "YBR_FULL", Stored: []int32{77, 128, 128}}, []uint8{77, 77, 77}},
		{"red", Frame{Samples: 3, BitsStored: 8, Photometric: "YBR_FULL", Stored: []int32{76, 85, 255}}, []uint8{254, 0, 0}},
		{"green", Frame{Samples: 3, BitsStored: 8, Photometric: "YBR_FULL_422", Stored: []int32{150, 44, 21}}, []uint8{0, 255, 1}},
		{"white, partial", Frame{Samples: 3, BitsStored: 8, Photometric: "YBR_PARTIAL_422", Stored: []int32{235, 128, 128}}, []uint8{255, 255, 255}},
		{"black, partial", Frame{Samples: 3, BitsStored: 8, Photometric: "YBR_PARTIAL_420", Stored: []int32{16, 128, 128}}, []uint8{0, 0, 0}},
	} {
		c.frame.Width, c.frame.Height = 1, 1
		if got, err := (&File{}).RGB(&c.frame); err != nil || !slices.Equal(got, c.want) {
			t.Errorf("%s: got %v, %v, want %v", c.name, got, err, c.want)
		}
	}
	for _, frame := range []Frame{{Samples: 4, Photometric: "CMYK"}, {Samples: 1, Photometric: "MONOCHROME2"}, {Samples: 1, Photometric: "PALETTE COLOR"}} {
		_, err := (&File{}).RGB(&frame)
		if checkKind(t, err); err == nil {
			t.Errorf("%s: want an error", frame.Photometric)
		}
	}
}

func TestPalette(t *testing.T) {
	three := func(w *writer, first Tag, code string, values ...string) *writer {
		for i := range 3 {
			w.text(first+Tag(i), code, values[i%len(values)])
		}
		return w
	}
	tables := func(descriptor string, data ...string) *writer {
		w := three(little(), RedPaletteColorLookupTableDescriptor, "US", descriptor)
		return three(w, RedPaletteColorLookupTableData, "OW", data...)
	}
	segmented := func(descriptor, data string) *writer {
		w := three(little(), RedPaletteColorLookupTableDescriptor, "US", descriptor)
		return three(w, SegmentedRedPaletteColorLookupTable, "OW", data)
	}
	for _, c := range []struct {
		name    string
		dataset *writer
		want    []uint8 // red of stored values 0 to 4
	}{
		{"16 bits", tables("\x04\x00\x00\x00\x10\x00", "\x00\x01\x00\x02\x00\x03\x00\xff"), []uint8{1, 2, 3, 255, 255}},
		{"8 bits in words", tables("\x04\x00\x00\x00\x08\x00", "\x01\x00\x02\x00\x03\x00\xff\x00"), []uint8{1, 2, 3, 255, 255}},
		{"8 bits in words said to be 16", tables("\x04\x00\x00\x00\x10\x00", "\x01\x00\x02\x00\x03\x00\xff\x00"), []uint8{1, 2, 3, 255, 255}},
		{"8 bits", tables("\x04\x00\x00\x00\x08\x00", "\x01\x02\x03\xff"), []uint8{1, 2, 3, 255, 255}},
		{"from 2", tables("\x02\x00\x02\x00\x08\x00", "\x07\x09"), []uint8{7, 7, 7, 9, 9}},
		{"segments of 8 bits", segmented("\x05\x00\x00\x00\x08\x00", "\x00\x02\x0a\x14\x01\x03\x32\x00"), []uint8{10, 20, 30, 40, 50}},
		{"segments of 16 bits", segmented("\x05\x00\x00\x00\x10\x00", "\x00\x00\x02\x00\x00\x0a\x00\x14\x01\x00\x03\x00\x00\x32"), []uint8{10, 20, 30, 40, 50}},
		{"repeated segment", segmented("\x04\x00\x00\x00\x10\x00", "\x00\x00\x02\x00\x00\x0a\x00\x14\x02\x00\x01\x00\x00\x00\x00\x00"), []uint8{10, 20, 10, 20, 20}},
	} {
		f := mustParse(t, file(explicitLittleEndian, c.dataset.Bytes()))
		rgb, err := f.RGB(&Frame{Width: 5, Height: 1, Samples: 1, Photometric: "PALETTE COLOR", Stored: []int32{0, 1, 2, 3, 4}})
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		for i, want := range c.want {
			if rgb[3*i] != want || rgb[3*i+2] != want {
				t.Errorf("%s: value %d: got %d, want %d", c.name, i, rgb[3*i], want)
			}
		}
	}
	for name, w := range map[string]*writer{
		"short table":    tables("\x08\x00\x00\x00\x08\x00", "\x01\x02"),
		"endless":        segmented("\x08\x00\x00\x00\x10\x00", "\x02\x00\xff\xff\x00\x00\x00\x00"),
		"empty segments": segmented("\x08\x00\x00\x00\x10\x00", "\x00\x00\x00\x00\x00\x00\x00\x00"),
		"few segments":   segmented("\x08\x00\x00\x00\x10\x00", "\x00\x00\x01\x00\x00\x00"),
	} {
		_, err := mustParse(t, file(explicitLittleEndian, w.Bytes())).palette()
		if checkKind(t, err); err == nil {
			t.Errorf("%s: want an error", name)
		}
	}
}
