package jpeg2000

import (
	"fmt"

	"lungct/internal/codec"
)

// size is the SIZ marker segment (A.5.1): the image and its tiles on the
// reference grid.
type size struct {
	image0        rect
	tileX, tileY  int // where the first tile starts
	tileW, tileH  int
	columns, rows int // tiles
	components    []component
	dx, dy        int // grid points a pixel of the image returned
}

// component is one component of the image.
type component struct {
	precision int
	signed    bool
	dx, dy    int // grid points a sample
}

// rect is x0 <= x < x1, y0 <= y < y1.
type rect struct{ x0, y0, x1, y1 int }

func (r rect) empty() bool { return r.x0 >= r.x1 || r.y0 >= r.y1 }
func (r rect) width() int  { return r.x1 - r.x0 }
func (r rect) height() int { return r.y1 - r.y0 }

// scaled has each bound divided by dx or dy, rounded up.
func (r rect) scaled(dx, dy int) rect {
	return rect{ceilDiv(r.x0, dx), ceilDiv(r.y0, dy), ceilDiv(r.x1, dx), ceilDiv(r.y1, dy)}
}

func (r rect) intersect(s rect) rect {
	return rect{max(r.x0, s.x0), max(r.y0, s.y0), min(r.x1, s.x1), min(r.y1, s.y1)}
}

func ceilDiv(a, b int) int { return (a + b - 1) / b }

// extensions names the bits of Rsiz by which Part 2 is announced (T.801, A.2.1).
var extensions = [12]string{
	"variable DC offset", "variable scalar quantization", "trellis coded quantization",
	"visual masking", "single sample overlap", "arbitrary decomposition styles",
	"arbitrary wavelet kernels", "symmetric wavelet kernels", "multiple component transformation",
	"non-linear point transformation", "arbitrarily shaped regions of interest", "quantization by precinct",
}

func readSize(seg *segment, maxSamples int) (size, error) {
	capabilities := seg.u16()
	for i, what := range extensions {
		if capabilities&0x8000 != 0 && capabilities>>i&1 != 0 {
			return size{}, unsupported("JPEG 2000 Part 2: %s", what)
		}
	}
	s := size{}
	s.image0.x1, s.image0.y1, s.image0.x0, s.image0.y0 = seg.u32(), seg.u32(), seg.u32(), seg.u32()
	s.tileW, s.tileH, s.tileX, s.tileY = seg.u32(), seg.u32(), seg.u32(), seg.u32()
	n := seg.u16()
	if n > 4 {
		return size{}, unsupported("%d components, want at most 4", n)
	}
	for range n {
		depth := seg.u8()
		c := component{precision: depth&0x7f + 1, signed: depth&0x80 != 0, dx: seg.u8(), dy: seg.u8()}
		if err := c.check(); err != nil && !seg.short {
			return size{}, err
		}
		s.components = append(s.components, c)
	}
	if seg.short || n == 0 {
		return size{}, broken("SIZ marker segment: ends too early")
	}
	return s, s.check(maxSamples)
}

func (c component) check() error {
	switch {
	case c.precision > 38:
		return broken("precision: got %d bits, want at most 38", c.precision)
	case c.precision > 16:
		return unsupported("%d bits a sample, want at most 16", c.precision)
	case c.dx == 0 || c.dy == 0:
		return broken("sampling: got 1 sample in %d x %d points, want at least 1 x 1", c.dx, c.dy)
	}
	return nil
}

// check completes s (B.2 to B.4).
func (s *size) check(maxSamples int) error {
	if max(s.image0.x1, s.image0.y1, s.tileX, s.tileY) > 1<<31-1 {
		return unsupported("image beyond 2^31 points of the reference grid")
	}
	if s.image0.empty() {
		return broken("size: got an image from (%d, %d) to (%d, %d)", s.image0.x0, s.image0.y0, s.image0.x1, s.image0.y1)
	}
	if s.tileX > s.image0.x0 || s.tileY > s.image0.y0 || s.tileX+s.tileW <= s.image0.x0 || s.tileY+s.tileH <= s.image0.y0 {
		return broken("tiles: got the first at (%d, %d) with %d x %d points, want the image's corner (%d, %d) inside",
			s.tileX, s.tileY, s.tileW, s.tileH, s.image0.x0, s.image0.y0)
	}
	if err := s.checkComponents(); err != nil {
		return err
	}
	img := s.image0.scaled(s.dx, s.dy)
	if err := codec.CheckSize(name, img.width(), img.height(), len(s.components), maxSamples); err != nil {
		return err
	}
	s.columns, s.rows = ceilDiv(s.image0.x1-s.tileX, s.tileW), ceilDiv(s.image0.y1-s.tileY, s.tileH)
	if s.columns > 65535 || s.rows > 65535/s.columns {
		return broken("tiles: got %d x %d, want at most 65535", s.columns, s.rows)
	}
	return nil
}

// checkComponents sees that one image can hold all components.
func (s *size) checkComponents() error {
	first := s.components[0]
	s.dx, s.dy = first.dx, first.dy
	for _, c := range s.components {
		if c.precision != first.precision || c.signed != first.signed {
			return unsupported("components of different kinds: %s and %s", first.kind(), c.kind())
		}
		s.dx, s.dy = min(s.dx, c.dx), min(s.dy, c.dy)
	}
	for _, c := range s.components {
		if c.dx%s.dx != 0 || c.dy%s.dy != 0 {
			return unsupported("components sampled in steps of %d x %d and %d x %d, of which neither is a multiple", s.dx, s.dy, c.dx, c.dy)
		}
		if s.image0.scaled(c.dx, c.dy).empty() {
			return broken("size: got a component without samples")
		}
	}
	return nil
}

func (c component) kind() string {
	if c.signed {
		return fmt.Sprintf("%d bits with sign", c.precision)
	}
	return fmt.Sprintf("%d bits without sign", c.precision)
}

// tile is the place of tile i on the reference grid (B.3).
func (s *size) tile(i int) rect {
	x, y := s.tileX+i%s.columns*s.tileW, s.tileY+i/s.columns*s.tileH
	return rect{x, y, x + s.tileW, y + s.tileH}.intersect(s.image0)
}

// image is an image of the size, without its samples' values.
func (s *size) image() *codec.Image {
	r, c := s.image0.scaled(s.dx, s.dy), s.components[0]
	return &codec.Image{
		Width: r.width(), Height: r.height(), Components: len(s.components),
		Precision: c.precision, Signed: c.signed,
		Samples: make([]int32, r.width()*r.height()*len(s.components)),
	}
}
