package report

import (
	"embed"
	"fmt"
	"html/template"
	"image/color"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"

	"lungct/internal/metrics"
)

//go:embed *.html style.css
var files embed.FS

// templates are the pages, each with the style sheet inside: a page asks for
// nothing from outside and runs no script.
var templates = template.Must(template.New("").Funcs(template.FuncMap{
	"style":   func() template.CSS { text, _ := files.ReadFile("style.css"); return template.CSS(text) },
	"figure":  func(f *Figure) *Figure { return f },
	"strip":   strip,
	"colour":  func(beaten bool) color.NRGBA { return map[bool]color.NRGBA{true: quiet, false: vermillion}[beaten] },
	"model":   func() color.NRGBA { return blue },
	"percent": func(e metrics.Estimate) template.HTML { return stacked(e, 100) },
	"decimal": func(e metrics.Estimate) template.HTML { return stacked(e, 1) },
	"count":   count,
	"size":    size,
	"span":    span,
	"orNone":  orNone,
	"short":   func(s string) string { return s[:min(12, len(s))] },
	"lines":   func(s []string) string { return strings.Join(s, "\n") },
}).ParseFS(files, "*.html"))

// stacked sets a value in bold and its interval apart. times is 100 for per cent.
func stacked(e metrics.Estimate, times float64) template.HTML {
	if math.IsNaN(e.Value) {
		return `<span class="missing">n/a</span>`
	}
	digits, unit := 3, ""
	if times == 100 {
		digits, unit = 1, " %"
	}
	number := func(v float64) string {
		return strings.Replace(strconv.FormatFloat(times*v, 'f', digits, 64), "-", "−", 1)
	}
	s := "<b>" + number(e.Value) + unit + "</b>"
	if !math.IsNaN(e.Low) && !math.IsNaN(e.High) {
		between := "–"
		if e.Low < 0 {
			between = " to "
		}
		s += ` <span class="interval">` + number(e.Low) + between + number(e.High) + "</span>"
	}
	return template.HTML(s)
}

// orNone is the text, or what a checklist says where there is none.
func orNone(s string) string {
	if s == "" {
		return notAvailable
	}
	return s
}

// size is a number of bytes as people say it.
func size(n int64) string {
	if n < 1e6 {
		return fmt.Sprintf("%.1f kB", float64(n)/1e3)
	}
	return fmt.Sprintf("%.1f MB", float64(n)/1e6)
}

// span is a duration in seconds as people say it.
func span(seconds float64) string {
	switch {
	case seconds <= 0:
		return notAvailable
	case seconds < 120:
		return fmt.Sprintf("%.0f s", seconds)
	case seconds < 7200:
		return fmt.Sprintf("%.0f min", seconds/60)
	}
	return fmt.Sprintf("%.1f h", seconds/3600)
}

// strip is an interval on a scale from low to 1, with a rule at 0.5, to be set in
// a row of a table.
func strip(e metrics.Estimate, low float64, c color.NRGBA) template.HTML {
	if math.IsNaN(e.Value) {
		return ""
	}
	const width, middle = 200.0, 8.0
	x := func(v float64) float64 { return 6 + (width-12)*min(max((v-low)/(1-low), 0), 1) }
	colour := Key{Colour: c}.CSS()
	s := fmt.Sprintf(`<svg class="strip" viewBox="0 0 %v 16" width="%v" height="16" aria-hidden="true"><path d="M%.1f 1V15" stroke="#c5ccd3" stroke-dasharray="2 2"/><path d="M6 15.5H%v" stroke="#e2e6ea"/>`, width, width, x(0.5), width-6)
	if !math.IsNaN(e.Low) && !math.IsNaN(e.High) {
		s += fmt.Sprintf(`<path d="M%.1f %vH%.1f" stroke="%s" stroke-width="2"/>`, x(e.Low), middle, x(e.High), colour)
	}
	return template.HTML(s + fmt.Sprintf(`<circle cx="%.1f" cy="%v" r="4" fill="%s"/></svg>`, x(e.Value), middle, colour))
}

// page is what report.html shows.
type page struct {
	*Run
	Model    *Model
	Head     *Part // the part that the headline speaks of
	Curves   []*Figure
	Scores   []*Figure
	Groups   *Figure
	Worst    []*group
	Training []*Figure
	Mistakes []Mistake
	Low      float64 // where the scale of the strips begins
}

// headline is the part that a run's first page speaks of: the test part, all sets
// together, else what comes nearest. Nil when nothing was measured.
func (m *Model) headline() *Part {
	var found *Part
	best := -1
	for i := range m.Parts {
		p := &m.Parts[i]
		rank := map[string]int{TestPart: 4, ValidationPart: 2}[p.Part]
		if p.Set == "" {
			rank++
		}
		if rank > best {
			found, best = p, rank
		}
	}
	return found
}

// of are the predictions of a part.
func (m *Model) of(p *Part) []Prediction {
	return slices.DeleteFunc(slices.Clone(m.Predictions), func(q Prediction) bool {
		return q.Part != p.Part || p.Set != "" && p.Set != q.Set
	})
}

// cases are predictions as package metrics has them.
func cases(predictions []Prediction) []metrics.Case {
	all := make([]metrics.Case, len(predictions))
	for i, p := range predictions {
		all[i] = p.Case()
	}
	return all
}

