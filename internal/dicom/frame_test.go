package dicom

import (
	"encoding/binary"
	"slices"
	"strings"
	"testing"
)

// packBits encodes a plane as run-length encoding does, literally.
func packBits(plane []byte) []byte {
	var out []byte
	for len(plane) > 0 {
		n := min(len(plane), 128)
		out = append(out, byte(n-1))
		out = append(out, plane[:n]...)
		plane = plane[n:]
	}
	if len(out)%2 == 1 {
		out = append(out, 128)
	}
	return out
}

// rleFrame encodes planes of bytes.
func rleFrame(planes ...[]byte) []byte {
	header := make([]byte, 64)
	binary.LittleEndian.PutUint32(header, uint32(len(planes)))
	var body []byte
	for i, plane := range planes {
		binary.LittleEndian.PutUint32(header[4+4*i:], uint32(64+len(body)))
		body = append(body, packBits(plane)...)
	}
	return append(header, body...)
}

func rleSlice() []byte {
	w := little()
	w.text(Modality, "CS", "CT")
	w.image(1, 3, 16, 12, 11, 1)
	w.fragments(nil, rleFrame([]byte{0xff, 0, 0}, []byte{0xfe, 1, 2}))
	return w.Bytes()
}

// TestStored reads native pixels of every layout.
func TestStored(t *testing.T) {
	big := &writer{order: binary.BigEndian}
	for _, c := range []struct {
		name    string
		syntax  string
		dataset *writer
		want    []int32
	}{
		{"unsigned 16", explicitLittleEndian, little().image(1, 2, 16, 16, 15, 0).words(0, 65535), []int32{0, 65535}},
		{"signed 16", explicitLittleEndian, little().image(1, 2, 16, 16, 15, 1).words(0x8000, 65535), []int32{-32768, -1}},
		{"12 bits, signs extended", explicitLittleEndian, little().image(1, 2, 16, 12, 11, 1).words(0xf800, 0x7ff), []int32{-2048, 2047}},
		{"12 bits, signs not extended", explicitLittleEndian, little().image(1, 2, 16, 12, 11, 1).words(0x800, 0x7ff), []int32{-2048, 2047}},
		{"12 bits understated", explicitLittleEndian, little().image(1, 2, 16, 12, 11, 1).words(0xffff, 0xbff), []int32{-1, 3071}},
		{"12 bits at the top", explicitLittleEndian, little().image(1, 2, 16, 12, 15, 0).words(0xfff0, 0x123f), []int32{4095, 0x123}},
		{"12 bits at the top, signed", explicitLittleEndian, little().image(1, 2, 16, 12, 15, 1).words(0xfff0, 0x123f), []int32{-1, 0x123}},
		{"overlay above", explicitLittleEndian, little().image(1, 2, 16, 12, 11, 0).us(0x60000100, 16).us(0x60000102, 12).words(0x1005, 0x0fff), []int32{5, 4095}},
		{"overlay above, signed", explicitLittleEndian, little().image(1, 2, 16, 12, 11, 1).us(0x60000100, 16).us(0x60000102, 15).words(0x8005, 0x0fff), []int32{5, -1}},
		{"impossible high bit", explicitLittleEndian, little().image(1, 2, 16, 12, 3, 0).words(7, 4095), []int32{7, 4095}},
		{"8 bits, odd", explicitLittleEndian, little().image(1, 3, 8, 8, 7, 0).text(PixelData, "OB", "\x01\x02\xff\x00"), []int32{1, 2, 255}},
		{"8 bits, signed", explicitLittleEndian, little().image(1, 2, 8, 8, 7, 1).text(PixelData, "OB", "\x01\xff"), []int32{1, -1}},
		{"7 bits", explicitLittleEndian, little().image(1, 2, 8, 7, 6, 0).text(PixelData, "OB", "\x01\x7f"), []int32{1, 127}},
		{"1 bit", explicitLittleEndian, little().image(1, 10, 1, 1, 0, 0).text(PixelData, "OB", "\x05\x02"), []int32{1, 0, 1, 0, 0, 0, 0, 0, 0, 1}},
		{"12 bits, packed", explicitLittleEndian, little().image(1, 2, 12, 12, 11, 0).text(PixelData, "OW", "\x21\x63\x45"), []int32{0x321, 0x456}},
		{"32 bits", explicitLittleEndian, little().image(1, 1, 32, 32, 31, 0).text(PixelData, "OW", "\x04\x03\x02\x01"), []int32{0x01020304}},
		{"32 bits, signed", explicitLittleEndian, little().image(1, 1, 32, 32, 31, 1).text(PixelData, "OW", "\xfe\xff\xff\xff"), []int32{-2}},
		{"32 bits of colour", explicitLittleEndian, little().us(SamplesPerPixel, 3).text(PhotometricInterpretation, "CS", "RGB").us(Rows, 1).us(Columns, 1).us(BitsAllocated, 32).text(PixelData, "OW", "\xff\xff\xff\xff\x00\x00\x01\x00\x00\x00\x00\x80"), []int32{0xffff, 1, 0x8000}},
		{"big endian", bigEndian, big.image(1, 2, 16, 16, 15, 1).words(1, 0xfffe), []int32{1, -2}},
		{"big endian bytes in words", bigEndian, (&writer{order: binary.BigEndian}).image(1, 3, 8, 8, 7, 0).text(PixelData, "OW", "\x02\x01\x00\x03"), []int32{1, 2, 3}},
		{"big endian bytes", bigEndian, (&writer{order: binary.BigEndian}).image(1, 2, 8, 8, 7, 0).text(PixelData, "OB", "\x01\x02"), []int32{1, 2}},
		{"GE big endian pixels", geBigEndianPixels, implicitPixels("\x00\x01\x01\x00"), []int32{1, 256}},
		{"encapsulated, not compressed", "1.2.840.10008.1.2.1.98", little().image(1, 2, 16, 16, 15, 0).fragments(nil, []byte{1, 0}, []byte{2, 1}), []int32{1, 0x102}},
		{"planar", explicitLittleEndian, little().colour("RGB", 1, 1, 2).text(PixelData, "OB", "\x01\x02\x03\x04\x05\x06"), []int32{1, 3, 5, 2, 4, 6}},
		{"YBR 4:2:2", explicitLittleEndian, little().colour("YBR_FULL_422", 0, 1, 2).text(PixelData, "OB", "\x01\x02\x03\x04"), []int32{1, 3, 4, 2, 3, 4}},
		{"RLE", "1.2.840.10008.1.2.5", bytesOf(rleSlice()), []int32{-2, 1, 2}},
		{"RLE with a length", "1.2.840.10008.1.2.5", little().image(1, 2, 8, 8, 7, 0).text(PixelData, "OB", fragmentBytes(rleFrame([]byte{8, 9}))), []int32{8, 9}},
		{"RLE syntax, native pixels", "1.2.840.10008.1.2.5", little().image(1, 2, 16, 16, 15, 0).words(3, 4), []int32{3, 4}},
	} {
		t.Run(c.name, func(t *testing.T) {
			frame, err := mustParse(t, file(c.syntax, c.dataset.Bytes())).Frame(0)
			if err != nil {
				t.Fatal(err)
			}
			if !slices.Equal(frame.Stored, c.want) {
				t.Errorf("got %v, want %v", frame.Stored, c.want)
			}
		})
	}
}

