package jpeg

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	stdjpeg "image/jpeg"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"lungct/internal/codec"
)

const enough = 1 << 24

// fill gives the encoder coefficients: mostly few and small, some blocks with
// all of the largest that the precision has.
func fill(e encoder) encoder {
	r := rand.New(rand.NewPCG(uint64(e.width*e.height), uint64(e.precision)))
	columns, rows := e.mcus()
	for _, f := range e.factors {
		blocks := make([][64]int16, columns*rows*f[0]*f[1])
		for b := range blocks {
			few, top := r.IntN(64), 1024<<(e.precision-8)
			for i := range blocks[b] {
				if r.IntN(64) <= few/(1+i/4) {
					blocks[b][i] = int16((r.IntN(2*top) - top) / e.quantizer(i) / (1 + r.IntN(1+few)))
				}
			}
		}
		e.blocks = append(e.blocks, blocks)
	}
	return e
}

func TestSequential(t *testing.T) {
	one, three := [][2]int{{1, 1}}, [][2]int{{1, 1}, {1, 1}, {1, 1}}
	for _, precision := range []int{8, 12} {
		for name, e := range map[string]encoder{
			"grey":             {width: 41, height: 27, factors: one},
			"grey, restarts":   {width: 41, height: 27, factors: one, interval: 2, long: true},
			"grey, factors":    {width: 41, height: 27, factors: [][2]int{{2, 2}}},
			"4:4:4":            {width: 20, height: 17, factors: three, interleave: true},
			"4:4:4, scan each": {width: 20, height: 17, factors: three, interval: 1},
			"4:2:2":            {width: 41, height: 27, factors: [][2]int{{2, 1}, {1, 1}, {1, 1}}, interleave: true, interval: 3},
			"4:2:0":            {width: 41, height: 27, factors: [][2]int{{2, 2}, {1, 1}, {1, 1}}, interleave: true, long: true},
			"4:2:0, scan each": {width: 41, height: 27, factors: [][2]int{{2, 2}, {1, 1}, {1, 1}}},
			"4:1:0":            {width: 70, height: 35, factors: [][2]int{{4, 2}, {1, 1}, {2, 1}}, interleave: true},
			"third":            {width: 50, height: 50, factors: [][2]int{{3, 2}, {2, 1}, {1, 2}}, interleave: true},
			"four":             {width: 9, height: 8, factors: [][2]int{{1, 1}, {1, 1}, {1, 1}, {1, 1}}, interleave: true},
			"two":              {width: 1, height: 1, factors: [][2]int{{1, 1}, {1, 1}}, interleave: true},
		} {
			t.Run(fmt.Sprintf("%s of %d bits", name, precision), func(t *testing.T) {
				e.precision = precision
				e := fill(e)
				got, err := Decode(e.encode(), enough)
				if err != nil {
					t.Fatal(err)
				}
				compareExact(t, got, &e)
			})
		}
	}
}

// compareExact compares a picture with the exact transform.
func compareExact(t *testing.T, got *codec.Image, e *encoder) {
	t.Helper()
	n := len(e.factors)
	if got.Width != e.width || got.Height != e.height || got.Components != n || got.Precision != e.precision || got.Signed {
		t.Fatalf("got %d x %d x %d of %d bits, want %d x %d x %d of %d", got.Width, got.Height, got.Components, got.Precision, e.width, e.height, n, e.precision)
	}
	h, v := e.most()
	for i, got := range got.Samples {
		limit := 0.501
		if f := e.factors[i%n]; f[0] != h || f[1] != v {
			limit = 1.001 // rounded before and after interpolation
		}
		want := e.exact(i%n, i/n%e.width, i/n/e.width)
		if math.Abs(float64(got)-want) > limit {
			t.Fatalf("sample %d, %d of component %d: got %d, want %.3f", i/n%e.width, i/n/e.width, i%n, got, want)
		}
	}
}

// TestPeer compares pictures of libjpeg's encoder with what the standard
// library makes of them, whose transform has errors of its own.
func TestPeer(t *testing.T) {
	files, err := filepath.Glob("testdata/*.jpg")
	if err != nil || len(files) < 11 {
		t.Fatalf("got %d files, %v", len(files), err)
	}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		got, err := Decode(data, enough)
		if filepath.Base(file) == "arithmetic.jpg" {
			var unsupported codec.UnsupportedError
			if !errors.As(err, &unsupported) {
				t.Errorf("%s: got error %v, want an UnsupportedError", file, err)
			}
			continue
		}
		if err != nil {
			t.Errorf("%s: %v", file, err)
			continue
		}
		want, err := stdjpeg.Decode(bytes.NewReader(data))
		if err != nil {
			t.Fatal(err)
		}
		comparePeer(t, file, got, want)
	}
}

