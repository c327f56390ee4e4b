package report

import (
	"fmt"
	"image/color"
	"math"
	"slices"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"

	"lungct/internal/metrics"
)

// track is one value over the epochs.
type track struct {
	name   string
	colour color.NRGBA
	dashed bool
	points plotter.XYs // without the epochs where the value is undefined
}

// over picks one value of every epoch.
func over(epochs []Epoch, value func(Epoch) metrics.Number) (points plotter.XYs) {
	for _, e := range epochs {
		if v := float64(value(e)); !math.IsNaN(v) && !math.IsInf(v, 0) {
			points = append(points, plotter.XY{X: float64(e.Epoch), Y: v})
		}
	}
	return points
}

func trainLoss(e Epoch) metrics.Number     { return e.TrainLoss }
func trainAccuracy(e Epoch) metrics.Number { return e.TrainAccuracy }
func valLoss(e Epoch) metrics.Number       { return e.ValLoss }
func valAccuracy(e Epoch) metrics.Number   { return e.ValAccuracy }
func valAUC(e Epoch) metrics.Number        { return e.ValAUC }

// tracks draws values over the epochs. marked is an epoch to be pointed out, 0
// for none.
func tracks(title, caption string, y axis, all []track, marked int) (*Figure, error) {
	f := &Figure{Title: title, Caption: caption}
	last := 1.0
	for _, t := range all {
		for _, p := range t.points {
			last = max(last, p.X)
		}
	}
	x := rounded("epoch", 0, last)
	x.high = last
	x.ticks = slices.DeleteFunc(x.ticks, func(v float64) bool { return v != math.Trunc(v) || v > last })
	p := newPlot(x, y)
	if marked > 0 {
		p.Add(line(xys(float64(marked), y.low, float64(marked), y.high), quiet, 0.8, 2, 2))
	}
	for _, t := range all {
		if len(t.points) == 0 {
			continue
		}
		l := line(t.points, t.colour, 1.6)
		if t.dashed {
			l.Width, l.Dashes = 1.2, dashes
		}
		p.Add(l)
		if len(t.points) == 1 {
			p.Add(dots(t.points, t.colour, 2.5)...)
		}
		f.Keys = append(f.Keys, Key{Name: t.name, Colour: t.colour, Dashed: t.dashed})
	}
	if len(f.Keys) == 0 {
		return nil, nil
	}
	var err error
	f.SVG, err = svg(p, plotWidth, plotHeight)
	return f, err
}

// lossAxis spans the losses from 0, but for the few highest: one bad epoch must
// not flatten all others.
func lossAxis(all []track) axis {
	var values []float64
	for _, t := range all {
		for _, p := range t.points {
			values = append(values, p.Y)
		}
	}
	if len(values) == 0 {
		return unit("cross-entropy loss")
	}
	slices.Sort(values)
	high := values[len(values)-1]
	if usual := 2 * quantile(values, 0.9); usual > 0 {
		high = min(high, usual)
	}
	return rounded("cross-entropy loss", 0, high)
}

// below cuts off what is higher than the axis.
func below(all []track, high float64) {
	for i := range all {
		points := slices.Clone(all[i].points)
		for j := range points {
			points[j].Y = min(points[j].Y, high)
		}
		all[i].points = points
	}
}

// lossFigure draws the losses of the epochs.
func lossFigure(epochs []Epoch, best int) (*Figure, error) {
	all := []track{
		{"training", quiet, true, over(epochs, trainLoss)},
		{"validation", blue, false, over(epochs, valLoss)},
	}
	y := lossAxis(all)
	below(all, y.high)
	return tracks("Loss", "Mean cross-entropy of each epoch. "+markedWords(best), y, all, best)
}

// scoreFigure draws accuracy and AUC over the epochs.
func scoreFigure(epochs []Epoch, best int) (*Figure, error) {
	all := []track{
		{"training accuracy", quiet, true, over(epochs, trainAccuracy)},
		{"validation accuracy", blue, false, over(epochs, valAccuracy)},
		{"validation AUC", green, false, over(epochs, valAUC)},
	}
	return tracks("Accuracy and AUC", "At the end of each epoch. "+markedWords(best), shares("", all), all, best)
}

// shares is an axis up to 1 that begins at 0.4, where guessing lies, unless
// something lies below.
func shares(label string, all []track) axis {
	a := unit(label)
	low := 1.0
	for _, t := range all {
		for _, p := range t.points {
			low = min(low, p.Y)
		}
	}
	if low >= 0.4 {
		a.low, a.ticks = 0.4, []float64{0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1}
	}
	return a
}

