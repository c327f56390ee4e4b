package dicom

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// slice writes a small CT slice whose pixels are -2, -1, 0, 1, 2, 3.
func slice(w *writer) []byte {
	w.text(SpecificCharacterSet, "CS", "ISO_IR 100")
	w.text(ImageType, "CS", `ORIGINAL\PRIMARY\AXIAL`)
	w.text(SOPInstanceUID, "UI", "1.2.3\x00")
	w.text(Modality, "CS", "CT")
	nested := &writer{order: w.order, implicit: w.implicit}
	nested.text(SeriesDescription, "LO", "inner")
	outer := &writer{order: w.order, implicit: w.implicit}
	outer.sequence(0x00081140, "SQ", true, nested.Bytes(), nested.Bytes())
	w.sequence(0x00081115, "SQ", false, outer.Bytes())
	w.text(0x00090010, "LO", "SOMEBODY")
	w.sequence(0x00091001, "UN", false, nested.Bytes())
	w.text(InstanceNumber, "IS", "7")
	w.image(2, 3, 16, 12, 11, 1)
	w.text(RescaleIntercept, "DS", "-1024")
	w.text(RescaleSlope, "DS", "1")
	w.words(0xfffe, 0xffff, 0, 1, 2, 3)
	w.text(0xfffcfffc, "OB", "\x00\x00")
	return w.Bytes()
}

func checkSlice(t *testing.T, data []byte) {
	t.Helper()
	if !IsDICOM(data) {
		t.Error("not seen to be DICOM")
	}
	f := mustParse(t, data)
	if f.Truncated {
		t.Error("truncated")
	}
	h, err := f.Header()
	if err != nil {
		t.Fatal(err)
	}
	if h.Modality != "CT" || h.InstanceUID != "1.2.3" || h.InstanceNumber != 7 || h.Common.Intercept != -1024 || len(h.ImageType) != 3 {
		t.Errorf("got %+v", h)
	}
	items := f.Items(0x00081115)
	if len(items) != 1 || len(items[0].Items(0x00081140)) != 2 || items[0].Items(0x00081140)[1].Text(SeriesDescription) != "inner" {
		t.Error("nested sequences are not read")
	}
	if items := f.Items(0x00091001); len(items) != 1 || items[0].Text(SeriesDescription) != "inner" {
		t.Error("the private sequence is not read")
	}
	frame, err := f.FrameOf(h, 0)
	if err != nil {
		t.Fatal(err)
	}
	if want := []int16{-1026, -1025, -1024, -1023, -1022, -1021}; !slices.Equal(frame.HU(h.Common), want) {
		t.Errorf("got %v, want %v", frame.HU(h.Common), want)
	}
}

func TestEncodings(t *testing.T) {
	big := func() *writer { return &writer{order: binary.BigEndian} }
	implicit := func() *writer { return &writer{order: binary.LittleEndian, implicit: true} }
	for _, c := range []struct {
		name, syntax string
		dataset      []byte
	}{
		{"implicit", implicitLittleEndian, slice(implicit())},
		{"explicit", explicitLittleEndian, slice(little())},
		{"big endian", bigEndian, slice(big())},
		{"deflated", deflatedLittleEndian, deflated(slice(little()))},
		{"deflated, as zlib does", deflatedLittleEndian, append([]byte{0x78, 0x9c}, deflated(slice(little()))...)},
		{"said to be deflated", deflatedLittleEndian, slice(little())},
		{"said to be implicit", implicitLittleEndian, slice(little())},
		{"said to be explicit", explicitLittleEndian, slice(implicit())},
		{"said to be little endian", explicitLittleEndian, slice(big())},
		{"said to be big endian", bigEndian, slice(little())},
		{"said to be nothing", "", slice(big())},
	} {
		t.Run(c.name, func(t *testing.T) {
			whole := file(c.syntax, c.dataset)
			checkSlice(t, whole)
			checkSlice(t, append([]byte("II*\x00\x08\x00\x00\x00"), whole[8:]...)) // also a TIFF
			if !strings.HasPrefix(c.name, "deflated") {
				checkSlice(t, c.dataset) // neither preamble nor meta header
				checkSlice(t, whole[preambleLength:])
			}
			if c.syntax != "" {
				checkSlice(t, whole[preambleLength+4:]) // no preamble
			}
			f, err := ParseHeader(whole)
			if err != nil || f.Truncated || f.Has(PixelData) || f.String(Modality) != "CT" {
				t.Errorf("header only: %+v, %v", f, err)
			}
		})
	}
}

