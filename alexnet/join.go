package alexnet

import (
	"cmp"
	"fmt"
	"slices"

	"lungct/internal/ct"
)

// Gate tells from a joined network's features whether a slice is of another kind
// than those that one part has learnt from: the log-odds that it is.
type Gate struct {
	Weights []float32 // one a feature, see Model.Features
	Bias    float32
	// Silence is what makes the part's second hidden layer zero: its largest value,
	// taken off for each unit of the log-odds.
	Silence float32
}

// Join makes one network of several that were trained apart: its layers hold
// theirs side by side, without a connection between them, and its logits are the
// mean of theirs. It is as large as all of them together and computes what they
// do, exactly but for rounding and for the border of the first convolution, whose
// padding stands for the mean grey of the first network's slices.
//
// With gates, one a part, the logits are the sum of theirs, each divided by its
// card's temperature, and a part is silent on slices that are not of its kind. Each
// gate takes one more hidden unit.
//
// The networks must have the same input, pooling, classes and crop; the first
// one's mean and deviation become those of all.
func Join(models []*Model, cards []Card, gates []Gate) (*Model, Card, error) {
	card, c, err := joinable(models, cards)
	if err != nil {
		return nil, Card{}, err
	}
	if gates != nil && len(gates) != len(models) {
		return nil, Card{}, fmt.Errorf("alexnet: join: got %d gates, want one for each of %d networks", len(gates), len(models))
	}
	for _, m := range models {
		for i, width := range m.config.Widths {
			c.Widths[i] += width
		}
		c.Hidden += m.config.Hidden
	}
	c.Hidden += len(gates)
	joined, err := New(c)
	if err != nil {
		return nil, Card{}, err
	}
	card.Architecture, card.Temperature, card.Metrics = c, 0, nil
	var at corner
	for i, m := range models {
		share := 1 / float32(len(models))
		if gates != nil {
			share = 1 / float32(cmp.Or(cards[i].Temperature, 1))
		}
		from := at.hidden
		at = joined.place(m, at, share, cards[i].Preprocessing, card.Preprocessing)
		if gates != nil {
			if err := joined.gate(gates[i], c.Hidden-len(gates)+i, from, at.hidden); err != nil {
				return nil, Card{}, err
			}
		}
	}
	return joined, card, nil
}

// joinable checks that the networks fit and returns what they have in common.
func joinable(models []*Model, cards []Card) (Card, Config, error) {
	if len(models) < 2 || len(models) != len(cards) {
		return Card{}, Config{}, fmt.Errorf("alexnet: join: got %d networks and %d cards, want at least 2 of each", len(models), len(cards))
	}
	card := cards[0]
	c := models[0].config
	c.Widths, c.Hidden = [5]int{}, 0
	for i, m := range models {
		like := m.config
		like.Widths, like.Hidden, like.Dropout = [5]int{}, 0, c.Dropout
		if like != c {
			return Card{}, Config{}, fmt.Errorf("alexnet: join: network %d: got %+v, want the input, pooling and classes of the first, %+v", i+1, like, c)
		}
		mine, first := cards[i].Preprocessing, card.Preprocessing
		mine.Mean, mine.Std = first.Mean, first.Std
		if mine != first || !slices.Equal(cards[i].Labels, card.Labels) {
			return Card{}, Config{}, fmt.Errorf("alexnet: join: network %d: got preprocessing %+v and labels %q, want those of the first but for mean and std, %+v and %q",
				i+1, cards[i].Preprocessing, cards[i].Labels, first, card.Labels)
		}
	}
	return card, c, nil
}

// gate makes a unit of the first hidden layer silence units from..to of the second.
func (m *Model) gate(g Gate, unit, from, to int) error {
	first, second := m.Linear[0], m.Linear[1]
	if len(g.Weights) != first.in {
		return fmt.Errorf("alexnet: join: got a gate of %d weights, want one for each of %d features", len(g.Weights), first.in)
	}
	copy(values(first.W)[unit*first.in:], g.Weights)
	values(first.B)[unit] = g.Bias
	for k := from; k < to; k++ {
		values(second.W)[k*second.in+unit] = -g.Silence
	}
	return nil
}

