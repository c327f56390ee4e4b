package alexnet

import (
	"encoding/binary"
	"fmt"
	"math"
	"slices"

	"lungct/internal/kernel"
)

// Weights in 8 bits: a linear layer's matrix is a tensor of I8 under its own name
// and one of F32 with a scale for each of its rows, which are its outputs. A
// weight is the integer times the scale.
const scaleSuffix = "_scale"

// rowsWanted tells whether a file of I8 has a parameter in rows: the weights of
// the first two linear layers, nine tenths of the file. The last layer is small
// and its rounding would show in the logits undamped.
func rowsWanted(name string) bool {
	return name == linears[0]+".weight" || name == linears[1]+".weight"
}

// encodeRows stores a matrix in 8 bits: the largest value of a row becomes ±127.
func encodeRows(name string, shape []int, values []float32) ([]Tensor, error) {
	rows, k := shape[0], shape[1]
	weights, scales := make([]byte, 0, len(values)), make([]byte, 0, 4*rows)
	for i := range rows {
		row := values[i*k : (i+1)*k]
		if bad := slices.IndexFunc(row, notFinite); bad >= 0 {
			return nil, fmt.Errorf("alexnet: weights file: %s: value %d is %v, which %v cannot hold", name, i*k+bad, row[bad], I8)
		}
		scale := rowScale(row)
		for _, v := range row {
			q := 0.0
			if scale > 0 {
				q = math.RoundToEven(float64(v) / float64(scale))
			}
			weights = append(weights, byte(int8(q)))
		}
		scales = binary.LittleEndian.AppendUint32(scales, math.Float32bits(scale))
	}
	return []Tensor{
		{Name: name, DType: I8, Shape: shape, Data: weights},
		{Name: name + scaleSuffix, DType: F32, Shape: []int{rows}, Data: scales},
	}, nil
}

// rowScale is a 127th of the largest value, rounded up to 17 significant bits:
// then its products with 8-bit integers are exact in 24, and what was read is
// written as the same bytes.
func rowScale(row []float32) float32 {
	largest := float32(0)
	for _, v := range row {
		largest = max(largest, v, -v)
	}
	const lost = 1<<7 - 1
	return math.Float32frombits((math.Float32bits(largest/127) + lost) &^ lost)
}

// rowScales finds the scales of t, a matrix of I8 among the tensors of a file.
// It refuses those that make weights that are not finite.
func (t Tensor) rowScales(file map[string]Tensor) ([]float32, error) {
	s, ok := file[t.Name+scaleSuffix]
	switch {
	case !ok:
		return nil, fmt.Errorf("alexnet: weights file: %s: got type I8 without %s%s", t.Name, t.Name, scaleSuffix)
	case s.DType != F32 || !slices.Equal(s.Shape, t.Shape[:1]):
		return nil, fmt.Errorf("alexnet: weights file: %s: got type %v and shape %v, want F32 and %v, a scale a row", s.Name, s.DType, s.Shape, t.Shape[:1])
	}
	scales := view[float32](s.Data)
	bad := func(v float32) bool { return notFinite(128 * v) }
	if i := slices.IndexFunc(scales, bad); i >= 0 {
		return nil, fmt.Errorf("alexnet: weights file: %s: value %d is %v: the file is damaged", s.Name, i, scales[i])
	}
	return scales, nil
}

// rows are the weights of a linear layer as a file of I8 has them.
type rows struct {
	weights []int8
	scales  []float32
	q       []int16 // the input, rounded
	steps   []float32
}

// round prepares x, n vectors, for multiply.
func (r *rows) round(x []float32, n int) {
	if cap(r.q) < len(x) || cap(r.steps) < n {
		r.q, r.steps = make([]int16, len(x)), make([]float32, n)
	}
	r.q, r.steps = r.q[:len(x)], r.steps[:n]
	k := len(x) / n
	for i := range n {
		r.steps[i] = kernel.RoundInt16(r.q[i*k:(i+1)*k], x[i*k:(i+1)*k])
	}
}

// multiply computes outputs from to to of vector i.
func (r *rows) multiply(y []float32, i, from, to int) {
	k := len(r.q) / len(r.steps)
	kernel.GemvInt8(y, r.weights[from*k:to*k], k, r.scales[from:to], r.q[i*k:(i+1)*k], r.steps[i])
}

// widen gives w the weights from row from on.
func (r *rows) widen(w []float32, from int) {
	k := len(r.weights) / len(r.scales)
	for i, v := range r.weights[from*k : from*k+len(w)] {
		w[i] = float32(v) * r.scales[from+i/k]
	}
}
