package ct

import (
	"fmt"
	"image"
	"image/color"
	"math"
	"math/rand/v2"
	"testing"
)

func TestTo8(t *testing.T) {
	for v := range uint32(65536) {
		if got, want := to8(v), uint8(math.Round(float64(v)/257)); got != want {
			t.Fatalf("to8(%d): got %d, want %d", v, got, want)
		}
	}
}

func TestLuminance(t *testing.T) {
	for _, test := range []struct {
		c    color.Color
		want uint8
	}{
		{color.Black, 0},
		{color.White, 255},
		{color.Gray{77}, 77},
		{color.RGBA{255, 0, 0, 255}, 76},     // 0.299 of 255
		{color.RGBA{0, 255, 0, 255}, 150},    // 0.587
		{color.RGBA{0, 0, 255, 255}, 29},     // 0.114
		{color.NRGBA{255, 255, 255, 0}, 0},   // nothing over black
		{color.NRGBA{200, 200, 200, 51}, 40}, // a fifth of it
		{color.Gray16{0x7fff}, 127},
		{color.Gray16{0x8000}, 128}, // 127.50 of 255
		{color.CMYK{0, 0, 0, 255}, 0},
		{color.YCbCr{90, 128, 128}, 90},
	} {
		if got := luminance(test.c.RGBA()); got != test.want {
			t.Errorf("%T%[1]v: got %d, want %d", test.c, got, test.want)
		}
	}
}

// opaque hides the type of an image, so that only At is left.
type opaque struct{ image.Image }

// Every fast path gives what At gives, also for images whose corner is not the
// origin and that are a part of a larger one.
func TestGreyFastPaths(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 2))
	fill := func(pix []uint8) {
		for i := range pix {
			pix[i] = uint8(rnd.Uint32())
		}
	}
	var palette color.Palette
	for range 256 {
		palette = append(palette, color.NRGBA{uint8(rnd.Uint32()), uint8(rnd.Uint32()), uint8(rnd.Uint32()), uint8(rnd.Uint32())})
	}
	type part interface {
		image.Image
		SubImage(image.Rectangle) image.Image
	}
	whole := image.Rect(-3, 2, 38, 35)
	images := map[string]part{}

	gray := image.NewGray(whole)
	fill(gray.Pix)
	images["gray"] = gray
	gray16 := image.NewGray16(whole)
	fill(gray16.Pix)
	images["gray16"] = gray16
	paletted := image.NewPaletted(whole, palette)
	fill(paletted.Pix)
	images["paletted"] = paletted
	nrgba := image.NewNRGBA(whole)
	fill(nrgba.Pix)
	images["nrgba"] = nrgba
	nrgba64 := image.NewNRGBA64(whole)
	fill(nrgba64.Pix)
	images["nrgba64"] = nrgba64
	cmyk := image.NewCMYK(whole)
	fill(cmyk.Pix)
	images["cmyk"] = cmyk
	// Colours multiplied by alpha are never more than it.
	rgba, rgba64 := image.NewRGBA(whole), image.NewRGBA64(whole)
	for y := whole.Min.Y; y < whole.Max.Y; y++ {
		for x := whole.Min.X; x < whole.Max.X; x++ {
			rgba.Set(x, y, nrgba.At(x, y))
			rgba64.Set(x, y, nrgba64.At(x, y))
		}
	}
	images["rgba"], images["rgba64"] = rgba, rgba64
	for ratio := image.YCbCrSubsampleRatio444; ratio <= image.YCbCrSubsampleRatio410; ratio++ {
		m := image.NewNYCbCrA(whole, ratio)
		fill(m.Y)
		fill(m.Cb)
		fill(m.Cr)
		fill(m.A)
		images[fmt.Sprint(ratio)] = &m.YCbCr
		images[fmt.Sprint(ratio, " with alpha")] = m
	}
	for name, img := range images {
		t.Run(name, func(t *testing.T) {
			for _, bounds := range []image.Rectangle{whole, image.Rect(0, 2, 38, 35), image.Rect(1, 5, 36, 33), image.Rect(7, 3, 8, 4)} {
				sub := img.SubImage(bounds)
				for _, canvas := range []image.Point{{38, 35}, {20, 20}} {
					got, want := greyOn(sub, canvas.X, canvas.Y), greyOn(opaque{sub}, canvas.X, canvas.Y)
					for i := range want {
						if got[i] != want[i] {
							t.Fatalf("%v on %v at (%d, %d): got %d, want %d", bounds, canvas, i%canvas.X, i/canvas.X, got[i], want[i])
						}
					}
				}
			}
		})
	}
}