func markedWords(best int) string {
	if best == 0 {
		return ""
	}
	return fmt.Sprintf("The dotted line marks epoch %d, whose weights these are.", best)
}

// operating are the points of a model at its thresholds, in a plot whose x and y
// come from a report.
func operating(p *plot.Plot, part Part, place func(metrics.Report) (x, y float64)) []Key {
	var keys []Key
	add := func(r metrics.Report, name string, c color.NRGBA) {
		if x, y := place(r); !math.IsNaN(x) && !math.IsNaN(y) {
			p.Add(dots(xys(x, y), c, 3.4)...)
			keys = append(keys, Key{Name: name, Colour: c, Filled: true})
		}
	}
	add(part.Half, "threshold 0.5", ink)
	if part.At != nil {
		add(*part.At, fmt.Sprintf("operating point %.2f", part.At.Threshold), orange)
	}
	return keys
}

// Line is a part of the cases that gets a thin curve of its own: one of several
// data sets, or a fold. Lines of the same name share a colour.
type Line struct {
	Name  string
	Cases []metrics.Case
}

// thin draws the curve of each line.
func thin(p *plot.Plot, lines []Line, curve func([]metrics.Case) plotter.XYs) (keys []Key) {
	for _, l := range lines {
		i := slices.IndexFunc(keys, func(k Key) bool { return k.Name == l.Name })
		if i < 0 {
			i = len(keys)
			keys = append(keys, Key{Name: l.Name, Colour: []color.NRGBA{green, purple, sky, quiet}[i%4]})
		}
		if points := curve(l.Cases); points != nil {
			p.Add(line(points, faint(keys[i].Colour, 0.75), 0.9))
		}
	}
	return keys
}

// rocFigure draws the ROC curve of the cases with its band.
func rocFigure(part Part, cases []metrics.Case, lines []Line) (*Figure, error) {
	points := rocCurve(cases)
	if points == nil {
		return nil, nil
	}
	f := &Figure{Title: "ROC curve", Keys: []Key{{Name: "AUC " + part.Half.AUC.Decimal(), Colour: blue}}}
	p := newPlot(unit("1 − specificity"), unit("sensitivity"))
	if b := band(cases); b != nil {
		p.Add(area(b, faint(blue, 0.15)))
		f.Caption = "Shaded: 95 % of the curves when whole groups are drawn anew. "
	}
	p.Add(line(xys(0, 0, 1, 1), quiet, 0.8, dashes...))
	f.Keys = append(f.Keys, thin(p, lines, rocCurve)...)
	p.Add(line(points, blue, 1.8))
	f.Keys = append(f.Keys, operating(p, part, func(r metrics.Report) (x, y float64) {
		return 1 - r.Specificity.Value, r.Recall.Value
	})...)
	f.Caption += "Dashed: guessing."
	var err error
	f.SVG, err = svg(p, plotWidth, plotTall)
	return f, err
}

// prFigure draws precision over recall.
func prFigure(part Part, cases []metrics.Case, lines []Line) (*Figure, error) {
	points := prCurve(cases)
	if points == nil {
		return nil, nil
	}
	positives := 0
	for _, c := range cases {
		if c.Positive {
			positives++
		}
	}
	prevalence := float64(positives) / float64(len(cases))
	f := &Figure{
		Title:   "Precision and recall",
		Caption: fmt.Sprintf("Dashed: guessing, the share of covid slices here (%s).", percent(math.Round(1000*prevalence)/1000)),
		Keys:    []Key{{Name: "model", Colour: blue}},
	}
	p := newPlot(unit("recall (sensitivity)"), unit("precision"))
	p.Add(line(xys(0, prevalence, 1, prevalence), quiet, 0.8, dashes...))
	f.Keys = append(f.Keys, thin(p, lines, prCurve)...)
	p.Add(line(points, blue, 1.8))
	f.Keys = append(f.Keys, operating(p, part, func(r metrics.Report) (x, y float64) {
		return r.Recall.Value, r.Precision.Value
	})...)
	var err error
	f.SVG, err = svg(p, plotWidth, plotTall)
	return f, err
}

