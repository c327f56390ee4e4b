package alexnet

import (
	"fmt"

	"lungct/internal/ct"
)

// geometries are the networks that a weights file without a card may be of: the
// 2020 paper's and torchvision's own. They differ in what no tensor tells, and in how
// many values reach the linear layers, by which they are told apart.
var geometries = []struct {
	name             string
	size, poolStride int
}{
	{"the 2020 paper's", 300, 3},
	{"torchvision's", 224, 2},
}

// Uncarded reads a weights file that carries no model card, or one like any other.
// What the card would say is assumed: the architecture that the tensors' shapes
// allow, and the preprocessing that grey slices in a lung window commonly get.
// Nothing is known of how well such a model reads: assumed is true of it, and whoever
// shows its verdicts must say that they are unvalidated.
func Uncarded(data []byte) (c *Classifier, assumed bool, err error) {
	tensors, metadata, err := ReadTensors(data)
	if err != nil {
		return nil, false, err
	}
	if metadata["format"] != "" {
		c, err = NewClassifier(data)
		return c, false, err
	}
	card, err := assume(tensors)
	if err != nil {
		return nil, true, err
	}
	m, card, _, err := fill(card, tensors, nil, true)
	if err != nil {
		return nil, true, err
	}
	m.freeze()
	return &Classifier{m, card, make([]float32, m.inputSize())}, true, nil
}

// assume makes a card from the shapes of the tensors.
func assume(tensors []Tensor) (Card, error) {
	shapes := make(map[string][]int)
	for _, t := range tensors {
		shapes[t.Name] = t.Shape
	}
	dim := func(name string, dims, i int) int {
		if s := shapes[name+".weight"]; len(s) == dims {
			return s[i]
		}
		return 0
	}
	c := DefaultConfig()
	c.Channels = dim(convolutions[0].key, 4, 1)
	for i, row := range convolutions {
		c.Widths[i] = dim(row.key, 4, 0)
	}
	c.Hidden, c.Classes = dim(linears[0], 2, 0), dim(linears[2], 2, 0)
	if c.Classes != 2 {
		return Card{}, fmt.Errorf("alexnet: weights file: without a model card: got %d classes, want the 2 classes of an AlexNet that reads slices, noncovid and covid", c.Classes)
	}
	for _, g := range geometries {
		c.Size, c.PoolStride = g.size, g.poolStride
		if p, err := c.plan(); err == nil && p.linear[0][0] == dim(linears[0], 2, 1) {
			return Card{
				Description:  fmt.Sprintf("A file without a model card. Assumed: %s geometry, and the usual preprocessing of slices in a lung window.", g.name),
				Architecture: c,
				Preprocessing: ct.Preprocessing{
					Size: c.Size, Crop: ct.CropBody, Mean: 0.5, Std: 0.25, WindowCentre: -600, WindowWidth: 1500, Filter: ct.FilterLinear,
				},
				Labels: []string{"noncovid", "covid"},
			}, nil
		}
	}
	return Card{}, fmt.Errorf("alexnet: weights file: without a model card: %s.weight: got shape %v, which fits neither the 2020 paper's network nor torchvision's", linears[0], shapes[linears[0]+".weight"])
}
