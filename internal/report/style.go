package report

import (
	"bytes"
	"fmt"
	"html/template"
	"image/color"
	"math"
	"strconv"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgsvg"
)

// The palette is Okabe and Ito's (2008), which people with any common kind of
// colour blindness can tell apart; lines differ in dash and width too, so that
// they survive a black and white print.
var (
	ink        = hex(0x1f2933)
	quiet      = hex(0x66727f)
	rule       = hex(0xe2e6ea)
	blue       = hex(0x0072b2)
	vermillion = hex(0xd55e00)
	green      = hex(0x009e73)
	orange     = hex(0xe69f00)
	purple     = hex(0xaa4488)
	sky        = hex(0x56b4e9)
)

// series are the colours of several lines that are equals.
var series = []color.NRGBA{blue, vermillion, green, orange, purple, sky, quiet}

func hex(v uint32) color.NRGBA {
	return color.NRGBA{uint8(v >> 16), uint8(v >> 8), uint8(v), 255}
}

// faint is the colour at a share of its opacity.
func faint(c color.NRGBA, share float64) color.NRGBA {
	c.A = uint8(math.Round(255 * share))
	return c
}

// Sizes of plots in points. The page scales them to half its width, and print
// to half an A4 page, where the text is still 7 points high.
const (
	plotWidth  = 390 * vg.Length(1)
	plotHeight = 250 * vg.Length(1)
	plotThird  = 270 * vg.Length(1) // of three side by side
	plotTall   = 345 * vg.Length(1)
	textSize   = 10 * vg.Length(1)
)

// Figure is a plot with its words.
type Figure struct {
	Title   string
	Caption string
	Keys    []Key
	SVG     template.HTML
	Wide    bool
}

// Key is an entry of a legend.
type Key struct {
	Name   string
	Colour color.NRGBA
	Dashed bool
	Filled bool // an area instead of a line
}

// CSS is the colour for a style sheet.
func (k Key) CSS() string {
	return fmt.Sprintf("#%02x%02x%02x", k.Colour.R, k.Colour.G, k.Colour.B)
}

// axis is what a plot needs to know of one of its axes.
type axis struct {
	label     string
	low, high float64
	ticks     []float64
	format    func(float64) string
}

// unit is an axis from 0 to 1.
func unit(label string) axis {
	return axis{label, 0, 1, []float64{0, 0.2, 0.4, 0.6, 0.8, 1}, decimal}
}

func decimal(v float64) string { return strconv.FormatFloat(v, 'g', 3, 64) }

func percent(v float64) string { return strconv.FormatFloat(100*v, 'g', 4, 64) + " %" }

// rounded is an axis whose ticks are round numbers that span low to high.
func rounded(label string, low, high float64) axis {
	if !(high > low) {
		low, high = low-0.5, low+0.5
	}
	step := math.Pow(10, math.Floor(math.Log10((high-low)/4)))
	for _, factor := range []float64{5, 2, 1} {
		if (high-low)/(step*factor) >= 3 {
			step *= factor
			break
		}
	}
	a := axis{label: label, low: math.Floor(low/step+1e-9) * step, high: math.Ceil(high/step-1e-9) * step, format: decimal}
	const most = 12 // also when numbers leave what float64 can hold
	for i := range most {
		v := a.low + float64(i)*step
		if !(v <= a.high+step/2) {
			break
		}
		a.ticks = append(a.ticks, math.Round(v/step)*step)
	}
	return a
}

// newPlot returns an empty plot: sans-serif, no frame, faint horizontal rules.
func newPlot(x, y axis) *plot.Plot {
	p := plot.New()
	p.BackgroundColor = color.White
	dress(&p.X, x)
	dress(&p.Y, y)
	p.Y.LineStyle.Width = 0
	p.Y.Tick.LineStyle.Width = 0
	p.Y.Tick.Length = 2
	for _, v := range y.ticks {
		p.Add(line(xys(x.low, v, x.high, v), rule, 0.6))
	}
	return p
}

// dress gives one axis its look and its extent.
func dress(a *plot.Axis, want axis) {
	sans := font.Font{Typeface: "Liberation", Variant: "Sans"}
	a.Min, a.Max, a.Padding = want.low, want.high, 0
	a.Label.Text = want.label
	a.Label.TextStyle.Font, a.Tick.Label.Font = font.From(sans, textSize), font.From(sans, textSize)
	a.Label.TextStyle.Color, a.Tick.Label.Color = ink, quiet
	a.Label.Padding = 4
	a.LineStyle.Color, a.LineStyle.Width = quiet, 0.7
	a.Tick.LineStyle.Color, a.Tick.LineStyle.Width = quiet, 0.7
	a.Tick.Length = 4
	ticks := make(plot.ConstantTicks, len(want.ticks))
	for i, v := range want.ticks {
		ticks[i] = plot.Tick{Value: v, Label: want.format(v)}
	}
	a.Tick.Marker = ticks
}

// xys are points given as x, y, x, y ...
func xys(v ...float64) plotter.XYs {
	points := make(plotter.XYs, len(v)/2)
	for i := range points {
		points[i] = plotter.XY{X: v[2*i], Y: v[2*i+1]}
	}
	return points
}

// line is a line through the points, which are at least one and finite.
func line(points plotter.XYs, c color.NRGBA, width vg.Length, dash ...vg.Length) *plotter.Line {
	return &plotter.Line{XYs: points, LineStyle: draw.LineStyle{Color: c, Width: width, Dashes: dash}}
}

// area is a filled polygon.
func area(points plotter.XYs, c color.NRGBA) *plotter.Polygon {
	return &plotter.Polygon{XYs: []plotter.XYs{points}, Color: c}
}

// dots are filled circles, ringed in white so that they stand out from lines.
func dots(points plotter.XYs, c color.NRGBA, radius vg.Length) []plot.Plotter {
	ring := &plotter.Scatter{XYs: points, GlyphStyle: draw.GlyphStyle{Color: color.White, Radius: radius + 1.2, Shape: draw.CircleGlyph{}}}
	disc := &plotter.Scatter{XYs: points, GlyphStyle: draw.GlyphStyle{Color: c, Radius: radius, Shape: draw.CircleGlyph{}}}
	return []plot.Plotter{ring, disc}
}

// svg draws p as an SVG element for a page. Its letters have the widths of
// Liberation Sans, which are those of Arial and Helvetica; the page's style
// sheet names all three.
func svg(p *plot.Plot, width, height vg.Length) (template.HTML, error) {
	c := vgsvg.New(width, height)
	// Room at the right, where the last tick's label would be cut.
	p.Draw(draw.Crop(draw.New(c), 2, -10, 2, -6))
	var b bytes.Buffer
	if _, err := c.WriteTo(&b); err != nil {
		return "", fmt.Errorf("report: plot: %w", err)
	}
	_, text, ok := bytes.Cut(b.Bytes(), []byte("<svg "))
	if !ok {
		return "", fmt.Errorf("report: plot: got no SVG element")
	}
	return template.HTML("<svg role=\"img\" " + string(text)), nil
}
