package main

import (
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
)

// table is everything that was measured, in the order in which it was first.
type table struct{ figures []*figure }

// figure is one quantity, of us and of whoever else was asked for the same.
type figure struct {
	section, name, unit string
	more                bool // is better
	limit               []float64
	series              []*series
}

// series are the measurements of one figure of one program.
type series struct {
	who    string
	values []float64
}

const us = "lungct"

// figure returns the figure of that name, and adds it where it is new.
func (t *table) figure(section, name, unit string, more bool) *figure {
	for _, f := range t.figures {
		if f.section == section && f.name == name {
			return f
		}
	}
	f := &figure{section: section, name: name, unit: unit, more: more}
	t.figures = append(t.figures, f)
	return f
}

func (f *figure) add(who string, values ...float64) {
	for _, s := range f.series {
		if s.who == who {
			s.values = append(s.values, values...)
			return
		}
	}
	f.series = append(f.series, &series{who, values})
}

// write prints the table as Markdown: a line for each pair of us and a peer.
func (t *table) write(w io.Writer) {
	fmt.Fprintln(w, "| | | lungct | of peak | peer | its figure | ratio |")
	fmt.Fprintln(w, "|---|---|---:|---:|---|---:|---:|")
	section := ""
	for _, f := range t.figures {
		if f.section != section {
			section = f.section
			fmt.Fprintf(w, "| **%s** | | | | | | |\n", section)
		}
		ours := math.NaN()
		var peers []*series
		for _, s := range f.series {
			if s.who == us {
				ours = median(s.values)
			} else {
				peers = append(peers, s)
			}
		}
		share := ""
		if len(f.limit) > 0 {
			share = fmt.Sprintf("%.0f %%", 100*ours/slices.Max(f.limit))
		}
		start := fmt.Sprintf("| %s | %s | %s | %s |", f.name, f.unit, digits(ours), share)
		if len(peers) == 0 {
			fmt.Fprintln(w, start, "| | |")
		}
		for _, s := range peers {
			theirs := median(s.values)
			ratio := theirs / ours
			if f.more {
				ratio = ours / theirs
			}
			fmt.Fprintln(w, start, fmt.Sprintf("%s | %s | %.2f |", s.who, digits(theirs), ratio))
		}
	}
}

// digits are about three that count.
func digits(v float64) string {
	switch {
	case math.IsNaN(v):
		return "–"
	case math.Abs(v) >= 100 || v == math.Trunc(v):
		return strconv.FormatFloat(v, 'f', 0, 64)
	case math.Abs(v) >= 10:
		return strconv.FormatFloat(v, 'f', 1, 64)
	}
	return strconv.FormatFloat(v, 'f', 2, 64)
}

func median(values []float64) float64 {
	if len(values) == 0 {
		return math.NaN()
	}
	sorted := slices.Sorted(slices.Values(values))
	n := len(sorted)
	return (sorted[(n-1)/2] + sorted[n/2]) / 2
}