// newPage draws what the page of the run shows.
func newPage(r *Run, o Options) (*page, error) {
	v := &page{Run: r, Model: &Model{}}
	if len(r.Models) > 0 {
		v.Model = &r.Models[0]
	}
	if err := v.drawTraining(); err != nil {
		return nil, err
	}
	if v.Head = v.Model.headline(); v.Head == nil {
		return v, nil
	}
	predictions := v.Model.of(v.Head)
	if len(predictions) > 0 {
		if err := v.drawScores(predictions); err != nil {
			return nil, err
		}
	}
	v.Low = v.scale()
	if o.Picture != nil {
		var err error
		if v.Mistakes, err = mistakes(predictions, o.Picture); err != nil {
			return nil, err
		}
	}
	return v, nil
}

// drawTraining draws the curves over the epochs.
func (v *page) drawTraining() error {
	if len(v.Epochs) == 0 {
		return nil
	}
	for _, draw := range []func([]Epoch, int) (*Figure, error){lossFigure, scoreFigure} {
		f, err := draw(v.Epochs, v.Model.Epoch)
		if err != nil {
			return err
		}
		if f != nil {
			v.Training = append(v.Training, f)
		}
	}
	return nil
}

// drawScores draws what the model says of the headline's slices.
func (v *page) drawScores(predictions []Prediction) error {
	all := cases(predictions)
	add := func(to *[]*Figure, f *Figure, err error) error {
		if f != nil && err == nil {
			*to = append(*to, f)
		}
		return err
	}
	lines := bySet(predictions)
	roc, err := rocFigure(*v.Head, all, lines)
	if err := add(&v.Curves, roc, err); err != nil {
		return err
	}
	pr, err := prFigure(*v.Head, all, lines)
	if err := add(&v.Curves, pr, err); err != nil {
		return err
	}
	calibration, err := reliabilityFigure(all)
	if err := add(&v.Scores, calibration, err); err != nil {
		return err
	}
	histogram, err := histogramFigure(all, v.Model.OperatingPoint.Threshold)
	if err := add(&v.Scores, histogram, err); err != nil {
		return err
	}
	v.Worst = worstGroups(predictions)
	v.Groups, err = groupsFigure(predictions)
	return err
}

// bySet are the cases of each data set, where there are several.
func bySet(predictions []Prediction) (lines []Line) {
	for _, p := range predictions {
		i := slices.IndexFunc(lines, func(l Line) bool { return l.Name == p.Set })
		if i < 0 {
			i = len(lines)
			lines = append(lines, Line{Name: p.Set})
		}
		lines[i].Cases = append(lines[i].Cases, p.Case())
	}
	if len(lines) < 2 {
		return nil
	}
	return lines
}

// scale is where the strips of AUC begin: at 0.4 unless something lies below.
func (v *page) scale() float64 {
	for _, e := range v.estimates() {
		if e.Value < 0.4 || e.Low < 0.4 {
			return 0
		}
	}
	return 0.4
}

// estimates are the AUCs that are shown as strips.
func (v *page) estimates() (all []metrics.Estimate) {
	for _, p := range v.Model.Parts {
		all = append(all, p.Half.AUC)
	}
	for _, b := range v.Baselines {
		all = append(all, b.Report.AUC)
	}
	return all
}

// Compared are the baselines on the headline's slices.
func (v *page) Compared() []Baseline {
	return slices.DeleteFunc(slices.Clone(v.Baselines), func(b Baseline) bool {
		return v.Head == nil || b.Part != v.Head.Part || b.Set != v.Head.Set
	})
}

// Unbeaten are the names of the baselines that the model does not beat.
func (v *page) Unbeaten() (names []string) {
	for _, b := range v.Compared() {
		if !b.Beaten {
			names = append(names, b.Name)
		}
	}
	return names
}

// Verdict says in a sentence how the model stands beside the baselines.
func (v *page) Verdict() string {
	all, unbeaten := v.Compared(), v.Unbeaten()
	switch {
	case len(all) == 0:
		return "No shortcut baselines were measured on these slices: whether the model looks at the lung is open."
	case len(unbeaten) == 0:
		return fmt.Sprintf("Beats all %d shortcut baselines, with 95 %% confidence.", len(all))
	}
	return "Does not beat, with 95 % confidence: " + strings.Join(unbeaten, ", ") + "."
}

// Answered is how many items of a guideline the run answers.
func (v *page) Answered(guideline string) string {
	answered, all := 0, 0
	for _, i := range v.Items(guideline) {
		all++
		if i.Answer != notAvailable {
			answered++
		}
	}
	return fmt.Sprintf("%d of %d items answered from the run", answered, all)
}

// Items are those of one guideline.
func (v *page) Items(guideline string) []Item {
	return slices.DeleteFunc(slices.Clone(v.Checklist), func(i Item) bool { return i.Guideline != guideline })
}

// Guidelines are the checklists of the page.
func (v *page) Guidelines() []string { return []string{claim, tripod} }

// SettingNames are the flags in order.
func (v *page) SettingNames() []string {
	var names []string
	for name := range v.Settings {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// writePage writes the page of the run.
func writePage(w io.Writer, r *Run, o Options) error {
	v, err := newPage(r, o)
	if err != nil {
		return err
	}
	if err := templates.ExecuteTemplate(w, "report.html", v); err != nil {
		return fmt.Errorf("report: %w", err)
	}
	return nil
}