// Features are what the linear layers read of N samples: the last convolution's
// output after pooling, N x F.
func (m *Model) Features(x []float32) ([]float32, error) {
	in, err := m.input(x)
	if err != nil {
		return nil, err
	}
	out := m.features(in)
	if last := m.Pool[len(m.Pool)-1]; last != nil {
		out = last.Forward(out)
	}
	return slices.Clone(values(out)), nil
}

// LargestHidden is the largest value of the second hidden layer over N samples.
func (m *Model) LargestHidden(x []float32) (float32, error) {
	in, err := m.input(x)
	if err != nil {
		return 0, err
	}
	out := m.features(in)
	if last := m.Pool[len(m.Pool)-1]; last != nil {
		out = last.Forward(out)
	}
	for _, l := range m.Linear[:2] {
		out = l.Forward(out)
	}
	return slices.Max(values(out)), nil
}

// corner is where the next part begins in each layer of a joined network.
type corner struct {
	channels [5]int
	hidden   int
}

// place copies part, with a share of its logits, into m from the corner on, and
// returns the corner after it. The part's input was prepared as theirs says, m's is
// as own does.
func (m *Model) place(part *Model, at corner, share float32, theirs, own ct.Preprocessing) corner {
	for i, to := range m.Conv {
		from := part.Conv[i]
		k := from.geometry.K * from.geometry.K
		in, source := 0, 0
		if i > 0 {
			in, source = at.channels[i-1], part.config.Widths[i-1]
		} else {
			source = part.config.Channels
		}
		copyBlock(values(to.W), to.W.Shape()[1], at.channels[i], in*k, values(from.W), source*k)
		copy(values(to.B)[at.channels[i]:], values(from.B))
		if i == 0 {
			m.rescale(at.channels[0], part.config.Widths[0], own.Std/theirs.Std, (own.Mean-theirs.Mean)/theirs.Std)
		}
	}
	spatial := part.Linear[0].in / part.config.Widths[4]
	hidden := part.config.Hidden
	copyBlock(values(m.Linear[0].W), m.Linear[0].in, at.hidden, at.channels[4]*spatial, values(part.Linear[0].W), part.Linear[0].in)
	copyBlock(values(m.Linear[1].W), m.Linear[1].in, at.hidden, at.hidden, values(part.Linear[1].W), hidden)
	for i := range 2 {
		copy(values(m.Linear[i].B)[at.hidden:], values(part.Linear[i].B))
	}
	last := slices.Clone(values(part.Linear[2].W))
	for i := range last {
		last[i] *= share
	}
	copyBlock(values(m.Linear[2].W), m.Linear[2].in, 0, at.hidden, last, hidden)
	for i, b := range values(part.Linear[2].B) {
		values(m.Linear[2].B)[i] += b * share
	}
	for i, width := range part.config.Widths {
		at.channels[i] += width
	}
	at.hidden += hidden
	return at
}

// rescale changes n filters of the first convolution, from the first on, so that
// they give for x what they gave for scale*x + shift.
func (m *Model) rescale(first, n int, scale, shift float32) {
	l := m.Conv[0]
	size := l.W.Shape()[1]
	for k := first; k < first+n; k++ {
		sum := float32(0)
		for i, w := range values(l.W)[k*size : (k+1)*size] {
			sum += w
			values(l.W)[k*size+i] = w * scale
		}
		values(l.B)[k] += sum * shift
	}
}

// copyBlock copies src, of rows of the given width, to the matrix dst of rows of
// stride values, from a row and column on.
func copyBlock(dst []float32, stride, row, column int, src []float32, width int) {
	for i := 0; i < len(src); i += width {
		copy(dst[(row+i/width)*stride+column:], src[i:i+width])
	}
}
