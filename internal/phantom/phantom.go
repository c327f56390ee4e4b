// Package phantom makes files of a chest that never was, for tests: DICOM slices
// (PS3.10, explicit VR little endian) and NIfTI-1 volumes, in HU.
package phantom

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math"
	"strings"
)

// Side is the side of a slice in pixels.
const Side = 64

// Chest is the HU of a slice, Side x Side: a body in air with two lungs of a size
// from 0, none at all, to 1. What number says makes slices differ.
func Chest(lungs float64, number int) []int16 {
	hu := make([]int16, Side*Side)
	within := func(x, y, cx, cy, rx, ry float64) bool {
		return (x-cx)*(x-cx)/(rx*rx)+(y-cy)*(y-cy)/(ry*ry) < 1
	}
	for i := range hu {
		x, y := float64(i%Side)/Side, float64(i/Side)/Side
		switch {
		case lungs > 0 && (within(x, y, 0.35, 0.5, 0.1*lungs, 0.2*lungs) || within(x, y, 0.65, 0.5, 0.1*lungs, 0.2*lungs)):
			hu[i] = int16(-850 + (i*7+number*13)%50)
		case within(x, y, 0.5, 0.5, 0.4, 0.35):
			hu[i] = int16(20 + (i*5+number*11)%40)
		default:
			hu[i] = -1000
		}
	}
	return hu
}

// Slice is a DICOM file. Values that are zero leave their elements out.
type Slice struct {
	Modality, ImageType, SOPClass string
	Series, UID, Description      string
	Number                        int
	Orientation                   []float64 // 6
	Position                      []float64 // 3, mm
	Positions                     [][]float64
	Frames                        [][]int16 // HU, Side x Side each
}

// CT is slice number n of a scan, n mm above its start.
func CT(series string, n int, lungs float64) Slice {
	return Slice{
		Modality: "CT", ImageType: `ORIGINAL\PRIMARY\AXIAL`, Series: series, UID: fmt.Sprintf("%s.%d", series, n), Number: n,
		Orientation: []float64{1, 0, 0, 0, 1, 0}, Position: []float64{0, 0, float64(n)}, Frames: [][]int16{Chest(lungs, n)},
	}
}

// Bytes is the file.
func (s Slice) Bytes() []byte {
	var d dataset
	d.text(0x00080008, "CS", s.ImageType)
	d.text(0x00080016, "UI", s.SOPClass)
	d.text(0x00080018, "UI", s.UID)
	d.text(0x00080060, "CS", s.Modality)
	d.text(0x0008103e, "LO", s.Description)
	d.text(0x0020000e, "UI", s.Series)
	if s.Number != 0 {
		d.text(0x00200013, "IS", fmt.Sprint(s.Number))
	}
	d.numbers(0x00200032, s.Position)
	d.numbers(0x00200037, s.Orientation)
	d.short(0x00280002, 1)
	d.text(0x00280004, "CS", "MONOCHROME2")
	if len(s.Frames) > 1 {
		d.text(0x00280008, "IS", fmt.Sprint(len(s.Frames)))
	}
	d.short(0x00280010, Side)
	d.short(0x00280011, Side)
	d.short(0x00280100, 16)
	d.short(0x00280101, 16)
	d.short(0x00280102, 15)
	d.short(0x00280103, 1)
	d.text(0x00281052, "DS", "0")
	d.text(0x00281053, "DS", "1")
	if s.Positions != nil {
		d.sequence(0x52009230, s.positions()...)
	}
	var pixels []byte
	for _, frame := range s.Frames {
		for _, v := range frame {
			pixels = binary.LittleEndian.AppendUint16(pixels, uint16(v))
		}
	}
	d.element(0x7fe00010, "OW", pixels)
	return file("1.2.840.10008.5.1.4.1.1.2", d.Bytes())
}

// positions are the functional groups of the frames.
func (s Slice) positions() (items [][]byte) {
	for _, p := range s.Positions {
		var position, group dataset
		position.numbers(0x00200032, p)
		group.sequence(0x00209113, position.Bytes())
		items = append(items, group.Bytes())
	}
	return items
}

