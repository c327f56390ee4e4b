package web_test

import (
	"strings"
	"testing"
)

// TestSamples opens the samples with the model that ships.
func TestSamples(t *testing.T) {
	server := serve(t, programs(t).shipped)
	p := open(t, server.url, "ready")
	p.screenshot("people-welcome")
	p.click("#try-samples")
	p.settled(10)
	states := make(map[string]int)
	for _, row := range p.rows() {
		states[row.State]++
		if strings.HasPrefix(row.Name, "covid-") || strings.HasPrefix(row.Name, "noncovid-") {
			if row.State != "covid" && row.State != "noncovid" {
				t.Errorf("%s: got state %q, want a verdict", row.Name, row.State)
			}
		} else if row.State != "leftOut" {
			t.Errorf("%s: got state %q, want leftOut: it shows no lung", row.Name, row.State)
		}
	}
	if states["covid"] == 0 || states["noncovid"] == 0 || states["leftOut"] != 1 {
		t.Errorf("states: got %v, want verdicts of both kinds and one slice left out", states)
	}
	p.screenshot("people-samples")
	p.expectNoFaults()
	for _, url := range p.asked() {
		if !strings.HasPrefix(url, server.url) {
			t.Errorf("asked %s", url)
		}
	}
}

// TestSamplesWithoutServer tries the samples when the server has been stopped.
func TestSamplesWithoutServer(t *testing.T) {
	server := oneModel(t)
	p := open(t, server.url, "ready")
	server.stop()
	p.click("#try-samples")
	p.settled(10)
	if why := p.rejected()["neck.dcm"]; !strings.Contains(why, "start it again") {
		t.Errorf("neck.dcm: got %q", why)
	}
}
