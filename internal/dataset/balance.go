package dataset

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
)

// Balance says how the samples of an epoch are drawn: every sample once, or as
// many in all, the same number of each class, data set, or class of a data set.
// What is scarce then comes several times, what is plentiful not every time.
type Balance string

// The ways to draw.
const (
	BalanceNone     Balance = "none"
	BalanceClass    Balance = "class"
	BalanceSet      Balance = "set"
	BalanceSetClass Balance = "set-class"
)

// Balances are all ways, for messages and completion.
var Balances = []string{string(BalanceNone), string(BalanceClass), string(BalanceSet), string(BalanceSetClass)}

// Check refuses unknown ways.
func (b Balance) Check() error {
	if b != "" && !slices.Contains(Balances, string(b)) {
		return fmt.Errorf("dataset: balance: got %q, want one of %s", string(b), strings.Join(Balances, ", "))
	}
	return nil
}

// stratum is what the draw is even over.
func (b Balance) stratum(s *Sample) string {
	switch b {
	case BalanceClass:
		return Labels[s.Class]
	case BalanceSet:
		return s.Set
	case BalanceSetClass:
		return s.Set + "/" + Labels[s.Class]
	}
	return ""
}

// draw returns as many of the indices as there are, even over the strata. A
// sample comes again only after all others of its stratum have come as often.
func (b Balance) draw(set *Set, indices []int, rng *rand.Rand) []int {
	if b == BalanceNone || b == "" {
		return slices.Clone(indices)
	}
	members := make(map[string][]int)
	var strata []string // in the order of the indices, so that maps have no say
	for _, i := range indices {
		name := b.stratum(&set.Samples[i])
		if members[name] == nil {
			strata = append(strata, name)
		}
		members[name] = append(members[name], i)
	}
	drawn := make([]int, 0, len(indices))
	for n, name := range strata {
		share := len(indices) * (n + 1) / len(strata) // up to and with this stratum
		for len(drawn) < share {
			own := members[name]
			rng.Shuffle(len(own), func(i, j int) { own[i], own[j] = own[j], own[i] })
			drawn = append(drawn, own[:min(len(own), share-len(drawn))]...)
		}
	}
	return drawn
}
