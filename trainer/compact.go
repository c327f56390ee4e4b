package main

import (
	"cmp"
	"fmt"
	"io"
	"math"

	"github.com/spf13/pflag"

	"lungct/alexnet"
	"lungct/internal/metrics"
)

// The ways to store weights, as --compact names them.
const (
	compactNone = "none"
	compactF16  = "f16"
	compactInt8 = "int8"
)

var compactNames = []string{compactNone, compactF16, compactInt8}

// defineCompact adds the flag --compact.
func defineCompact(f *pflag.FlagSet, to *string, preset string) {
	f.StringVar(to, "compact", preset, "store weights as none (32 bits), f16 (half the size) or int8 (a little more than a quarter), and say what it costs")
}

// compactType is what --compact asks for.
func compactType(compact string) (alexnet.DType, error) {
	switch cmp.Or(compact, compactNone) {
	case compactNone:
		return alexnet.F32, nil
	case compactF16:
		return alexnet.F16, nil
	case compactInt8:
		return alexnet.I8, nil
	}
	return 0, fmt.Errorf("--compact: got %q, want %s, %s or %s", compact, compactNone, compactF16, compactInt8)
}

// compacted is m as the page has it once it is stored as d.
func compacted(m *alexnet.Model, card alexnet.Card, d alexnet.DType) (*alexnet.Model, error) {
	file, err := alexnet.Encode(m, card, d)
	if err != nil {
		return nil, err
	}
	shipped, _, err := alexnet.ReadFrozen(file)
	return shipped, err
}

// printCost says what storing weights so has changed on the same slices, from what
// was said of them before and is after temperature scaling.
func printCost(w io.Writer, compact string, was, is []metrics.Case) error {
	before, err := metrics.Measure(was, alexnet.Threshold, bootstrapSeed)
	if err != nil {
		return err
	}
	after, err := metrics.Measure(is, alexnet.Threshold, bootstrapSeed)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(w, "%s weights: accuracy %s -> %s, AUC %s -> %s; the probability changes by %.2g at most\n\n",
		compact, before.Accuracy.Percent(), after.Accuracy.Percent(), before.AUC.Decimal(), after.AUC.Decimal(), largestChange(was, is))
	return err
}

// largestChange is the largest difference of two measurements' probabilities.
func largestChange(a, b []metrics.Case) float64 {
	most := 0.0
	for i := range a {
		most = max(most, math.Abs(a[i].Probability-b[i].Probability))
	}
	return most
}
