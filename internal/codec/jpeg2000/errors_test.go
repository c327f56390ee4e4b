package jpeg2000

import (
	"bytes"
	"encoding/binary"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"lungct/internal/codec"
)

// changed is a copy of data with other bytes at a place.
func changed(data []byte, at int, bytes ...byte) []byte {
	data = slices.Clone(data)
	copy(data[at:], bytes)
	return data
}

// inserted is a copy of data with bytes more at a place.
func inserted(data []byte, at int, more ...byte) []byte {
	return slices.Concat(data[:at], more, data[at:])
}

func TestErrors(t *testing.T) {
	plain := readVector(t, "grey12-plain.j2k")
	rgb := readVector(t, "rgb8-markers.j2k")
	siz := func(data []byte) int { s, _, _ := find(t, data, markerSIZ); return s + 4 }
	_, sizEnd, _ := find(t, plain, markerSIZ)
	cod, codEnd, _ := find(t, plain, markerCOD)
	qcd, _, _ := find(t, plain, markerQCD)
	sot := bytes.Index(plain, []byte{0xff, 0x90, 0, 10})
	sod := bytes.Index(plain, []byte{0xff, 0x93})
	symbols := readVector(t, "grey12-style-32.j2k")
	half := len(symbols) / 2

	for _, c := range []struct {
		name        string
		data        []byte
		unsupported bool
		text        string
	}{
		{"empty", nil, false, "start"},
		{"not a stream", []byte("\xff\xd8\xff\xe0 a JPEG file"), false, "start"},
		{"only the start", plain[:4], false, "header: ends"},
		{"no tile", plain[:sot], false, "header: ends"},
		{"no packets", plain[:sod+2], false, "too few"},
		{"half of the packets", plain[:len(plain)/2], false, "packet"},
		{"last byte of the last packet", plain[:len(plain)-3], false, "packet"},
		{"tile missing", readVector(t, "grey12-markers.j2k")[:3000], false, "tile"},
		{"a zero in the middle", changed(symbols, half, symbols[half]^0xff), false, "segmentation symbol"},
		{"17 bits", changed(plain, siz(plain)+36, 16), true, "17 bits"},
		{"39 bits", changed(plain, siz(plain)+36, 38), false, "39 bits"},
		{"different depths", changed(rgb, siz(rgb)+39, 11), true, "different kinds"},
		{"sampling 0", changed(plain, siz(plain)+37, 0), false, "sampling"},
		{"sampling 2 and 3", changed(rgb, siz(rgb)+36, 7, 2, 1, 7, 3, 1, 7, 3), true, "multiple"},
		{"5 components", changed(plain, siz(plain)+34, 0, 5), true, "5 components"},
		{"no pixels", changed(plain, siz(plain)+2, 0, 0, 0, 0), false, "size"},
		{"2 gigapixels", changed(plain, siz(plain)+2, 0, 0, 0xff, 0xff, 0, 0, 0xff, 0xff), true, "samples"},
		{"tiles of no size", changed(plain, siz(plain)+18, 0, 0, 0, 0), false, "tiles"},
		{"too many tiles", changed(plain, siz(plain)+2, 0, 0, 2, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 1), false, "tiles"},
		{"Part 2 in SIZ", changed(plain, siz(plain), 0x81, 0), true, "multiple component"},
		{"Part 2 marker", inserted(plain, codEnd, markerSegment(0xff79, 0)...), true, "wavelet kernels"},
		{"Part 2 kernel", changed(plain, cod+13, 2), true, "wavelet kernels"},
		{"Part 2 transform", changed(plain, cod+8, 2), true, "multiple component"},
		{"high throughput by CAP", inserted(plain, sizEnd, markerSegment(markerCAP, 0, 2, 0, 0, 0, 0)...), true, "HTJ2K"},
		{"high throughput by style", changed(plain, cod+12, 0x40), true, "HTJ2K"},
		{"unknown marker", inserted(plain, codEnd, markerSegment(0xff30, 0)...), true, "marker ff30"},
		{"progression 5", changed(plain, cod+5, 5), false, "progression"},
		{"no layers", changed(plain, cod+6, 0, 0), false, "layers"},
		{"65535 layers", changed(plain, cod+6, 0xff, 0xff), false, "too few"},
		{"33 levels", changed(plain, cod+9, 33), false, "levels"},
		{"32 levels", changed(plain, cod+9, 32), false, "quantization"},
		{"large code-blocks", changed(plain, cod+10, 8, 8), false, "code-blocks"},
		{"colour transform of grey", changed(plain, cod+8, 1), false, "transformation"},
		{"quantized and reversible", changed(plain, qcd+4, 0x42), true, "reversible"},
		{"part 1 first", changed(plain, sot+10, 1), false, "part 1"},
		{"tile 7", changed(plain, sot+4, 0, 7), false, "tile 7"},
		{"short tile-part", changed(plain, sot+6, 0, 0, 0, 12), false, "length"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := Decode(c.data, 1<<24)
			var format codec.FormatError
			var unsupported codec.UnsupportedError
			if c.unsupported && !errors.As(err, &unsupported) || !c.unsupported && !errors.As(err, &format) {
				t.Fatalf("got %v, want unsupported %t", err, c.unsupported)
			}
			if !strings.Contains(err.Error(), c.text) {
				t.Errorf("got %q, want it to speak of %q", err, c.text)
			}
		})
	}
}

