package alexnet

import (
	"fmt"
	"slices"
)

// Join makes one network of several that were trained apart: its layers hold
// theirs side by side, without a connection between them, and its logits are the
// mean of theirs. It is as large as all of them together and computes what they
// do, exactly but for rounding and for the border of the first convolution, whose
// padding stands for the mean grey of the first network's slices. Trained further,
// the parts learn from each other.
//
// The networks must have the same input, pooling, classes and crop; the first
// one's mean and deviation become those of all.
func Join(models []*Model, cards []Card) (*Model, Card, error) {
	if len(models) < 2 || len(models) != len(cards) {
		return nil, Card{}, fmt.Errorf("alexnet: join: got %d networks and %d cards, want at least 2 of each", len(models), len(cards))
	}
	card := cards[0]
	c := models[0].config
	c.Widths, c.Hidden = [5]int{}, 0
	for i, m := range models {
		like := m.config
		like.Widths, like.Hidden, like.Dropout = [5]int{}, 0, c.Dropout
		if like != c {
			return nil, Card{}, fmt.Errorf("alexnet: join: network %d: got %+v, want the input, pooling and classes of the first, %+v", i+1, like, c)
		}
		mine, first := cards[i].Preprocessing, card.Preprocessing
		mine.Mean, mine.Std = first.Mean, first.Std
		if mine != first || !slices.Equal(cards[i].Labels, card.Labels) {
			return nil, Card{}, fmt.Errorf("alexnet: join: network %d: got preprocessing %+v and labels %q, want those of the first but for mean and std, %+v and %q",
				i+1, cards[i].Preprocessing, cards[i].Labels, first, card.Labels)
		}
	}
	for _, m := range models {
		for i, width := range m.config.Widths {
			c.Widths[i] += width
		}
		c.Hidden += m.config.Hidden
	}
	joined, err := New(c)
	if err != nil {
		return nil, Card{}, err
	}
	card.Architecture, card.Temperature, card.Metrics = c, 0, nil
	var at corner
	for i, m := range models {
		at = joined.place(m, at, float32(len(models)), cards[i].Preprocessing.Mean, cards[i].Preprocessing.Std, card.Preprocessing.Mean, card.Preprocessing.Std)
	}
	return joined, card, nil
}

// corner is where the next part begins in each layer of a joined network.
type corner struct {
	channels [5]int
	hidden   int
}

// place copies part into m from the corner on, and returns the corner after it.
// The part read (x - mean) / std; m reads (x - ownMean) / ownStd.
func (m *Model) place(part *Model, at corner, parts, mean, std, ownMean, ownStd float32) corner {
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
			m.rescale(at.channels[0], part.config.Widths[0], ownStd/std, (ownMean-mean)/std)
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
		last[i] /= parts
	}
	copyBlock(values(m.Linear[2].W), m.Linear[2].in, 0, at.hidden, last, hidden)
	for i, b := range values(part.Linear[2].B) {
		values(m.Linear[2].B)[i] += b / parts
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
