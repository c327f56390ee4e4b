package jpegll

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"lungct/internal/codec"
)

const enough = 1 << 24

// scene is a picture of slopes, noise and jumps from end to end, whose samples
// have zeros in their lowest shift bits.
func scene(w, h, n, precision, shift int) *codec.Image {
	r := rand.New(rand.NewPCG(uint64(w*h*n), uint64(precision)))
	img := &codec.Image{Width: w, Height: h, Components: n, Precision: precision}
	top := 1<<precision - 1
	for y := range h {
		for x := range w {
			for c := range n {
				v := (x*5 + y*3 + c*40 + r.IntN(8)) & top
				if r.IntN(16) == 0 {
					v = r.IntN(2) * top
				}
				if r.IntN(64) == 0 {
					v = r.IntN(top + 1)
				}
				img.Samples = append(img.Samples, int32(v)>>shift<<shift)
			}
		}
	}
	return img
}

func check(t *testing.T, e encoder, img *codec.Image) {
	t.Helper()
	got, err := Decode(e.encode(img), enough)
	if err != nil {
		t.Errorf("%+v: %v", img.Precision, err)
		return
	}
	if got.Width != img.Width || got.Height != img.Height || got.Components != img.Components || got.Precision != img.Precision || got.Signed {
		t.Errorf("got %d x %d x %d of %d bits, want %d x %d x %d of %d", got.Width, got.Height, got.Components, got.Precision, img.Width, img.Height, img.Components, img.Precision)
	}
	for i, v := range img.Samples {
		if got.Samples[i] != v {
			t.Errorf("sample %d: got %d, want %d", i, got.Samples[i], v)
			return
		}
	}
}

func TestRoundTrip(t *testing.T) {
	for predictor := 1; predictor <= 7; predictor++ {
		for precision := 2; precision <= 16; precision++ {
			t.Run(fmt.Sprintf("predictor %d of %d bits", predictor, precision), func(t *testing.T) {
				check(t, encoder{predictor: predictor}, scene(37, 23, 1, precision, 0))
				check(t, encoder{predictor: predictor, long: true, late: true, interval: 2}, scene(16, 21, 1, precision, 0))
				check(t, encoder{predictor: predictor, shift: precision / 2}, scene(9, 9, 1, precision, precision/2))
				check(t, encoder{predictor: predictor, interleave: true, interval: 1}, scene(19, 20, 3, precision, 0))
				check(t, encoder{predictor: predictor, interval: 3}, scene(19, 20, 3, precision, 0))
				check(t, encoder{predictor: predictor, interleave: true, long: true}, scene(1, 7, 2, precision, 0))
				check(t, encoder{predictor: predictor, interleave: true}, scene(7, 1, 4, precision, 0))
			})
		}
	}
}

// Encoders store negative numbers by letting the prediction wrap, whatever the
// precision says.
func TestBeyondPrecision(t *testing.T) {
	img := scene(8, 8, 1, 12, 0)
	img.Samples[20] = 0xFFFF
	data := (&encoder{predictor: 1}).encode(img)
	got, err := Decode(data, enough)
	if err != nil || got.Precision != 16 || !slices.Equal(got.Samples, img.Samples) {
		t.Errorf("got %v, %v", got, err)
	}
}

