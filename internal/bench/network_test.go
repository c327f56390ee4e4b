package main

import (
	"encoding/binary"
	"math"
	"slices"
	"testing"
)

// numbered is a tensor whose values are their places.
func numbered(name string, shape ...int) tensor {
	n := 1
	for _, side := range shape {
		n *= side
	}
	t := tensor{Name: name, Shape: shape}
	for i := range n {
		t.data = binary.LittleEndian.AppendUint32(t.data, math.Float32bits(float32(i)))
	}
	return t
}

func TestChannelsLast(t *testing.T) {
	for _, test := range []struct {
		in    tensor
		shape []int
		place func(at []int) int // in the input, of what has coordinates at in the output
	}{
		{numbered("features.0.weight", 5, 3, 2, 4), []int{2, 4, 3, 5}, func(at []int) int { return ((at[3]*3+at[2])*2+at[0])*4 + at[1] }},
		{numbered("classifier.4.weight", 3, 7), []int{7, 3}, func(at []int) int { return at[1]*7 + at[0] }},
		// Inputs come as rows, columns, channels, and were channels, rows, columns.
		{numbered("classifier.1.weight", 3, 20), []int{20, 3}, func(at []int) int { return at[1]*20 + at[0]%5*4 + at[0]/5 }},
		{numbered("features.0.bias", 6), []int{6}, func(at []int) int { return at[0] }},
	} {
		got := test.in.channelsLast()
		if !slices.Equal(got.Shape, test.shape) || len(got.data) != len(test.in.data) {
			t.Errorf("%s: got shape %v and %d bytes, want %v and %d", got.Name, got.Shape, len(got.data), test.shape, len(test.in.data))
			continue
		}
		for p := range len(got.data) / 4 {
			at := make([]int, len(test.shape))
			for axis, rest := len(at)-1, p; axis >= 0; axis-- {
				at[axis], rest = rest%test.shape[axis], rest/test.shape[axis]
			}
			value := math.Float32frombits(binary.LittleEndian.Uint32(got.data[4*p:]))
			if want := test.place(at); int(value) != want {
				t.Errorf("%s: at %v: got value %v, want %d", got.Name, at, value, want)
			}
		}
	}
}