// TestTruncated cuts files everywhere: what is before the cut is read, and the
// only errors are the two kinds.
func TestTruncated(t *testing.T) {
	for _, whole := range [][]byte{
		file(explicitLittleEndian, slice(little())),
		file(deflatedLittleEndian, deflated(slice(little()))),
		slice(&writer{order: binary.BigEndian}),
		file("1.2.840.10008.1.2.5", rleSlice()),
	} {
		for n := range whole {
			IsDICOM(whole[:n])
			for _, parse := range []func([]byte) (*File, error){Parse, ParseHeader} {
				f, err := parse(whole[:n])
				checkKind(t, err)
				if f == nil {
					continue
				}
				frame, err := f.Frame(0)
				checkKind(t, err)
				if err == nil && frame.Stored[0] != -2 {
					t.Fatalf("cut after %d bytes: got pixel %d, want -2", n, frame.Stored[0])
				}
			}
		}
	}
}

func checkKind(t testing.TB, err error) {
	t.Helper()
	if err == nil {
		return
	}
	var broken FormatError
	var unsupported UnsupportedError
	if !errors.As(err, &broken) && !errors.As(err, &unsupported) {
		t.Errorf("want a FormatError or an UnsupportedError, got %T: %v", err, err)
	}
	if text := err.Error(); strings.ContainsAny(text, "\n\r") || !strings.HasPrefix(text, "dicom: ") {
		t.Errorf("want one line, got %q", text)
	}
}

