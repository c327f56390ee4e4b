package jpeg2000

// tile is one tile of the image, cut as annex B says.
type tile struct {
	place      rect // on the reference grid
	parameters *parameters
	components []*tileComponent
	precincts  []*precinct
}

type tileComponent struct {
	place       rect // in samples of the component
	coding      *coding
	resolutions []*resolution
}

// resolution is the tile-component with the sub-bands of all its lower levels.
type resolution struct {
	place rect
	bands []*subband // LL, or HL, LH, HH
	// One of the two has place's samples, row by row: those of the 5/3 and of the
	// 9/7 transform. Before its synthesis a coefficient stands where it goes in
	// the interleaved signal (F.3.3).
	integers []int32
	reals    []float32
}

type subband struct {
	kind   int  // bandLL...
	place  rect // in coefficients
	planes int  // bit-planes, Mb of E.1
	roi    int
	delta  float32 // step of the quantizer, 9/7 only
	in     *resolution
}

// precinct is the part of a resolution whose code-blocks share packets.
type precinct struct {
	component, resolution int
	x, y                  int // where its packets come, on the reference grid
	layers                int // packets read
	parts                 []precinctBand
	blockW, blockH        int // log2 of the size of a code-block
	place                 rect
	bands                 []*subband
}

// maxPrecincts bounds the memory of a tile, some hundred bytes a precinct.
const maxPrecincts = 1 << 18

// newTile cuts tile i of the image. Its packets must fit the bytes there are: a
// packet takes at least one.
func (s *stream) newTile(i int, t *tileData) (*tile, error) {
	p := t.parameters
	if p == nil {
		p = &s.parameters
	}
	nt := &tile{place: s.size.tile(i), parameters: p}
	for c := range s.size.components {
		tc, err := newTileComponent(nt.place, s.size.components[c], &p.components[c])
		if err != nil {
			return nil, err
		}
		nt.components = append(nt.components, tc)
	}
	if err := nt.checkPrecincts(t); err != nil {
		return nil, err
	}
	for c, tc := range nt.components {
		for r := range tc.resolutions {
			nt.addPrecincts(c, r, s.size.components[c])
		}
	}
	return nt, nil
}

// checkPrecincts compares the number of packets with the bytes that there are.
func (t *tile) checkPrecincts(data *tileData) error {
	count := 0
	for _, tc := range t.components {
		for r := range tc.resolutions {
			if g := tc.precinctGrid(r); !g.empty() {
				count += g.width() * g.height()
			}
		}
	}
	available := len(data.body)
	if data.packed {
		available = len(data.headers)
	}
	layers := t.parameters.layers
	if count > available/layers {
		return broken("tile: got %d bytes, too few for its %d packets", available, count*layers)
	}
	if count > maxPrecincts {
		return unsupported("%d precincts in a tile, want at most %d", count, maxPrecincts)
	}
	return nil
}

func newTileComponent(place rect, c component, cod *coding) (*tileComponent, error) {
	tc := &tileComponent{place: place.scaled(c.dx, c.dy), coding: cod}
	for r := range cod.levels + 1 {
		n := cod.levels - r
		res := &resolution{place: tc.place.scaled(1<<n, 1<<n)}
		kinds := []int{bandHL, bandLH, bandHH}
		if r == 0 {
			kinds = []int{bandLL}
		}
		for _, kind := range kinds {
			b, err := tc.newSubband(kind, r, c.precision)
			if err != nil {
				return nil, err
			}
			b.in = res
			res.bands = append(res.bands, b)
		}
		tc.resolutions = append(tc.resolutions, res)
	}
	return tc, nil
}

// newSubband places a sub-band (B-15) and finds its quantizer (E.1).
func (tc *tileComponent) newSubband(kind, r, precision int) (*subband, error) {
	cod := tc.coding
	exponent, mantissa, err := cod.step(r, kind)
	if err != nil {
		return nil, err
	}
	if cod.reversible && cod.quant != quantNone {
		return nil, unsupported("the reversible transform with quantization")
	}
	n := cod.levels - max(0, r-1)
	if r == 0 {
		n = cod.levels
	}
	place := tc.place
	if n > 0 {
		x, y := kind&1<<(n-1), kind>>1<<(n-1)
		place = rect{place.x0 - x, place.y0 - y, place.x1 - x, place.y1 - y}.scaled(1<<n, 1<<n)
	}
	gain := kind&1 + kind>>1 // table E.1
	b := &subband{kind: kind, place: place, planes: cod.guard + exponent - 1, roi: cod.roi}
	b.delta = float32(1+float64(mantissa)/2048) * power2(precision+gain-exponent)
	return b, nil
}

func power2(n int) float32 {
	if n < 0 {
		return 1 / float32(uint64(1)<<-n)
	}
	return float32(uint64(1) << n)
}

// precinctGrid is which precincts a resolution has, in units of their size
// (B.6).
func (tc *tileComponent) precinctGrid(r int) rect {
	p, size := tc.resolutions[r].place, tc.coding.precincts[r]
	if p.empty() {
		return rect{}
	}
	w, h := 1<<size[0], 1<<size[1]
	return rect{p.x0 / w, p.y0 / h, ceilDiv(p.x1, w), ceilDiv(p.y1, h)}
}

// addPrecincts appends the precincts of a resolution in raster order.
func (t *tile) addPrecincts(c, r int, comp component) {
	tc := t.components[c]
	res, size, grid := tc.resolutions[r], tc.coding.precincts[r], tc.precinctGrid(r)
	up := tc.coding.levels - r
	w, h, half := int(size[0]), int(size[1]), 0
	if r > 0 {
		half = 1 // sub-bands have half the resolution
	}
	for j := grid.y0; j < grid.y1; j++ {
		for i := grid.x0; i < grid.x1; i++ {
			t.precincts = append(t.precincts, &precinct{
				component: c, resolution: r,
				x:      max(t.place.x0, i<<w<<up*comp.dx),
				y:      max(t.place.y0, j<<h<<up*comp.dy),
				blockW: min(tc.coding.xcb, w-half), blockH: min(tc.coding.ycb, h-half),
				place: rect{i << w, j << h, (i + 1) << w, (j + 1) << h}.halved(half),
				bands: res.bands,
			})
		}
	}
}

func (r rect) halved(n int) rect { return rect{r.x0 >> n, r.y0 >> n, r.x1 >> n, r.y1 >> n} }
