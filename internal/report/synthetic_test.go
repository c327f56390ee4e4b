package report

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"lungct/internal/metrics"
)

// syntheticRun is a training on two sets whose model ranks with the given
// strength; slices of a group are alike.
func syntheticRun(t testing.TB, seed uint64, strength float64) *Run {
	t.Helper()
	rng := rand.New(rand.NewPCG(seed, 1))
	r := &Run{
		Kind: Training, Name: fmt.Sprintf("synthetic-%d", seed), Description: "A network that never was, on slices that never were.",
		IntendedUse: "Research.", Limits: "Everything.", Program: "lungct trainer devel", Command: "trainer train a b -o synthetic.safetensors --seed=1",
		Settings: map[string]string{"epochs": "40", "lr": "0.01", "seed": fmt.Sprint(seed)}, Recipe: "gradient descent", Seed: seed,
		Created: "2026-01-01T00:00:00Z", Seconds: 3600, Machine: Machine{"linux/amd64", 2, "go1.26"},
		Network:  Network{Text: "AlexNet", Parameters: 23457602, Input: 300, Preprocessing: "300x300"},
		DataHash: "d0", Split: Split{Text: "0.3 of each class for test, whole groups", Hash: "5b", Scheme: "group"},
	}
	model := Model{Name: r.Name, Epoch: 30, Chosen: "best validation AUC", File: "synthetic.safetensors", SHA256: "ab", Bytes: 93830408, Type: "F16",
		Temperature: 1.3, OperatingPoint: OperatingPoint{0.42, "Youden's index on the validation part"}}
	for _, set := range []string{"blocks", "patients"} {
		d := Data{Name: set, Source: "nobody, nowhere", Licence: "none", Hash: "aa", Width: Range{200, 300, 400}, Height: Range{180, 270, 390}}
		for _, part := range []string{ValidationPart, TestPart} {
			c := Count{Part: part, Groups: 14}
			for g := range c.Groups {
				skill := rng.NormFloat64()
				for i := range 8 {
					c.Slices++
					c.Positives += g % 2
					logit := strength*(2*float64(g%2)-1) + 0.6*skill + rng.NormFloat64()
					model.Predictions = append(model.Predictions, Prediction{
						Path: fmt.Sprintf("%s/%d-%d.png", part, g, i), Set: set, Group: fmt.Sprintf("%s-%d", part, g), Part: part,
						Class: g % 2, Probability: 1 / (1 + math.Exp(-logit)),
					})
				}
			}
			d.Parts = append(d.Parts, c)
		}
		r.Data = append(r.Data, d)
	}
	for _, set := range []string{"", "blocks", "patients"} {
		for _, part := range []string{ValidationPart, TestPart} {
			p := Part{Part: part, Set: set, Text: part + " part"}
			p.Half = measured(t, model.of(&p), 0.5)
			at := measured(t, model.of(&p), 0.42)
			p.At = &at
			model.Parts = append(model.Parts, p)
		}
	}
	r.Models = []Model{model}
	for e := range 40 {
		x := float64(e+1) / 40
		r.Epochs = append(r.Epochs, Epoch{Epoch: e + 1, LearningRate: 0.01, TrainLoss: metrics.Number(0.7 - 0.6*x), TrainAccuracy: metrics.Number(0.5 + 0.45*x),
			ValLoss: metrics.Number(0.69 - 0.4*x + 0.2*x*x + 0.02*rng.Float64()), ValAccuracy: metrics.Number(0.52 + 0.3*math.Sqrt(x) + 0.02*rng.Float64()),
			ValPrecision: 0.8, ValRecall: 0.7, ValAUC: metrics.Number(0.55 + 0.35*math.Sqrt(x)), ImagesPerSecond: 80, Seconds: 20})
	}
	return r
}

func measured(t testing.TB, predictions []Prediction, threshold float64) metrics.Report {
	t.Helper()
	m, err := metrics.Measure(cases(predictions), threshold, bootstrapSeed)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// syntheticBaselines stand beside the run's headline.
func syntheticBaselines(t testing.TB, r *Run) []Baseline {
	t.Helper()
	var all []Baseline
	for i, name := range []string{"majority", "file metadata", "border ring", "linear on 32x32 thumbnails"} {
		weak := syntheticRun(t, 9, 0.4*float64(i)).Models[0]
		p := Part{Part: TestPart}
		b := Baseline{Name: name, How: "knows nothing of lungs", Part: TestPart, Report: measured(t, weak.of(&p), 0.5), Beaten: i < 3, Verdict: "beats it"}
		b.Difference = metrics.Estimate{Value: r.Models[0].headline().Half.AUC.Value - b.Report.AUC.Value, Low: 0.01, High: 0.2}
		if !b.Beaten {
			b.Difference.Low, b.Verdict = -0.02, "does not beat it"
		}
		all = append(all, b)
	}
	return all
}

// syntheticPicture is a disc with a warm spot.
func syntheticPicture(Prediction) (Picture, error) {
	p := Picture{Side: 120, Grey: make([]uint8, 120*120), Heat: make([]float32, 120*120)}
	for i := range p.Grey {
		x, y := float64(i%120)-60, float64(i/120)-60
		p.Grey[i] = uint8(max(0, 200-3*math.Hypot(x, y)))
		p.Heat[i] = float32(math.Exp(-(math.Pow(x-20, 2) + math.Pow(y+10, 2)) / 300))
	}
	return p, nil
}
