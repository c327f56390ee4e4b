package ct

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"os"
	"path/filepath"
	"testing"

	"golang.org/x/image/bmp"
	"golang.org/x/image/tiff"
)

// stored returns a file of testdata.
func stored(t testing.TB, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// phantom64 is the picture that most test files show: testdata/phantom.png.
func phantom64(t testing.TB) *image.Gray {
	t.Helper()
	img, err := png.Decode(bytes.NewReader(stored(t, "phantom.png")))
	if err != nil {
		t.Fatal(err)
	}
	return img.(*image.Gray)
}

// A chest is a drawn slice: a body in air, with two lungs, a spine, and noise
// that is the same everywhere.
type chest struct {
	width, height int
	body          image.Rectangle
	air           uint8
	table         bool // a curved shell below the body
	letters       bool // bright blocks in two corners
}

func (c chest) draw() *Slice {
	s := &Slice{Width: c.width, Height: c.height, Grey: make([]uint8, c.width*c.height), Format: "png"}
	noise := uint32(1)
	for y := range c.height {
		for x := range c.width {
			noise = noise*1664525 + 1013904223
			v := int(c.air)
			switch {
			case c.within(x, y, 300, 480, 160, 330), c.within(x, y, 700, 480, 160, 330):
				v = 75
			case c.within(x, y, 500, 800, 60, 90):
				v = 245
			case c.within(x, y, 500, 500, 500, 500):
				v = 205
			case c.table && c.onTable(x, y), c.letters && c.inLetters(x, y):
				v = 230
			}
			s.Grey[y*c.width+x] = uint8(max(0, v+int(noise>>29)-4))
		}
	}
	return s
}

// within says whether (x, y) lies in the ellipse that is given in thousandths
// of the body's box.
func (c chest) within(x, y, cx, cy, rx, ry int) bool {
	u := ((2*(x-c.body.Min.X)+1)*500/c.body.Dx() - cx) * 1000 / rx
	v := ((2*(y-c.body.Min.Y)+1)*500/c.body.Dy() - cy) * 1000 / ry
	return u*u+v*v <= 1000*1000
}

func (c chest) onTable(x, y int) bool {
	middle := c.width / 2
	shell := c.height*95/100 - (x-middle)*(x-middle)*c.height/10/(middle*middle)
	return y >= shell && y < shell+max(1, c.height/100)
}

func (c chest) inLetters(x, y int) bool {
	size := max(c.width, c.height) / 30
	return y > size && y < 2*size && (x/max(1, size/4))%2 == 0 && (x > size && x < 4*size || x > c.width-4*size && x < c.width-size)
}

// grey wraps the pixels of s.
func (s *Slice) grey() *image.Gray {
	return &image.Gray{Pix: s.Grey, Stride: s.Width, Rect: image.Rect(0, 0, s.Width, s.Height)}
}

// encoded returns img as the encoder writes it.
func encoded(t testing.TB, img image.Image, format string) []byte {
	t.Helper()
	var b bytes.Buffer
	var err error
	switch format {
	case "png":
		err = png.Encode(&b, img)
	case "jpeg":
		err = jpeg.Encode(&b, img, &jpeg.Options{Quality: 95})
	case "gif":
		err = gif.Encode(&b, img, nil)
	case "bmp":
		err = bmp.Encode(&b, img)
	case "tiff":
		err = tiff.Encode(&b, img, nil)
	case "tiff-deflate":
		err = tiff.Encode(&b, img, &tiff.Options{Compression: tiff.Deflate, Predictor: true})
	default:
		t.Fatalf("no encoder for %q", format)
	}
	if err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// recoloured returns img converted by set, which says for each grey what it
// becomes.
func recoloured[M interface {
	image.Image
	Set(x, y int, c color.Color)
}](img *image.Gray, dst M, as func(x, y int, v uint8) color.Color) M {
	for y := range img.Rect.Dy() {
		for x := range img.Rect.Dx() {
			dst.Set(x, y, as(x, y, img.GrayAt(x, y).Y))
		}
	}
	return dst
}

// pngSpec describes a PNG that package png would not write.
type pngSpec struct {
	width, height int
	depth, colour byte // as in the IHDR chunk
	interlaced    bool
	sample        func(x, y int) []uint16 // the channels of a pixel, depth bits each
	trns          []byte
}

func (p pngSpec) encode() []byte {
	type pass struct{ x, y, dx, dy int }
	passes := []pass{{0, 0, 1, 1}}
	interlace := byte(0)
	if p.interlaced {
		interlace = 1
		passes = []pass{{0, 0, 8, 8}, {4, 0, 8, 8}, {0, 4, 4, 8}, {2, 0, 4, 4}, {0, 2, 2, 4}, {1, 0, 2, 2}, {0, 1, 1, 2}}
	}
	var raw bytes.Buffer
	w := zlib.NewWriter(&raw)
	for _, pass := range passes {
		for y := pass.y; y < p.height; y += pass.dy {
			var row []byte
			bits := 0
			for x := pass.x; x < p.width; x += pass.dx {
				for _, v := range p.sample(x, y) {
					for b := int(p.depth) - 1; b >= 0; b-- {
						if bits%8 == 0 {
							row = append(row, 0)
						}
						row[bits/8] |= byte(v>>b&1) << (7 - bits%8)
						bits++
					}
				}
			}
			if bits > 0 {
				w.Write(append([]byte{0}, row...))
			}
		}
	}
	w.Close()
	header := binary.BigEndian.AppendUint32(nil, uint32(p.width))
	header = binary.BigEndian.AppendUint32(header, uint32(p.height))
	header = append(header, p.depth, p.colour, 0, 0, interlace)
	data := append([]byte("\x89PNG\r\n\x1a\n"), pngChunk("IHDR", header)...)
	if p.trns != nil {
		data = append(data, pngChunk("tRNS", p.trns)...)
	}
	data = append(data, pngChunk("IDAT", raw.Bytes())...)
	return append(data, pngChunk("IEND", nil)...)
}

func pngChunk(name string, content []byte) []byte {
	chunk := binary.BigEndian.AppendUint32(nil, uint32(len(content)))
	chunk = append(chunk, name...)
	chunk = append(chunk, content...)
	return binary.BigEndian.AppendUint32(chunk, crc32.ChecksumIEEE(chunk[4:]))
}

// withOrientation returns a JPEG with an EXIF segment that holds nothing but
// the orientation.
func withOrientation(jpeg []byte, order binary.AppendByteOrder, orientation uint16) []byte {
	exif := []byte("Exif\x00\x00II*\x00")
	if order.String() == "BigEndian" {
		exif = []byte("Exif\x00\x00MM\x00*")
	}
	exif = order.AppendUint32(exif, 8)
	exif = order.AppendUint16(exif, 1)
	exif = order.AppendUint16(exif, tagOrientation)
	exif = order.AppendUint16(exif, 3)
	exif = order.AppendUint32(exif, 1)
	exif = order.AppendUint16(exif, orientation)
	exif = append(exif, 0, 0, 0, 0, 0, 0)
	segment := binary.BigEndian.AppendUint16([]byte{0xff, 0xe1}, uint16(2+len(exif)))
	out := append([]byte{}, jpeg[:2]...)
	out = append(out, segment...)
	out = append(out, exif...)
	return append(out, jpeg[2:]...)
}

// bomb returns a file of the format that says it holds width x height pixels
// and holds none.
func bomb(t testing.TB, format string, width, height int) []byte {
	t.Helper()
	le, be := binary.LittleEndian, binary.BigEndian
	switch format {
	case "png":
		data := pngSpec{width: 1, height: 1, depth: 8, sample: func(int, int) []uint16 { return []uint16{0} }}.encode()
		be.PutUint32(data[16:], uint32(width))
		be.PutUint32(data[20:], uint32(height))
		be.PutUint32(data[29:], crc32.ChecksumIEEE(data[12:29]))
		return data
	case "jpeg", "progressive":
		data := encoded(t, phantom64(t), "jpeg")
		if format == "progressive" {
			data = stored(t, "progressive.jpg")
		}
		for i := range data {
			if data[i] == 0xff && (data[i+1] == 0xc0 || data[i+1] == 0xc2) {
				be.PutUint16(data[i+5:], uint16(height))
				be.PutUint16(data[i+7:], uint16(width))
				return data
			}
		}
		t.Fatal("no frame header")
	case "gif":
		data := encoded(t, phantom64(t), "gif")
		le.PutUint16(data[6:], uint16(width))
		le.PutUint16(data[8:], uint16(height))
		frame := bytes.Index(data, []byte{',', 0, 0, 0, 0, 64, 0, 48, 0})
		le.PutUint16(data[frame+5:], uint16(width))
		le.PutUint16(data[frame+7:], uint16(height))
		return data
	case "bmp":
		data := encoded(t, phantom64(t), "bmp")
		le.PutUint32(data[18:], uint32(width))
		le.PutUint32(data[22:], uint32(height))
		return data
	case "tiff":
		data := encoded(t, phantom64(t), "tiff")
		ifd := data[le.Uint32(data[4:]):]
		for i := range int(le.Uint16(ifd)) {
			switch entry := ifd[2+12*i:]; le.Uint16(entry) {
			case 256:
				le.PutUint16(entry[2:], 4)
				le.PutUint32(entry[8:], uint32(width))
			case 257, 278:
				le.PutUint16(entry[2:], 4)
				le.PutUint32(entry[8:], uint32(height))
			}
		}
		return data
	case "webp": // VP8: 14 bits each
		data := stored(t, "lossy.webp")
		le.PutUint16(data[26:], uint16(width))
		le.PutUint16(data[28:], uint16(height))
		return data
	case "webp-lossless": // VP8L: 14 bits each, minus one
		data := stored(t, "lossless.webp")
		le.PutUint32(data[21:], uint32(width-1)|uint32(height-1)<<14)
		return data
	case "webp-extended": // VP8X: 24 bits each, minus one
		data := stored(t, "alpha-lossy.webp")
		le.PutUint32(data[24:], uint32(width-1)|uint32(height-1)<<24)
		data[28], data[29] = byte((height-1)>>8), byte((height-1)>>16)
		return data
	}
	t.Fatalf("no bomb of format %q", format)
	return nil
}
