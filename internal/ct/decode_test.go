package ct

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/gif"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
)

// A picture is a file that must be read.
type picture struct {
	data      []byte
	format    string
	tolerance int // how far a grey may be off
}

// pictures returns a file of every kind that can be read. All show the phantom
// in full.
func pictures(t testing.TB) map[string]picture {
	t.Helper()
	img := phantom64(t)
	b := img.Rect
	v := func(x, y int) uint16 { return uint16(img.GrayAt(x, y).Y) }
	grey := func(x, y int) []uint16 { return []uint16{v(x, y)} }

	var palette color.Palette
	for i := range 256 {
		palette = append(palette, color.Gray{uint8(i)})
	}
	paletted := recoloured(img, image.NewPaletted(b, palette), func(_, _ int, v uint8) color.Color { return color.Gray{v} })
	rgba := recoloured(img, image.NewRGBA(b), func(_, _ int, v uint8) color.Color { return color.Gray{v} })
	grey16 := recoloured(img, image.NewGray16(b), func(x, y int, v uint8) color.Color {
		return color.Gray16{uint16(257*int(v) + (x+y)%257 - 128)} // all round to v
	})

	var animation bytes.Buffer
	second := image.NewPaletted(image.Rect(10, 10, 20, 20), palette)
	if err := gif.EncodeAll(&animation, &gif.GIF{Image: []*image.Paletted{paletted, second, second}, Delay: make([]int, 3)}); err != nil {
		t.Fatal(err)
	}
	// A BMP of 32 bits a pixel with a version 4 header has an alpha channel,
	// which many programs leave at zero.
	bmp32 := append([]byte("BM"), make([]byte, 120)...)
	le := binary.LittleEndian
	le.PutUint32(bmp32[10:], 122)
	le.PutUint32(bmp32[14:], 108)
	le.PutUint32(bmp32[18:], 64)
	le.PutUint32(bmp32[22:], 48)
	le.PutUint16(bmp32[26:], 1)
	le.PutUint16(bmp32[28:], 32)
	for y := 47; y >= 0; y-- {
		for x := range 64 {
			g := byte(v(x, y))
			bmp32 = append(bmp32, g, g, g, 0)
		}
	}

	return map[string]picture{
		"grey.png":       {encoded(t, img, "png"), "png", 0},
		"grey16.png":     {encoded(t, grey16, "png"), "png", 0},
		"palette.png":    {encoded(t, paletted, "png"), "png", 0},
		"rgb.png":        {encoded(t, rgba, "png"), "png", 0},
		"grey2.png":      {pngSpec{64, 48, 2, 0, false, func(x, y int) []uint16 { return []uint16{(v(x, y) + 42) / 85} }, nil}.encode(), "png", 43},
		"grey4.png":      {pngSpec{64, 48, 4, 0, false, func(x, y int) []uint16 { return []uint16{(v(x, y) + 8) / 17} }, nil}.encode(), "png", 9},
		"interlaced.png": {pngSpec{64, 48, 8, 0, true, grey, nil}.encode(), "png", 0},
		// The transparent grey does not occur.
		"key.png": {pngSpec{64, 48, 8, 0, false, grey, []byte{0, 254}}.encode(), "png", 0},

		"grey.jpg":        {encoded(t, img, "jpeg"), "jpeg", 12},
		"colour.jpg":      {encoded(t, rgba, "jpeg"), "jpeg", 12},
		"progressive.jpg": {stored(t, "progressive.jpg"), "jpeg", 12},
		"cmyk.jpg":        {stored(t, "cmyk.jpg"), "jpeg", 12},
		"upright.jpg":     {withOrientation(encoded(t, img, "jpeg"), le, 1), "jpeg", 12},

		"still.gif":    {encoded(t, paletted, "gif"), "gif", 0},
		"animated.gif": {animation.Bytes(), "gif", 0},

		"grey.bmp":       {encoded(t, img, "bmp"), "bmp", 0},
		"rgb.bmp":        {encoded(t, rgba, "bmp"), "bmp", 0},
		"zero-alpha.bmp": {bmp32, "bmp", 0},

		"grey.tif":     {encoded(t, img, "tiff"), "tiff", 0},
		"grey16.tif":   {encoded(t, grey16, "tiff"), "tiff", 0},
		"rgb.tif":      {encoded(t, rgba, "tiff"), "tiff", 0},
		"deflate.tif":  {encoded(t, img, "tiff-deflate"), "tiff", 0},
		"lzw.tif":      {stored(t, "lzw.tif"), "tiff", 0},
		"packbits.tif": {stored(t, "packbits.tif"), "tiff", 0},

		"lossy.webp":    {stored(t, "lossy.webp"), "webp", 24},
		"lossless.webp": {stored(t, "lossless.webp"), "webp", 0},
	}
}

