package jpeg2000

import (
	"cmp"
	"slices"
)

// readPackets reads all packets of a tile in the order of its progressions
// (B.12).
func (t *tile) readPackets(r *packetReader) error {
	p := t.parameters
	changes := p.changes
	if len(changes) == 0 {
		changes = []progression{{order: p.order, layers: p.layers, resolutions: 33, components: len(t.components)}}
	}
	for _, c := range changes {
		if err := t.readProgression(r, c); err != nil {
			return err
		}
	}
	for _, q := range t.precincts {
		if q.layers < p.layers {
			return broken("packets: got %d of %d layers of component %d, resolution %d", q.layers, p.layers, q.component, q.resolution)
		}
	}
	return nil
}

// readProgression reads the packets of one volume which no other brought before.
func (t *tile) readProgression(r *packetReader, c progression) error {
	var volume []*precinct
	layers := min(c.layers, t.parameters.layers)
	for _, p := range t.precincts {
		if p.resolution >= c.firstRes && p.resolution < c.resolutions &&
			p.component >= c.firstComp && p.component < c.components && p.layers < layers {
			volume = append(volume, p)
		}
	}
	slices.SortStableFunc(volume, before[c.order])
	switch c.order {
	case orderLRCP:
		return t.readLayers(r, volume, layers)
	case orderRLCP:
		for len(volume) > 0 {
			n := slices.IndexFunc(volume, func(p *precinct) bool { return p.resolution != volume[0].resolution })
			if n < 0 {
				n = len(volume)
			}
			if err := t.readLayers(r, volume[:n], layers); err != nil {
				return err
			}
			volume = volume[n:]
		}
		return nil
	}
	for i := range volume {
		if err := t.readLayers(r, volume[i:i+1], layers); err != nil {
			return err
		}
	}
	return nil
}

// before has the order of precincts by progression; those of a resolution of a
// component are in raster order already.
var before = [5]func(p, q *precinct) int{
	orderLRCP: func(p, q *precinct) int {
		return cmp.Or(p.resolution-q.resolution, p.component-q.component)
	},
	orderRLCP: func(p, q *precinct) int {
		return cmp.Or(p.resolution-q.resolution, p.component-q.component)
	},
	orderRPCL: func(p, q *precinct) int {
		return cmp.Or(p.resolution-q.resolution, p.y-q.y, p.x-q.x, p.component-q.component)
	},
	orderPCRL: func(p, q *precinct) int {
		return cmp.Or(p.y-q.y, p.x-q.x, p.component-q.component, p.resolution-q.resolution)
	},
	orderCPRL: func(p, q *precinct) int {
		return cmp.Or(p.component-q.component, p.y-q.y, p.x-q.x, p.resolution-q.resolution)
	},
}

// readLayers reads what is missing of some precincts, layer by layer.
func (t *tile) readLayers(r *packetReader, precincts []*precinct, layers int) error {
	first := layers
	for _, p := range precincts {
		first = min(first, p.layers)
	}
	for l := first; l < layers; l++ {
		for _, p := range precincts {
			if p.layers != l {
				continue
			}
			if r.ended() {
				return broken("packets: end in layer %d of component %d, resolution %d", l, p.component, p.resolution)
			}
			if err := r.read(p, l, t.components[p.component].coding); err != nil {
				return err
			}
			p.layers++
		}
	}
	return nil
}

// ended says that nothing is left to read a packet header from.
func (r *packetReader) ended() bool {
	if r.packed {
		return len(r.headers) == 0
	}
	return r.at >= len(r.body)
}