func bytesOf(dataset []byte) *writer {
	w := little()
	w.Write(dataset)
	return w
}

// implicitPixels are two pixels of 16 bits.
func implicitPixels(pixels string) *writer {
	w := &writer{order: binary.LittleEndian, implicit: true}
	return w.image(1, 2, 16, 16, 15, 0).text(PixelData, "", pixels)
}

// fragmentBytes is encapsulated pixel data without its element's head.
func fragmentBytes(fragments ...[]byte) string {
	w := little().fragments(nil, fragments...)
	return string(w.Bytes()[12:])
}

func TestFrameErrors(t *testing.T) {
	for _, c := range []struct {
		name, syntax string
		dataset      *writer
		want         string
	}{
		{"none", explicitLittleEndian, little().image(1, 1, 16, 16, 15, 0), "there are no pixels"},
		{"too few", explicitLittleEndian, little().image(2, 2, 16, 16, 15, 0).words(1, 2, 3), "got 6 bytes, want 8"},
		{"no rows", explicitLittleEndian, little().us(Columns, 3).words(1, 2, 3), "0 rows"},
		{"samples", explicitLittleEndian, little().us(SamplesPerPixel, 9).us(Rows, 1).us(Columns, 1).words(1), "samples a pixel: got 9"},
		{"floats", explicitLittleEndian, little().image(1, 1, 32, 32, 31, 0).text(FloatPixelData, "OF", "\x00\x00\x00\x00"), "floating-point"},
		{"HTJ2K", "1.2.840.10008.1.2.4.201", little().image(1, 1, 16, 16, 15, 0).fragments(nil, []byte{0xff, 0x4f, 0xff, 0x51}), "high-throughput JPEG 2000 lossless (1.2.840.10008.1.2.4.201)"},
		{"private", "1.2.3.4", little().image(1, 1, 16, 16, 15, 0).fragments(nil, []byte{1, 2}), "unknown transfer syntax (1.2.3.4)"},
		{"not JPEG", "1.2.840.10008.1.2.4.70", little().image(1, 1, 16, 16, 15, 0).fragments(nil, []byte{1, 2}), "2 bytes that are not JPEG lossless"},
		{"RLE planes", "1.2.840.10008.1.2.5", little().image(1, 2, 16, 16, 15, 0).fragments(nil, rleFrame([]byte{1, 2})), "segments: got 1, want 2"},
		{"no fragments", "1.2.840.10008.1.2.5", little().image(1, 2, 16, 16, 15, 0).fragments(nil), "no fragments"},
		{"32 bits", explicitLittleEndian, little().image(1, 1, 32, 32, 31, 0).text(PixelData, "OW", "\xff\xff\xff\xff"), "4294967295"},
		{"32 bits, RLE", "1.2.840.10008.1.2.5", little().image(1, 1, 32, 32, 31, 0).fragments(nil, rleFrame([]byte{255}, []byte{0}, []byte{0}, []byte{0})), "4278190080"},
		{"64 bits", explicitLittleEndian, little().image(1, 1, 64, 64, 63, 0).text(PixelData, "OW", "12345678"), "pixels of 64 bits"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := mustParse(t, file(c.syntax, c.dataset.Bytes())).Frame(0)
			checkKind(t, err)
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %q", err, c.want)
			}
		})
	}
	f := mustParse(t, file(explicitLittleEndian, slice(little())))
	for _, i := range []int{-1, 1} {
		if _, err := f.Frame(i); err == nil {
			t.Errorf("frame %d: want an error", i)
		}
	}
}

