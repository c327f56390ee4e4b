package main

import (
	"fmt"
	"io"
	"os"
	"time"
)

// progress is one line about work that takes long: rewritten in place on a
// terminal, left out elsewhere, where whole lines are all that is wanted.
type progress struct {
	io.Writer
	terminal bool
	every    time.Duration // at least between two updates
	shown    int           // characters of the line that stands
	last     time.Time
}

func newProgress(w io.Writer) *progress {
	p := &progress{Writer: w, every: 100 * time.Millisecond}
	if f, ok := w.(*os.File); ok {
		info, err := f.Stat()
		p.terminal = err == nil && info.Mode()&os.ModeCharDevice != 0
	}
	return p
}

// update rewrites the line, unless it did so a moment ago.
func (p *progress) update(format string, args ...any) {
	if !p.terminal || time.Since(p.last) < p.every {
		return
	}
	p.last = time.Now()
	line := fmt.Sprintf(format, args...)
	fmt.Fprintf(p.Writer, "\r%-*s", p.shown, line)
	p.shown = len(line)
}

// Write first clears the line in progress.
func (p *progress) Write(text []byte) (int, error) {
	if p.shown > 0 {
		fmt.Fprintf(p.Writer, "\r%*s\r", p.shown, "")
		p.shown = 0
	}
	return p.Writer.Write(text)
}

// short is a duration as people say it: "45 s", "12 min", "3.4 h".
func short(d time.Duration) string {
	switch {
	case d < 2*time.Minute:
		return fmt.Sprintf("%.0f s", d.Seconds())
	case d < 2*time.Hour:
		return fmt.Sprintf("%.0f min", d.Minutes())
	}
	return fmt.Sprintf("%.1f h", d.Hours())
}
