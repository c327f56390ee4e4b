package selftest

import (
	"bytes"
	"encoding/binary"
)

const (
	side      = 512 // pixels
	intercept = -1024
	air       = -1000 // HU, as are those below
	lung      = -850
	tissue    = 40
)

// goldenHU draws a slice of the chest in HU, row by row: a body with two lungs, of
// which one has a dense patch. Integers only, so that every machine draws the same.
func goldenHU() []int16 {
	hu := make([]int16, side*side)
	for y := range side {
		for x := range side {
			grain := int16((x*x + 3*x*y + 7*y*y) >> 4 % 32)
			value := int16(air)
			switch {
			case within(x, y, 176, 300, 30, 34):
				value = -300 + grain
			case within(x, y, 168, 256, 66, 104), within(x, y, 344, 256, 66, 104):
				value = lung + grain
			case within(x, y, 256, 256, 200, 148):
				value = tissue + grain
			}
			hu[y*side+x] = value
		}
	}
	return hu
}

// within is whether a point lies in an ellipse with this centre and these half axes.
func within(x, y, cx, cy, rx, ry int) bool {
	dx, dy := (x-cx)*ry, (y-cy)*rx
	return dx*dx+dy*dy < rx*rx*ry*ry
}

// goldenFile is the slice as a scanner stores it: a DICOM file, explicit VR little
// endian (PS3.5 section 7.1.2, PS3.10 section 7.1).
func goldenFile(hu []int16) []byte {
	pixels := make([]byte, 0, 2*len(hu))
	for _, v := range hu {
		pixels = binary.LittleEndian.AppendUint16(pixels, uint16(v-intercept))
	}
	const ctImage, explicitLittleEndian = "1.2.840.10008.5.1.4.1.1.2\x00", "1.2.840.10008.1.2.1\x00"
	var b bytes.Buffer
	b.Write(make([]byte, 128))
	b.WriteString("DICM")
	element(&b, 0x00020010, "UI", explicitLittleEndian)
	element(&b, 0x00080016, "UI", ctImage)
	element(&b, 0x00080060, "CS", "CT")
	element(&b, 0x00280002, "US", word(1))
	element(&b, 0x00280004, "CS", "MONOCHROME2 ")
	element(&b, 0x00280010, "US", word(side))
	element(&b, 0x00280011, "US", word(side))
	element(&b, 0x00280100, "US", word(16))
	element(&b, 0x00280101, "US", word(16))
	element(&b, 0x00280102, "US", word(15))
	element(&b, 0x00280103, "US", word(0))
	element(&b, 0x00281052, "DS", "-1024 ")
	element(&b, 0x00281053, "DS", "1 ")
	element(&b, 0x7fe00010, "OW", string(pixels))
	return b.Bytes()
}

// element writes a data element; of an even length, as all are.
func element(b *bytes.Buffer, tag uint32, vr, value string) {
	b.Write(binary.LittleEndian.AppendUint16(nil, uint16(tag>>16)))
	b.Write(binary.LittleEndian.AppendUint16(nil, uint16(tag)))
	b.WriteString(vr)
	if vr == "OW" {
		b.WriteString("\x00\x00")
		b.Write(binary.LittleEndian.AppendUint32(nil, uint32(len(value))))
	} else {
		b.Write(binary.LittleEndian.AppendUint16(nil, uint16(len(value))))
	}
	b.WriteString(value)
}

func word(v uint16) string { return string(binary.LittleEndian.AppendUint16(nil, v)) }
