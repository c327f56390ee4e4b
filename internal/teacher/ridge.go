package teacher

import (
	"errors"
	"fmt"
	"math"

	"lungct/internal/kernel"
)

// Ridge is a fitted teacher. With d(x) the descriptor of x, each block of which
// is divided by the root of its mean square distance between slices, and x' the
// mirror image of x,
//
//	k(x, z) = ½ exp(-|d(x)-d(z)|²) + ½ exp(-|d(x)-d(z')|²)
//	score(x) = bias + sum over slices i of weight[i] * k(x, slice i)
//
// where the weights minimise the squared error over the slices, whose scores
// should be 1 or -1, and ridge times the function's squared norm.
type Ridge struct {
	mean, scale []float32 // of each value of a descriptor
	slices      []float32 // 2n x length: scaled descriptors, then those of the mirror images
	squares     []float32 // 2n: the squared lengths of these
	weight      []float64 // n
	bias        float64
}

// Strength of the ridge, chosen on validation slices: from 0.03 to 0.5 it hardly
// matters.
const ridge = 0.1

// maxSlices bounds the matrix of all pairs of slices to 400 MB.
const maxSlices = 10_000

// Fit learns which of n planes are positive. plane(i, dst) writes plane i, side x
// side.
func Fit(n, side int, plane func(i int, dst []float32), positive func(i int) bool) (*Ridge, error) {
	if n < 2 || n > maxSlices {
		return nil, fmt.Errorf("teacher: got %d slices, want 2 to %d", n, maxSlices)
	}
	t := &Ridge{slices: make([]float32, 2*n*length)}
	kernel.Parallel(n, func(i int) {
		pixels := make([]float32, side*side)
		plane(i, pixels)
		describe(t.slices[i*length:(i+1)*length], pixels, side, false)
		describe(t.slices[(n+i)*length:(n+i+1)*length], pixels, side, true)
	})
	if err := t.measure(n); err != nil {
		return nil, err
	}
	t.prepare(t.slices)
	t.squares = squares(t.slices)

	want := make([]float64, n)
	for i := range want {
		want[i] = -1
		if positive(i) {
			want[i] = 1
		}
		t.bias += want[i] / float64(n)
	}
	for i := range want {
		want[i] -= t.bias
	}
	t.weight = solve(t.pairs(n), want)
	return t, nil
}

// measure finds the mean and the scale of descriptors, from those of the n
// slices: each block's mean square distance becomes a third.
func (t *Ridge) measure(n int) error {
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
func (t *Ridge) prepare(descriptors []float32) {
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
func (t *Ridge) similar(descriptors []float32) []float32 {
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
func (t *Ridge) pairs(n int) []float32 {
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

// Scores is what the teacher says of each of the side x side planes: about 1 for
// positive ones, about -1 for the others.
func (t *Ridge) Scores(planes []float32, side int) []float64 {
	m, n := len(planes)/(side*side), len(t.weight)
	descriptors := make([]float32, m*length)
	kernel.Parallel(m, func(i int) {
		describe(descriptors[i*length:(i+1)*length], planes[i*side*side:(i+1)*side*side], side, false)
	})
	t.prepare(descriptors)
	k := t.similar(descriptors)
	scores := make([]float64, m)
	for i := range scores {
		scores[i] = t.bias
		for j, w := range t.weight {
			scores[i] += w * float64(k[i*n+j])
		}
	}
	return scores
}
