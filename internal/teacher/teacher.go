package teacher

import (
	"errors"
	"fmt"
	"math"

	"lungct/internal/kernel"
)

// Teacher answers for slices of several data sets. In each set something else
// tells the classes apart, down to the style of the pictures, so that one function
// for all of them does worse in each: there is a function a set, and others that
// say to which set a slice belongs. All have the same form. With d(x) the
// descriptor of x, each block of which is divided by the root of its mean square
// distance between slices, and x' the mirror image of x,
//
//	k(x, z) = ½ exp(-|d(x)-d(z)|²) + ½ exp(-|d(x)-d(z')|²)
//	f(x) = bias + sum over slices i of weight[i] * k(x, slice i)
//
// where the weights minimise the squared error over the slices, whose values
// should be 1 or -1, and ridge times the function's squared norm.
type Teacher struct {
	mean, scale []float32  // of each value of a descriptor
	slices      []float32  // 2n x length: scaled descriptors, then those of the mirror images
	squares     []float32  // 2n: the squared lengths of these
	finding     []function // by set: positive or not
	member      []function // by set: of this set or not; nil for one set
}

// function is one f.
type function struct {
	bias   float64
	weight []float64 // n, 0 for slices it does not learn from
}

// Strength of the ridge, chosen on validation slices: from 0.03 to 0.5 it hardly
// matters.
const ridge = 0.1

// maxSlices bounds the matrix of all pairs of slices to 400 MB.
const maxSlices = 10_000

// Slice is what a teacher learns from.
type Slice struct {
	Grey     []uint8 // side x side
	Set      int     // counted from 0
	Positive bool
}

// Fit learns from slices of the given number of sets, none of them empty.
func Fit(all []Slice, side, sets int) (*Teacher, error) {
	n := len(all)
	if n < 2 || n > maxSlices {
		return nil, fmt.Errorf("teacher: got %d slices, want 2 to %d", n, maxSlices)
	}
	t := &Teacher{slices: make([]float32, 2*n*length)}
	kernel.Parallel(n, func(i int) {
		plane := make([]float32, side*side)
		for at, v := range all[i].Grey {
			plane[at] = float32(v) / 255
		}
		describe(t.slices[i*length:(i+1)*length], plane, side, false)
		describe(t.slices[(n+i)*length:(n+i+1)*length], plane, side, true)
	})
	if err := t.measure(n); err != nil {
		return nil, err
	}
	t.prepare(t.slices)
	t.squares = squares(t.slices)
	k := t.pairs(n)
	for set := range sets {
		t.finding = append(t.finding, learn(k, n,
			func(i int) bool { return all[i].Set == set }, func(i int) bool { return all[i].Positive }))
		if sets > 1 {
			t.member = append(t.member, learn(k, n,
				func(int) bool { return true }, func(i int) bool { return all[i].Set == set }))
		}
	}
	return t, nil
}

// learn fits a function to the chosen of n slices, k being that of all pairs.
func learn(k []float32, n int, chosen, positive func(i int) bool) function {
	var indices []int
	var want []float64
	f := function{weight: make([]float64, n)}
	for i := range n {
		if !chosen(i) {
			continue
		}
		v := -1.0
		if positive(i) {
			v = 1
		}
		indices, want = append(indices, i), append(want, v)
		f.bias += v
	}
	m := len(indices)
	f.bias /= float64(m)
	own := make([]float32, 0, m*m)
	for row, i := range indices {
		want[row] -= f.bias
		for _, j := range indices {
			own = append(own, k[i*n+j])
		}
	}
	for row, w := range solve(own, want) {
		f.weight[indices[row]] = w
	}
	return f
}

// above is what f says beyond its bias, from k with each slice.
func (f function) above(k []float32) (sum float64) {
	for i, w := range f.weight {
		sum += w * float64(k[i])
	}
	return sum
}

// measure finds the mean and the scale of descriptors, from those of the n
// slices: each block's mean square distance becomes a third.
func (t *Teacher) measure(n int) error {
	t.mean, t.scale = make([]float32, length), make([]float32, length)
	from := 0
	for _, to := range blocks {
		var spread float64
		for j := from; j < to; j++ {
			var sum, sumSquares float64
			for i := range n {
				v := float64(t.slices[i*length+j])
				sum += v
				sumSquares += v * v
			}
			mean := sum / float64(n)
			t.mean[j] = float32(mean)
			spread += sumSquares/float64(n) - mean*mean
		}
		if !(spread > 1e-9) {
			return errors.New("teacher: all slices are the same")
		}
		for j := from; j < to; j++ {
			t.scale[j] = float32(1 / math.Sqrt(2*spread*float64(len(blocks))))
		}
		from = to
	}
	return nil
}

