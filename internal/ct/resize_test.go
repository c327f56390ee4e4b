package ct

import (
	"image"
	"math/rand/v2"
	"os"
	"testing"
)

// fuses reports whether the compiler makes one operation, which rounds once, of
// a product and a sum.
//
//go:noinline
func fuses(x, y, z float64) bool { return x*y+z != float64(x*y)+z }

// checkResize compares resize with package imaging. Their bits are equal, save
// where the compiler fuses the products and sums of package imaging, as on
// arm64: there a grey may differ by one.
func checkResize(t *testing.T, grey []uint8, stride int, r image.Rectangle, width, height int) {
	t.Helper()
	tolerance := 0
	if fuses(1+0x1p-30, 1-0x1p-30, -1) {
		tolerance = 1
	}
	got, want := resize(grey, stride, r, width, height), resizeImaging(grey, stride, r, width, height)
	for i := range want {
		if d := int(got[i]) - int(want[i]); d < -tolerance || d > tolerance {
			t.Fatalf("%v to %dx%d at (%d, %d): got %d, want %d", r, width, height, i%width, i/width, got[i], want[i])
		}
	}
}

func TestResizeImaging(t *testing.T) {
	rnd := rand.New(rand.NewPCG(5, 6))
	const side = 80
	pictures := map[string]func(x, y int) uint8{
		"noise":   func(x, y int) uint8 { return uint8(rnd.Uint32()) },
		"extreme": func(x, y int) uint8 { return -uint8(rnd.Uint32() & 1) },
		// Halving and doubling meet sums that lie half way between two greys.
		"odd and even": func(x, y int) uint8 { return uint8(x*y + rnd.IntN(2)) },
		"white":        func(x, y int) uint8 { return 255 },
	}
	for name, at := range pictures {
		t.Run(name, func(t *testing.T) {
			grey := make([]uint8, side*side)
			for i := range grey {
				grey[i] = at(i%side, i/side)
			}
			for n := 1; n <= side; n++ {
				for _, to := range []int{1, 2, 3, n / 2, n, 2 * n, 29, 64} {
					if to > 0 {
						checkResize(t, grey, side, image.Rect(0, 0, n, side-n+1), to, 37)
						checkResize(t, grey, side, image.Rect(side-n, n/2, side, side), 41, to)
					}
				}
			}
			for range 50 {
				x, y := rnd.IntN(side), rnd.IntN(side)
				part := image.Rect(x, y, x+1+rnd.IntN(side-x), y+1+rnd.IntN(side-y))
				checkResize(t, grey, side, part, 1+rnd.IntN(2*side), 1+rnd.IntN(2*side))
			}
		})
	}
}

// The sizes of scanners and screenshots, to those of networks.
func TestResizeImagingSlices(t *testing.T) {
	for _, side := range []image.Point{{512, 512}, {1024, 1024}, {611, 397}, {350, 271}, {300, 301}, {97, 131}} {
		s := chest{side.X, side.Y, image.Rect(0, 0, side.X, side.Y).Inset(side.X / 12), 40, true, true}.draw()
		for _, to := range []int{300, 224} {
			checkResize(t, s.Grey, s.Width, image.Rect(0, 0, s.Width, s.Height), to, to)
			checkResize(t, s.Grey, s.Width, BodyBox(s), to, to)
		}
	}
}

func TestResizeImagingRealData(t *testing.T) {
	for _, set := range []string{"sars-cov-2-ct", "covid-ct"} {
		t.Run(set, func(t *testing.T) {
			for _, file := range realSlices(t, set, 30) {
				data, err := os.ReadFile(file)
				if err != nil {
					t.Fatal(err)
				}
				s, err := Decode(data)
				if err != nil {
					t.Fatal(err)
				}
				checkResize(t, s.Grey, s.Width, BodyBox(s), 300, 300)
			}
		})
	}
}

func BenchmarkResize(b *testing.B) {
	s := chest{512, 512, image.Rect(40, 110, 472, 420), 40, true, true}.draw()
	for name, resize := range map[string]func([]uint8, int, image.Rectangle, int, int) []uint8{"imaging": resizeImaging, "grey": resize} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				resize(s.Grey, s.Width, image.Rect(0, 0, s.Width, s.Height), 300, 300)
			}
		})
	}
}
