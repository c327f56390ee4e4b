package main

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"image"
	"image/png"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"lungct/alexnet"
	"lungct/internal/ct"
)

// tensor is a parameter as the peers read it: raw little-endian float32.
type tensor struct {
	Name  string `json:"name"`
	Shape []int  `json:"shape"`
	data  []byte
}

// subject is what all are measured with: one network of full size with random
// parameters, and slices to read.
type subject struct {
	weights []byte   // F32 weights file
	small   []byte   // the same in I8 and F16: the parameters are chosen to be exact in it
	half    []byte   // nearly the same in F16
	plain   []byte   // small, with a card that crops nothing
	slices  [][]byte // 512x512 PNG
	plane   []byte   // a PNG of the network's own size
	inputs  []float32
}

const inputSize = 300 * 300

// The cards say how slices become inputs; the pages of the peers do the same
// without the crop.
var preprocessing = ct.Preprocessing{
	Size: 300, Crop: ct.CropBody, Mean: 0.4, Std: 0.3, WindowCentre: -600, WindowWidth: 1500, Filter: ct.FilterLinear,
}

func newSubject() (*subject, error) {
	m, err := alexnet.New(alexnet.DefaultConfig())
	if err != nil {
		return nil, err
	}
	m.Init(1)
	card := alexnet.Card{
		Name: "Random", Description: "Random parameters, to be timed.",
		Preprocessing: preprocessing, Labels: []string{"noncovid", "covid"},
	}
	drawn, err := alexnet.Encode(m, card, alexnet.F32)
	if err != nil {
		return nil, err
	}
	if err := drawBiases(drawn); err != nil {
		return nil, err
	}
	if m, _, err = alexnet.Read(drawn); err != nil {
		return nil, err
	}
	s := new(subject)
	if s.small, err = alexnet.Encode(m, card, alexnet.I8); err != nil {
		return nil, err
	}
	if m, _, err = alexnet.Read(s.small); err != nil {
		return nil, err
	}
	if s.half, err = alexnet.Encode(m, card, alexnet.F16); err != nil {
		return nil, err
	}
	if s.weights, err = alexnet.Encode(m, card, alexnet.F32); err != nil {
		return nil, err
	}
	card.Preprocessing.Crop = ct.CropNone
	if s.plain, err = alexnet.Encode(m, card, alexnet.I8); err != nil {
		return nil, err
	}
	if s.plane, err = drawSlice(300, 0); err != nil {
		return nil, err
	}
	for i := range 8 {
		picture, err := drawSlice(512, uint64(i))
		if err != nil {
			return nil, err
		}
		slice, err := ct.Decode(picture)
		if err != nil {
			return nil, err
		}
		s.slices = append(s.slices, picture)
		s.inputs = append(s.inputs, card.Preprocessing.Input(slice, 1)...)
	}
	return s, nil
}

// drawBiases gives the biases, which Init leaves at zero, random values in
// place, so that a bias that is forgotten somewhere shows.
func drawBiases(weights []byte) error {
	tensors, _, err := alexnet.ReadTensors(weights)
	if err != nil {
		return err
	}
	rng := rand.New(rand.NewPCG(2, 2))
	for _, t := range tensors {
		for at := 0; strings.HasSuffix(t.Name, ".bias") && at < len(t.Data); at += 4 {
			binary.LittleEndian.PutUint32(t.Data[at:], math.Float32bits(rng.Float32()/10-0.05))
		}
	}
	return nil
}

// drawSlice draws a chest: an ellipse with two darker ones, vessels and noise.
func drawSlice(size int, seed uint64) ([]byte, error) {
	rng := rand.New(rand.NewPCG(3, seed))
	img := image.NewGray(image.Rect(0, 0, size, size))
	fill := func(cx, cy, rx, ry, grey float64) {
		for i := range img.Pix {
			x, y := float64(i%size)/float64(size), float64(i/size)/float64(size)
			if dx, dy := (x-cx)/rx, (y-cy)/ry; dx*dx+dy*dy < 1 {
				img.Pix[i] = uint8(grey)
			}
		}
	}
	fill(0.5, 0.5, 0.45, 0.36, 190)
	for _, cx := range []float64{0.31, 0.69} {
		fill(cx+rng.NormFloat64()/100, 0.48, 0.15, 0.24, 45)
	}
	for range 10 + 5*int(seed) {
		r := 0.005 + rng.Float64()/40
		fill(0.18+0.64*rng.Float64(), 0.3+0.4*rng.Float64(), r, r, 80+100*rng.Float64())
	}
	for i, v := range img.Pix {
		img.Pix[i] = uint8(min(max(float64(v)+6*rng.NormFloat64(), 0), 255))
	}
	var b bytes.Buffer
	err := png.Encode(&b, img)
	return b.Bytes(), err
}