func TestDecode(t *testing.T) {
	want := phantom64(t)
	for name, p := range pictures(t) {
		t.Run(name, func(t *testing.T) {
			s, err := Decode(p.data)
			if err != nil {
				t.Fatal(err)
			}
			if s.Format != p.format || s.Width != 64 || s.Height != 48 {
				t.Errorf("got %s of %dx%d, want %s of 64x48", s.Format, s.Width, s.Height, p.format)
			}
			compare(t, s.Grey, want.Pix, p.tolerance)
		})
	}
}

func compare(t *testing.T, got, want []uint8, tolerance int) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("got %d pixels, want %d", len(got), len(want))
	}
	worst := 0
	for i := range got {
		worst = max(worst, int(got[i])-int(want[i]), int(want[i])-int(got[i]))
	}
	if worst > tolerance {
		t.Errorf("greys are off by up to %d, want at most %d", worst, tolerance)
	}
}

// What is transparent lies over black.
func TestDecodeTransparent(t *testing.T) {
	img := phantom64(t)
	alpha := func(x int) uint8 { return uint8(min(255, 8*x)) }
	want := make([]uint8, len(img.Pix))
	for i, v := range img.Pix {
		want[i] = uint8((int(v)*int(alpha(i%64)) + 127) / 255)
	}
	nrgba := recoloured(img, image.NewNRGBA(img.Rect), func(x, _ int, v uint8) color.Color {
		return color.NRGBA{v, v, v, alpha(x)}
	})
	// A palette has 256 entries: 8 greys of 32 opacities.
	var palette color.Palette
	for a := range 32 {
		for v := range 8 {
			palette = append(palette, color.NRGBA{uint8(v * 36), uint8(v * 36), uint8(v * 36), uint8(8 * a)})
		}
	}
	paletted := image.NewPaletted(img.Rect, palette)
	for i, v := range img.Pix {
		paletted.Pix[i] = uint8(8*min(31, i%64) + int(v)/36)
	}
	for name, p := range map[string]picture{
		"alpha.png":           {encoded(t, nrgba, "png"), "png", 1},
		"palette-alpha.png":   {encoded(t, paletted, "png"), "png", 42},
		"alpha-lossless.webp": {stored(t, "alpha-lossless.webp"), "webp", 1},
		"alpha-lossy.webp":    {stored(t, "alpha-lossy.webp"), "webp", 24},
	} {
		t.Run(name, func(t *testing.T) {
			s, err := Decode(p.data)
			if err != nil {
				t.Fatal(err)
			}
			compare(t, s.Grey, want, p.tolerance)
		})
	}
}

