package dataset

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"

	"lungct/internal/ct"
)

// BadFile is a file of the set that cannot be read as a slice.
type BadFile struct {
	Index int // into Samples
	Path  string
	Err   error
}

// BadFiles lists every file that could not be read, one a line.
type BadFiles []BadFile

func (b BadFiles) Error() string {
	var text strings.Builder
	if len(b) == 1 {
		text.WriteString("dataset: 1 file cannot be read:")
	} else {
		fmt.Fprintf(&text, "dataset: %d files cannot be read:", len(b))
	}
	for _, f := range b {
		fmt.Fprintf(&text, "\n  %q: %v", f.Path, f.Err)
	}
	return text.String()
}

// Indices of the files.
func (b BadFiles) Indices() []int {
	indices := make([]int, len(b))
	for i, f := range b {
		indices[i] = f.Index
	}
	return indices
}

// Skip leaves a sample unread, SizeOnly reads it for its width and height
// without keeping pixels; see Load.
const (
	Skip     = -1
	SizeOnly = 0
)

// GridSide is the side, in pixels, at which training slices are kept for an input
// of the given size: a tenth larger, so that a crop still has every detail.
func GridSide(size int) int { return size + 2*(size/20) }

// Sides is what Load must keep of each sample: training slices at the side train,
// which is GridSide where they are to be varied, the others as the network reads
// them.
func (set *Set) Sides(s Split, train, size int) []int {
	sides := make([]int, len(set.Samples))
	for i := range sides {
		sides[i] = Skip
	}
	for _, i := range s.Train {
		sides[i] = train
	}
	for _, i := range slices.Concat(s.Val, s.Test) {
		sides[i] = size
	}
	return sides
}

// Load decodes sample i, crops it as p says and keeps it as sides[i] x sides[i]
// grey, for every sample whose side is not Skip. It opens every file before it
// complains; bad lists those that cannot be read, which have no Grey.
func (set *Set) Load(ctx context.Context, p ct.Preprocessing, sides []int) (bad BadFiles, err error) {
	var wanted []int
	for i, side := range sides {
		if side != Skip {
			set.Samples[i].Side = side
			wanted = append(wanted, i)
		}
	}
	spill, err := set.planSpill(wanted)
	if err != nil {
		return nil, err
	}
	set.each(wanted, func(s *Sample, f *file) error {
		if ctx.Err() != nil {
			return nil
		}
		if f.content(s) != s.Content {
			return errors.New("changed while the data set was being read")
		}
		slice, err := f.decode(s)
		if err != nil {
			return err
		}
		s.Width, s.Height = slice.Width, slice.Height
		s.Look = look(f, slice)
		if s.Side > SizeOnly {
			spill.keep(s, p.Resize(slice, s.Side))
		}
		return nil
	})
	if err := spill.end(); err != nil {
		return nil, err
	}
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	for _, i := range wanted {
		if s := &set.Samples[i]; s.err != nil {
			bad = append(bad, BadFile{i, s.Path, s.err})
		}
	}
	return bad, nil
}

// Bytes is the memory that the loaded pixels take.
func (set *Set) Bytes() int64 { return set.bytes(false) }

// Spilled is what the loaded pixels take that memory had no room for.
func (set *Set) Spilled() int64 { return set.bytes(true) }

func (set *Set) bytes(spilled bool) (n int64) {
	for i := range set.Samples {
		if s := &set.Samples[i]; s.spilled == spilled {
			n += int64(len(s.Grey))
		}
	}
	return n
}

// MeanStd is the mean and standard deviation of grey/255 over all pixels kept of
// the samples at the indices. The sums are whole numbers, so the order does not
// matter. The deviation of a set without contrast is 1.
func (set *Set) MeanStd(indices []int) (mean, std float32) {
	var counts [256]int64
	for _, i := range indices {
		for _, v := range set.Samples[i].Grey {
			counts[v]++
		}
	}
	var n, sum, squares float64
	for v, c := range counts {
		n += float64(c)
		sum += float64(c) * float64(v)
		squares += float64(c) * float64(v*v)
	}
	if n == 0 {
		return 0, 1
	}
	m := sum / n
	s := math.Sqrt(max(0, squares/n-m*m))
	if s == 0 {
		s = 255
	}
	return float32(m / 255), float32(s / 255)
}
