package report

import (
	"fmt"
	"io"
)

// summaryPage is what summary.html shows.
type summaryPage struct {
	*Summary
	Figures []*Figure
	Groups  *Figure
	Low     float64
}

// WritePage writes the summary as one HTML file.
func (s *Summary) WritePage(w io.Writer) error {
	v := summaryPage{Summary: s, Low: 0.4}
	for _, f := range s.Folds {
		if f.Part.Half.AUC.Value < 0.4 || f.Part.Half.AUC.Low < 0.4 {
			v.Low = 0
		}
	}
	predictions := s.predictions()
	all := cases(predictions)
	pooled := Part{Part: s.Part, Half: s.Pooled}
	var parts []Line
	for _, f := range s.Folds {
		parts = append(parts, Line{"single folds", cases(f.predictions)})
	}
	draws := []func() (*Figure, error){
		func() (*Figure, error) { return rocFigure(pooled, all, parts) },
		func() (*Figure, error) { return prFigure(pooled, all, parts) },
		func() (*Figure, error) { return reliabilityFigure(all) },
		func() (*Figure, error) { return histogramFigure(all, 0) },
	}
	for _, draw := range draws {
		f, err := draw()
		if err != nil {
			return err
		}
		if f != nil {
			v.Figures = append(v.Figures, f)
		}
	}
	var err error
	if v.Groups, err = groupsFigure(predictions); err != nil {
		return err
	}
	if err := templates.ExecuteTemplate(w, "summary.html", v); err != nil {
		return fmt.Errorf("report: %w", err)
	}
	return nil
}
