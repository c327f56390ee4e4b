package main

import (
	"cmp"
	"crypto/sha256"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"lungct/alexnet"
	"lungct/internal/baseline"
	"lungct/internal/dataset"
	"lungct/internal/metrics"
	"lungct/internal/report"
)

// record gathers what a report says of weights while they are measured.
type record struct {
	set    *dataset.Set
	models []report.Model
	beside []report.Baseline // the last model
	index  map[string]int    // of the measured samples, by what a prediction calls them

	// The last model measured, to explain its mistakes.
	network *alexnet.Model
	card    alexnet.Card
}

// begin starts the record of another model.
func (rec *record) begin(set *dataset.Set, network *alexnet.Model) {
	rec.set, rec.network = set, network
	rec.models = append(rec.models, report.Model{})
	rec.beside = nil
	if rec.index == nil {
		rec.index = make(map[string]int)
	}
}

// measured notes what the model says of a part: cases are those of the samples at
// the indices, in their order, after temperature scaling.
func (rec *record) measured(part, text string, indices []int, cases []metrics.Case, card alexnet.Card, m alexnet.Measurement) error {
	model := &rec.models[len(rec.models)-1]
	rec.card = card
	model.Parts = append(model.Parts, report.Part{Part: part, Text: text, Half: m.Report, At: m.AtOperatingPoint})
	for n, i := range indices {
		p := rec.prediction(i)
		p.Part, p.Probability = part, cases[n].Probability
		model.Predictions = append(model.Predictions, p)
		rec.index[p.Set+"/"+p.Path] = i
	}
	if len(rec.set.Sources) < 2 {
		return nil
	}
	for _, source := range rec.set.Sources {
		var own []metrics.Case
		for n, i := range indices {
			if rec.set.Samples[i].Set == source.Name {
				own = append(own, cases[n])
			}
		}
		if len(own) == 0 {
			continue
		}
		m, err := score(card, text, own)
		if err != nil {
			return err
		}
		model.Parts = append(model.Parts, report.Part{Part: part, Set: source.Name, Text: text + ": " + source.Name, Half: m.Report, At: m.AtOperatingPoint})
	}
	return nil
}

// judged notes what the baselines reach on a part, of one data set or, with no name,
// of all, beside the model measured last.
func (rec *record) judged(part, set string, results []baseline.Result) {
	for _, r := range results {
		rec.beside = append(rec.beside, report.Baseline{
			Name: r.Name, How: r.How, Part: part, Set: set, Report: r.Report, Difference: r.Difference.AUC, Beaten: r.Beaten, Verdict: r.Verdict,
		})
	}
}

// prediction is a sample without what the model says of it.
func (rec *record) prediction(i int) report.Prediction {
	s := &rec.set.Samples[i]
	// Of merged sets, paths and groups begin with the set's name.
	own := func(name string) string {
		if len(rec.set.Sources) > 1 {
			name = strings.TrimPrefix(name, s.Set+"/")
		}
		return name
	}
	return report.Prediction{Path: own(s.Path), Set: s.Set, Group: own(s.Group), Class: s.Class}
}

// end completes the model that was begun with its weights file.
func (rec *record) end(card alexnet.Card, file, chosen, dtype string) error {
	sum, size, err := hashFile(file)
	if err != nil {
		return err
	}
	m := &rec.models[len(rec.models)-1]
	m.Name, m.Epoch, m.Chosen = card.Name, card.Training.BestEpoch, chosen
	m.File, m.SHA256, m.Bytes, m.Type = filepath.Base(file), sum, size, dtype
	m.Temperature = card.Temperature
	if card.OperatingPoint != nil {
		m.OperatingPoint = report.OperatingPoint{Threshold: card.OperatingPoint.Threshold, How: card.OperatingPoint.How}
	}
	rec.card = card
	return nil
}

// hashFile is the SHA-256 of a file, in hexadecimal, and its size.
func hashFile(path string) (sum string, size int64, err error) {
	f, err := os.Open(path)
	if err != nil {
		return "", 0, err
	}
	defer f.Close()
	h := sha256.New()
	size, err = io.Copy(h, f)
	return fmt.Sprintf("%x", h.Sum(nil)), size, err
}

// picture fetches a slice as the last model read it, and where that saw what it
// says of it.
func (rec *record) picture(p report.Prediction) (report.Picture, error) {
	i, ok := rec.index[p.Set+"/"+p.Path]
	s := &rec.set.Samples[i]
	if !ok || len(s.Grey) == 0 || len(s.Grey) != s.Side*s.Side {
		return report.Picture{}, fmt.Errorf("%s: its pixels are not in memory", p.Path)
	}
	input := make([]float32, len(s.Grey))
	rec.card.Preprocessing.Normalise(input, s.Grey, 1)
	class := 0
	if p.Probability >= alexnet.Threshold {
		class = alexnet.Finding
	}
	maps, err := rec.network.Explain(input, class)
	if err != nil {
		return report.Picture{}, err
	}
	return report.Picture{Side: s.Side, Grey: s.Grey, Heat: maps[0].Resize(s.Side, s.Side)}, nil
}

