package main

import (
	"strings"
	"testing"
)

func TestTable(t *testing.T) {
	var results table
	speed := results.figure("Work", "speed", "1/s", true)
	speed.limit = []float64{300, 400}
	speed.add(us, 100, 300, 200)
	speed.add("B", 100)
	speed.add("C", 400)
	results.figure("Work", "time", "s", false).add(us, 2, 4)
	results.figure("Work", "time", "s", false).add("B", 6)
	results.figure("Rest", "alone", "MB", false).add(us, 0.125)
	var b strings.Builder
	results.write(&b)
	const want = `| | | lungct | of peak | peer | its figure | ratio |
|---|---|---:|---:|---|---:|---:|
| **Work** | | | | | | |
| speed | 1/s | 200 | 50 % | B | 100 | 2.00 |
| speed | 1/s | 200 | 50 % | C | 400 | 0.50 |
| time | s | 3 |  | B | 6 | 2.00 |
| **Rest** | | | | | | |
| alone | MB | 0.12 |  | | | |
`
	if got := b.String(); got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
}