// logits are ours for the inputs, computed one by one as for a slice.
func (s *subject) logits() ([]float32, error) {
	m, err := s.model()
	if err != nil {
		return nil, err
	}
	var all []float32
	for input := range slices.Chunk(s.inputs, inputSize) {
		z, err := m.Logits(input)
		if err != nil {
			return nil, err
		}
		all = append(all, z...)
	}
	return all, nil
}

// model is the network, reading one plane for three equal channels.
func (s *subject) model() (*alexnet.Model, error) {
	m, _, err := alexnet.Read(s.weights)
	if err != nil {
		return nil, err
	}
	m.ReadGrey()
	return m, nil
}

// write puts what the peers read into folder: weights.bin and inputs.bin, which
// are raw float32, weights.json with names and shapes, the same with the layout
// that TensorFlow.js wants, and model.onnx. The model folder is for our server.
func (s *subject) write(folder string) error {
	stored, _, err := alexnet.ReadTensors(s.weights)
	if err != nil {
		return err
	}
	tensors := make([]tensor, len(stored))
	lasts := make([]tensor, len(stored))
	for i, t := range stored {
		tensors[i] = tensor{t.Name, t.Shape, t.Data}
		lasts[i] = tensors[i].channelsLast()
	}
	inputs, err := binary.Append(nil, binary.LittleEndian, s.inputs)
	if err != nil {
		return err
	}
	files := map[string][]byte{
		"inputs.bin": inputs, "model.onnx": onnxModel(tensors),
		"models/model.safetensors": s.small, "models/uncropped.safetensors": s.plain,
	}
	for name, list := range map[string][]tensor{"weights": tensors, "weights-nhwc": lasts} {
		var values []byte
		for _, t := range list {
			values = append(values, t.data...)
		}
		text, err := json.Marshal(list)
		if err != nil {
			return err
		}
		files[name+".bin"], files[name+".json"] = values, text
	}
	if err := os.MkdirAll(filepath.Join(folder, "models"), 0o755); err != nil {
		return err
	}
	for name, data := range files {
		if err := os.WriteFile(filepath.Join(folder, name), data, 0o644); err != nil {
			return err
		}
	}
	return nil
}

// channelsLast turns a kernel K x C x R x R into R x R x C x K, and a matrix
// outputs x inputs into inputs x outputs, where the inputs of the first linear
// layer, 256 x 2 x 2, become 2 x 2 x 256.
func (t tensor) channelsLast() tensor {
	shape := t.Shape
	var order []int
	switch {
	case len(shape) == 4:
		order = []int{2, 3, 1, 0}
	case t.Name == "classifier.1.weight":
		shape, order = []int{shape[0], shape[1] / 4, 2, 2}, []int{2, 3, 1, 0}
	case len(shape) == 2:
		order = []int{1, 0}
	default:
		return t
	}
	out := tensor{t.Name, make([]int, len(order)), make([]byte, 0, len(t.data))}
	strides := make([]int, len(shape))
	for i, stride := len(shape)-1, 4; i >= 0; i-- {
		strides[i] = stride
		stride *= shape[i]
	}
	var visit func(axis, at int)
	visit = func(axis, at int) {
		if axis == len(order) {
			out.data = append(out.data, t.data[at:at+4]...)
			return
		}
		for range shape[order[axis]] {
			visit(axis+1, at)
			at += strides[order[axis]]
		}
	}
	visit(0, 0)
	for i, axis := range order {
		out.Shape[i] = shape[axis]
	}
	if t.Name == "classifier.1.weight" {
		out.Shape = []int{t.Shape[1], t.Shape[0]}
	}
	return out
}
