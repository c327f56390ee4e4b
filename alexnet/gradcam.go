package alexnet

import (
	"fmt"

	"github.com/nlpodyssey/spago/ag"

	"lungct/internal/ct"
)

// HeatMap says how much each place of the picture that the network reads, after
// cropping, speaks for a class: Rows x Columns values of at least 0, row by row,
// in the unit of the class's logit.
type HeatMap struct {
	Rows, Columns int
	Values        []float32
}

// Explain returns Grad-CAM of the class (Selvaraju et al. 2017, equations 1 and
// 2) for each sample of x, N x (C*H*W), on the fifth convolutional layer before
// pooling, whose channels are a[k]:
//
//	map[i,j] = max(0, sum over k of a[k,i,j] * mean over u,v of dlogit[class]/da[k,u,v])
//
// It needs the gradient of the layers above alone, so that it costs little more
// than reading the slices, works with weights in half precision and in 8 bits, and leaves the
// gradients of the parameters as they are.
func (m *Model) Explain(x []float32, class int) ([]HeatMap, error) {
	maps, err := m.evidence(x, class)
	for _, h := range maps {
		for i, v := range h.Values {
			h.Values[i] = max(0, v)
		}
	}
	return maps, err
}

// evidence is Explain before it is cut at zero: also what speaks against the
// class.
func (m *Model) evidence(x []float32, class int) ([]HeatMap, error) {
	in, err := m.input(x)
	if err != nil {
		return nil, err
	}
	if class < 0 || class >= m.config.Classes {
		return nil, fmt.Errorf("alexnet: explain: class: got %d, want 0 to %d", class, m.config.Classes-1)
	}
	n := in.Shape()[0]
	// The features become the leaf of a graph of their own: nothing below them
	// is asked for gradients.
	features := values(m.features(in))
	leaf := wrap(features, n, len(features)/n)
	leaf.SetRequiresGrad(true)
	for _, p := range m.Params() {
		p.SetRequiresGrad(false)
		defer p.SetRequiresGrad(true)
	}
	logits := m.head(leaf, nil)
	one := newTensor(n, m.config.Classes)
	for i := range n {
		one.data()[i*m.config.Classes+class] = 1
	}
	logits.AccGrad(one)
	if err := ag.Backward(logits); err != nil {
		return nil, fmt.Errorf("alexnet: explain: %w", err)
	}
	g := m.Conv[4].geometry
	maps := make([]HeatMap, n)
	for i := range maps {
		size := len(features) / n
		maps[i] = gradCAM(features[i*size:(i+1)*size], leaf.gradient()[i*size:(i+1)*size], g.OutH(), g.OutW())
	}
	return maps, nil
}

// gradCAM sums the K activations, each rows x columns, weighted by their mean
// gradients.
func gradCAM(activation, gradient []float32, rows, columns int) HeatMap {
	h := HeatMap{rows, columns, make([]float32, rows*columns)}
	plane := rows * columns
	for at := 0; at < len(activation); at += plane {
		var weight float32
		for _, v := range gradient[at : at+plane] {
			weight += v
		}
		weight /= float32(plane)
		for i, a := range activation[at : at+plane] {
			h.Values[i] += weight * a
		}
	}
	return h
}

// Resize returns the map at rows x columns, interpolated bilinearly between the
// centres of its cells.
func (h HeatMap) Resize(rows, columns int) []float32 {
	out := make([]float32, rows*columns)
	for i := range rows {
		y0, y1, fy := between(i, rows, h.Rows)
		for j := range columns {
			x0, x1, fx := between(j, columns, h.Columns)
			top := h.Values[y0*h.Columns+x0]*(1-fx) + h.Values[y0*h.Columns+x1]*fx
			bottom := h.Values[y1*h.Columns+x0]*(1-fx) + h.Values[y1*h.Columns+x1]*fx
			out[i*columns+j] = top*(1-fy) + bottom*fy
		}
	}
	return out
}

// between is where pixel i of n falls among the m cells of a map: between the
// centres of cells a and b, at the fraction f of the way.
func between(i, n, m int) (a, b int, f float32) {
	at := (float32(i)+0.5)*float32(m)/float32(n) - 0.5
	at = min(max(at, 0), float32(m-1))
	a = int(at)
	return a, min(a+1, m-1), at - float32(a)
}

// Explain prepares s as the weights file says and returns where the network sees
// signs of the class. The map covers the picture after cropping.
func (c *Classifier) Explain(s *ct.Slice, class int) (HeatMap, error) {
	p := c.card.Preprocessing
	p.Normalise(c.input, p.Resize(s, p.Size), 1)
	maps, err := c.model.Explain(c.input, class)
	if err != nil {
		return HeatMap{}, err
	}
	return maps[0], nil
}
