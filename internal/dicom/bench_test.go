package dicom

import (
	"encoding/binary"
	"testing"
)

// bigSlice is a slice of 512 x 512 pixels.
func bigSlice() []byte {
	w := little()
	w.text(Modality, "CS", "CT").image(512, 512, 16, 12, 11, 1)
	w.head(PixelData, "OW", 512*512*2)
	w.Write(make([]byte, 512*512*2))
	return file(explicitLittleEndian, w.Bytes())
}

func BenchmarkParse(b *testing.B) {
	data := bigSlice()
	for b.Loop() {
		if _, err := Parse(data); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkFrame(b *testing.B) {
	f, err := Parse(bigSlice())
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := f.Frame(0); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkHU(b *testing.B) {
	frame := &Frame{Stored: make([]int32, 512*512)}
	for b.Loop() {
		frame.HU(FrameHeader{Slope: 1, Intercept: -1024})
	}
}

func BenchmarkRLE(b *testing.B) {
	w := little().image(512, 512, 16, 12, 11, 0)
	plane := make([]byte, 512*512)
	for i := range plane {
		plane[i] = byte(binary.LittleEndian.Uint16([]byte{byte(i), byte(i >> 8)}) * 40503 >> 8)
	}
	f, err := Parse(file("1.2.840.10008.1.2.5", w.fragments(nil, rleFrame(plane, plane)).Bytes()))
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := f.Frame(0); err != nil {
			b.Fatal(err)
		}
	}
}