// Directory is a DICOMDIR that names files by their paths.
func Directory(paths ...string) []byte {
	var items [][]byte
	for _, p := range paths {
		var record dataset
		record.text(0x00041430, "CS", "IMAGE")
		record.text(0x00041500, "CS", strings.ReplaceAll(p, "/", `\`))
		items = append(items, record.Bytes())
	}
	var d dataset
	d.sequence(0x00041220, items...)
	return file("1.2.840.10008.1.3.10", d.Bytes())
}

// file puts preamble and meta header (PS3.10, 7.1) before a data set.
func file(class string, data []byte) []byte {
	var meta dataset
	meta.text(0x00020002, "UI", class)
	meta.text(0x00020010, "UI", "1.2.840.10008.1.2.1")
	var d dataset
	d.Write(make([]byte, 128))
	d.WriteString("DICM")
	d.element(0x00020000, "UL", binary.LittleEndian.AppendUint32(nil, uint32(meta.Len())))
	d.Write(meta.Bytes())
	d.Write(data)
	return d.Bytes()
}

// dataset is elements as they are written.
type dataset struct{ bytes.Buffer }

func (d *dataset) element(tag uint32, vr string, value []byte) {
	d.Write(binary.LittleEndian.AppendUint16(binary.LittleEndian.AppendUint16(nil, uint16(tag>>16)), uint16(tag)))
	d.WriteString(vr)
	if vr == "OW" || vr == "SQ" {
		d.Write(binary.LittleEndian.AppendUint32([]byte{0, 0}, uint32(len(value))))
	} else {
		d.Write(binary.LittleEndian.AppendUint16(nil, uint16(len(value))))
	}
	d.Write(value)
}

func (d *dataset) text(tag uint32, vr, value string) {
	if value == "" {
		return
	}
	if len(value)%2 == 1 {
		value += map[bool]string{true: "\x00", false: " "}[vr == "UI"]
	}
	d.element(tag, vr, []byte(value))
}

func (d *dataset) numbers(tag uint32, values []float64) {
	var texts []string
	for _, v := range values {
		texts = append(texts, fmt.Sprintf("%g", v))
	}
	d.text(tag, "DS", strings.Join(texts, `\`))
}

func (d *dataset) short(tag uint32, value uint16) {
	d.element(tag, "US", binary.LittleEndian.AppendUint16(nil, value))
}

func (d *dataset) sequence(tag uint32, items ...[]byte) {
	var all []byte
	for _, item := range items {
		all = append(all, 0xfe, 0xff, 0x00, 0xe0)
		all = append(binary.LittleEndian.AppendUint32(all, uint32(len(item))), item...)
	}
	d.element(tag, "SQ", all)
}

// Volume is a NIfTI-1 file of slices from the feet, 1 mm apart, whose rows run to
// the patient's left and back as in DICOM.
func Volume(slices ...[]int16) []byte {
	d := make([]byte, 352)
	o := binary.LittleEndian
	o.PutUint32(d, 348)
	for i, n := range []int{3, Side, Side, len(slices), 1, 1, 1, 1} {
		o.PutUint16(d[40+2*i:], uint16(n))
	}
	o.PutUint16(d[70:], 4)  // int16
	o.PutUint16(d[72:], 16) // bits
	real := func(at int, v float32) { o.PutUint32(d[at:], math.Float32bits(v)) }
	for i := range 4 {
		real(76+4*i, 1)
	}
	real(108, 352)           // where the voxels begin
	o.PutUint16(d[254:], 1)  // sform, in RAS
	real(280, -1)            // columns to the left
	real(280+16+4, -1)       // rows to the back
	real(280+2*16+2*4, 1)    // slices to the head
	copy(d[344:], "n+1\x00") // in one file
	for _, slice := range slices {
		for _, v := range slice {
			d = o.AppendUint16(d, uint16(v))
		}
	}
	return d
}