// reliabilityFigure draws what share of the slices is covid where the model says
// how probable it is.
func reliabilityFigure(cases []metrics.Case) (*Figure, error) {
	f := &Figure{
		Title:   "Reliability",
		Caption: "Slices in ten steps of probability; whiskers are Wilson's 95 % intervals, columns at the foot the share of all slices, a quarter as high. A calibrated model lies on the dashed line.",
		Keys:    []Key{{Name: "observed", Colour: blue, Filled: true}, {Name: "share of slices", Colour: faint(quiet, 1), Filled: true}},
	}
	p := newPlot(unit("probability of covid"), unit("share that is covid"))
	var points plotter.XYs
	var whiskers []plot.Plotter
	for _, b := range metrics.Reliability(cases) {
		if b.Cases == 0 {
			continue
		}
		margin := 0.15 * (b.High - b.Low)
		left, right := b.Low+margin, b.High-margin
		height := 0.25 * float64(b.Cases) / float64(len(cases))
		p.Add(area(xys(left, 0, right, 0, right, height, left, height), faint(quiet, 0.3)))
		whiskers = append(whiskers, line(xys(b.Probability, b.Positive.Low, b.Probability, b.Positive.High), blue, 1))
		points = append(points, plotter.XY{X: b.Probability, Y: b.Positive.Value})
	}
	p.Add(line(xys(0, 0, 1, 1), quiet, 0.8, dashes...))
	p.Add(whiskers...)
	p.Add(line(points, faint(blue, 0.5), 1))
	p.Add(dots(points, blue, 3)...)
	var err error
	f.SVG, err = svg(p, plotWidth, plotTall)
	return f, err
}

// scoreBins is the number of columns in histograms of probabilities.
const scoreBins = 40

// histogramFigure draws how probabilities are spread, covid upwards and noncovid
// downwards, each as a share of its class.
func histogramFigure(cases []metrics.Case, operating float64) (*Figure, error) {
	var count [2][scoreBins]float64
	var all [2]float64
	for _, c := range cases {
		class := 0
		if c.Positive {
			class = 1
		}
		count[class][min(int(c.Probability*scoreBins), scoreBins-1)]++
		all[class]++
	}
	highest := 0.0
	for class := range count {
		for i := range count[class] {
			count[class][i] /= max(1, all[class])
			highest = max(highest, count[class][i])
		}
	}
	y := rounded("share of the class", -highest, highest)
	y.format = func(v float64) string { return percent(math.Abs(v)) }
	p := newPlot(unit("probability of covid"), y)
	for i := range scoreBins {
		left, right := (float64(i)+0.06)/scoreBins, (float64(i)+0.94)/scoreBins
		for class, to := range []float64{-count[0][i], count[1][i]} {
			p.Add(area(xys(left, 0, right, 0, right, to, left, to), classColour(class)))
		}
	}
	p.Add(line(xys(0, 0, 1, 0), quiet, 0.7), line(xys(0.5, y.low, 0.5, y.high), ink, 0.9, dashes...))
	f := &Figure{
		Title: "Scores", Caption: "Every slice, by the probability that the model gives it. Dashed: threshold 0.5.",
		Keys: []Key{{Name: "covid (up)", Colour: classColour(1), Filled: true}, {Name: "noncovid (down)", Colour: classColour(0), Filled: true}},
	}
	if operating > 0 && operating < 1 {
		p.Add(line(xys(operating, y.low, operating, y.high), orange, 1.2))
		f.Keys = append(f.Keys, Key{Name: "operating point", Colour: orange})
	}
	var err error
	f.SVG, err = svg(p, plotWidth, plotTall)
	return f, err
}

func classColour(class int) color.NRGBA {
	if class == 1 {
		return vermillion
	}
	return blue
}

// dashes is the pattern of lines to compare with.
var dashes = []vg.Length{4, 3}

// groupsFigure draws one column a group: its slices' probabilities from lowest to
// highest, the middle half thicker, the median as a dot.
func groupsFigure(predictions []Prediction) (*Figure, error) {
	groups := summaries(predictions)
	x := axis{low: -1, high: float64(len(groups)), label: count(len(groups), "group") + ", by class and median", format: decimal}
	p := newPlot(x, unit("probability of covid"))
	p.Add(line(xys(x.low, 0.5, x.high, 0.5), ink, 0.9, dashes...))
	width := vg.Length(min(5, 260/float64(len(groups)+2)))
	for i, g := range groups {
		at, c := float64(i), classColour(g.class())
		p.Add(line(xys(at, g.at(0), at, g.at(1)), faint(c, 0.45), max(0.5, width/4)))
		p.Add(line(xys(at, g.at(0.25), at, g.at(0.75)), faint(c, 0.7), width))
		p.Add(dots(xys(at, g.at(0.5)), c, min(2.6, width/2+0.4))...)
	}
	f := &Figure{
		Title: "Probabilities by group", Wide: true,
		Caption: "A column is a group (patient or scan): thin from its lowest to its highest slice, thick its middle half, a dot its median.",
		Keys:    []Key{{Name: "covid", Colour: classColour(1), Filled: true}, {Name: "noncovid", Colour: classColour(0), Filled: true}},
	}
	var err error
	f.SVG, err = svg(p, 2*plotWidth+24, 200)
	return f, err
}
