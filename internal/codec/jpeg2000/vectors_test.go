package jpeg2000

import (
	"bytes"
	"encoding/binary"
	"flag"
	"os"
	"path/filepath"
	"testing"

	"lungct/internal/codec"
)

var writeSources = flag.String("sources", "", "write the synthetic images into this folder, for testdata/encode")

// source is a synthetic image. It stands for what an encoder was given.
type source struct {
	width, height, components int
	precision                 int
	signed                    bool
	step                      int // points a sample of components 1 and 2 along each axis
}

var sources = map[string]source{
	"grey12":   {91, 67, 1, 12, false, 1},
	"signed16": {91, 67, 1, 16, true, 1},
	"grey16":   {91, 67, 1, 16, false, 1},
	"grey2":    {91, 67, 1, 2, false, 1},
	"rgb8":     {61, 45, 3, 8, false, 1},
	"four8":    {61, 45, 4, 8, false, 1},
	"yuv8":     {62, 46, 3, 8, false, 2},
	"row":      {37, 1, 1, 8, false, 1},
	"column":   {1, 37, 1, 8, false, 1},
	"dot":      {1, 1, 1, 8, false, 1},
}

// sample is a disc with a slope, and noise that grows from left to right.
func (s source) sample(x, y, c int) int32 {
	dx, dy := 2*x-s.width+10*c, 2*y-s.height
	v := 3000 + 20*x + 11*y*(c+1)
	if dx*dx+dy*dy < s.height*s.height/2 {
		v += 30000 - 150*x
	}
	noise := uint32(x*7919+y*104729+c*1299709) * 2654435761
	v += int(noise>>16) * x / s.width / 40
	v &= 0xffff
	if s.signed {
		return int32(v) - 1<<15
	}
	return int32(v >> (16 - s.precision))
}

// size is the size of one component.
func (s source) size(c int) (w, h int) {
	if c == 1 || c == 2 {
		return (s.width + s.step - 1) / s.step, (s.height + s.step - 1) / s.step
	}
	return s.width, s.height
}

// image is what decoding without loss gives.
func (s source) image() *codec.Image {
	img := &codec.Image{Width: s.width, Height: s.height, Components: s.components, Precision: s.precision, Signed: s.signed}
	for y := range s.height {
		for x := range s.width {
			for c := range s.components {
				k := 1
				if c == 1 || c == 2 {
					k = s.step
				}
				img.Samples = append(img.Samples, s.sample(x/k, y/k, c))
			}
		}
	}
	return img
}

// raw is component after component, little-endian.
func (s source) raw() []byte {
	var raw []byte
	for c := range s.components {
		w, h := s.size(c)
		for y := range h {
			for x := range w {
				if v := s.sample(x, y, c); s.precision > 8 {
					raw = binary.LittleEndian.AppendUint16(raw, uint16(v))
				} else {
					raw = append(raw, byte(v))
				}
			}
		}
	}
	return raw
}

func TestWriteSources(t *testing.T) {
	if *writeSources == "" {
		t.Skip("without -sources")
	}
	for name, s := range sources {
		if err := os.WriteFile(filepath.Join(*writeSources, name+".rawl"), s.raw(), 0o666); err != nil {
			t.Fatal(err)
		}
	}
}

// TestVectors decodes what another encoder made of the synthetic images. Each
// file is named by its source and what is special in its coding; a lossy one has
// what another decoder made of it beside it.
func TestVectors(t *testing.T) {
	files, err := filepath.Glob("testdata/*.j[2p][k2]")
	if err != nil || len(files) == 0 {
		t.Fatalf("testdata: got %d files, %v", len(files), err)
	}
	for _, file := range files {
		name := filepath.Base(file)
		t.Run(name, func(t *testing.T) {
			got := decodeFile(t, file)
			kind, _, _ := bytes.Cut([]byte(name), []byte("-"))
			want := sources[string(kind)].image()
			tolerance := int32(0)
			if reference, err := os.ReadFile(file[:len(file)-4] + ".rawl"); err == nil {
				readReference(t, want, reference)
				tolerance = max(1, int32(1)<<want.Precision>>15) // one gain there is 13318/8192 instead of 2/K
			}
			compare(t, got, want, tolerance)
		})
	}
}

func decodeFile(t testing.TB, file string) *codec.Image {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	img, err := Decode(data, 1<<24)
	if err != nil {
		t.Fatal(err)
	}
	return img
}

// readReference sets the samples of img from planes.
func readReference(t *testing.T, img *codec.Image, raw []byte) {
	t.Helper()
	size, n := (img.Precision+7)/8, img.Width*img.Height
	if len(raw) != size*n*img.Components {
		t.Fatalf("reference: got %d bytes, want %d", len(raw), size*n*img.Components)
	}
	for i := range raw[:len(raw)/size] {
		v := int32(raw[size*i])
		if size == 2 {
			v = int32(binary.LittleEndian.Uint16(raw[2*i:]))
			if img.Signed {
				v = int32(int16(v))
			}
		}
		img.Samples[i%n*img.Components+i/n] = v
	}
}

// compare is an error when a sample differs by more than tolerance.
func compare(t *testing.T, got, want *codec.Image, tolerance int32) {
	t.Helper()
	g, w := *got, *want
	g.Samples, w.Samples = nil, nil
	if len(got.Samples) != len(want.Samples) || g.Width != w.Width || g.Components != w.Components || g.Precision != w.Precision || g.Signed != w.Signed {
		t.Fatalf("image: got %+v with %d samples, want %+v with %d", g, len(got.Samples), w, len(want.Samples))
	}
	differ, worst := 0, int32(0)
	for i, v := range got.Samples {
		d := max(v-want.Samples[i], want.Samples[i]-v)
		if d > 0 {
			differ++
		}
		worst = max(worst, d)
	}
	if worst > tolerance {
		t.Errorf("%d samples differ, by up to %d, want at most %d", differ, worst, tolerance)
	} else if tolerance > 0 {
		t.Logf("%d of %d samples differ by %d", differ, len(got.Samples), worst)
	}
}
