package jpeg2000

import "lungct/internal/codec"

// decodeTile decodes the samples of tile i.
func (s *stream) decodeTile(i int, data *tileData, work *int) (*tile, error) {
	t, err := s.newTile(i, data)
	if err != nil {
		return nil, err
	}
	r := &packetReader{body: data.body, headers: data.headers, packed: data.packed, eph: t.parameters.eph, work: work}
	if err := t.readPackets(r); err != nil {
		return nil, err
	}
	for _, tc := range t.components {
		tc.allocate()
	}
	if err := decodeBlocks(t.jobs(), data.body); err != nil {
		return nil, err
	}
	for _, tc := range t.components {
		tc.synthesize()
	}
	if t.parameters.mct {
		return t, t.inverseMCT()
	}
	return t, nil
}

// allocate takes the memory of all coefficients.
func (tc *tileComponent) allocate() {
	for _, res := range tc.resolutions {
		n := res.place.width() * res.place.height()
		if tc.coding.reversible {
			res.integers = make([]int32, n)
		} else {
			res.reals = make([]float32, n)
		}
		for _, b := range res.bands {
			b.delta *= b.gain()
		}
	}
}

// samples are the highest resolution's.
func (tc *tileComponent) samples() ([]int32, []float32) {
	top := tc.resolutions[len(tc.resolutions)-1]
	return top.integers, top.reals
}

// inverseMCT undoes the transform of the first three components (annex G).
func (t *tile) inverseMCT() error {
	c := t.components
	for i := 1; i < 3; i++ {
		if c[i].place != c[0].place || c[i].coding.reversible != c[0].coding.reversible {
			return broken("component transformation: got components of different kinds")
		}
	}
	y, yf := c[0].samples()
	u, uf := c[1].samples()
	v, vf := c[2].samples()
	if c[0].coding.reversible {
		inverseRCT(y, u, v)
	} else {
		inverseICT(yf, uf, vf)
	}
	return nil
}

func inverseRCT(y, u, v []int32) {
	u, v = u[:len(y)], v[:len(y)]
	for i := range y {
		g := y[i] - (u[i]+v[i])>>2
		y[i], u[i], v[i] = v[i]+g, g, u[i]+g
	}
}

func inverseICT(y, u, v []float32) {
	u, v = u[:len(y)], v[:len(y)]
	for i := range y {
		luma, cb, cr := y[i], u[i], v[i]
		y[i] = luma + 1.402*cr
		u[i] = luma - 0.344136*cb - 0.714136*cr
		v[i] = luma + 1.772*cb
	}
}

// store shifts the samples of a component to their range (G.1) and puts them
// into the image, each where its first grid point is and over the points up to
// the next sample.
func (t *tile) store(c int, s *size, img *codec.Image) {
	tc, comp := t.components[c], s.components[c]
	low, high := int32(0), int32(1)<<comp.precision-1
	shift := int32(1) << (comp.precision - 1)
	if comp.signed {
		low, high, shift = -shift, shift-1, 0
	}
	integers, reals := tc.samples()
	w := tc.place.width()
	line := make([]int32, w)
	out := newSpread(tc.place, comp, s, img)
	for y := range tc.place.height() {
		if tc.coding.reversible {
			for x, v := range integers[y*w:][:w] {
				line[x] = min(max(v+shift, low), high)
			}
		} else {
			for x, v := range reals[y*w:][:w] {
				line[x] = round(v+float32(shift), low, high)
			}
		}
		out.line(tc.place.y0+y, line, c)
	}
}

// round is the nearest integer within bounds of at most 16 bits.
func round(v float32, low, high int32) int32 {
	if !(v > float32(low)) {
		return low
	}
	if v >= float32(high) {
		return high
	}
	const up = 1 << 15 // conversion cuts towards zero
	return int32(v+up+0.5) - up
}

// spread puts lines of a component's samples into an image whose pixels are kx x
// ky times as dense.
type spread struct {
	image  *codec.Image
	origin rect // the image in pixels
	x0     int
	first  rect // the component's first sample also stands for what is before it
	kx, ky int
}

func newSpread(place rect, c component, s *size, img *codec.Image) spread {
	return spread{img, s.image0.scaled(s.dx, s.dy), place.x0, s.image0.scaled(c.dx, c.dy), c.dx / s.dx, c.dy / s.dy}
}

// span is the pixels along one axis which sample i stands for.
func span(i, k, first, from, to int) (int, int) {
	a := i * k
	if i == first {
		a = from
	}
	return max(a, from) - from, min((i+1)*k, to) - from
}

func (s spread) line(y int, line []int32, c int) {
	img := s.image
	ya, yb := span(y, s.ky, s.first.y0, s.origin.y0, s.origin.y1)
	for py := ya; py < yb; py++ {
		if s.kx == 1 {
			to := img.Samples[(py*img.Width+s.x0-s.origin.x0)*img.Components+c:]
			for x, v := range line {
				to[x*img.Components] = v
			}
			continue
		}
		for x, v := range line {
			xa, xb := span(s.x0+x, s.kx, s.first.x0, s.origin.x0, s.origin.x1)
			for px := xa; px < xb; px++ {
				img.Samples[(py*img.Width+px)*img.Components+c] = v
			}
		}
	}
}
