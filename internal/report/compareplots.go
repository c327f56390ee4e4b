package report

import (
	"fmt"
	"image/color"
	"io"
	"slices"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"

	"lungct/internal/metrics"
)

// comparePage is what compare.html shows.
type comparePage struct {
	*Comparison
	Times  []*Figure // accuracy, precision, recall by training time
	Curves []*Figure // loss and accuracy by epoch
}

// WritePage writes the comparison as one HTML file.
func (c *Comparison) WritePage(w io.Writer) error {
	v := comparePage{Comparison: c}
	for _, m := range []struct {
		name string
		of   func(metrics.Report) metrics.Estimate
	}{
		{"Accuracy", func(r metrics.Report) metrics.Estimate { return r.Accuracy }},
		{"Precision", func(r metrics.Report) metrics.Estimate { return r.Precision }},
		{"Recall", func(r metrics.Report) metrics.Estimate { return r.Recall }},
	} {
		f, err := c.timeFigure(m.name, m.of)
		if err != nil {
			return err
		}
		v.Times = append(v.Times, f)
	}
	if err := v.drawCurves(); err != nil {
		return err
	}
	if err := templates.ExecuteTemplate(w, "compare.html", v); err != nil {
		return fmt.Errorf("report: %w", err)
	}
	return nil
}

// timed are the models of one run by training time.
type timed struct {
	name   string
	colour color.NRGBA
	points []timedPoint
}

type timedPoint struct {
	epoch int
	value metrics.Estimate
}

// byTime gathers a measure of the paper's models and of each run's.
func (c *Comparison) byTime(of func(metrics.Report) metrics.Estimate) []timed {
	paper := timed{name: "Wang et al. 2020", colour: quiet}
	for _, p := range c.Paper {
		paper.points = append(paper.points, timedPoint{p.Epochs, of(p.Report)})
	}
	all := []timed{paper}
	for _, source := range c.sources() {
		t := timed{name: source, colour: series[(len(all)-1)%len(series)]}
		for _, m := range c.Models {
			if m.Source == source && m.Epoch > 0 {
				t.points = append(t.points, timedPoint{m.Epoch, of(m.Part.Half)})
			}
		}
		slices.SortFunc(t.points, func(a, b timedPoint) int { return a.epoch - b.epoch })
		if len(t.points) > 0 {
			all = append(all, t)
		}
	}
	return all
}

// sources are the runs and files compared, each once.
func (c *Comparison) sources() []string {
	var all []string
	for _, m := range c.Models {
		if !slices.Contains(all, m.Source) {
			all = append(all, m.Source)
		}
	}
	return all
}

// timeFigure draws a measure by training time with its intervals.
func (c *Comparison) timeFigure(name string, of func(metrics.Report) metrics.Estimate) (*Figure, error) {
	all := c.byTime(of)
	low, last := 0.6, 100
	for _, t := range all {
		for _, p := range t.points {
			last = max(last, p.epoch)
			for low > 0 && p.value.Low < low {
				low -= 0.2
			}
		}
	}
	low = max(0, low)
	y := rounded("", low, 1)
	y.format = percent
	x := rounded("epochs of training", 0, float64(last))
	x.high = max(x.high, 1.06*float64(last)) // room for the last points
	p := newPlot(x, y)
	f := &Figure{Title: name, Caption: "Whiskers are 95 % intervals (Wilson)."}
	for i, t := range all {
		// Side by side, so that whiskers do not hide one another.
		shift := 1.2 * (float64(i) - float64(len(all)-1)/2) * float64(last) / 100
		p.Add(timedLine(t, shift)...)
		f.Keys = append(f.Keys, Key{Name: t.name, Colour: t.colour, Dashed: i == 0})
	}
	var err error
	f.SVG, err = svg(p, plotThird, plotThird)
	return f, err
}

// timedLine is a run's points, their whiskers and the line through them.
func timedLine(t timed, shift float64) (all []plot.Plotter) {
	var points plotter.XYs
	for _, p := range t.points {
		if p.value.Value != p.value.Value { // NaN: nothing was called covid
			continue
		}
		x := float64(p.epoch) + shift
		points = append(points, plotter.XY{X: x, Y: p.value.Value})
		all = append(all, line(xys(x, p.value.Low, x, p.value.High), faint(t.colour, 0.6), 1.2))
	}
	if len(points) == 0 {
		return nil
	}
	l := line(points, t.colour, 1.5)
	if t.colour == quiet {
		l.Dashes = dashes
	}
	all = append(all, l)
	return append(all, dots(points, t.colour, 3)...)
}

// drawCurves draws the losses and accuracies of the runs, as the paper's figures 4
// and 5 do.
func (v *comparePage) drawCurves() error {
	var losses, accuracies []track
	for i, source := range v.sources() {
		at := slices.IndexFunc(v.Models, func(m Entry) bool { return m.Source == source })
		epochs, colour := v.Models[at].epochs, series[i%len(series)]
		if len(epochs) == 0 {
			continue
		}
		losses = append(losses,
			track{source + ", training", colour, true, over(epochs, trainLoss)},
			track{source + ", validation", colour, false, over(epochs, valLoss)})
		accuracies = append(accuracies,
			track{source + ", training", colour, true, over(epochs, trainAccuracy)},
			track{source + ", validation", colour, false, over(epochs, valAccuracy)})
	}
	if len(losses) == 0 {
		return nil
	}
	y := lossAxis(losses)
	below(losses, y.high)
	for _, draw := range []func() (*Figure, error){
		func() (*Figure, error) {
			return tracks("Loss by epoch", "Mean cross-entropy of each epoch.", y, losses, 0)
		},
		func() (*Figure, error) {
			return tracks("Accuracy by epoch", "At threshold 0.5, at the end of each epoch.", shares("", accuracies), accuracies, 0)
		},
	} {
		f, err := draw()
		if err != nil {
			return err
		}
		if f != nil {
			v.Curves = append(v.Curves, f)
		}
	}
	return nil
}
