// Package logistic fits logistic regressions with an L2 penalty, without chance.
package logistic

import (
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/optimize"
)

// Model is a logistic regression: the log-odds are a weighted sum of features.
type Model struct {
	mean, scale []float64 // of each feature in what was learnt from
	weights     []float64 // of the scaled features, the intercept last
}

// Fit minimises the mean log loss plus penalty/2 times the squared length
// of the weights, the intercept aside. rows are N x D features, the classes 0 or 1.
// Features are shifted to mean 0 and scaled so that a whole row has variance 1: the
// penalty then means the same for any number of them. The loss is convex and
// limited-memory BFGS follows it until no slope is left: nothing is drawn, and the
// same rows give the same weights.
func Fit(rows [][]float32, classes []int, penalty float64) (*Model, error) {
	d := len(rows[0])
	m := standard(rows)
	scaled := make([]float64, len(rows)*d)
	for n, row := range rows {
		m.scaleInto(scaled[n*d:(n+1)*d], row)
	}
	loss := func(w []float64) float64 {
		sum := 0.0
		for n, class := range classes {
			sum += logLoss(dot(scaled[n*d:(n+1)*d], w), class)
		}
		return sum/float64(len(rows)) + penalty/2*dot(w[:d], w[:d])
	}
	slope := func(grad, w []float64) {
		clear(grad)
		for n, class := range classes {
			row := scaled[n*d : (n+1)*d]
			off := (sigmoid(dot(row, w)) - float64(class)) / float64(len(rows))
			for j, v := range row {
				grad[j] += off * v
			}
			grad[d] += off
		}
		for j := range d {
			grad[j] += penalty * w[j]
		}
	}
	settings := &optimize.Settings{GradientThreshold: 1e-5, MajorIterations: 1000, Converger: &optimize.FunctionConverge{Absolute: 1e-10, Iterations: 20}}
	result, err := optimize.Minimize(optimize.Problem{Func: loss, Grad: slope}, make([]float64, d+1), settings, &optimize.LBFGS{})
	if result == nil || slices.ContainsFunc(result.X, math.IsNaN) {
		return nil, fmt.Errorf("logistic: regression: %w", err)
	}
	// A line search that finds nothing better has arrived, as far as float64 goes.
	m.weights = result.X
	return m, nil
}

// standard are the mean and the scale of the rows' features.
func standard(rows [][]float32) *Model {
	d := len(rows[0])
	m := &Model{mean: make([]float64, d), scale: make([]float64, d)}
	for _, row := range rows {
		for j, v := range row {
			m.mean[j] += float64(v) / float64(len(rows))
		}
	}
	for _, row := range rows {
		for j, v := range row {
			m.scale[j] += (float64(v) - m.mean[j]) * (float64(v) - m.mean[j]) / float64(len(rows))
		}
	}
	for j, variance := range m.scale {
		m.scale[j] = 0 // a feature that never changes tells nothing
		if variance > 1e-12 {
			m.scale[j] = 1 / math.Sqrt(variance*float64(d))
		}
	}
	return m
}

func (m *Model) scaleInto(dst []float64, row []float32) {
	for j, v := range row {
		dst[j] = (float64(v) - m.mean[j]) * m.scale[j]
	}
}

// LogOdds are the weights and the intercept of the features as they are, whose sum
// is the log-odds of class 1.
func (m *Model) LogOdds() (weights []float64, intercept float64) {
	weights = make([]float64, len(m.mean))
	intercept = m.weights[len(m.mean)]
	for j, mean := range m.mean {
		weights[j] = m.weights[j] * m.scale[j]
		intercept -= weights[j] * mean
	}
	return weights, intercept
}

// Probability of class 1.
func (m *Model) Probability(row []float32) float64 {
	scaled := make([]float64, len(row))
	m.scaleInto(scaled, row)
	return sigmoid(dot(scaled, m.weights))
}

// dot is the product of x with the first weights; one weight more is an intercept.
func dot(x, w []float64) (sum float64) {
	for j, v := range x {
		sum += v * w[j]
	}
	if len(w) > len(x) {
		sum += w[len(x)]
	}
	return sum
}

func sigmoid(z float64) float64 { return 1 / (1 + math.Exp(-z)) }

// logLoss is -ln of the probability that log-odds z give to the class.
func logLoss(z float64, class int) float64 {
	if class == 1 {
		z = -z
	}
	return max(z, 0) + math.Log1p(math.Exp(-math.Abs(z)))
}