// TestQuirks reads what writers are known to do wrong.
func TestQuirks(t *testing.T) {
	head := func() *writer {
		w := little()
		w.text(ImageType, "CS", "ORIGINAL").text(SOPClassUID, "UI", "1.2").text(Modality, "CS", "CT")
		return w
	}
	tail := func(w *writer) []byte {
		w.image(600, 600, 8, 8, 7, 0)
		w.text(PixelData, "OB", strings.Repeat("\x2a", 600*600))
		return file(explicitLittleEndian, w.Bytes())
	}
	odd := head()
	odd.head(SeriesDescription, "LO", 3)
	odd.WriteString("odd ")
	thirteen := head()
	thirteen.head(SeriesDescription, "LO", 13)
	thirteen.WriteString("ten bytes!")
	unknownVR := head()
	unknownVR.text(SeriesDescription, "ZZ", "what")
	unknownLongVR := head()
	unknownLongVR.WriteString("\x08\x00\x3e\x10ZZ\x00\x00\x04\x00\x00\x00what")
	implicitElement := head()
	implicitElement.implicit = true
	implicitElement.text(SeriesDescription, "", "other")
	implicitElement.implicit = false
	rubbishVR := head()
	rubbishVR.text(SeriesDescription, "??", "what")
	blankVR := head()
	blankVR.text(SeriesDescription, "  ", "what")
	shortUN := head()
	shortUN.WriteString("\x08\x00\x3e\x10UN\x04\x00what")
	delimiters := head()
	delimiters.head(sequenceEnd, "", 0)
	delimiters.head(itemEnd, "", 0)
	noItemEnd := head()
	noItemEnd.head(0x00081115, "SQ", undefined)
	noItemEnd.head(item, "", undefined)
	noItemEnd.text(SeriesDescription, "LO", "inner")
	noItemEnd.head(sequenceEnd, "", 0)
	longEnd := head()
	longEnd.head(0x00081115, "SQ", undefined)
	longEnd.head(sequenceEnd, "", 6)
	noEnd := head()
	noEnd.head(0x00081115, "SQ", undefined)
	noEnd.head(item, "", 0)
	wrongEnd := head()
	wrongEnd.sequence(0x00081115, "SQ", true, little().text(SeriesDescription, "LO", "inner").Bytes())
	wrongEnd.Bytes()[wrongEnd.Len()-8-6-8-4] += 4 // the lowest byte of its length
	unordered := little()
	unordered.text(Modality, "CS", "CT").text(ImageType, "CS", "ORIGINAL").text(SOPClassUID, "UI", "1.2")
	explicitInUN := head()
	inner := little().text(SeriesDescription, "LO", "inner")
	explicitInUN.sequence(0x00091001, "UN", false, inner.Bytes())
	for name, w := range map[string]*writer{
		"odd length": odd, "13 for 10": thirteen, "unknown VR": unknownVR, "rubbish for a VR": rubbishVR, "blank VR": blankVR, "unknown VR with long length": unknownLongVR,
		"implicit among explicit": implicitElement, "UN with a short length": shortUN, "stray delimiters": delimiters,
		"no item delimiter": noItemEnd, "delimiter with a length": longEnd, "no sequence delimiter": noEnd, "sequence of wrong length": wrongEnd,
		"elements out of order": unordered, "explicit in UN": explicitInUN,
	} {
		t.Run(name, func(t *testing.T) {
			f := mustParse(t, tail(w))
			frame, err := f.Frame(0)
			if err != nil || frame.Stored[0] != 42 || f.String(Modality) != "CT" || f.Truncated {
				t.Errorf("got %+v, %v of %d elements", frame, err, len(f.elements))
			}
		})
	}
}

// TestHostile gives files that claim more than they hold.
func TestHostile(t *testing.T) {
	deep := little()
	deep.text(Modality, "CS", "CT")
	for range 100_000 {
		deep.head(0x00081115, "SQ", undefined)
		deep.head(item, "", undefined)
	}
	many := bytesOf(bytes.Repeat(little().text(SeriesDescription, "SH", "").Bytes(), maxElements+1))
	huge := little()
	huge.image(65535, 65535, 16, 16, 15, 0)
	huge.fragments(nil, make([]byte, 100))
	frames := little()
	frames.text(NumberOfFrames, "IS", "2147483647").image(2, 2, 16, 16, 15, 0).words(1, 2, 3, 4)
	bomb := little()
	bomb.text(Modality, "CS", "CT")
	bomb.head(0x00091001, "OB", maxInflated)
	for name, data := range map[string][]byte{
		"depth":    file(explicitLittleEndian, deep.Bytes()),
		"elements": file(explicitLittleEndian, many.Bytes()),
		"size":     file("1.2.840.10008.1.2.5", huge.Bytes()),
		"frames":   file(explicitLittleEndian, frames.Bytes()),
		"length":   file(explicitLittleEndian, bomb.Bytes()),
		"inflated": file(deflatedLittleEndian, deflated(append(bomb.Bytes(), make([]byte, 4<<20)...))),
	} {
		t.Run(name, func(t *testing.T) {
			f, err := Parse(data)
			checkKind(t, err)
			if err != nil {
				return
			}
			_, err = f.Frame(0)
			checkKind(t, err)
			if err == nil {
				t.Error("want an error")
			}
		})
	}
}

