package metrics

import (
	"errors"
	"math"
)

// Bins is the number of bins of equal width into which probabilities are sorted to
// judge their calibration. The calibration error is the expected one (Naeini et al.
// 2015) of the probability of the positive class: over the bins, the mean distance
// of the mean probability from the share of positive cases, weighted by cases.
const Bins = 10

// binOf is the bin of a probability; 1 is in the last.
func binOf(p float64) int { return min(int(p*Bins), Bins-1) }

// Bin is one point of a reliability diagram.
type Bin struct {
	Low, High   float64  // limits of the probabilities in it
	Cases       int      // 0 for an empty bin
	Probability float64  // mean of theirs, NaN for none
	Positive    Estimate // share of them that are positive, with Wilson's interval
}

// Reliability are the bins of the cases, empty ones too.
func Reliability(cases []Case) []Bin {
	bins := make([]Bin, Bins)
	var positives [Bins]int
	for i := range bins {
		bins[i].Low, bins[i].High = float64(i)/Bins, float64(i+1)/Bins
	}
	for _, c := range cases {
		b := binOf(c.Probability)
		bins[b].Cases++
		bins[b].Probability += c.Probability
		if c.Positive {
			positives[b]++
		}
	}
	for i := range bins {
		bins[i].Probability /= float64(bins[i].Cases)
		bins[i].Positive = Wilson(positives[i], bins[i].Cases)
	}
	return bins
}

// Limits of FitTemperature.
const (
	minTemperature = 0.1
	maxTemperature = 10
)

// Temper is the probability p at another temperature: its log-odds divided by t.
func Temper(p, t float64) float64 {
	return 1 / (1 + math.Exp(-logit(p)/t))
}

// logit is the log-odds of p. Odds beyond what float64 can tell from certainty are
// infinite.
func logit(p float64) float64 { return math.Log(p) - math.Log1p(-p) }

// FitTemperature finds the temperature by which log-odds are divided so that the
// log loss of the cases is least (Guo et al. 2017), to a part in a million, between
// 0.1 and 10. The loss is convex in 1/t, so golden section finds the one minimum.
// Both classes must be there: with one, certainty would be best.
//
// N cases of a class are learnt from as (N+1)/(N+2) sure, not as certain (Platt
// 1999): a few cases without an error are no reason for certainty.
func FitTemperature(cases []Case) (float64, error) {
	if err := check(cases); err != nil {
		return 0, err
	}
	z := make([]float64, len(cases)) // log-odds of the class that is
	var n [2]float64
	class := func(c Case) int {
		if c.Positive {
			return 1
		}
		return 0
	}
	for i, c := range cases {
		z[i] = min(max(logit(c.Probability), -700), 700) // exp stays finite
		if !c.Positive {
			z[i] = -z[i]
		}
		n[class(c)]++
	}
	if n[0] == 0 || n[1] == 0 {
		return 0, errors.New("metrics: temperature: got cases of one class, want both")
	}
	loss := func(inverse float64) (sum float64) {
		for i, c := range cases {
			sure := (n[class(c)] + 1) / (n[class(c)] + 2)
			sum += sure*softplus(-z[i]*inverse) + (1-sure)*softplus(z[i]*inverse)
		}
		return sum
	}
	const ratio = 0.6180339887498949 // (sqrt 5 - 1) / 2
	low, high := 1.0/maxTemperature, 1.0/minTemperature
	a, b := high-ratio*(high-low), low+ratio*(high-low)
	fa, fb := loss(a), loss(b)
	for high-low > 1e-6*low {
		if fa <= fb {
			high, b, fb = b, a, fa
			a = high - ratio*(high-low)
			fa = loss(a)
		} else {
			low, a, fa = a, b, fb
			b = low + ratio*(high-low)
			fb = loss(b)
		}
	}
	return 2 / (low + high), nil
}

// softplus is ln(1 + e^x).
func softplus(x float64) float64 {
	return max(x, 0) + math.Log1p(math.Exp(-math.Abs(x)))
}
