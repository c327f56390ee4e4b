package metrics

import (
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
)

// z is the 97.5 % point of the normal distribution, for two-sided 95 % intervals.
const z = 1.959963984540054

// resamples is the number of bootstrap resamples behind an interval.
const resamples = 1000

// Estimate is a value and its 95 % confidence interval. Value is NaN where it is
// undefined; Low and High are NaN where there is no interval.
type Estimate struct {
	Value, Low, High float64
}

// Wilson is the proportion k of n with Wilson's score interval (Wilson 1927),
// which stays within 0 and 1 and holds for small n. All NaN for n = 0.
func Wilson(k, n int) Estimate {
	if n == 0 {
		return Estimate{math.NaN(), math.NaN(), math.NaN()}
	}
	p, m := float64(k)/float64(n), float64(n)
	centre := (p + z*z/(2*m)) / (1 + z*z/m)
	half := z / (1 + z*z/m) * math.Sqrt(p*(1-p)/m+z*z/(4*m*m))
	return Estimate{p, max(0, centre-half), min(1, centre+half)}
}

// bootstrap gives the values of scores, which are asked for with a weight a group,
// and their intervals: whole groups are drawn with replacement, as many as there
// are, and the 2.5 % and 97.5 % points of the resampled values are the limits
// (percentile method, Efron 1979). Resamples in which a value is undefined do not
// count; with one group there is no interval.
func bootstrap(groups int, seed uint64, scores func(weight []int) []float64) []Estimate {
	values := scores(nil)
	estimates := make([]Estimate, len(values))
	drawn := make([][]float64, len(values))
	if groups > 1 {
		rng := rand.New(rand.NewPCG(seed, 0))
		weight := make([]int, groups)
		for range resamples {
			clear(weight)
			for range groups {
				weight[rng.IntN(groups)]++
			}
			for i, v := range scores(weight) {
				if !math.IsNaN(v) {
					drawn[i] = append(drawn[i], v)
				}
			}
		}
	}
	for i, v := range values {
		estimates[i] = Estimate{v, math.NaN(), math.NaN()}
		if !math.IsNaN(v) {
			estimates[i].Low, estimates[i].High = limits(drawn[i])
		}
	}
	return estimates
}

// limits are the 2.5 % and 97.5 % points of the values, which it sorts.
func limits(values []float64) (low, high float64) {
	slices.Sort(values)
	return quantile(values, 0.025), quantile(values, 0.975)
}

// quantile interpolates between order statistics (Hyndman and Fan's type 7).
// NaN for no values.
func quantile(sorted []float64, q float64) float64 {
	if len(sorted) == 0 {
		return math.NaN()
	}
	at := q * float64(len(sorted)-1)
	i := int(at)
	if i+1 >= len(sorted) {
		return sorted[len(sorted)-1]
	}
	return sorted[i] + (at-float64(i))*(sorted[i+1]-sorted[i])
}

// Percent is the value in per cent, without its interval: "90.2 %".
func (e Estimate) Percent() string {
	if math.IsNaN(e.Value) {
		return "n/a"
	}
	return fmt.Sprintf("%.1f %%", 100*e.Value)
}

// String is the value and its interval in per cent: "90.2 % (87.8-92.2)".
func (e Estimate) String() string {
	if math.IsNaN(e.Value) || math.IsNaN(e.Low) || math.IsNaN(e.High) {
		return e.Percent()
	}
	return fmt.Sprintf("%.1f %% (%.1f%s%.1f)", 100*e.Value, 100*e.Low, e.dash(), 100*e.High)
}

// Decimal is the value and its interval as an AUC is written:
// "0.861 (0.820-0.899)".
func (e Estimate) Decimal() string {
	switch {
	case math.IsNaN(e.Value):
		return "n/a"
	case math.IsNaN(e.Low) || math.IsNaN(e.High):
		return fmt.Sprintf("%.3f", e.Value)
	}
	return fmt.Sprintf("%.3f (%.3f%s%.3f)", e.Value, e.Low, e.dash(), e.High)
}

// dash stands between the ends of the interval. A hyphen beside a minus would be
// taken for a number.
func (e Estimate) dash() string {
	if e.Low < 0 || e.High < 0 {
		return " to "
	}
	return "-"
}

// estimateJSON is the JSON form of an Estimate.
type estimateJSON struct {
	Value Number `json:"value"`
	Low   Number `json:"low"`
	High  Number `json:"high"`
}

// MarshalJSON writes {"value", "low", "high"}, null for NaN.
func (e Estimate) MarshalJSON() ([]byte, error) {
	return json.Marshal(estimateJSON{Number(e.Value), Number(e.Low), Number(e.High)})
}

// UnmarshalJSON reads what MarshalJSON writes.
func (e *Estimate) UnmarshalJSON(data []byte) error {
	nan := Number(math.NaN())
	j := estimateJSON{nan, nan, nan}
	if err := json.Unmarshal(data, &j); err != nil {
		return err
	}
	*e = Estimate{float64(j.Value), float64(j.Low), float64(j.High)}
	return nil
}

// Number is a float64 whose NaN, which JSON cannot write, is null.
type Number float64

// String is the number with four decimals, or "n/a".
func (n Number) String() string {
	if math.IsNaN(float64(n)) {
		return "n/a"
	}
	return fmt.Sprintf("%.4f", float64(n))
}

// MarshalJSON writes null for NaN and for infinities.
func (n Number) MarshalJSON() ([]byte, error) {
	if f := float64(n); math.IsNaN(f) || math.IsInf(f, 0) {
		return []byte("null"), nil
	}
	return json.Marshal(float64(n))
}

// UnmarshalJSON reads null as NaN.
func (n *Number) UnmarshalJSON(data []byte) error {
	if string(data) == "null" {
		*n = Number(math.NaN())
		return nil
	}
	var f float64
	if err := json.Unmarshal(data, &f); err != nil {
		return err
	}
	*n = Number(f)
	return nil
}