// TestFrames shares fragments out among frames.
func TestFrames(t *testing.T) {
	soi := func(rest string) []byte { return []byte("\xff\xd8\xff" + rest) }
	a, b, c := soi("a"), []byte("bb"), soi("ccc")
	offsets := func(values ...uint64) string {
		var out []byte
		for _, v := range values {
			out = binary.LittleEndian.AppendUint64(out, v)
		}
		return string(out)
	}
	frames := func(n string) *writer { return little().text(NumberOfFrames, "IS", n) }
	for _, test := range []struct {
		name    string
		dataset *writer
		want    string
	}{
		{"one", frames("1").fragments(nil, a, b, c), "abbccc"},
		{"one each", frames("3").fragments(nil, a, b, c), "a|bb|ccc"},
		{"offsets", frames("2").fragments([]uint32{0, 12}, a, b, c), "a|bbccc"},
		{"offsets that fit nothing", frames("2").fragments([]uint32{0, 13}, a, b, c), "abb|ccc"},
		{"offsets of zeros", frames("2").fragments([]uint32{0, 0}, a, b, c), "abb|ccc"},
		{"starts", frames("2").fragments(nil, a, b, c), "abb|ccc"},
		{"extended offsets", frames("2").text(ExtendedOffsetTable, "OV", offsets(0, 12)).fragments(nil, a, b, c), "a|bbccc"},
		{"too few", frames("4").fragments(nil, a, b, c), "a|bb|ccc"},
		{"offsets beyond", frames("2").fragments([]uint32{0, 1 << 31}, a, b, c), "abb|ccc"},
	} {
		t.Run(test.name, func(t *testing.T) {
			groups, err := mustParse(t, file("1.2.840.10008.1.2.4.50", test.dataset.Bytes())).splitFrames()
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, group := range groups {
				text := ""
				for _, fragment := range group {
					text += strings.TrimPrefix(string(fragment), "\xff\xd8\xff")
				}
				got = append(got, text)
			}
			if strings.Join(got, "|") != test.want {
				t.Errorf("got %q, want %q", strings.Join(got, "|"), test.want)
			}
		})
	}
}