// TestTruncated cuts streams everywhere: what is missing is an error, but for
// the marker of the end.
func TestTruncated(t *testing.T) {
	for _, name := range []string{"grey12-plain.j2k", "rgb8-RPCL-tiles.j2k", "grey12-markers.j2k"} {
		data := readVector(t, name)
		whole := mustDecode(t, data)
		for n := 0; n < len(data)-2; n += 1 + n/200 {
			if img, err := Decode(data[:n], 1<<20); err == nil {
				t.Fatalf("%s: got a %d x %d image from %d of %d bytes", name, img.Width, img.Height, n, len(data))
			}
		}
		for _, end := range [][]byte{data[:len(data)-2], data[:len(data)-1], append(slices.Clone(data), 0)} {
			compare(t, mustDecode(t, end), whole, 0)
		}
	}
}

// TestDamage counts the wrong bits that are noticed in code-blocks of full size;
// in short ones they are fewer.
func TestDamage(t *testing.T) {
	data := readVector(t, "grey12-levels-0.j2k")
	tried, found := 0, 0
	for i := 300; i < len(data)-300; i += 37 {
		tried++
		if _, err := Decode(changed(data, i, data[i]^0x10), 1<<20); err != nil {
			found++
		}
	}
	t.Logf("found %d of %d", found, tried)
	if found < tried/2 {
		t.Errorf("found %d of %d wrong bits, want half", found, tried)
	}
}

func TestLastTilePartWithoutLength(t *testing.T) {
	data := readVector(t, "grey12-plain.j2k")
	sot := bytes.Index(data, []byte{0xff, 0x90, 0, 10})
	compare(t, mustDecode(t, changed(data, sot+6, 0, 0, 0, 0)), sources["grey12"].image(), 0)
}

func box(kind string, content ...byte) []byte {
	return append(append(binary.BigEndian.AppendUint32(nil, uint32(8+len(content))), kind...), content...)
}

func TestBoxes(t *testing.T) {
	stream, want := readVector(t, "grey12-plain.j2k"), sources["grey12"].image()
	start := slices.Concat(jp2Signature, box("ftyp", []byte("jp2 \x00\x00\x00\x00jp2 ")...))
	long := append(append([]byte{0, 0, 0, 1}, "jp2c"...), binary.BigEndian.AppendUint64(nil, uint64(16+len(stream)))...)
	for name, data := range map[string][]byte{
		"long length":   slices.Concat(start, long, stream),
		"to the end":    slices.Concat(start, []byte("\x00\x00\x00\x00jp2c"), stream),
		"broken box":    slices.Concat(start, []byte("\x00\x00\x00\x04jp2h"), box("jp2c", stream...)),
		"others around": slices.Concat(start, box("uuid", 1, 2, 3), box("jp2c", stream...), box("xml ", 'x')),
	} {
		t.Run(name, func(t *testing.T) { compare(t, mustDecode(t, data), want, 0) })
	}
	for name, data := range map[string][]byte{
		"no stream": start,
		"palette":   slices.Concat(start, box("jp2h", box("pclr", 0)...), box("jp2c", stream...)),
		"short box": append(slices.Clone(start), 0, 0, 0, 4, 'j', 'p', '2', 'h'),
		"long box":  append(slices.Clone(start), 0, 0, 0, 1, 'j', 'p', '2', 'h', 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff),
	} {
		if _, err := Decode(data, 1<<20); err == nil {
			t.Errorf("%s: got an image, want an error", name)
		}
	}
}

// FuzzDecode looks for panics, and for what takes memory or time without end.
func FuzzDecode(f *testing.F) {
	files, err := filepath.Glob("testdata/*.j[2p][k2]")
	if err != nil {
		f.Fatal(err)
	}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	for _, data := range repacked(f) {
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		img, err := Decode(data, 1<<16)
		if err != nil {
			if !strings.HasPrefix(err.Error(), "jpeg2000: ") || strings.Contains(err.Error(), "\n") {
				t.Fatalf("got %q", err)
			}
			return
		}
		low, high := int32(0), int32(1)<<img.Precision-1
		if img.Signed {
			low, high = -1<<(img.Precision-1), 1<<(img.Precision-1)-1
		}
		if len(img.Samples) != img.Width*img.Height*img.Components || len(img.Samples) > 1<<16 {
			t.Fatalf("got %d samples of %d x %d x %d", len(img.Samples), img.Width, img.Height, img.Components)
		}
		for i, v := range img.Samples {
			if v < low || v > high {
				t.Fatalf("sample %d: got %d, want %d to %d", i, v, low, high)
			}
		}
	})
}
