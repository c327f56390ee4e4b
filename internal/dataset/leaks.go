package dataset

import (
	"fmt"
	"slices"
	"strings"
)

// NearCopy is the largest distance of two hashes that makes their slices near
// copies: an eighth of the bits.
//
// It was chosen on SARS-CoV-2 CT-scan and COVID-CT, 2,615 slices, 2.3 million pairs
// within the sets. Slices of unlike class, which cannot come from one scan, are 40
// bits or more apart, half of them 114. Of the 178 pairs within 32 bits 167 are of
// one group; the other 11 are of three pairs of blocks, and those that were looked at
// show one body at one height, of a scan that the set holds twice. A slice that is
// stored anew at half its size, as JPEG of quality 50, brighter or with other
// contrast stays within 20 bits (TestHashRealData).
const NearCopy = 32

// leakTolerance is the share of held-out slices whose near copies in the training
// part are let pass with a warning. They cannot flatter a proportion by more than
// that, and sets without patient numbers are never free of them.
const leakTolerance = 0.01

// maxPairs bounds the pairs that Leaks lists; all are counted.
const maxPairs = 1000

// Kinds of Leak.
const (
	Copy      = "copy"       // the same file
	PixelCopy = "pixel copy" // another file with the same picture
	Near      = "near copy"  // a perceptual hash within NearCopy
	Shared    = "group"      // slices of one group
)

// Leak is two slices on different sides of a split of which one gives the other
// away. A serves the earlier part.
type Leak struct {
	Kind     string
	A, B     int // indices into Set.Samples
	Distance int // of the hashes
}

// Leaks is what the parts of a split know of one another.
type Leaks struct {
	Pairs  []Leak         // the closest first, at most 1000
	Counts map[string]int // pairs by kind
	Held   int            // slices that validate or test
	Near   int            // of those, the ones with a near copy (or a copy) in an earlier part
	Givers []int          // slices of earlier parts that give one away, ascending
}

// Leaks looks for copies and near copies between the parts of a loaded split.
func (set *Set) Leaks(s Split) Leaks {
	l := Leaks{Counts: make(map[string]int), Held: len(s.Val) + len(s.Test)}
	givers := make(map[int]bool)
	earlier := [][]int{s.Train}
	for _, part := range [][]int{s.Val, s.Test} {
		for _, b := range part {
			found := false
			for _, indices := range earlier {
				for _, a := range indices {
					leak, ok := set.compare(a, b)
					if !ok {
						continue
					}
					found = true
					givers[a] = true
					l.Counts[leak.Kind]++
					l.add(leak)
				}
			}
			if found {
				l.Near++
			}
		}
		earlier = append(earlier, part)
	}
	l.trim()
	for i := range givers {
		l.Givers = append(l.Givers, i)
	}
	slices.Sort(l.Givers)
	return l
}

// compare tells whether a gives b away.
func (set *Set) compare(a, b int) (Leak, bool) {
	one, other := &set.Samples[a], &set.Samples[b]
	if one.Look == nil || other.Look == nil {
		return Leak{}, false
	}
	d := one.Look.Hash.Distance(other.Look.Hash)
	switch {
	case d > NearCopy:
		return Leak{}, false
	case one.Content == other.Content:
		return Leak{Copy, a, b, d}, true
	case one.Look.Pixels == other.Look.Pixels:
		return Leak{PixelCopy, a, b, d}, true
	}
	return Leak{Near, a, b, d}, true
}

// add keeps a pair; now and then all but the closest are thrown away.
func (l *Leaks) add(leak Leak) {
	l.Pairs = append(l.Pairs, leak)
	if len(l.Pairs) > 10*maxPairs {
		l.trim()
	}
}

func (l *Leaks) trim() {
	kinds := []string{Copy, PixelCopy, Near}
	slices.SortStableFunc(l.Pairs, func(a, b Leak) int {
		if k := slices.Index(kinds, a.Kind) - slices.Index(kinds, b.Kind); k != 0 {
			return k
		}
		return a.Distance - b.Distance
	})
	l.Pairs = l.Pairs[:min(len(l.Pairs), maxPairs)]
}

// Copies is the number of pairs that show the very same picture.
func (l Leaks) Copies() int { return l.Counts[Copy] + l.Counts[PixelCopy] }

// Grave tells whether the leaks can flatter a result by more than is bearable:
// there are copies, or near copies of more than one held-out slice in a hundred.
func (l Leaks) Grave() bool {
	return l.Copies() > 0 || float64(l.Near) > leakTolerance*float64(l.Held)
}

// String is the leaks in a clause, "" for none.
func (l Leaks) String() string {
	if l.Near == 0 {
		return ""
	}
	return fmt.Sprintf("%d of %d held-out slices (%.1f %%) have a copy or near copy in an earlier part: %d pairs of copies, %d of near copies",
		l.Near, l.Held, 100*float64(l.Near)/float64(l.Held), l.Copies(), l.Counts[Near])
}

// List shows at most n pairs, one a line.
func (l Leaks) List(set *Set, n int) string {
	var b strings.Builder
	for _, p := range l.Pairs[:min(n, len(l.Pairs))] {
		fmt.Fprintf(&b, "\n  %s: %q and %q", p.Kind, set.Samples[p.A].Path, set.Samples[p.B].Path)
		if p.Kind == Near {
			fmt.Fprintf(&b, " (%d of 256 bits)", p.Distance)
		}
	}
	if more := l.Copies() + l.Counts[Near] - n; more > 0 {
		fmt.Fprintf(&b, "\n  and %d more", more)
	}
	return b.String()
}

// Duplicates are the copies and near copies within the samples at the indices,
// whatever part they will serve: kind, A < B.
func (set *Set) Duplicates(indices []int) Leaks {
	l := Leaks{Counts: make(map[string]int), Held: len(indices)}
	twice := make(map[int]bool)
	for n, a := range indices {
		for _, b := range indices[n+1:] {
			if leak, ok := set.compare(a, b); ok {
				l.Counts[leak.Kind]++
				l.add(leak)
				twice[a], twice[b] = true, true
			}
		}
	}
	l.trim()
	l.Near = len(twice)
	return l
}
