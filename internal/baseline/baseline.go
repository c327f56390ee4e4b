// Package baseline judges slices in ways that cannot know the disease: by the
// commoner class, by what the file is, by the picture's border, and by a linear
// model of a 32x32 thumbnail. Each learns from the slices that the network learns
// from and is measured on the same held-out ones. A network that is no better may
// have learnt where pictures come from and not what they show (Maguolo and Nanni
// 2021; DeGrave et al. 2021).
package baseline

import (
	"errors"
	"fmt"
	"math"
	"slices"

	"lungct/internal/dataset"
	"lungct/internal/logistic"
	"lungct/internal/metrics"
)

// Baseline is one way to judge slices.
type Baseline struct {
	Name string // such as "file metadata"
	How  string // in a sentence

	features func(*dataset.Sample) []float32 // nil for none
	model    *logistic.Model
	prior    float64 // share of class 1 in what was learnt from
}

// maxLearnt bounds the slices that a baseline learns from, evenly spaced, and so the
// memory: 8 bytes times 1024 features each.
const maxLearnt = 20_000

// Fit makes every baseline, from the loaded slices at the indices.
func Fit(set *dataset.Set, learn []int) ([]*Baseline, error) {
	samples := loaded(set, learn)
	if len(samples) == 0 {
		return nil, errors.New("baseline: got no slices to learn from")
	}
	file := fileFeatures(samples)
	all := []*Baseline{
		{Name: "majority", How: "always the commoner class of the training part"},
		{Name: "file metadata", How: "logistic regression on container, colour type, width, height and bytes a pixel", features: file},
		{Name: "border", How: "L2 logistic regression on the outermost ring, a sixteenth of the side wide, of the picture at 32x32", features: borderFeatures},
		{Name: "thumbnail", How: "L2 logistic regression on the picture at 32x32", features: thumbnailFeatures},
	}
	classes := make([]int, len(samples))
	positives := 0
	for i, s := range samples {
		classes[i] = s.Class
		positives += s.Class
	}
	for _, b := range all {
		// Laplace's rule of succession: a class that has not been seen may exist.
		b.prior = (float64(positives) + 1) / (float64(len(samples)) + 2)
		if b.features == nil || positives == 0 || positives == len(samples) {
			continue
		}
		rows := make([][]float32, len(samples))
		for i, s := range samples {
			rows[i] = b.features(s)
		}
		var err error
		if b.model, err = logistic.Fit(rows, classes, penalty); err != nil {
			return nil, fmt.Errorf("%w (%s)", err, b.Name)
		}
	}
	return all, nil
}

// penalty is the weight of the L2 penalty, see logistic.Fit. Of 0.1 to 0.00001 it gave
// thumbnails the greatest AUC on SARS-CoV-2 CT-scan and on COVID-CT, 0.753 and 0.758
// in five folds by group: a baseline should be as strong as it can be.
const penalty = 1e-3

// loaded are the samples at the indices that have been looked at, at most maxLearnt.
func loaded(set *dataset.Set, indices []int) (samples []*dataset.Sample) {
	for _, i := range indices {
		if s := &set.Samples[i]; s.Look != nil {
			samples = append(samples, s)
		}
	}
	if n := len(samples); n > maxLearnt {
		for i := range maxLearnt {
			samples[i] = samples[i*n/maxLearnt]
		}
		samples = samples[:maxLearnt]
	}
	return samples
}

// Cases is what the baseline says of the slices at the indices, in their order.
func (b *Baseline) Cases(set *dataset.Set, indices []int) []metrics.Case {
	cases := make([]metrics.Case, len(indices))
	for n, i := range indices {
		s := &set.Samples[i]
		p := b.prior
		if b.model != nil && s.Look != nil {
			p = b.model.Probability(b.features(s))
		}
		cases[n] = metrics.Case{Positive: s.Class == 1, Probability: p, Group: s.Group}
	}
	return cases
}

// Result is a baseline beside a model on the same slices.
type Result struct {
	Name       string             `json:"name"`
	How        string             `json:"how"`
	Report     metrics.Report     `json:"report"`
	Difference metrics.Difference `json:"difference"` // the model's less the baseline's
	Beaten     bool               `json:"beaten"`     // the model is better, and the interval says so
	Verdict    string             `json:"verdict"`    // in words
}