func comparePeer(t *testing.T, file string, got *codec.Image, want image.Image) {
	t.Helper()
	n, width := got.Components, got.Width
	for i, v := range got.Samples {
		x, y, c := i/n%width, i/n/width, i%n
		var sample float64
		switch want := want.(type) {
		case *image.Gray:
			sample = float64(want.GrayAt(x, y).Y)
		case *image.RGBA:
			sample = float64(want.Pix[want.PixOffset(x, y)+c])
		case *image.YCbCr:
			sample = peer(want, got, x, y, c)
		}
		if d := float64(v) - sample; math.Abs(d) > 1.5 {
			t.Errorf("%s: sample (%d, %d) of component %d: got %d, want %.2f", file, x, y, c, v, sample)
			return
		}
	}
}

// peer is pixel (x, y) of a component of another decoder's picture, with its
// small components interpolated.
func peer(img *image.YCbCr, got *codec.Image, x, y, c int) float64 {
	if c == 0 {
		return float64(img.Y[img.YOffset(x, y)])
	}
	plane := [][]uint8{img.Cb, img.Cr}[c-1]
	most := map[image.YCbCrSubsampleRatio][2]int{
		image.YCbCrSubsampleRatio444: {1, 1}, image.YCbCrSubsampleRatio422: {2, 1}, image.YCbCrSubsampleRatio420: {2, 2},
		image.YCbCrSubsampleRatio440: {1, 2}, image.YCbCrSubsampleRatio411: {4, 1}, image.YCbCrSubsampleRatio410: {4, 2},
	}[img.SubsampleRatio]
	return interpolate(x, y, got.Width, got.Height, [2]int{1, 1}, most, func(x, y int) float64 {
		return float64(plane[y*img.CStride+x])
	})
}

func TestColourOf(t *testing.T) {
	for file, want := range map[string]Colour{
		"grey": Unsaid, "420": YCbCr, "rgb": RGB, "progressive": YCbCr, "progressive-rgb-restart": RGB, "scan-each": YCbCr,
	} {
		data, err := os.ReadFile("testdata/" + file + ".jpg")
		if err != nil {
			t.Fatal(err)
		}
		if got := ColourOf(data); got != want {
			t.Errorf("%s: got %d, want %d", file, got, want)
		}
	}
	e := fill(encoder{precision: 8, width: 9, height: 9, factors: [][2]int{{1, 1}, {1, 1}, {1, 1}}, interleave: true})
	data := e.encode()
	if got := ColourOf(data); got != Unsaid {
		t.Errorf("nothing said: got %d", got)
	}
	data = bytes.Replace(data, []byte{3, 1, 0x11, 0, 2, 0x11, 0, 3, 0x11, 0}, []byte{3, 'R', 0x11, 0, 'G', 0x11, 0, 'B', 0x11, 0}, 1)
	if got := ColourOf(data); got != RGB {
		t.Errorf("named components: got %d, want RGB", got)
	}
	if got := ColourOf([]byte("DICM")); got != Unsaid {
		t.Errorf("no JPEG: got %d", got)
	}
}

func TestTolerated(t *testing.T) {
	e := fill(encoder{precision: 12, width: 30, height: 30, factors: [][2]int{{1, 1}}, interval: 2})
	data := e.encode()
	sos := bytes.Index(data, []byte{0xFF, 0xDA})
	ended := slices.Clone(data)
	ended[sos+8] = 0 // last coefficient
	for name, changed := range map[string][]byte{
		"padding":          append(slices.Clone(data), 0, 0),
		"no end":           data[:len(data)-2],
		"half end":         data[:len(data)-1],
		"garbage":          slices.Concat(data[:2], []byte{1, 2, 0xFF, 0, 3}, data[2:]),
		"fill":             bytes.Replace(data, []byte{0xFF, 0xD2}, []byte{0xFF, 0xFF, 0xFF, 0xD2}, 1),
		"last coefficient": ended,
	} {
		got, err := Decode(changed, enough)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		compareExact(t, got, &e)
	}
}

