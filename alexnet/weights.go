package alexnet

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"slices"

	"lungct/internal/atomicfile"
)

// Encode returns m and its card as a weights file: safetensors with
// torchvision's parameter names.
func Encode(m *Model, card Card, d DType) ([]byte, error) {
	return m.encode(card, d, nil)
}

// Save writes m and its card to path, beside it first and then renamed.
func Save(path string, m *Model, card Card, d DType) error {
	return m.save(path, card, d, nil)
}

func (m *Model) save(path string, card Card, d DType, state map[string]string) error {
	data, err := m.encode(card, d, state)
	if err != nil {
		return err
	}
	return atomicfile.Write(path, func(w io.Writer) error {
		_, err := w.Write(data)
		return err
	})
}

func (m *Model) encode(card Card, d DType, state map[string]string) ([]byte, error) {
	if size(d) == 0 {
		return nil, fmt.Errorf("alexnet: weights file: got type %v, want F32, F16 or I8", d)
	}
	card.Architecture = m.config
	metadata, err := card.metadata()
	if err != nil {
		return nil, err
	}
	shapes, err := m.config.Shapes()
	if err != nil {
		return nil, err
	}
	var tensors []Tensor
	add := func(name string, shape []int, values []float32) error {
		made, err := encode(name, d, shape, values)
		tensors = append(tensors, made...)
		return err
	}
	i := 0
	for name, p := range m.Params() {
		if err := add(name, shapes[i].Dims, values(p)); err != nil {
			return nil, err
		}
		if state != nil {
			for _, s := range slots {
				if kept := s.of(p); kept != nil {
					if err := add(string(s)+"."+name, shapes[i].Dims, kept); err != nil {
						return nil, err
					}
				}
			}
		}
		i++
	}
	if state != nil {
		text, err := json.Marshal(state)
		if err != nil {
			return nil, fmt.Errorf("alexnet: checkpoint: %w", err)
		}
		metadata[stateKey] = string(text)
	}
	return writeTensors(tensors, metadata)
}

// Read reads a weights file or a checkpoint, of which it leaves the training
// state aside. It refuses, naming what is wrong, files that are truncated or
// malformed, that carry no card, or whose tensors are not exactly those of the
// card's architecture, with finite values.
func Read(data []byte) (*Model, Card, error) {
	m, card, _, err := read(data, false)
	return m, card, err
}

// Load reads the weights file at path.
func Load(path string) (*Model, Card, error) {
	m, card, _, err := load(path)
	return m, card, err
}

func load(path string) (*Model, Card, map[string]string, error) {
	// Opening a named pipe would wait for ever.
	if info, err := os.Stat(path); err != nil {
		return nil, Card{}, nil, err
	} else if !info.Mode().IsRegular() {
		return nil, Card{}, nil, fmt.Errorf("%s: got a folder or a device, want a weights file", path)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, Card{}, nil, err
	}
	m, card, state, err := read(data, false)
	if err != nil {
		err = fmt.Errorf("%s: %w", path, err)
	}
	return m, card, state, err
}

// read is Read with the training's state. For a reader, which does not learn,
// the linear layers' weights of 16 or 8 bits stay where they are in data.
func read(data []byte, reader bool) (*Model, Card, map[string]string, error) {
	tensors, metadata, err := ReadTensors(data)
	if err != nil {
		return nil, Card{}, nil, err
	}
	card, err := readCard(metadata)
	if err != nil {
		return nil, card, nil, err
	}
	return fill(card, tensors, metadata, reader)
}

// fill makes the network of a card and gives it its tensors; the rest is read's.
func fill(card Card, tensors []Tensor, metadata map[string]string, reader bool) (*Model, Card, map[string]string, error) {
	var state map[string]string
	if text, ok := metadata[stateKey]; ok {
		if err := json.Unmarshal([]byte(text), &state); err != nil || state == nil {
			return nil, card, nil, fmt.Errorf("alexnet: checkpoint: state: got %.40q, want a JSON object of texts", text)
		}
	}
	// Everything is compared with the architecture before memory is taken for it.
	byName, err := match(card.Architecture, tensors, state != nil)
	if err != nil {
		return nil, card, nil, err
	}
	var stored map[string]Tensor
	if reader {
		stored = byName
	}
	m, err := build(card.Architecture, stored)
	if err != nil {
		return nil, card, nil, err
	}
	for name, p := range m.Params() {
		if err := byName[name].load(values(p)); err != nil {
			return nil, card, nil, err
		}
		if state != nil {
			if err := loadSlots(byName, name, p); err != nil {
				return nil, card, nil, err
			}
		}
	}
	return m, card, state, nil
}

// match checks that tensors are those of an architecture, no more and no less.
func match(c Config, tensors []Tensor, checkpoint bool) (map[string]Tensor, error) {
	shapes, err := c.Shapes()
	if err != nil {
		return nil, err
	}
	byName := make(map[string]Tensor)
	for _, t := range tensors {
		byName[t.Name] = t
	}
	var missing []string
	found := 0
	check := func(name string, want []int) error {
		t, ok := byName[name]
		switch {
		case !ok:
			missing = append(missing, name)
		case !slices.Equal(t.Shape, want):
			return fmt.Errorf("alexnet: weights file: %s: got shape %v, want %v for the architecture in its card", name, t.Shape, want)
		case size(t.DType) == 0, t.DType == I8 && len(want) != 2:
			return fmt.Errorf("alexnet: weights file: %s: got type %v, want F32 or F16, or I8 for a matrix of a linear layer", name, t.DType)
		case t.DType == I8:
			if t.scales, err = t.rowScales(byName); err != nil {
				return err
			}
			byName[name] = t
			found++
		}
		found++
		return nil
	}
	for _, s := range shapes {
		if err := check(s.Name, s.Dims); err != nil {
			return nil, err
		}
		if !checkpoint {
			continue
		}
		for _, kept := range slots {
			if !kept.in(byName) {
				continue
			}
			if err := check(string(kept)+"."+s.Name, s.Dims); err != nil {
				return nil, err
			}
		}
	}
	if len(missing) > 0 {
		return nil, fmt.Errorf("alexnet: weights file: missing tensors: %s", describe(missing))
	}
	if found != len(byName) {
		return nil, fmt.Errorf("alexnet: weights file: got %d tensors, want %d: it holds some that this network does not have", len(byName), found)
	}
	return byName, nil
}
