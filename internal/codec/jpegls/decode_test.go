package jpegls

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"testing"

	"lungct/internal/codec"
)

const enough = 1 << 24

// scene is a picture of slopes, noise, jumps from end to end, and flat parts
// that are broken here and there.
func scene(w, h, n, precision int) *codec.Image {
	r := rand.New(rand.NewPCG(uint64(w*h*n), uint64(precision)))
	img := &codec.Image{Width: w, Height: h, Components: n, Precision: precision}
	top := 1<<precision - 1
	for y := range h {
		for x := range w {
			for c := range n {
				v := x*5 + y*3 + c*40 + r.IntN(1+top/64)
				if y/4%2 == 1 || x*2 > w {
					v = top / 2
				}
				if r.IntN(40) == 0 {
					v += r.IntN(5)
				}
				if r.IntN(40) == 0 {
					v = r.IntN(2) * top
				}
				img.Samples = append(img.Samples, int32(v&top))
			}
		}
	}
	return img
}

// check holds the decoder to what the encoder says it will reconstruct, and the
// latter to the picture.
func check(t *testing.T, e encoder, img *codec.Image) {
	t.Helper()
	data, planes := e.encode(img)
	got, err := Decode(data, enough)
	if err != nil {
		t.Error(err)
		return
	}
	n := img.Components
	if got.Width != img.Width || got.Height != img.Height || got.Components != n || got.Precision != img.Precision || got.Signed {
		t.Errorf("got %d x %d x %d of %d bits, want %d x %d x %d of %d", got.Width, got.Height, got.Components, got.Precision, img.Width, img.Height, n, img.Precision)
		return
	}
	for i, v := range got.Samples {
		if want := int32(planes[i%n][i/n]); v != want {
			t.Errorf("sample %d of component %d: got %d, want %d", i/n, i%n, v, want)
			return
		}
		if d := v - img.Samples[i]; d > int32(e.near) || -d > int32(e.near) {
			t.Errorf("sample %d of component %d: got %d, want %d to within %d", i/n, i%n, v, img.Samples[i], e.near)
			return
		}
	}
}

func TestRoundTrip(t *testing.T) {
	for precision := 2; precision <= 16; precision++ {
		for _, near := range []int{0, 1, 2, 3, 7, 100, 255} {
			if near > (1<<precision-1)/2 {
				continue
			}
			t.Run(fmt.Sprintf("%d bits to within %d", precision, near), func(t *testing.T) {
				check(t, encoder{near: near}, scene(150, 40, 1, precision))
				check(t, encoder{near: near, interval: 3}, scene(40, 29, 1, precision))
				check(t, encoder{near: near}, scene(1, 30, 1, precision))
				for interleave := range 3 {
					check(t, encoder{near: near, interleave: interleave}, scene(70, 40, 3, precision))
					check(t, encoder{near: near, interleave: interleave, interval: 1}, scene(33, 20, 3, precision))
					check(t, encoder{near: near, interleave: interleave}, scene(20, 9, 4, precision))
				}
			})
		}
	}
}

// TestPeer decodes what another encoder wrote of the picture in make.py. The
// sums are of what its decoder makes of the near-lossless ones.
func TestPeer(t *testing.T) {
	const w, h = 61, 43
	var want []int32
	for y := range h {
		for x := range w {
			p := [3]int32{int32(x * 4), int32(y * 6), int32(255 - x*4)}
			if (x-30)*(x-30)+(y-18)*(y-18) < 150 {
				p[1] = 230
			}
			if (x+y)%7 < 2 {
				p[2] = 250
			}
			if y >= 33 {
				p = [3]int32{7, 7, 9}
			}
			want = append(want, p[:]...)
		}
	}
	for name, sum := range map[string]string{
		"component": "", "line": "", "sample": "",
		"near-3-component": "9a105242a010ed83526730520b1a9f3dd3376fef87ebf87425e3e8543f5d52ae",
		"near-3-line":      "d3a1baf949478aef379e9e3272e4ade8a426af852e7c3469653e298201557430",
		"near-3-sample":    "763dfb86d99e236cff3cab09023b7a55a45dababa50d05af1485e14b15adc1b9",
	} {
		data, err := os.ReadFile("testdata/" + name + ".jls")
		if err != nil {
			t.Fatal(err)
		}
		got, err := Decode(data, enough)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		var bytes []byte
		for _, v := range got.Samples {
			bytes = append(bytes, byte(v))
		}
		if sum == "" && !slices.Equal(got.Samples, want) {
			t.Errorf("%s: got another picture", name)
		}
		if s := fmt.Sprintf("%x", sha256.Sum256(bytes)); sum != "" && s != sum {
			t.Errorf("%s: got SHA-256 %s, want %s", name, s, sum)
		}
	}
}

