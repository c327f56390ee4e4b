package dicom

import (
	"encoding/binary"
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
