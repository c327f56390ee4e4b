package main

import (
	"fmt"
	"math"

	"github.com/spf13/pflag"

	"lungct/alexnet"
	"lungct/internal/metrics"
)

// calibration is what is fitted on validation data once the weights are chosen.
type calibration struct {
	Sensitivity   float64 `json:"sensitivity"` // wanted of the operating point; 0 for Youden's index
	NoTemperature bool    `json:"no_temperature"`
}

// define adds the flags.
func (c *calibration) define(f *pflag.FlagSet) {
	f.Float64Var(&c.Sensitivity, "sensitivity", 0, "sensitivity on validation data that the operating point must have, such as 0.95 (default: where Youden's index is greatest)")
	f.BoolVar(&c.NoTemperature, "no-temperature", false, "do not scale the logits to calibrate the probability on validation data")
}

// check finds wishes that cannot be met.
func (c *calibration) check() error {
	if !(c.Sensitivity >= 0 && c.Sensitivity <= 1) {
		return fmt.Errorf("--sensitivity: got %v, want 0 to 1", c.Sensitivity)
	}
	return nil
}

// fit writes temperature and operating point into the card, from what its network
// says of validation cases before any scaling. Cases of one class teach neither.
func (c *calibration) fit(card *alexnet.Card, cases []metrics.Case) error {
	card.Temperature, card.OperatingPoint = 0, nil
	positives := 0
	for _, one := range cases {
		if one.Positive {
			positives++
		}
	}
	if positives == 0 || positives == len(cases) {
		return nil
	}
	if !c.NoTemperature {
		t, err := metrics.FitTemperature(cases)
		if err != nil {
			return err
		}
		card.Temperature = math.Round(t*1e4) / 1e4 // what is printed is what is used
	}
	scaled := temper(cases, card.Temperature)
	point := alexnet.OperatingPoint{How: "greatest sum of sensitivity and specificity (Youden's index) on the validation part"}
	var err error
	if c.Sensitivity > 0 {
		point.How = fmt.Sprintf("sensitivity of at least %v on the validation part", c.Sensitivity)
		point.Threshold, err = metrics.AtSensitivity(scaled, c.Sensitivity)
	} else {
		point.Threshold, err = metrics.Youden(scaled)
	}
	card.OperatingPoint = &point
	return err
}

// temper are the cases with their log-odds divided by the temperature, 0 for 1.
func temper(cases []metrics.Case, temperature float64) []metrics.Case {
	scaled := make([]metrics.Case, len(cases))
	for i, c := range cases {
		if temperature != 0 {
			c.Probability = metrics.Temper(c.Probability, temperature)
		}
		scaled[i] = c
	}
	return scaled
}

// score measures calibrated cases, at Threshold and at the card's operating point.
func score(card alexnet.Card, split string, cases []metrics.Case) (alexnet.Measurement, error) {
	r, err := metrics.Measure(cases, alexnet.Threshold, bootstrapSeed)
	m := alexnet.Measurement{Split: split, Report: r}
	if err != nil || card.OperatingPoint == nil {
		return m, err
	}
	at, err := metrics.Measure(cases, card.OperatingPoint.Threshold, bootstrapSeed)
	m.AtOperatingPoint = &at
	return m, err
}
