package metrics

import (
	"errors"
	"fmt"
	"math"
)

// Youden is the threshold at which sensitivity and specificity have the greatest
// sum (Youden 1950), the one nearest to 0.5 of several. It lies half-way between
// two probabilities, so that no rounding decides a case.
func Youden(cases []Case) (float64, error) {
	points, err := operatingPoints(cases)
	if err != nil {
		return 0, err
	}
	best, most := 0.5, math.Inf(-1)
	for _, p := range points {
		j := p.Sensitivity - p.FalsePositiveRate
		// Differences below a rounding error are none.
		if j > most+1e-12 || j > most-1e-12 && math.Abs(p.Threshold-0.5) < math.Abs(best-0.5) {
			best, most = p.Threshold, j
		}
	}
	return best, nil
}

// AtSensitivity is the greatest threshold at which the sensitivity is at least that
// asked for, between 0 and 1: of all such the one with the best specificity.
func AtSensitivity(cases []Case, sensitivity float64) (float64, error) {
	if !(sensitivity > 0 && sensitivity <= 1) {
		return 0, fmt.Errorf("metrics: sensitivity: got %v, want more than 0, at most 1", sensitivity)
	}
	points, err := operatingPoints(cases)
	if err != nil {
		return 0, err
	}
	for _, p := range points {
		if p.Sensitivity >= sensitivity-1e-12 {
			return p.Threshold, nil
		}
	}
	return points[len(points)-1].Threshold, nil
}

// operatingPoints are the points of the ROC curve but the first, each at a
// threshold half-way to the next lower probability, or to 0.
func operatingPoints(cases []Case) ([]ROCPoint, error) {
	if err := check(cases); err != nil {
		return nil, err
	}
	points := ROC(cases)
	if points == nil {
		return nil, errors.New("metrics: operating point: got cases of one class, want both")
	}
	points = points[1:]
	for i := range points {
		lower := 0.0
		if i+1 < len(points) {
			lower = points[i+1].Threshold
		}
		points[i].Threshold = (points[i].Threshold + lower) / 2
	}
	return points, nil
}
