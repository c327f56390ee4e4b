package dicom

import (
	"reflect"
	"slices"
	"testing"
)

func TestFunctionalGroups(t *testing.T) {
	in := func(tag Tag, fields *writer) *writer { return little().sequence(tag, "SQ", true, fields.Bytes()) }
	shared := little()
	shared.Write(in(PlaneOrientationSequence, little().text(ImageOrientationPatient, "DS", `1\0\0\0\1\0`)).Bytes())
	shared.Write(in(PixelMeasuresSequence, little().text(SliceThickness, "DS", "2.5").text(PixelSpacing, "DS", `0.7\0.8`)).Bytes())
	frame := func(z, intercept string) []byte {
		w := little()
		w.Write(in(PlanePositionSequence, little().text(ImagePositionPatient, "DS", `1\2\`+z)).Bytes())
		w.Write(in(FrameVOILUTSequence, little().text(WindowCenter, "DS", "-600").text(WindowWidth, "DS", "1500").text(WindowCenterWidthExplanation, "LO", "LUNG")).Bytes())
		w.Write(in(PixelValueTransformationSequence, little().text(RescaleIntercept, "DS", intercept).text(RescaleSlope, "DS", "2")).Bytes())
		return w.Bytes()
	}
	for _, defined := range []bool{true, false} {
		w := little().text(NumberOfFrames, "IS", "2")
		w.sequence(SharedFunctionalGroupsSequence, "SQ", defined, shared.Bytes())
		w.sequence(PerFrameFunctionalGroupsSequence, "SQ", defined, frame("3", "-1024"), frame("4", "-1000"))
		h, err := mustParse(t, file(explicitLittleEndian, w.Bytes())).Header()
		if err != nil {
			t.Fatal(err)
		}
		want := FrameHeader{
			HasPosition: true, Position: [3]float64{1, 2, 4}, HasOrientation: true, Orientation: [6]float64{1, 0, 0, 0, 1, 0},
			RowSpacing: 0.7, ColumnSpacing: 0.8, SliceThickness: 2.5, Slope: 2, Intercept: -1000, HasRescale: true,
			Windows: []Window{{-600, 1500, "LUNG"}},
		}
		if !reflect.DeepEqual(h.Frame(1), want) {
			t.Errorf("got %+v, want %+v", h.Frame(1), want)
		}
		if h.Frame(0).Intercept != -1024 || h.Frame(9).SliceThickness != 2.5 {
			t.Errorf("got %+v", h)
		}
	}
}

func TestHeaderDefaults(t *testing.T) {
	w := little()
	w.text(WindowCenter, "DS", `40\x\-600`).text(WindowWidth, "DS", `400\1\1500`).text(WindowCenterWidthExplanation, "LO", `SOFT\\LUNG`)
	w.text(RescaleSlope, "DS", "0").text(RescaleIntercept, "DS", "-1024,5")
	w.text(PixelSpacing, "DS", `0\0`).text(ImagePositionPatient, "DS", `1\2`)
	w.us(Rows, 2).us(Columns, 3).us(BitsStored, 12)
	h, err := mustParse(t, file(explicitLittleEndian, w.Bytes())).Header()
	if err != nil {
		t.Fatal(err)
	}
	c := h.Common
	if !slices.Equal(c.Windows, []Window{{40, 400, "SOFT"}, {-600, 1500, "LUNG"}}) || c.Slope != 1 || c.Intercept != -1024.5 || c.HasPosition || c.RowSpacing != 0 {
		t.Errorf("got %+v", c)
	}
	if h.Frames != 1 || h.Samples != 1 || h.BitsAllocated != 16 || h.HighBit != 11 || h.Photometric != "MONOCHROME2" {
		t.Errorf("got %+v", h)
	}
}

func TestLocalizer(t *testing.T) {
	for value, want := range map[string]bool{`ORIGINAL\PRIMARY\LOCALIZER`: true, `ORIGINAL\PRIMARY\AXIAL`: false, "": false} {
		w := little().text(ImageType, "CS", value).text(Modality, "CS", "CT")
		if h, err := mustParse(t, file(explicitLittleEndian, w.Bytes())).Header(); err != nil || h.Localizer() != want {
			t.Errorf("%q: got %v, %v", value, !want, err)
		}
	}
}

func TestDirectory(t *testing.T) {
	patient := little().text(DirectoryRecordType, "CS", "PATIENT")
	image := little().text(DirectoryRecordType, "CS", "IMAGE").text(ReferencedFileID, "CS", `DIR\SUB\IM1`)
	for _, w := range []*writer{little(), {order: little().order, implicit: true}} {
		p, i := patient, image
		if w.implicit {
			p = (&writer{order: w.order, implicit: true}).text(DirectoryRecordType, "CS", "PATIENT")
			i = (&writer{order: w.order, implicit: true}).text(ReferencedFileID, "CS", `DIR\SUB\IM1`)
		}
		w.sequence(DirectoryRecordSequence, "SQ", true, p.Bytes(), i.Bytes())
		f := mustParse(t, file("", w.Bytes()))
		if !f.IsDirectory() || !slices.Equal(f.ReferencedFiles(), []string{"DIR/SUB/IM1"}) {
			t.Errorf("got %q", f.ReferencedFiles())
		}
	}
}
