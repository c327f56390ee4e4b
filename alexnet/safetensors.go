package alexnet

import (
	"cmp"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
	"unsafe"

	"github.com/nlpodyssey/safetensors"
	"github.com/x448/float16"

	"lungct/internal/kernel"
)

// maxHeader bounds the JSON header, which for this network takes some
// kilobytes, so that a hostile length costs no memory.
const maxHeader = 1 << 20

// DType is the type in which a tensor is stored.
type DType = safetensors.DType

// The types of a weights file. One of I8 has the weights of the two big linear
// layers in I8, with a scale a row (see int8.go), and everything else in F16.
const (
	F32 = safetensors.F32
	F16 = safetensors.F16
	I8  = safetensors.I8
)

// Tensor is one tensor of a safetensors file.
type Tensor struct {
	Name  string
	DType DType
	Shape []int
	Data  []byte // little endian

	scales []float32 // of the rows, for I8
}

// ReadTensors reads a safetensors file: its tensors in the order of their data
// and its metadata. The tensors' data is not copied.
func ReadTensors(data []byte) ([]Tensor, map[string]string, error) {
	fail := func(format string, args ...any) ([]Tensor, map[string]string, error) {
		return nil, nil, fmt.Errorf("alexnet: weights file: "+format, args...)
	}
	if len(data) < 8 {
		return fail("got %d bytes, want a safetensors file: it begins with the 8-byte length of its header", len(data))
	}
	n := binary.LittleEndian.Uint64(data)
	if n > maxHeader {
		return fail("header length: got %d bytes, want at most %d: not a safetensors file, or not one of this network", n, maxHeader)
	}
	if uint64(len(data)-8) < n {
		return fail("truncated in its header: got %d bytes, want more than %d: copy or download it again", len(data), n+8)
	}
	_, header, err := safetensors.ReadMetadata(data)
	if err != nil {
		return fail("%w", explained(err, data[8:8+n], data[8+n:]))
	}
	entries := header.Tensors()
	names := slices.SortedFunc(maps.Keys(entries), func(a, b string) int {
		return cmp.Or(slices.Compare(entries[a].DataOffsets[:], entries[b].DataOffsets[:]), strings.Compare(a, b))
	})
	var tensors []Tensor
	for _, name := range names {
		t := entries[name]
		shape := make([]int, len(t.Shape))
		for i, d := range t.Shape {
			shape[i] = int(d) // bounded by the data's length, which was checked, unless another is zero
		}
		tensors = append(tensors, Tensor{Name: name, DType: t.DType, Shape: shape, Data: data[8+n:][t.DataOffsets[0]:t.DataOffsets[1]]})
	}
	return tensors, header.Metadata(), nil
}

// explained is err, of reading a file with this header and data, with the reason that
// it most often has.
func explained(err error, header, data []byte) error {
	var claims safetensors.Metadata
	if err := json.Unmarshal(header, &claims); err != nil {
		return fmt.Errorf("header: %w", err)
	}
	var end uint64
	for _, t := range claims.Tensors() {
		end = max(end, t.DataOffsets[1])
	}
	if got := uint64(len(data)); got < end {
		return fmt.Errorf("truncated: got %d bytes of tensors, want %d: copy or download it again", got, end)
	}
	return err
}

// size is the bytes that a value of type d takes, 0 for types that are not
// read.
func size(d DType) int {
	if d == F32 || d == F16 || d == I8 {
		return int(d.Size())
	}
	return 0
}

// Values widens the tensor to float32, NaN and infinity included. Those of I8 are
// without the scale of their row, which is another tensor.
func (t Tensor) Values() ([]float32, error) {
	step := size(t.DType)
	if step == 0 {
		return nil, fmt.Errorf("alexnet: weights file: %s: got type %v, want F32, F16 or I8", t.Name, t.DType)
	}
	values := make([]float32, len(t.Data)/step)
	switch t.DType {
	case F32:
		copy(values, view[float32](t.Data))
	case F16:
		for i, h := range view[uint16](t.Data) {
			values[i] = float16.Frombits(h).Float32()
		}
	case I8:
		for i, v := range view[int8](t.Data) {
			values[i] = float32(v)
		}
	}
	return values, nil
}

