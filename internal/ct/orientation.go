package ct

import (
	"bytes"
	"encoding/binary"
)

// TIFF 6.0 tags; EXIF uses the same.
const (
	tagCompression         = 259
	tagFillOrder           = 266
	tagOrientation         = 274
	tagSamplesPerPixel     = 277
	tagPlanarConfiguration = 284
)

// tiffTag returns the first value of a SHORT or LONG tag in the first directory
// of a TIFF structure (TIFF 6.0 section 2), or 0 where there is none.
func tiffTag(tiff []byte, tag uint16) int {
	var order binary.ByteOrder = binary.LittleEndian
	if bytes.HasPrefix(tiff, []byte("MM")) {
		order = binary.BigEndian
	}
	if len(tiff) < 8 {
		return 0
	}
	at := uint64(order.Uint32(tiff[4:]))
	if at+2 > uint64(len(tiff)) {
		return 0
	}
	entries := tiff[at+2:]
	for range order.Uint16(tiff[at:]) {
		if len(entries) < 12 {
			return 0
		}
		// An entry is a tag, a type, a count, and the value if it fits.
		if order.Uint16(entries) == tag {
			const short, long = 3, 4
			switch order.Uint16(entries[2:]) {
			case short:
				return int(order.Uint16(entries[8:]))
			case long:
				return int(order.Uint32(entries[8:]))
			}
			return 0
		}
		entries = entries[12:]
	}
	return 0
}

func tiffOrientation(data []byte) int { return tiffTag(data, tagOrientation) }

// exifOrientation returns the orientation in the EXIF segment of a JPEG, or 0
// where there is none.
func exifOrientation(jpeg []byte) int {
	const app1, startOfScan = 0xe1, 0xda
	// After the start of image come segments: 0xFF, marker, length, content
	// (T.81 section B.1.1.4). The length counts itself.
	for segment := jpeg[2:]; len(segment) >= 4 && segment[0] == 0xff && segment[1] != startOfScan; {
		n := 2 + int(binary.BigEndian.Uint16(segment[2:]))
		if n < 4 || n > len(segment) {
			return 0
		}
		if exif, ok := bytes.CutPrefix(segment[4:n], []byte("Exif\x00\x00")); ok && segment[1] == app1 {
			return tiffTag(exif, tagOrientation)
		}
		segment = segment[n:]
	}
	return 0
}

// turn brings s upright. The orientation says where the first row and the first
// column of the file belong: 1 top left, 2 top right, 3 bottom right, 4 bottom
// left, 5 left top, 6 right top, 7 right bottom, 8 left bottom.
func (s *Slice) turn(orientation int) {
	if orientation < 2 || orientation > 8 {
		return
	}
	w, h := s.Width, s.Height
	if orientation >= 5 {
		s.Width, s.Height = h, w
	}
	from := s.Grey
	s.Grey = make([]uint8, len(from))
	for y := range s.Height {
		for x := range s.Width {
			var fx, fy int
			switch orientation {
			case 2:
				fx, fy = w-1-x, y
			case 3:
				fx, fy = w-1-x, h-1-y
			case 4:
				fx, fy = x, h-1-y
			case 5:
				fx, fy = y, x
			case 6:
				fx, fy = y, h-1-x
			case 7:
				fx, fy = w-1-y, h-1-x
			case 8:
				fx, fy = w-1-y, x
			}
			s.Grey[y*s.Width+x] = from[fy*w+fx]
		}
	}
}