// A GIF's first frame may cover only a part of the canvas; the rest is black.
func TestDecodeGIFCanvas(t *testing.T) {
	img := phantom64(t)
	var palette color.Palette
	for i := range 256 {
		palette = append(palette, color.Gray{uint8(i)})
	}
	frame := image.NewPaletted(image.Rect(10, 5, 74, 53), palette)
	copy(frame.Pix, img.Pix)
	var b bytes.Buffer
	err := gif.EncodeAll(&b, &gif.GIF{Image: []*image.Paletted{frame}, Delay: []int{0}, Config: image.Config{Width: 100, Height: 60}})
	if err != nil {
		t.Fatal(err)
	}
	s, err := Decode(b.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	if s.Width != 100 || s.Height != 60 {
		t.Fatalf("got %dx%d, want the canvas, 100x60", s.Width, s.Height)
	}
	for y := range 60 {
		for x := range 100 {
			want := img.GrayAt(x-10, y-5).Y // zero outside
			if got := s.Grey[y*100+x]; got != want {
				t.Fatalf("(%d, %d): got %d, want %d", x, y, got, want)
			}
		}
	}
}

func TestDecodeOrientation(t *testing.T) {
	// A picture whose corners tell them apart; blocks of 8 pixels survive JPEG.
	upright := image.NewGray(image.Rect(0, 0, 64, 48))
	for i := range upright.Pix {
		x, y := i%64, i/64
		switch {
		case x < 16 && y < 16:
			upright.Pix[i] = 255
		case x >= 48 && y < 16:
			upright.Pix[i] = 170
		case x < 16 && y >= 32:
			upright.Pix[i] = 85
		}
	}
	// stored[o] is the pixel of the upright picture that a file of orientation
	// o holds at (x, y), from the definition: where row 0 and column 0 belong.
	w, h := 64, 48
	stored := map[uint16]func(x, y int) (int, int){
		1: func(x, y int) (int, int) { return x, y },
		2: func(x, y int) (int, int) { return w - 1 - x, y },
		3: func(x, y int) (int, int) { return w - 1 - x, h - 1 - y },
		4: func(x, y int) (int, int) { return x, h - 1 - y },
		5: func(x, y int) (int, int) { return y, x },                 // row 0 is the left side, column 0 the top
		6: func(x, y int) (int, int) { return w - 1 - y, x },         // row 0 is the right side, column 0 the top
		7: func(x, y int) (int, int) { return w - 1 - y, h - 1 - x }, // row 0 is the right side, column 0 the bottom
		8: func(x, y int) (int, int) { return y, h - 1 - x },         // row 0 is the left side, column 0 the bottom
	}
	for orientation, at := range stored {
		file := image.NewGray(image.Rect(0, 0, w, h))
		if orientation >= 5 {
			file = image.NewGray(image.Rect(0, 0, h, w))
		}
		for y := range file.Rect.Dy() {
			for x := range file.Rect.Dx() {
				file.SetGray(x, y, upright.GrayAt(at(x, y)))
			}
		}
		tiff := encoded(t, file, "tiff")
		for name, data := range map[string][]byte{
			"little-endian.jpg": withOrientation(encoded(t, file, "jpeg"), binary.LittleEndian, orientation),
			"big-endian.jpg":    withOrientation(encoded(t, file, "jpeg"), binary.BigEndian, orientation),
			"tag.tif":           retagged(t, tiff, tagOrientation, orientation),
		} {
			t.Run(fmt.Sprintf("%d/%s", orientation, name), func(t *testing.T) {
				s, err := Decode(data)
				if err != nil {
					t.Fatal(err)
				}
				if s.Width != w || s.Height != h {
					t.Fatalf("got %dx%d, want %dx%d", s.Width, s.Height, w, h)
				}
				compare(t, s.Grey, upright.Pix, 20)
			})
		}
	}
}

// retagged returns a little-endian TIFF in which the resolution unit, which is
// of no use here, has become another tag; tags stay in order.
func retagged(t testing.TB, tiff []byte, tag, value uint16) []byte {
	t.Helper()
	le := binary.LittleEndian
	out := slices.Clone(tiff)
	ifd := le.Uint32(out[4:])
	n := int(le.Uint16(out[ifd:]))
	entries := make([][12]byte, 0, n)
	for i := range n {
		e := [12]byte(out[int(ifd)+2+12*i:])
		if tg := le.Uint16(e[:]); tg == 296 || tg == tag {
			continue
		}
		entries = append(entries, e)
	}
	var e [12]byte
	le.PutUint16(e[:], tag)
	le.PutUint16(e[2:], 3)
	le.PutUint32(e[4:], 1)
	le.PutUint16(e[8:], value)
	entries = append(entries, e)
	slices.SortFunc(entries, func(a, b [12]byte) int { return int(le.Uint16(a[:])) - int(le.Uint16(b[:])) })
	le.PutUint16(out[ifd:], uint16(len(entries)))
	for i, e := range entries {
		copy(out[int(ifd)+2+12*i:], e[:])
	}
	return out
}

// sized returns a PNG of a picture with contrast.
func sized(t testing.TB, width, height int) []byte {
	img := image.NewGray(image.Rect(0, 0, width, height))
	for i := range img.Pix {
		img.Pix[i] = uint8(i * 40)
	}
	return encoded(t, img, "png")
}

func TestDecodeRefuses(t *testing.T) {
	img := phantom64(t)
	png, jpeg := encoded(t, img, "png"), encoded(t, img, "jpeg")
	cut := func(data []byte) []byte { return data[:len(data)*2/3] }
	flipped := func(data []byte, at int) []byte {
		data = slices.Clone(data)
		data[at] ^= 0xff
		return data
	}
	dicom := append(make([]byte, 128), "DICM\x02\x00"...)
	rle := encoded(t, img, "bmp")
	binary.LittleEndian.PutUint32(rle[30:], 1)
	flat := image.NewGray(image.Rect(0, 0, 64, 48))
	scans := append(slices.Clone(jpeg), bytes.Repeat([]byte{0xff, 0xda}, maxScans)...)
	reversed := retagged(t, encoded(t, img, "tiff"), tagFillOrder, 2)
	const end = "; PNG, JPEG, GIF, BMP, TIFF and WebP can be read"

	tests := map[string]struct {
		data []byte
		want error
	}{
		"empty":             {nil, FormatError("the file is empty")},
		"text-renamed.png":  {[]byte("hello world, I am text"), UnsupportedError(`not a picture this program can read: it begins with "hello wo"` + end)},
		"one-byte":          {[]byte{0x89}, UnsupportedError(`not a picture this program can read: it begins with "\x89"` + end)},
		"dicom":             {dicom, FormatError("the DICOM file is damaged: it ends before its first element")},
		"tiff-and-dicom":    {append([]byte("II*\x00"), dicom[4:]...), FormatError("the DICOM file is damaged: it ends before its first element")},
		"paper.pdf":         {[]byte("%PDF-1.7\n"), UnsupportedError("this is a PDF document" + end)},
		"series.zip":        {[]byte("PK\x03\x04\x14\x00"), UnsupportedError("this is a ZIP archive or an office document" + end)},
		"photo.heic":        {[]byte("\x00\x00\x00\x18ftypheic"), UnsupportedError("this is a HEIC picture" + end)},
		"truncated.png":     {cut(png), FormatError("the PNG is damaged: unexpected end of data")},
		"truncated.jpg":     {cut(jpeg), FormatError("the JPEG is damaged: unexpected end of data")},
		"truncated.gif":     {cut(encoded(t, img, "gif")), FormatError("the GIF is damaged: unexpected end of data")},
		"truncated.bmp":     {cut(encoded(t, img, "bmp")), FormatError("the BMP is damaged: unexpected end of data")},
		"truncated.tif":     {cut(encoded(t, img, "tiff")), FormatError("the TIFF is damaged: unexpected end of data")},
		"truncated.webp":    {cut(stored(t, "lossless.webp")), FormatError("the WebP is damaged: unexpected end of data")},
		"bad-block.gif":     {flipped(encoded(t, img, "gif"), 13+3*256), FormatError("the GIF is damaged: its contents make no sense (unknown block type: 0xd3)")},
		"bad-size.bmp":      {bomb(t, "bmp", 64, -1<<31), UnsupportedError("the picture is 64x2147483648 (137438.95 megapixels), more than the limit of 64 megapixels")},
		"header-only.png":   {png[:8], FormatError("the PNG is damaged: unexpected end of data")},
		"bad-checksum.png":  {flipped(png, 29), FormatError("the PNG is damaged: its contents make no sense (invalid checksum)")},
		"bad-deflate.png":   {flipped(png, 45), FormatError("the PNG is damaged: its contents make no sense (corrupt input before offset 5)")},
		"rle.bmp":           {rle, UnsupportedError("this kind of BMP cannot be read: it is compressed, or its header is unusual; save the picture as PNG")},
		"arithmetic.jpg":    {stored(t, "arithmetic.jpg"), UnsupportedError("this kind of JPEG cannot be read: it is lossless or arithmetic-coded; save the picture as PNG")},
		"many-scans.jpg":    {scans, UnsupportedError("this kind of JPEG cannot be read: it has 101 scans, more than the limit of 100; save the picture as PNG")},
		"jpeg-in.tif":       {stored(t, "jpeg-in.tif"), UnsupportedError("this kind of TIFF cannot be read: it is unusual (compression value 7); save the picture as PNG")},
		"float.tif":         {stored(t, "float.tif"), UnsupportedError("this kind of TIFF cannot be read: its pixels are signed or fractional numbers; save the picture as PNG")},
		"planes.tif":        {stored(t, "planes.tif"), UnsupportedError("this kind of TIFF cannot be read: its colours are stored one plane after the other; save the picture as PNG")},
		"fax.tif":           {stored(t, "fax.tif"), UnsupportedError("this kind of TIFF cannot be read: it is a fax, in black and white only; save the picture as PNG")},
		"reversed-bits.tif": {reversed, UnsupportedError("this kind of TIFF cannot be read: its bits are stored in reverse order; save the picture as PNG")},
		"animated.webp":     {stored(t, "animated.webp"), UnsupportedError("this kind of WebP cannot be read: it is an animation; save the picture as PNG")},
		"1x1.png":           {sized(t, 1, 1), UnsupportedError("the picture is too small for a CT slice: 1x1 pixels, each side must have at least 32")},
		"31x300.png":        {sized(t, 31, 300), UnsupportedError("the picture is too small for a CT slice: 31x300 pixels, each side must have at least 32")},
		"129x32.png":        {sized(t, 129, 32), UnsupportedError("the picture is too long and narrow for a CT slice: 129x32 pixels, one side may be at most 4 times the other")},
		"32x129.png":        {sized(t, 32, 129), UnsupportedError("the picture is too long and narrow for a CT slice: 32x129 pixels, one side may be at most 4 times the other")},
		"no-width.bmp":      {bomb(t, "bmp", 0, 0), FormatError("the picture is empty: 0x0 pixels")},
		"black.png":         {encoded(t, flat, "png"), UnsupportedError("the picture is blank: its greys go from 0 to 0 only, of 0 to 255")},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			s, err := Decode(test.data)
			if err != test.want {
				t.Errorf("got %v, %T(%[2]q)\nwant %T(%[3]q)", s, err, test.want)
			}
		})
	}
	for name, data := range map[string][]byte{"32x128.png": sized(t, 32, 128), "128x32.png": sized(t, 128, 32), "32x32.png": sized(t, 32, 32)} {
		if _, err := Decode(data); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// A header alone must not make a decoder set memory aside.
func TestDecodeBombs(t *testing.T) {
	for _, test := range []struct {
		format string
		side   int
		want   UnsupportedError
	}{
		{"png", 20000, "the picture is 20000x20000 (400 megapixels), more than the limit of 64 megapixels"},
		{"png", 1<<31 - 1, "this kind of PNG cannot be read: it is unusual (dimension overflow); save the picture as PNG"},
		{"jpeg", 20000, "the picture is 20000x20000 (400 megapixels), more than the limit of 64 megapixels"},
		{"progressive", 20000, "the picture is 20000x20000 (400 megapixels), more than the limit of 64 megapixels"},
		{"gif", 20000, "the picture is 20000x20000 (400 megapixels), more than the limit of 64 megapixels"},
		{"bmp", 20000, "the picture is 20000x20000 (400 megapixels), more than the limit of 64 megapixels"},
		{"tiff", 20000, "the picture is 20000x20000 (400 megapixels), more than the limit of 64 megapixels"},
		{"webp", 16000, "the picture is 16000x16000 (256 megapixels), more than the limit of 64 megapixels"},
		{"webp-lossless", 16000, "the picture is 16000x16000 (256 megapixels), more than the limit of 64 megapixels"},
		{"webp-extended", 20000, "the picture is 20000x20000 (400 megapixels), more than the limit of 64 megapixels"},
		{"png", 8001, "the picture is 8001x8001 (64.02 megapixels), more than the limit of 64 megapixels"},
	} {
		t.Run(fmt.Sprintf("%s/%d", test.format, test.side), func(t *testing.T) {
			data := bomb(t, test.format, test.side, test.side)
			var err error
			if n := allocated(func() { _, err = Decode(data) }); n > 256<<10 {
				t.Errorf("allocated %d bytes", n)
			}
			if err != test.want {
				t.Errorf("got %T(%[1]q)\nwant %T(%[2]q)", err, test.want)
			}
		})
	}
}

// A header just within the limits costs no more than the picture would.
func TestDecodeMemory(t *testing.T) {
	const side = 2000
	for _, format := range []string{"png", "jpeg", "progressive", "gif", "bmp", "tiff", "webp", "webp-lossless"} {
		t.Run(format, func(t *testing.T) {
			data := bomb(t, format, side, side)
			var err error
			n := allocated(func() { _, err = Decode(data) })
			if n > 16*side*side {
				t.Errorf("allocated %d bytes a pixel", n/(side*side))
			}
			if err == nil {
				t.Error("read a picture without pixels")
			}
		})
	}
}

func allocated(f func()) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f()
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}