func TestIsDICOM(t *testing.T) {
	nifti := make([]byte, 352)
	copy(nifti, []byte{0x5c, 1, 0, 0})
	zeros := make([]byte, 4096)
	for name, data := range map[string][]byte{
		"nothing": {}, "png": []byte("\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x02\x00\x00\x00\x02\x00"), "nifti": nifti, "zeros": zeros,
		"zip":  []byte("PK\x03\x04\x14\x00\x00\x00\x08\x00\x00\x00!\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x08\x00"),
		"text": []byte(strings.Repeat("The quick brown fox jumps over the lazy dog.\n", 100)),
		"gzip": {0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3}, "icon": []byte("\x00\x00\x01\x00\x01\x00\x10\x10\x00\x00\x01\x00\x20\x00\x68\x04\x00\x00\x16\x00\x00\x00"),
		"bmp": []byte("BM6\x00\x00\x00\x00\x00\x00\x00\x36\x00\x00\x00\x28\x00\x00\x00"), "safetensors": []byte("\x08\x00\x00\x00\x00\x00\x00\x00{}      \x00\x00\x00\x00\x00\x00"),
		"one element":   little().text(Modality, "CS", "CT").Bytes(),
		"other numbers": bytes.Repeat([]byte{8, 0, 16, 0, 0, 0, 0, 0}, 100),
	} {
		if IsDICOM(data) {
			t.Errorf("%s: taken for DICOM", name)
		}
		if _, err := Parse(data); err == nil {
			t.Errorf("%s: parsed", name)
		}
	}
	if whole := slice(little()); !IsDICOM(whole[:100]) {
		t.Error("a part from the beginning is not seen to be DICOM")
	}
}

// TestHeaderCut cuts files for ParseHeader, which must notice.
func TestHeaderCut(t *testing.T) {
	whole := file(explicitLittleEndian, slice(little()))
	pixels := bytes.Index(whole, []byte("\xe0\x7f\x10\x00"))
	for n := range whole {
		f, err := ParseHeader(whole[:n])
		if want := n < pixels+12; err == nil && f.Truncated != want {
			t.Errorf("%d bytes of %d: got truncated %v, want %v", n, pixels, f.Truncated, want)
		}
	}
}

// TestHeaderOfPart reads the header from the first 64 KB of real files.
func TestHeaderOfPart(t *testing.T) {
	for name := range readExpected(t) {
		data, err := os.ReadFile(filepath.Join(shared, name))
		if err != nil {
			t.Fatal(err)
		}
		whole, err := mustParse(t, data).Header()
		if err != nil {
			t.Fatal(err)
		}
		f, err := ParseHeader(data[:min(len(data), 64<<10)])
		if err != nil || f.Truncated {
			t.Fatalf("%s: %v, truncated %v", name, err, f.Truncated)
		}
		part, err := f.Header()
		if err != nil || fmt.Sprint(part) != fmt.Sprint(whole) {
			t.Errorf("%s: got %+v, want %+v, %v", name, part, whole, err)
		}
	}
}

func TestBrokenFiles(t *testing.T) {
	readExpected(t)            // or skip
	want := map[string]string{ // nothing: right
		"ExplVR_BigEndNoMeta.dcm": "there are no pixels", "ExplVR_LitEndNoMeta.dcm": "there are no pixels", "no-pixel-data.dcm": "there are no pixels",
		"MR_truncated.dcm": "got 8130 bytes, want 8192", "badVR.dcm": "number of frames", "meta_missing_tsyntax.dcm": "rows", "no_meta.dcm": "not a DICOM file",
		"J2K_pixelrep_mismatch.dcm": "",
	}
	files, _ := filepath.Glob(filepath.Join(shared, "broken", "*"))
	if len(files) != len(want) {
		t.Fatalf("got %d files, want %d", len(files), len(want))
	}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		f, err := Parse(data)
		if err == nil {
			_, err = f.Frame(0)
		}
		checkKind(t, err)
		text := want[filepath.Base(file)]
		if err == nil && text != "" || err != nil && (text == "" || !strings.Contains(err.Error(), text)) {
			t.Errorf("%s: got %v, want %q", filepath.Base(file), err, text)
		}
	}
}