// Against measures the baselines on the slices at the indices, beside what a model
// says of the same slices in the same order.
func Against(all []*Baseline, set *dataset.Set, indices []int, model []metrics.Case, threshold float64, seed uint64) ([]Result, error) {
	var results []Result
	for _, b := range all {
		cases := b.Cases(set, indices)
		report, err := metrics.Measure(cases, threshold, seed)
		if err != nil {
			return nil, err
		}
		d, err := metrics.Compare(model, cases, threshold, seed)
		if err != nil {
			return nil, err
		}
		r := Result{Name: b.Name, How: b.How, Report: report, Difference: d}
		// The commoner class has no ranking: what it reaches is an accuracy.
		by, text, e := "AUC", d.AUC.Decimal(), d.AUC
		if b.features == nil || math.IsNaN(d.AUC.Value) {
			by, text, e = "accuracy", d.Accuracy.String(), d.Accuracy
		}
		r.Beaten = e.Low > 0
		r.Verdict = fmt.Sprintf("does not beat %s: %s differs by %s", b.Name, by, text)
		if r.Beaten {
			r.Verdict = fmt.Sprintf("beats %s: %s is better by %s", b.Name, by, text)
		}
		results = append(results, r)
	}
	return results, nil
}

// Unbeaten are the names of the baselines that the model does not beat.
func Unbeaten(results []Result) (names []string) {
	for _, r := range results {
		if !r.Beaten {
			names = append(names, r.Name)
		}
	}
	return names
}

// thumbnailFeatures are the pixels of the thumbnail, 0 to 1.
func thumbnailFeatures(s *dataset.Sample) []float32 {
	row := make([]float32, len(s.Look.Thumbnail))
	for i, v := range s.Look.Thumbnail {
		row[i] = float32(v) / 255
	}
	return row
}

// borderFeatures are the pixels of the thumbnail's outermost ring, two wide.
func borderFeatures(s *dataset.Sample) []float32 {
	const side, ring = dataset.ThumbSide, 2
	var row []float32
	for i, v := range s.Look.Thumbnail {
		x, y := i%side, i/side
		if min(x, y, side-1-x, side-1-y) < ring {
			row = append(row, float32(v)/255)
		}
	}
	return row
}

// steps is into how many steps of equally many slices a size is cut, so that a
// linear model can tell any of them from the others.
const steps = 8

// fileFeatures makes the features of files: which container, which colour type, and
// in which step of what is learnt from the width, the height, their ratio and the
// bytes a pixel lie. What has not been seen is in no container.
func fileFeatures(learn []*dataset.Sample) func(*dataset.Sample) []float32 {
	var formats, colours []string
	sizes := make([][]float64, len(measures(learn[0])))
	for _, s := range learn {
		formats, colours = append(formats, s.Look.Format), append(colours, s.Look.Colour)
		for k, v := range measures(s) {
			sizes[k] = append(sizes[k], v)
		}
	}
	distinct := func(names []string) []string {
		slices.Sort(names)
		return slices.Compact(names)
	}
	formats, colours = distinct(formats), distinct(colours)
	for _, values := range sizes {
		slices.Sort(values)
	}
	return func(s *dataset.Sample) []float32 {
		row := append(oneOf(formats, s.Look.Format), oneOf(colours, s.Look.Colour)...)
		for k, v := range measures(s) {
			for step := 1; step < steps; step++ {
				row = append(row, truth(v >= sizes[k][step*len(sizes[k])/steps]))
			}
		}
		return row
	}
}

// measures are the sizes of a file.
func measures(s *dataset.Sample) []float64 {
	w, h := float64(s.Width), float64(s.Height)
	return []float64{w, h, w / h, float64(s.Look.Bytes) / (w * h)}
}

// oneOf is 1 at the place of the name.
func oneOf(names []string, name string) []float32 {
	row := make([]float32, len(names))
	for i, n := range names {
		row[i] = truth(n == name)
	}
	return row
}

func truth(v bool) float32 {
	if v {
		return 1
	}
	return 0
}
