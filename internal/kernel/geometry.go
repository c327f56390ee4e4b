package kernel

import (
	"fmt"
	"math"
)

// Geometry is a square window that slides over one C×H×W image: a window of K×K
// pixels, S pixels from one place to the next, P pixels of padding around the
// image. There are as many places as fit whole (PyTorch's ceil_mode=False,
// dilation 1).
type Geometry struct{ C, H, W, K, S, P int }

// OutH is the number of places of the window from top to bottom.
func (g Geometry) OutH() int { return (g.H+2*g.P-g.K)/g.S + 1 }

// OutW is the number of places of the window from left to right.
func (g Geometry) OutW() int { return (g.W+2*g.P-g.K)/g.S + 1 }

// Check says what is wrong with a geometry that came from outside. The sizes
// that pass keep the image, and the matrix Im2col makes of it, below 2³¹
// elements.
func (g Geometry) Check() error {
	const most = 1 << 15
	for _, v := range []struct {
		name       string
		got, least int
	}{{"C", g.C, 1}, {"H", g.H, 1}, {"W", g.W, 1}, {"K", g.K, 1}, {"S", g.S, 1}, {"P", g.P, 0}} {
		if v.got < v.least || v.got > most {
			return fmt.Errorf("geometry: %s is %d, want %d to %d", v.name, v.got, v.least, most)
		}
	}
	if g.P >= g.K {
		return fmt.Errorf("geometry: padding is %d, want less than the window's %d", g.P, g.K)
	}
	if least := min(g.H, g.W) + 2*g.P; g.K > least {
		return fmt.Errorf("geometry: window is %d, want at most the padded image's %d", g.K, least)
	}
	image := float64(g.C) * float64(g.H) * float64(g.W)
	columns := float64(g.C) * float64(g.K) * float64(g.K) * float64(g.OutH()) * float64(g.OutW())
	if elements := max(image, columns); elements > math.MaxInt32 {
		return fmt.Errorf("geometry: %d×%d×%d with window %d needs %.0f elements, want at most %d",
			g.C, g.H, g.W, g.K, elements, math.MaxInt32)
	}
	return nil
}

// must panics on a geometry that does not pass Check.
func (g Geometry) must(function string) {
	if err := g.Check(); err != nil {
		panic(fmt.Sprintf("kernel: %s: %v", function, err))
	}
}