// prepare centres and scales descriptors.
func (t *Teacher) prepare(descriptors []float32) {
	for i := 0; i < len(descriptors); i += length {
		for j := range length {
			descriptors[i+j] = (descriptors[i+j] - t.mean[j]) * t.scale[j]
		}
	}
}

// squares is the squared length of each descriptor.
func squares(descriptors []float32) []float32 {
	s := make([]float32, len(descriptors)/length)
	for i := range s {
		s[i] = float32(kernel.SumSquares(descriptors[i*length : (i+1)*length]))
	}
	return s
}

// similar is k of each of m prepared descriptors with each of the n slices, m x n.
func (t *Teacher) similar(descriptors []float32) []float32 {
	m, all := len(descriptors)/length, len(t.squares)
	n := all / 2
	dots := make([]float32, m*all)
	kernel.Gemm(false, true, m, all, length, descriptors, length, t.slices, length, false, dots, all)
	k := make([]float32, m*n)
	lengths := squares(descriptors)
	for i := range m {
		row := dots[i*all : (i+1)*all]
		near := func(j int) float64 {
			return math.Exp(-max(0, float64(lengths[i]+t.squares[j]-2*row[j])))
		}
		for j := range n {
			k[i*n+j] = float32((near(j) + near(n+j)) / 2)
		}
	}
	return k
}

// pairs is k of the n slices with each other, n x n, symmetric. It is computed by
// rows of slices.
func (t *Teacher) pairs(n int) []float32 {
	const rows = 64
	k := make([]float32, n*n)
	kernel.Parallel((n+rows-1)/rows, func(i int) {
		from, to := i*rows, min((i+1)*rows, n)
		copy(k[from*n:to*n], t.similar(t.slices[from*length:to*length]))
	})
	for i := range n {
		for j := range i {
			// Equal but for pixels whose gradient lies between two directions.
			k[i*n+j] = (k[i*n+j] + k[j*n+i]) / 2
			k[j*n+i] = k[i*n+j]
		}
	}
	return k
}

// solve returns w of (k + ridge) w = b by conjugate gradients (Hestenes and
// Stiefel 1952). The ridge keeps the condition low: some hundred steps do, and in
// exact arithmetic n.
func solve(k []float32, b []float64) []float64 {
	n := len(b)
	w, r := make([]float64, n), append([]float64(nil), b...)
	p, q := append([]float64(nil), b...), make([]float64, n)
	norm := dot(r, r)
	limit := norm * 1e-12
	for step := 0; step < n && norm > limit; step++ {
		kernel.Parallel(n, func(i int) {
			sum := ridge * p[i]
			for j, v := range k[i*n : (i+1)*n] {
				sum += float64(v) * p[j]
			}
			q[i] = sum
		})
		stride := norm / dot(p, q)
		for i := range w {
			w[i] += stride * p[i]
			r[i] -= stride * q[i]
		}
		next := dot(r, r)
		for i := range p {
			p[i] = r[i] + next/norm*p[i]
		}
		norm = next
	}
	return w
}

func dot(a, b []float64) (sum float64) {
	for i, v := range a {
		sum += v * b[i]
	}
	return sum
}

// sharpness turns what the functions of membership say into shares of the sets,
// and sureness what those of the finding say into probabilities, by the logistic
// function. Both suit slices that the teacher has not seen.
const (
	sharpness = 6
	sureness  = 3
)

// Answers are the probabilities of the finding in side x side planes: the mean of
// what the functions of all sets say, each by how much the slice looks like one of
// its set. Membership is measured from its bias, so that a large set does not claim
// what looks like none.
func (t *Teacher) Answers(planes []float32, side int) []float64 {
	m, n := len(planes)/(side*side), len(t.squares)/2
	descriptors := make([]float32, m*length)
	kernel.Parallel(m, func(i int) {
		describe(descriptors[i*length:(i+1)*length], planes[i*side*side:(i+1)*side*side], side, false)
	})
	t.prepare(descriptors)
	k := t.similar(descriptors)
	answers := make([]float64, m)
	for i := range answers {
		row := k[i*n : (i+1)*n]
		var total, shares float64
		for set, f := range t.finding {
			share := 1.0
			if t.member != nil {
				share = math.Exp(sharpness * t.member[set].above(row))
			}
			total += share * (f.bias + f.above(row))
			shares += share
		}
		answers[i] = 1 / (1 + math.Exp(-sureness*total/shares))
	}
	return answers
}