// run is the report as far as weights and data tell it. The last model recorded
// comes first: it is the one that ships.
func (rec *record) run(kind string, split dataset.Split) (*report.Run, error) {
	c := &rec.card
	network, err := describeNetwork(c)
	if err != nil {
		return nil, err
	}
	last := len(rec.models) - 1
	models := append([]report.Model{rec.models[last]}, rec.models[:last]...)
	r := &report.Run{
		Kind: kind, Name: c.Name, Description: c.Description, IntendedUse: c.IntendedUse, Limits: c.Limits,
		Program: "lungct trainer " + version(), Machine: report.Machine{System: runtime.GOOS + "/" + runtime.GOARCH, Threads: runtime.GOMAXPROCS(0), Go: runtime.Version()},
		Network: network, DataHash: rec.set.Fingerprint(rec.set.All()), Models: models, Baselines: rec.beside,
		Split: report.Split{Text: split.Text, Hash: split.Fingerprint(rec.set), Scheme: split.Scheme, Optimistic: split.Optimistic, Fold: split.Fold, Folds: split.Folds},
	}
	for _, source := range rec.set.Sources {
		r.Data = append(r.Data, rec.data(source.Name, split))
	}
	return r, nil
}

// describeNetwork is the architecture in words.
func describeNetwork(c *alexnet.Card) (n report.Network, err error) {
	shapes, err := c.Architecture.Shapes()
	if err != nil {
		return n, err
	}
	for _, s := range shapes {
		n.Parameters += int64(s.Size())
	}
	a, p := c.Architecture, c.Preprocessing
	n.Text = fmt.Sprintf("AlexNet, %d channels of %dx%d pixels in, convolutions of %v channels, pooling %d by %d, two hidden layers of %d, %d classes", a.Channels, a.Size, a.Size, a.Widths, a.PoolSize, a.PoolStride, a.Hidden, a.Classes)
	n.Input = a.Size
	n.Preprocessing = fmt.Sprintf("crop %s, resized to %dx%d (%s), grey/255 less %.4f over %.4f; CT in HU by the window %v/%v", cmp.Or(p.Crop, "none"), p.Size, p.Size, p.Filter, p.Mean, p.Std, p.WindowCentre, p.WindowWidth)
	return n, nil
}

// data describes one data set.
func (rec *record) data(name string, split dataset.Split) report.Data {
	d := report.Data{Name: name, Source: rec.card.Data.Source, Licence: rec.card.Data.Licence}
	own := func(indices []int) []int {
		return slices.DeleteFunc(slices.Clone(indices), func(i int) bool { return rec.set.Samples[i].Set != name })
	}
	parts := split.Parts()
	for i, part := range []string{report.TrainPart, report.ValidationPart, report.TestPart} {
		if indices := own(parts[i]); len(indices) > 0 {
			classes, groups := rec.set.Counts(indices)
			d.Parts = append(d.Parts, report.Count{Part: part, Slices: len(indices), Positives: classes[alexnet.Finding], Groups: groups})
		}
	}
	all := own(rec.set.All())
	d.Hash = rec.set.Fingerprint(all)
	d.Width = rec.spread(all, func(s *dataset.Sample) int { return s.Width })
	d.Height = rec.spread(all, func(s *dataset.Sample) int { return s.Height })
	for _, w := range rec.set.Warnings {
		if len(rec.set.Sources) == 1 || strings.HasPrefix(w, name+": ") {
			d.Notes = append(d.Notes, w)
		}
	}
	return d
}

// spread is the range of a size over the samples where it is known.
func (rec *record) spread(indices []int, of func(*dataset.Sample) int) report.Range {
	var sizes []int
	for _, i := range indices {
		if v := of(&rec.set.Samples[i]); v > 0 {
			sizes = append(sizes, v)
		}
	}
	if len(sizes) == 0 {
		return report.Range{}
	}
	slices.Sort(sizes)
	return report.Range{Low: sizes[0], Median: sizes[len(sizes)/2], High: sizes[len(sizes)-1]}
}

// write writes the report into dir.
func (rec *record) write(dir string, r *report.Run, thumbnails bool) error {
	var o report.Options
	if thumbnails {
		o.Picture = rec.picture
	}
	return report.Write(dir, r, o)
}