func TestPresets(t *testing.T) {
	for _, p := range []preset{
		{4095, 18, 67, 276, 64},
		{4095, 5, 5, 5, 3},
		{4095, 4095, 4095, 4095, 255},
		{4000, 9, 30, 100, 31},
	} {
		for near := range 3 {
			img := scene(60, 40, 1, 12)
			for i := range img.Samples {
				img.Samples[i] = min(img.Samples[i], p.maxval)
			}
			check(t, encoder{near: near, preset: &p}, img)
		}
	}
}

// A flat picture is all runs, up to the longest ones.
func TestRuns(t *testing.T) {
	for _, w := range []int{1, 2, 3, 4, 5, 31, 32, 33, 4000} {
		img := &codec.Image{Width: w, Height: 60, Components: 1, Precision: 8, Samples: make([]int32, w*60)}
		check(t, encoder{}, img)
		img.Samples[w*59+w-1] = 1
		check(t, encoder{}, img)
		check(t, encoder{interleave: 1}, img)
	}
}

func TestColourTransforms(t *testing.T) {
	img := scene(20, 10, 3, 8)
	forward := []func(r, g, b int32) (int32, int32, int32){
		1: func(r, g, b int32) (int32, int32, int32) { return r - g + 128, g, b - g + 128 },
		2: func(r, g, b int32) (int32, int32, int32) { return r - g + 128, g, b - (r+g)>>1 + 128 },
		3: func(r, g, b int32) (int32, int32, int32) {
			v2, v3 := (b-g+128)&255, (r-g+128)&255
			return g + (v2+v3)>>2 - 64, v2, v3
		},
	}
	for transform := 1; transform <= 3; transform++ {
		coded := *img
		coded.Samples = slices.Clone(img.Samples)
		for i := 0; i < len(coded.Samples); i += 3 {
			p := coded.Samples[i : i+3]
			p[0], p[1], p[2] = forward[transform](p[0], p[1], p[2])
			p[0], p[1], p[2] = p[0]&255, p[1]&255, p[2]&255
		}
		data, _ := (&encoder{interleave: 2, transform: byte(transform)}).encode(&coded)
		got, err := Decode(data, enough)
		if err != nil || !slices.Equal(got.Samples, img.Samples) {
			t.Errorf("transform %d: got %v", transform, err)
		}
	}
}