// Real files have bytes between segments, fill before markers, padding at the
// end, and no end marker.
func TestTolerated(t *testing.T) {
	img := scene(12, 10, 1, 12, 0)
	data := (&encoder{predictor: 6, interval: 2}).encode(img)
	for name, changed := range map[string][]byte{
		"padding":    append(slices.Clone(data), 0, 0, 0),
		"no end":     data[:len(data)-2],
		"half end":   data[:len(data)-1],
		"garbage":    slices.Concat(data[:2], []byte{1, 2, 0xFF, 0, 3}, data[2:]),
		"fill":       bytes.Replace(data, []byte{0xFF, 0xD2}, []byte{0xFF, 0xFF, 0xFF, 0xD2}, 1),
		"comment":    slices.Concat(data[:2], []byte{0xFF, 0xFE, 0, 4, 0xFF, 0xC3}, data[2:]),
		"tables end": slices.Concat(data[:len(data)-2], []byte{0xFF, 0xC4, 0, 2}, data[len(data)-2:]),
	} {
		got, err := Decode(changed, enough)
		if err != nil || !slices.Equal(got.Samples, img.Samples) {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

// The height may stand in a DNL segment after the scan.
func TestHeightAfterScan(t *testing.T) {
	img := scene(12, 10, 1, 12, 0)
	data := (&encoder{predictor: 1, late: true}).encode(img)
	data[2+2+2+1], data[2+2+2+2] = 0, 0
	data = slices.Concat(data[:len(data)-2], []byte{0xFF, 0xDC, 0, 4, 0, 10, 0xFF, 0xD9})
	if got, err := Decode(data, enough); err != nil || got.Height != 10 || !slices.Equal(got.Samples, img.Samples) {
		t.Errorf("got %v", err)
	}
}

func TestTruncated(t *testing.T) {
	for _, e := range []encoder{{predictor: 1}, {predictor: 4, interval: 1}, {predictor: 7, interleave: true}} {
		n := 1
		if e.interleave {
			n = 3
		}
		data := e.encode(scene(12, 10, n, 12, 0))
		// The last byte before the end marker may hold fill bits alone.
		for length := range len(data) - 3 {
			var broken codec.FormatError
			if _, err := Decode(data[:length], enough); !errors.As(err, &broken) {
				t.Fatalf("%d of %d bytes: got error %v, want a FormatError", length, len(data), err)
			}
		}
	}
}

func TestRefused(t *testing.T) {
	data := (&encoder{predictor: 1, late: true, interval: 5}).encode(scene(12, 10, 1, 12, 0))
	sos := bytes.Index(data, []byte{0xFF, 0xDA})
	change := func(at int, b byte) []byte {
		changed := slices.Clone(data)
		changed[at] = b
		return changed
	}
	for name, c := range map[string]struct {
		data        []byte
		unsupported bool
	}{
		"empty":                   {nil, false},
		"no JPEG":                 {[]byte("DICM"), false},
		"baseline":                {change(3, 0xC0), true},
		"arithmetic":              {change(3, 0xCB), true},
		"1 bit":                   {change(6, 1), false},
		"17 bits":                 {change(6, 17), false},
		"no width":                {slices.Concat(data[:9], []byte{0, 0}, data[11:]), false},
		"large":                   {change(7, 0xFF), false},
		"too large":               {slices.Concat(data[:7], []byte{0xFF, 0xFF, 0xFF, 0xFF}, data[11:]), true},
		"predictor 0":             {change(sos+7, 0), false},
		"predictor 8":             {change(sos+7, 8), false},
		"point transform":         {change(sos+9, 12), false},
		"no such table":           {change(sos+6, 0x30), false},
		"unknown component":       {change(sos+5, 9), false},
		"restart within a row":    {change(sos-1, 59), false},
		"wrong restart marker":    {bytes.Replace(data, []byte{0xFF, 0xD0}, []byte{0xFF, 0xD1}, 1), false},
		"scan before frame":       {slices.Concat(data[:2], data[sos:]), false},
		"symbol beyond 16":        {bytes.Replace(data, []byte{15, 16, 0xFF}, []byte{15, 17, 0xFF}, 1), false},
		"too many codes":          {bytes.Replace(data, []byte{0xC4, 0, 36, 1, 0}, []byte{0xC4, 0, 36, 1, 9}, 1), false},
		"second frame header":     {slices.Concat(data[:15], data[2:]), false},
		"segment beyond the data": {change(4, 0xFF), false},
	} {
		_, err := Decode(c.data, 1<<20)
		var broken codec.FormatError
		var unsupported codec.UnsupportedError
		if errors.As(err, &broken) == c.unsupported || errors.As(err, &unsupported) != c.unsupported {
			t.Errorf("%s: got %v, want unsupported %t", name, err, c.unsupported)
		}
	}
}

func FuzzDecode(f *testing.F) {
	f.Add((&encoder{predictor: 1}).encode(scene(5, 4, 1, 12, 0)))
	f.Add((&encoder{predictor: 6, interleave: true, interval: 2}).encode(scene(5, 4, 3, 8, 0)))
	f.Add((&encoder{predictor: 7, long: true, late: true, shift: 3}).encode(scene(5, 4, 3, 16, 0)))
	f.Fuzz(func(t *testing.T, data []byte) {
		img, err := Decode(data, 1<<16)
		if err == nil && len(img.Samples) != img.Width*img.Height*img.Components {
			t.Errorf("got %d samples, want %d x %d x %d", len(img.Samples), img.Width, img.Height, img.Components)
		}
	})
}

// BenchmarkDecode decodes a slice of 512x512 with 12 bits, whose noise makes it
// a little larger than a CT.
func BenchmarkDecode(b *testing.B) {
	r := rand.New(rand.NewPCG(1, 2))
	img := &codec.Image{Width: 512, Height: 512, Components: 1, Precision: 12}
	for i := range 512 * 512 {
		img.Samples = append(img.Samples, int32(1000+i%512+int(r.NormFloat64()*12)))
	}
	for _, predictor := range []int{1, 6} {
		data := (&encoder{predictor: predictor, long: true}).encode(img)
		b.Run(fmt.Sprint("predictor ", predictor), func(b *testing.B) {
			b.SetBytes(int64(len(img.Samples)))
			for b.Loop() {
				if _, err := Decode(data, enough); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
