package ct

import (
	"fmt"
	"image"
)

// MinLungAir is the part of the body's area that is air in a slice through the
// lungs, at least: LungAir is about 0.02 in the neck (trachea) and up to 0.03 in
// the abdomen (bowel gas).
const MinLungAir = 0.05

// lungAirHU is what counts as air in the body: lung and most ground glass, but
// neither fat nor soft tissue blurred at the border of the lung.
const lungAirHU = -400

// LungAir is the part of the body's area in a slice of HU that is air, which in
// the chest is lung and little else. What joins the picture's border is air
// outside of the body. ok is false for pictures, whose window is not known.
func (s *Slice) LungAir() (part float64, ok bool) {
	if s.HU == nil {
		return 0, false
	}
	// A window that makes lungAirHU the middle grey.
	w := Window{Centre: lungAirHU, Width: 512}
	step := (max(s.Width, s.Height) + maxGrid - 1) / maxGrid
	g := shrink(&Slice{Width: s.Width, Height: s.Height, Grey: w.Grey(s.HU)}, step)
	inner := image.Rect(1, 1, g.width-1, g.height-1)
	_, pieces := g.above(127).inverse().pieces()
	inside, outside := 0, 0
	for _, p := range pieces {
		if p.box.In(inner) {
			inside += p.area
		} else {
			outside += p.area
		}
	}
	body := g.width*g.height - outside
	if body == 0 {
		return 0, true
	}
	return float64(inside) / float64(body), true
}

// WithoutLung says why a slice is left out of the verdict on its series: it shows
// no lung. It is "" where lung is there, and for pictures, of which it cannot be
// told.
func (s *Slice) WithoutLung() string {
	if part, ok := s.LungAir(); ok && part < MinLungAir {
		return fmt.Sprintf("no lung in it: air is %.0f %% of the body, in a slice with lung at least %.0f %%", 100*part, 100*MinLungAir)
	}
	return ""
}