// TestManyFrames reads native and run-length coded frames one by one.
func TestManyFrames(t *testing.T) {
	plain := little().text(NumberOfFrames, "IS", "2").image(1, 2, 16, 16, 15, 0).words(1, 2, 3, 4)
	bits := little().text(NumberOfFrames, "IS", "2").image(1, 3, 1, 1, 0, 0).text(PixelData, "OB", "\x2b\x00")
	swappedBits := (&writer{order: binary.BigEndian}).text(NumberOfFrames, "IS", "2").image(1, 3, 1, 1, 0, 0).text(PixelData, "OW", "\x00\x2b")
	coded := little().text(NumberOfFrames, "IS", "2").image(1, 2, 8, 8, 7, 0).fragments(nil, rleFrame([]byte{1, 2}), rleFrame([]byte{3, 4}))
	for _, c := range []struct {
		name, syntax string
		dataset      *writer
		want         [2][]int32
	}{
		{"native", explicitLittleEndian, plain, [2][]int32{{1, 2}, {3, 4}}},
		{"bits across bytes", explicitLittleEndian, bits, [2][]int32{{1, 1, 0}, {1, 0, 1}}},
		{"bits in big endian words", bigEndian, swappedBits, [2][]int32{{1, 1, 0}, {1, 0, 1}}},
		{"RLE", "1.2.840.10008.1.2.5", coded, [2][]int32{{1, 2}, {3, 4}}},
	} {
		f := mustParse(t, file(c.syntax, c.dataset.Bytes()))
		for i, want := range c.want {
			if frame, err := f.Frame(i); err != nil || !slices.Equal(frame.Stored, want) {
				t.Errorf("%s: frame %d: got %+v, %v, want %v", c.name, i, frame, err, want)
			}
		}
	}
}

func TestHU(t *testing.T) {
	frame := &Frame{Stored: []int32{-40000, -1, 0, 1, 3, 40000}}
	for _, c := range []struct {
		slope, intercept float64
		want             []int16
	}{
		{1, -1024, []int16{-32768, -1025, -1024, -1023, -1021, 32767}},
		{0.5, 0, []int16{-20000, 0, 0, 0, 2, 20000}},
		{-2, 0.5, []int16{32767, 2, 0, -2, -6, -32768}},
		{1, 1e300, []int16{32767, 32767, 32767, 32767, 32767, 32767}},
	} {
		if got := frame.HU(FrameHeader{Slope: c.slope, Intercept: c.intercept}); !slices.Equal(got, c.want) {
			t.Errorf("slope %v, intercept %v: got %v, want %v", c.slope, c.intercept, got, c.want)
		}
	}
}

func TestFillPadding(t *testing.T) {
	for _, c := range []struct {
		name      string
		low, high int32
		intercept float64
		want      []int16
	}{
		{"below air", -2000, -2000, -1024, []int16{-1024, -1024, 976}},
		{"a range", -2000, 0, -1024, []int16{976, 976, 976}},
		{"all", -5000, 5000, -1024, []int16{-3024, -1024, 976}},
		{"water", 0, 0, 0, []int16{-2000, 0, 2000}},
	} {
		frame := &Frame{Stored: []int32{-2000, 0, 2000}}
		h := &Header{HasPadding: true, PaddingLow: c.low, PaddingHigh: c.high}
		fh := FrameHeader{Slope: 1, Intercept: c.intercept}
		hu := frame.HU(fh)
		if frame.FillPadding(hu, h, fh); !slices.Equal(hu, c.want) {
			t.Errorf("%s: got %v, want %v", c.name, hu, c.want)
		}
	}
	w := little().us(Rows, 1).us(Columns, 1).us(PixelRepresentation, 1)
	w.us(PixelPaddingValue, 0xf830).us(PixelPaddingRangeLimit, 0xfc00)
	h, err := mustParse(t, file(explicitLittleEndian, w.Bytes())).Header()
	if err != nil || h.PaddingLow != -2000 || h.PaddingHigh != -1024 {
		t.Errorf("got %+v, %v, want padding -2000 to -1024 although its VR is US", h, err)
	}
}
