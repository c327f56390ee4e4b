package dataset

import (
	"cmp"
	"fmt"
	"maps"
	"math"
	"math/bits"
	"math/rand/v2"
	"slices"
	"strings"
)

// pool is slices that are drawn together: a group, or one slice.
type pool struct {
	name    string
	indices []int
}

// pools are the groups of the samples at the indices, by the class of most of
// their samples, in the order of their names.
func (set *Set) pools(indices []int) (byClass [2][]pool) {
	byGroup := make(map[string][]int)
	for _, i := range indices {
		g := set.Samples[i].Group
		byGroup[g] = append(byGroup[g], i)
	}
	for _, g := range slices.Sorted(maps.Keys(byGroup)) {
		counts, _ := set.Counts(byGroup[g])
		class := 0
		if counts[1] >= counts[0] {
			class = 1
		}
		byClass[class] = append(byClass[class], pool{g, byGroup[g]})
	}
	return byClass
}

// checkShares finds shares that leave no slice to train on.
func (p Plan) checkShares() error {
	switch {
	case !(p.ValShare > 0 && p.ValShare < 1):
		return fmt.Errorf("dataset: validation share: got %v, want between 0 and 1", p.ValShare)
	case !(p.TestShare >= 0 && p.TestShare+p.ValShare < 1):
		return fmt.Errorf("dataset: test and validation share: got %v and %v, want less than 1 together", p.TestShare, p.ValShare)
	}
	return nil
}

// draw deals pools to the test and the validation part until each holds its share
// of each class, and the rest to training. Pools are drawn class by class, so that
// all parts keep the proportions of the whole.
func draw(byClass [2][]pool, p Plan) (s Split) {
	for class, pools := range byClass {
		total := 0
		for _, g := range pools {
			total += len(g.indices)
		}
		rng := rand.New(rand.NewPCG(p.Seed, uint64(class)))
		rng.Shuffle(len(pools), func(i, j int) { pools[i], pools[j] = pools[j], pools[i] })
		wantTest := int(math.Round(p.TestShare * float64(total)))
		wantVal := int(math.Round(p.ValShare * float64(total)))
		var test, val int
		for i, g := range pools {
			switch {
			case i == len(pools)-1: // trains: a class must not vanish from training
				s.Train = append(s.Train, g.indices...)
			case test < wantTest:
				s.Test = append(s.Test, g.indices...)
				test += len(g.indices)
			case val < wantVal:
				s.Val = append(s.Val, g.indices...)
				val += len(g.indices)
			default:
				s.Train = append(s.Train, g.indices...)
			}
		}
	}
	for _, part := range s.Parts() {
		slices.Sort(part)
	}
	return s
}

// drawGroups draws whole groups.
func (set *Set) drawGroups(indices []int, p Plan) (s Split, err error) {
	if err := p.checkShares(); err != nil {
		return s, err
	}
	s = draw(set.pools(indices), p)
	s.Text = fmt.Sprintf("%s, whole groups drawn with seed %d", p.shares(), p.Seed)
	if alone := set.ungrouped(indices); alone > 0 {
		s.Text += fmt.Sprintf(" (%d of %d slices have no known group and count as one each)", alone, len(indices))
	}
	return s, nil
}

// drawSlices draws single slices, which tells how well a scan is recognised.
func (set *Set) drawSlices(indices []int, p Plan) (s Split, err error) {
	if err := p.checkShares(); err != nil {
		return s, err
	}
	var byClass [2][]pool
	for _, i := range indices {
		c := set.Samples[i].Class
		byClass[c] = append(byClass[c], pool{indices: []int{i}})
	}
	s = draw(byClass, p)
	s.Text = fmt.Sprintf("%s, slices drawn at random with seed %d", p.shares(), p.Seed)
	s.Optimistic = true
	return s, nil
}

// drawValidation moves a share of the training groups to the validation part.
func (set *Set) drawValidation(s *Split, p Plan) error {
	p.TestShare = 0
	drawn, err := set.drawGroups(s.Train, p)
	s.Train, s.Val = drawn.Train, drawn.Val
	s.Text += ", of whose training part " + drawn.Text
	return err
}

// shares says what is drawn.
func (p Plan) shares() string {
	var parts []string
	if p.TestShare > 0 {
		parts = append(parts, fmt.Sprintf("%v of each class for test", p.TestShare))
	}
	parts = append(parts, fmt.Sprintf("%v of each class for validation", p.ValShare))
	return strings.Join(parts, ", ")
}

// ungrouped counts the samples that are their own group for want of a better one.
func (set *Set) ungrouped(indices []int) (n int) {
	for _, i := range indices {
		if s := &set.Samples[i]; s.Group == s.Path {
			n++
		}
	}
	return n
}

// dealFolds deals whole groups to the plan's folds: the large ones first, each to the
// fold that has the fewest slices of its class, so that all folds come out nearly
// alike. Groups of about one size (between two powers of two) are shuffled by the
// seed, so that another seed gives other folds. Fold i tests, the next validates.
func (set *Set) dealFolds(indices []int, p Plan) (s Split) {
	folds := make([][]int, p.Folds)
	for class, pools := range set.pools(indices) {
		rng := rand.New(rand.NewPCG(p.Seed, uint64(class)))
		rng.Shuffle(len(pools), func(i, j int) { pools[i], pools[j] = pools[j], pools[i] })
		slices.SortStableFunc(pools, func(a, b pool) int { return bits.Len(uint(len(b.indices))) - bits.Len(uint(len(a.indices))) })
		size := make([]int, p.Folds)
		for _, g := range pools {
			least := 0
			for f := range folds {
				if d := cmp.Or(cmp.Compare(size[f], size[least]), cmp.Compare(len(folds[f]), len(folds[least]))); d < 0 {
					least = f
				}
			}
			folds[least] = append(folds[least], g.indices...)
			size[least] += len(g.indices)
		}
	}
	val := (p.Fold + 1) % p.Folds
	for f, indices := range folds {
		switch f {
		case p.Fold:
			s.Test = append(s.Test, indices...)
		case val:
			s.Val = append(s.Val, indices...)
		default:
			s.Train = append(s.Train, indices...)
		}
	}
	for _, part := range s.Parts() {
		slices.Sort(part)
	}
	s.Text = fmt.Sprintf("fold %d of %d tests (counted from 0), fold %d validates, whole groups dealt with seed %d", p.Fold, p.Folds, val, p.Seed)
	return s
}
