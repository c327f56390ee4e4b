// Package selftest tells whether the program computes on this machine what it
// computed where it was made: a golden slice goes all the way from the bytes of
// a DICOM file to a probability. Slice and network are made by code. HU and
// probability are compared with those that were drawn and recorded; a
// WebAssembly engine that miscompiles, kernels of another build, or a damaged
// program do not pass.
package selftest

import (
	"fmt"
	"math"
	"slices"

	"lungct/alexnet"
	"lungct/internal/ct"
)

const (
	// Recorded is the probability of the golden slice, computed natively by the
	// plain Go kernels. The test of this package holds it.
	Recorded = 0.14956611

	// Tolerance is what sums in another order may change.
	Tolerance = 1e-4
)

// temperature makes the verdict of a network that never learnt depend steeply on
// every step before it.
const temperature = 0.1

// Run decodes, prepares and classifies the golden slice. It returns how far the
// probability is from Recorded, and an error where that is too far, or where a step
// before it fails. It is also a rehearsal: the steps are those of a reader's slice.
func Run() (difference float64, err error) {
	hu := goldenHU()
	slice, err := ct.Decode(goldenFile(hu))
	if err != nil {
		return 0, fmt.Errorf("selftest: the golden slice: %w", err)
	}
	probability, err := check(slice, hu)
	if err != nil {
		return 0, err
	}
	difference = math.Abs(probability - Recorded)
	if !(difference <= Tolerance) {
		return difference, fmt.Errorf("selftest: probability of the golden slice: got %.6f, want %.6f", probability, Recorded)
	}
	return difference, nil
}

// check classifies the slice, which should have these HU.
func check(slice *ct.Slice, hu []int16) (float64, error) {
	if !slices.Equal(slice.HU, hu) {
		return 0, fmt.Errorf("selftest: the golden slice was decoded to other HU than were written")
	}
	if why := slice.WithoutLung(); why != "" {
		return 0, fmt.Errorf("selftest: lungs of the golden slice not found: %s", why)
	}
	classifier, err := understudy()
	if err != nil {
		return 0, fmt.Errorf("selftest: %w", err)
	}
	verdict, err := classifier.Classify(slice)
	if err != nil {
		return 0, fmt.Errorf("selftest: %w", err)
	}
	return verdict.Probability, nil
}

// understudy is a small network that has been through a weights file.
func understudy() (*alexnet.Classifier, error) {
	c := alexnet.DefaultConfig()
	c.Widths, c.Hidden = [5]int{16, 32, 32, 32, 32}, 64
	m, err := alexnet.New(c)
	if err != nil {
		return nil, err
	}
	m.Init(1)
	file, err := alexnet.Encode(m, alexnet.Card{
		Preprocessing: ct.Preprocessing{Size: c.Size, Crop: ct.CropBody, Mean: 0.5, Std: 0.25, WindowCentre: -600, WindowWidth: 1500, Filter: ct.FilterLinear},
		Labels:        []string{"noncovid", "covid"},
		Temperature:   temperature,
	}, alexnet.I8)
	if err != nil {
		return nil, err
	}
	return alexnet.NewClassifier(file)
}