// However short a file is cut, the error is one of the two kinds and one line.
func TestDecodeTruncated(t *testing.T) {
	for name, p := range pictures(t) {
		t.Run(name, func(t *testing.T) {
			for n := 0; n < len(p.data); n += 1 + n/8 {
				s, err := Decode(p.data[:n])
				if err != nil {
					checkError(t, err)
				} else if n < len(p.data)/2 {
					t.Errorf("%d of %d bytes: read as %dx%d", n, len(p.data), s.Width, s.Height)
				}
			}
		})
	}
}

func checkError(t testing.TB, err error) {
	t.Helper()
	var broken FormatError
	var unsupported UnsupportedError
	if errors.As(err, &broken) == errors.As(err, &unsupported) {
		t.Errorf("want a FormatError or an UnsupportedError, got %T: %v", err, err)
	}
	text := err.Error()
	if text == "" || strings.ContainsAny(text, "\n\r") {
		t.Errorf("want one line, got %q", text)
	}
	for _, jargon := range []string{"EOF", "runtime", "interface", "nil", "zlib", "flate", "ct:"} {
		if strings.Contains(text, jargon) {
			t.Errorf("%q in %q", jargon, text)
		}
	}
}

// realSlices returns every step-th slice of the data sets that are at hand.
func realSlices(t testing.TB, set string, step int) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join("../../../shared/data", set, "*/*.png"))
	if err != nil {
		t.Fatal(err)
	}
	if len(files) == 0 {
		if os.Getenv("CI") != "" {
			t.Fatalf("no data set %s in ../shared/data", set)
		}
		t.Skipf("no data set %s in ../shared/data", set)
	}
	var some []string
	for i := 0; i < len(files); i += step {
		some = append(some, files[i])
	}
	return some
}