func TestTolerated(t *testing.T) {
	img := scene(30, 20, 1, 12)
	data, _ := (&encoder{interval: 4}).encode(img)
	for name, changed := range map[string][]byte{
		"padding":       append(slices.Clone(data), 0, 0),
		"no end":        data[:len(data)-2],
		"half end":      data[:len(data)-1],
		"garbage":       slices.Concat(data[:2], []byte{1, 2, 0xFF, 0, 3}, data[2:]),
		"fill":          bytes.Replace(data, []byte{0xFF, 0xD2}, []byte{0xFF, 0xFF, 0xFF, 0xD2}, 1),
		"comment":       slices.Concat(data[:2], []byte{0xFF, 0xFE, 0, 4, 0xFF, 0xF7}, data[2:]),
		"default LSE":   slices.Concat(data[:2], []byte{0xFF, 0xF8, 0, 13, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}, data[2:]),
		"unused tables": slices.Concat(data[:2], []byte{0xFF, 0xF8, 0, 6, 2, 1, 1, 0}, data[2:]),
	} {
		got, err := Decode(changed, enough)
		if err != nil || !slices.Equal(got.Samples, img.Samples) {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

func TestTruncated(t *testing.T) {
	for _, e := range []encoder{{}, {interval: 1}, {interleave: 1}, {interleave: 2, near: 2}} {
		n := 1
		if e.interleave > 0 {
			n = 3
		}
		img := scene(30, 20, n, 12)
		img.Samples[len(img.Samples)-1] = 4095 // the end is no run, whose bit may be fill
		data, _ := e.encode(img)
		for length := range len(data) - 4 {
			var broken codec.FormatError
			if _, err := Decode(data[:length], enough); !errors.As(err, &broken) {
				t.Fatalf("%d of %d bytes: got error %v, want a FormatError", length, len(data), err)
			}
		}
	}
}

func TestRefused(t *testing.T) {
	data, _ := (&encoder{interval: 5, preset: &preset{4095, 18, 67, 276, 64}}).encode(scene(12, 10, 1, 12))
	sos := bytes.Index(data, []byte{0xFF, 0xDA})
	lse := bytes.Index(data, []byte{0xFF, 0xF8})
	change := func(at int, b byte) []byte {
		changed := slices.Clone(data)
		changed[at] = b
		return changed
	}
	for name, c := range map[string]struct {
		data        []byte
		unsupported bool
	}{
		"empty":                {nil, false},
		"JPEG":                 {change(3, 0xC3), true},
		"1 bit":                {change(6, 1), false},
		"17 bits":              {change(6, 17), false},
		"no width":             {slices.Concat(data[:9], []byte{0, 0}, data[11:]), false},
		"high":                 {change(7, 0xFF), false},
		"too large":            {slices.Concat(data[:7], []byte{0xFF, 0xFF, 0xFF, 0xFF}, data[11:]), true},
		"mapping table":        {change(sos+6, 1), true},
		"point transform":      {change(sos+9, 1), true},
		"interleaving":         {change(sos+8, 3), false},
		"unknown component":    {change(sos+5, 9), false},
		"wrong restart marker": {bytes.Replace(data, []byte{0xFF, 0xD0}, []byte{0xFF, 0xD1}, 1), false},
		"scan before frame":    {slices.Concat(data[:2], data[sos:]), false},
		"second frame header":  {slices.Concat(data[:15], data[2:]), false},
		"largest sample":       {change(lse+5, 0xFF), false},
		"thresholds":           {change(lse+7, 0xFF), false},
		"more than 65535 rows": {change(lse+4, 4), true},
		"reset":                {change(lse+14, 1), false},
		"colour transform":     {slices.Concat(data[:2], []byte{0xFF, 0xE8, 0, 7, 'm', 'r', 'f', 'x', 1}, data[2:]), true},
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
	for _, e := range []encoder{{}, {near: 3, interval: 2}, {interleave: 1}, {interleave: 2, preset: &preset{255, 255, 255, 255, 3}}} {
		n := 1
		if e.interleave > 0 {
			n = 3
		}
		data, _ := e.encode(scene(6, 5, n, 8))
		f.Add(data)
	}
	data, _ := (&encoder{}).encode(scene(9, 3, 1, 16))
	f.Add(data)
	f.Fuzz(func(t *testing.T, data []byte) {
		img, err := Decode(data, 1<<16)
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

// BenchmarkDecode decodes a slice of 512x512 with 12 bits, whose noise makes it
// a little larger than a CT.
func BenchmarkDecode(b *testing.B) {
	r := rand.New(rand.NewPCG(1, 2))
	img := &codec.Image{Width: 512, Height: 512, Components: 1, Precision: 12}
	for i := range 512 * 512 {
		img.Samples = append(img.Samples, int32(1000+i%512+int(r.NormFloat64()*12)))
	}
	for _, near := range []int{0, 3} {
		data, _ := (&encoder{near: near}).encode(img)
		b.Run(fmt.Sprint("to within ", near), func(b *testing.B) {
			b.SetBytes(int64(len(img.Samples)))
			for b.Loop() {
				if _, err := Decode(data, enough); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