func TestTruncated(t *testing.T) {
	sequential := fill(encoder{precision: 12, width: 30, height: 30, factors: [][2]int{{1, 1}}, interval: 2})
	progressive, err := os.ReadFile("testdata/progressive.jpg")
	if err != nil {
		t.Fatal(err)
	}
	for _, data := range [][]byte{sequential.encode(), progressive} {
		for length := range len(data) - 3 {
			var broken codec.FormatError
			if _, err := Decode(data[:length], enough); !errors.As(err, &broken) {
				t.Fatalf("%d of %d bytes: got error %v, want a FormatError", length, len(data), err)
			}
		}
	}
}

func TestRefused(t *testing.T) {
	e := fill(encoder{precision: 8, width: 60, height: 60, factors: [][2]int{{1, 1}}, interval: 2})
	data := e.encode()
	sof, sos := bytes.Index(data, []byte{0xFF, 0xC1}), bytes.Index(data, []byte{0xFF, 0xDA})
	change := func(at int, b byte) []byte {
		changed := slices.Clone(data)
		changed[at] = b
		return changed
	}
	for name, c := range map[string]struct {
		data        []byte
		unsupported bool
	}{
		"empty":                 {nil, false},
		"lossless":              {change(sof+1, 0xC3), true},
		"arithmetic":            {change(sof+1, 0xC9), true},
		"hierarchical":          {change(sof+1, 0xC5), true},
		"10 bits":               {change(sof+4, 10), false},
		"no width":              {slices.Concat(data[:sof+7], []byte{0, 0}, data[sof+9:]), false},
		"high":                  {slices.Concat(data[:sof+5], []byte{0x20, 0, 2, 0}, data[sof+9:]), false},
		"too large":             {slices.Concat(data[:sof+5], []byte{0xFF, 0xFF, 0xFF, 0xFF}, data[sof+9:]), true},
		"sampling factor 0":     {change(sof+11, 0x01), false},
		"sampling factor 5":     {change(sof+11, 0x51), false},
		"no quantization table": {change(sof+12, 2), false},
		"no Huffman table":      {change(sos+6, 0x21), false},
		"unknown component":     {change(sos+5, 9), false},
		"wrong restart marker":  {bytes.Replace(data, []byte{0xFF, 0xD0}, []byte{0xFF, 0xD1}, 1), false},
		"scan before frame":     {slices.Concat(data[:sof], data[sos:]), false},
		"second frame header":   {slices.Concat(data[:sos], data[sof:]), false},
		"progressive band":      {change(sof+1, 0xC2), false},
	} {
		_, err := Decode(c.data, 1<<22)
		var broken codec.FormatError
		var unsupported codec.UnsupportedError
		if errors.As(err, &broken) == c.unsupported || errors.As(err, &unsupported) != c.unsupported {
			t.Errorf("%s: got %v, want unsupported %t", name, err, c.unsupported)
		}
	}
}

func FuzzDecode(f *testing.F) {
	files, _ := filepath.Glob("testdata/*.jpg")
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	e := fill(encoder{precision: 12, width: 9, height: 9, factors: [][2]int{{2, 1}, {1, 1}, {1, 2}}, interleave: true, interval: 1})
	f.Add(e.encode())
	f.Fuzz(func(t *testing.T, data []byte) {
		img, err := Decode(data, 1<<16)
		ColourOf(data)
		if err != nil {
			return
		}
		if len(img.Samples) != img.Width*img.Height*img.Components {
			t.Errorf("got %d samples, want %d x %d x %d", len(img.Samples), img.Width, img.Height, img.Components)
		}
		for _, v := range img.Samples {
			if v < 0 || v >= 1<<img.Precision {
				t.Fatalf("got sample %d, want %d bits", v, img.Precision)
			}
		}
	})
}

// BenchmarkDecode decodes 512x512 with 12 bits.
func BenchmarkDecode(b *testing.B) {
	e := fill(encoder{precision: 12, width: 512, height: 512, factors: [][2]int{{1, 1}}})
	data := e.encode()
	b.SetBytes(512 * 512)
	for b.Loop() {
		if _, err := Decode(data, enough); err != nil {
			b.Fatal(err)
		}
	}
}