func TestDecodeRealData(t *testing.T) {
	for _, set := range []string{"sars-cov-2-ct", "covid-ct"} {
		t.Run(set, func(t *testing.T) {
			for _, file := range realSlices(t, set, 20) {
				data, err := os.ReadFile(file)
				if err != nil {
					t.Fatal(err)
				}
				if s, err := Decode(data); err != nil || len(s.Grey) != s.Width*s.Height {
					t.Errorf("%s: %v", file, err)
				}
			}
		})
	}
}

// decodeSeeds returns what the fuzzer starts from.
func decodeSeeds(t testing.TB) [][]byte {
	t.Helper()
	var seeds [][]byte
	all := pictures(t)
	for _, name := range slices.Sorted(maps.Keys(all)) {
		seeds = append(seeds, all[name].data)
	}
	for _, format := range []string{"png", "jpeg", "progressive", "gif", "bmp", "tiff", "webp", "webp-lossless", "webp-extended"} {
		seeds = append(seeds, bomb(t, format, 16000, 16000))
	}
	for _, name := range []string{"alpha-lossy.webp", "alpha-lossless.webp", "animated.webp", "arithmetic.jpg", "fax.tif", "float.tif", "jpeg-in.tif", "planes.tif"} {
		seeds = append(seeds, stored(t, name))
	}
	return append(seeds, nil, []byte("hello world"), append(make([]byte, 128), "DICM"...))
}

