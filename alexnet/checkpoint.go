package alexnet

import (
	"fmt"
	"strings"

	"github.com/nlpodyssey/spago/nn"
)

// stateKey is the metadata key under which a checkpoint keeps the training's
// state. A checkpoint is a weights file in F32 with that and, for every slot in
// use, a tensor a parameter, named slot.parameter.
const stateKey = "state"

// A slot is a vector that training keeps beside each parameter, of its size.
type slot string

// The slots of all optimizers, and of the average of the weights.
const (
	velocity    slot = "velocity"     // SGD: the gradients' sum, decaying
	firstMoment slot = "first_moment" // Adam: the gradients' mean
	rawMoment   slot = "raw_moment"   // Adam: the squared gradients' mean
	average     slot = "average"      // the weights' mean, see Model.Average
)

var slots = []slot{velocity, firstMoment, rawMoment, average}

// of is what p keeps in the slot, nil for nothing yet.
func (s slot) of(p *nn.Param) []float32 {
	kept, _ := p.State.(map[slot][]float32)
	return kept[s]
}

// make is of, with zeros where there is nothing yet.
func (s slot) make(p *nn.Param) []float32 {
	kept, ok := p.State.(map[slot][]float32)
	if !ok {
		kept = make(map[slot][]float32)
		p.State = kept
	}
	if kept[s] == nil {
		kept[s] = make([]float32, p.Size())
	}
	return kept[s]
}

// in tells whether any of the tensors belongs to the slot.
func (s slot) in(tensors map[string]Tensor) bool {
	for name := range tensors {
		if strings.HasPrefix(name, string(s)+".") {
			return true
		}
	}
	return false
}

// loadSlots fills p's slots from a checkpoint whose tensors have been matched
// with the architecture.
func loadSlots(tensors map[string]Tensor, name string, p *nn.Param) error {
	for _, s := range slots {
		t, ok := tensors[string(s)+"."+name]
		if !ok {
			continue
		}
		if err := t.load(s.make(p)); err != nil {
			return err
		}
	}
	return nil
}

// SaveCheckpoint writes everything that training needs to go on: the weights,
// what the optimizer keeps beside them and the caller's state.
func SaveCheckpoint(path string, m *Model, card Card, state map[string]string) error {
	if state == nil {
		state = map[string]string{}
	}
	return m.save(path, card, F32, state)
}

// LoadCheckpoint reads a checkpoint with all that SaveCheckpoint has written.
func LoadCheckpoint(path string) (*Model, Card, map[string]string, error) {
	m, card, state, err := load(path)
	if err == nil && state == nil {
		err = fmt.Errorf("%s: alexnet: checkpoint: got a weights file without training state: it can be evaluated, not resumed", path)
	}
	return m, card, state, err
}
