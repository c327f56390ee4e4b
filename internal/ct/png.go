package ct

import (
	"bytes"
	"encoding/binary"
	"hash/adler32"
	"hash/crc32"
	"image"
)

// plainPNG is png.Decode in less than half of its time for the plain kinds of
// PNG (specification of 2003): 8-bit grey, RGB and RGBA and 16-bit grey without
// interlacing and transparent colours. It takes no other file, and none in
// which there is anything to complain of.
func plainPNG(data []byte) (image.Image, bool) {
	header, stream, ok := pngChunks(data)
	if !ok {
		return nil, false
	}
	const grey, rgb, rgba = 0, 2, 6 // colour types
	width, height := int(binary.BigEndian.Uint32(header)), int(binary.BigEndian.Uint32(header[4:]))
	depth, colour := header[8], header[9]
	pixel := 0 // bytes a pixel
	switch {
	case depth == 8 && colour == grey:
		pixel = 1
	case depth == 16 && colour == grey:
		pixel = 2
	case depth == 8 && colour == rgb:
		pixel = 3
	case depth == 8 && colour == rgba:
		pixel = 4
	}
	usual := header[10] == 0 && header[11] == 0 && header[12] == 0
	if pixel == 0 || !usual || width <= 0 || height <= 0 || int64(width)*int64(height) > MaxPixels {
		return nil, false
	}
	stride := width * pixel
	pix, ok := pngPixels(stream, stride, height, pixel)
	if !ok {
		return nil, false
	}
	bounds := image.Rect(0, 0, width, height)
	switch pixel {
	case 1:
		return &image.Gray{Pix: pix, Stride: stride, Rect: bounds}, true
	case 2:
		return &image.Gray16{Pix: pix, Stride: stride, Rect: bounds}, true
	case 3:
		img := image.NewRGBA(bounds)
		for i := range width * height {
			from, to := pix[3*i:3*i+3], img.Pix[4*i:4*i+4]
			to[0], to[1], to[2], to[3] = from[0], from[1], from[2], 255
		}
		return img, true
	}
	return &image.NRGBA{Pix: pix, Stride: stride, Rect: bounds}, true
}

// pngChunks returns the 13 bytes of the header and what all IDAT chunks hold
// together (section 5). It takes only files whose checksums are right, whose
// chunks stand in order, and that have neither palette nor transparent colour.
func pngChunks(data []byte) (header, stream []byte, ok bool) {
	data, ok = bytes.CutPrefix(data, []byte("\x89PNG\r\n\x1a\n"))
	if !ok {
		return nil, nil, false
	}
	const frame = 4 + 4 + 4 // length, type and checksum
	for previous := ""; len(data) >= frame; {
		n := binary.BigEndian.Uint32(data)
		if uint64(n) > uint64(len(data)-frame) {
			return nil, nil, false
		}
		body := data[4 : 8+n] // type and content
		name, content := string(body[:4]), body[4:]
		if crc32.ChecksumIEEE(body) != binary.BigEndian.Uint32(data[8+n:]) {
			return nil, nil, false
		}
		data = data[frame+n:]
		switch {
		case (name == "IHDR") != (previous == ""), name == "PLTE", name == "tRNS":
			return nil, nil, false
		case name == "IHDR":
			header = content
		case name == "IDAT":
			if stream == nil {
				stream = make([]byte, 0, len(body)+len(data))
			} else if previous != "IDAT" {
				return nil, nil, false
			}
			stream = append(stream, content...)
		case name == "IEND":
			return header, stream, n == 0 && len(header) == 13
		}
		previous = name
	}
	return nil, nil, false
}

// pngPixels returns the pixels in stream (zlib, RFC 1950): height rows of stride
// bytes, pixel bytes each pixel.
func pngPixels(stream []byte, stride, height, pixel int) ([]uint8, bool) {
	const header, checksum, deflate, dictionary = 2, 4, 8, 1 << 5
	if len(stream) < header+checksum {
		return nil, false
	}
	// Deflate makes at most 258 bytes of two bits. Beyond that the header
	// claims more than there is, and no memory is set aside for it.
	rows := (stride + 1) * height
	if rows/(258*4) > len(stream) {
		return nil, false
	}
	method := binary.BigEndian.Uint16(stream)
	if method>>8&0xf != deflate || method>>12 > 7 || method%31 != 0 || method&dictionary != 0 {
		return nil, false
	}
	raw := make([]uint8, rows)
	body, sum := stream[header:len(stream)-checksum], stream[len(stream)-checksum:]
	if used, ok := inflate(raw, body); !ok || used != len(body) || adler32.Checksum(raw) != binary.BigEndian.Uint32(sum) {
		return nil, false
	}
	// Each row moves up by the filter types before it.
	above := make([]uint8, stride)
	for y := range height {
		filter := raw[y*(stride+1)]
		row := raw[y*stride : (y+1)*stride]
		copy(row, raw[y*(stride+1)+1:])
		if !unfilter(filter, row, above, pixel) {
			return nil, false
		}
		above = row
	}
	return raw[:stride*height], true
}

// unfilter undoes a filter (section 9) of a row below another.
func unfilter(filter byte, row, above []uint8, pixel int) bool {
	above = above[:len(row)]
	switch filter {
	case 0:
	case 1: // Sub
		for i := pixel; i < len(row); i++ {
			row[i] += row[i-pixel]
		}
	case 2: // Up
		for i, v := range above {
			row[i] += v
		}
	case 3: // Average
		for i := range min(pixel, len(row)) {
			row[i] += above[i] / 2
		}
		for i := pixel; i < len(row); i++ {
			row[i] += uint8((int(row[i-pixel]) + int(above[i])) / 2)
		}
	case 4: // Paeth
		for first := range pixel {
			var left, corner int
			for i := first; i < len(row); i += pixel {
				up := int(above[i])
				left = int(row[i] + paeth(left, up, corner))
				row[i] = uint8(left)
				corner = up
			}
		}
	default:
		return false
	}
	return true
}

// paeth returns which of the three is nearest to left + up - corner, the first
// of those equally near.
func paeth(left, up, corner int) uint8 {
	toLeft, toUp := up-corner, left-corner
	toCorner := max(toLeft+toUp, -toLeft-toUp)
	toLeft, toUp = max(toLeft, -toLeft), max(toUp, -toUp)
	// As selections, which compilers make without a jump.
	nearest, distance := left, toLeft
	if toUp < distance {
		nearest, distance = up, toUp
	}
	if toCorner < distance {
		nearest = corner
	}
	return uint8(nearest)
}