// FuzzDecode: no input panics, hangs or takes memory beyond what its header
// and its length allow, and what is read can be prepared for the network.
func FuzzDecode(f *testing.F) {
	for _, seed := range decodeSeeds(f) {
		f.Add(seed)
	}
	p := Preprocessing{Size: 32, Crop: CropBody, Mean: 0.5, Std: 0.5, WindowCentre: -600, WindowWidth: 1500, Filter: FilterLinear}
	f.Fuzz(func(t *testing.T, data []byte) {
		pixels := 0
		if format, err := sniff(data); err == nil {
			config, _ := format.config(bytes.NewReader(data))
			if pixels = config.Width * config.Height; pixels > 1<<22 && pixels <= MaxPixels {
				t.Skip("large pictures are slow")
			}
		}
		var (
			s   *Slice
			err error
		)
		n := allocated(func() { s, err = Decode(data) })
		// A flate or LZW reader is 40 kB, and a TIFF has one for each block of
		// as few as 64 pixels.
		if limit := uint64(8<<20 + 64*len(data) + 1000*min(pixels, MaxPixels)); pixels >= 0 && n > limit {
			t.Errorf("allocated %d bytes for %d pixels in a file of %d", n, pixels, len(data))
		}
		if err != nil {
			checkError(t, err)
			if s != nil {
				t.Error("a slice and an error")
			}
			return
		}
		if len(s.Grey) != s.Width*s.Height || s.Width < MinSide || s.Height < MinSide {
			t.Fatalf("%dx%d with %d pixels", s.Width, s.Height, len(s.Grey))
		}
		box := BodyBox(s)
		if box.Empty() || !box.In(image.Rect(0, 0, s.Width, s.Height)) {
			t.Errorf("body %v in %dx%d", box, s.Width, s.Height)
		}
		if input := p.Input(s, 3); len(input) != 3*32*32 {
			t.Errorf("%d values", len(input))
		}
	})
}

func BenchmarkDecode(b *testing.B) {
	data := encoded(b, chest{512, 512, image.Rect(40, 110, 472, 420), 40, true, true}.draw().grey(), "png")
	b.SetBytes(512 * 512)
	for b.Loop() {
		if _, err := Decode(data); err != nil {
			b.Fatal(err)
		}
	}
}