// load widens the tensor, whose type and shape were checked, into a parameter.
// It refuses values that are not finite.
func (t Tensor) load(dst []float32) error {
	switch t.DType {
	case F16:
		stored, err := t.halves()
		if err == nil {
			kernel.WidenHalf(dst, stored)
		}
		return err
	case I8: // whose scales were checked
		kernel.WidenInt8(dst, view[int8](t.Data), t.scales)
		return nil
	}
	copy(dst, view[float32](t.Data))
	return t.finite(slices.IndexFunc(dst, notFinite))
}

// halves returns an F16 tensor's values as bits, where possible without a copy.
// It refuses values that are not finite.
func (t Tensor) halves() ([]uint16, error) {
	stored := view[uint16](t.Data)
	if kernel.FiniteHalf(stored) {
		return stored, nil
	}
	return nil, t.finite(slices.IndexFunc(stored, func(h uint16) bool { return notFinite(float16.Frombits(h).Float32()) }))
}

// finite is an error about value i, unless that is negative.
func (t Tensor) finite(i int) error {
	if i < 0 {
		return nil
	}
	values, err := t.Values()
	if err != nil {
		return err
	}
	return fmt.Errorf("alexnet: weights file: %s: value %d is %v: the file is damaged or training diverged", t.Name, i, values[i])
}

// view returns little-endian data as values, without a copy where the machine
// is little-endian and the data is aligned.
func view[T int8 | uint16 | float32](data []byte) []T {
	var zero T
	n := len(data) / int(unsafe.Sizeof(zero))
	if n == 0 {
		return nil
	}
	start := unsafe.Pointer(unsafe.SliceData(data))
	if binary.NativeEndian.Uint16([]byte{1, 0}) == 1 && uintptr(start)%unsafe.Alignof(zero) == 0 {
		return unsafe.Slice((*T)(start), n)
	}
	values := make([]T, n)
	if _, err := binary.Decode(data, binary.LittleEndian, values); err != nil {
		panic(err) // the sizes fit
	}
	return values
}

func notFinite(v float32) bool { return math.IsNaN(float64(v)) || math.IsInf(float64(v), 0) }

// encode stores values for a file of type d. F16 is rounded to nearest even,
// and to normal numbers alone: processors take a hundred times as long for a
// product with a subnormal one, and a value below 2^-14 that is rounded to 0 or
// 2^-14 moves by 2^-15 at most, no more than values around 0.1 do anyway.
func encode(name string, d DType, shape []int, values []float32) ([]Tensor, error) {
	if d == I8 {
		if rowsWanted(name) {
			return encodeRows(name, shape, values)
		}
		d = F16
	}
	data := make([]byte, 0, len(values)*size(d))
	for i, v := range values {
		stored := v
		if d == F16 {
			half := float16.Fromfloat32(normal(v))
			data = binary.LittleEndian.AppendUint16(data, half.Bits())
			stored = half.Float32()
		} else {
			data = binary.LittleEndian.AppendUint32(data, math.Float32bits(v))
		}
		if notFinite(stored) {
			return nil, fmt.Errorf("alexnet: weights file: %s: value %d is %v, which %v cannot hold", name, i, v, d)
		}
	}
	return []Tensor{{Name: name, DType: d, Shape: shape, Data: data}}, nil
}

// normal rounds what half precision holds as a subnormal number to the nearest
// of 0 and the smallest normal number, 2^-14.
func normal(v float32) float32 {
	const smallest = 0x1p-14
	switch size := float32(math.Abs(float64(v))); {
	case size >= smallest || size != size:
		return v
	case size < smallest/2:
		return 0
	}
	return float32(math.Copysign(smallest, float64(v)))
}

// writeTensors serialises tensors and metadata as a safetensors file.
func writeTensors(tensors []Tensor, metadata map[string]string) ([]byte, error) {
	views := make(map[string]safetensors.TensorView)
	for _, t := range tensors {
		shape := make([]uint64, len(t.Shape))
		for i, d := range t.Shape {
			shape[i] = uint64(d)
		}
		v, err := safetensors.NewTensorView(t.DType, shape, t.Data)
		if err != nil {
			return nil, fmt.Errorf("alexnet: weights file: %s: %w", t.Name, err)
		}
		views[t.Name] = v
	}
	data, err := safetensors.Serialize(views, metadata)
	if err != nil {
		return nil, fmt.Errorf("alexnet: weights file: %w", err)
	}
	return data, nil
}

// describe lists names for an error message, the first few of many.
func describe(names []string) string {
	slices.Sort(names)
	if len(names) > 3 {
		return fmt.Sprintf("%s and %d more", strings.Join(names[:3], ", "), len(names)-3)
	}
	return strings.Join(names, ", ")
}
