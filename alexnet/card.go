package alexnet

import (
	"encoding/json"
	"fmt"

	"lungct/internal/ct"
	"lungct/internal/metrics"
)

// ResearchUse stands wherever a result is shown.
const ResearchUse = "For research use only. Not for use in diagnostic procedures."

// Card is the model card (Mitchell et al. 2019) that a weights file carries in
// its __metadata__: a key a field, texts as they are, the rest as JSON.
type Card struct {
	Name          string           `json:"name"`
	Description   string           `json:"description"`
	Architecture  Config           `json:"architecture"`
	Preprocessing ct.Preprocessing `json:"preprocessing"`
	Labels        []string         `json:"labels"` // by class; class 1 is the finding
	Data          Data             `json:"data"`
	Training      Training         `json:"training"`
	Metrics       []Measurement    `json:"metrics"`

	Temperature    float64         `json:"temperature,omitempty"`     // logits are divided by it; 0 for none, which is 1
	OperatingPoint *OperatingPoint `json:"operating_point,omitempty"` // nil for none

	IntendedUse string `json:"intended_use"`
	Limits      string `json:"limits"`
	Program     string `json:"program"` // name and version of the program that trained it
	Created     string `json:"created"` // RFC 3339
}

// Data says what the model was trained on.
type Data struct {
	Name       string `json:"name"`
	Source     string `json:"source,omitempty"`
	Licence    string `json:"licence"`
	Hash       string `json:"hash"`       // SHA-256 over paths, labels, groups and contents
	Split      string `json:"split"`      // how the parts were made, in words
	SplitHash  string `json:"split_hash"` // SHA-256 over the parts
	Train      Part   `json:"train"`
	Validation Part   `json:"validation"`
}

// Part is the size of one part of a data set.
type Part struct {
	Slices    int `json:"slices"`
	Positives int `json:"positives"`
	Groups    int `json:"groups"`
}

// Training says how the model was made.
type Training struct {
	Command   string  `json:"command"` // the arguments, so that the run can be repeated
	Recipe    string  `json:"recipe"`  // the same in words
	Seed      uint64  `json:"seed"`
	Epochs    int     `json:"epochs"`     // planned
	BestEpoch int     `json:"best_epoch"` // whose weights these are, counted from 1
	Seconds   float64 `json:"seconds"`    // wall time up to that epoch
}

// OperatingPoint is a threshold that was chosen on validation data. The verdict's own
// is Threshold, whatever stands here: it is for readers who know what they trade.
type OperatingPoint struct {
	Threshold float64 `json:"threshold"` // probability, after temperature scaling
	How       string  `json:"how"`       // what it was chosen for and on which slices
}

// Measurement is the model's scores on one split, at Threshold.
type Measurement struct {
	Split string `json:"split"` // which slices, and what they were used for
	metrics.Report
	AtOperatingPoint *metrics.Report `json:"at_operating_point,omitempty"` // nil without one
	Baselines        []Baseline      `json:"baselines,omitempty"`          // on the same slices
}

// Baseline is what a judgement that cannot know the disease reaches.
type Baseline struct {
	Name     string           `json:"name"`
	Accuracy metrics.Estimate `json:"accuracy"`
	AUC      metrics.Estimate `json:"auc"`
	Beaten   bool             `json:"beaten"`  // by the model, and the interval of the difference says so
	Verdict  string           `json:"verdict"` // the same in words, with the difference
}

// UnmarshalJSON leaves scores that an older card lacks unknown, not zero.
func (m *Measurement) UnmarshalJSON(data []byte) error {
	type plain Measurement
	p := plain{Report: metrics.Unknown()}
	if err := json.Unmarshal(data, &p); err != nil {
		return err
	}
	*m = Measurement(p)
	return nil
}

// format is the value of the metadata key "format" that says how the rest is
// to be read.
const format = "lungct/1"

// texts are the fields of a Card that stand in the metadata as they are.
var texts = map[string]bool{
	"name": true, "description": true, "intended_use": true, "limits": true, "program": true, "created": true,
}

// metadata turns c into the string map of a safetensors header.
func (c Card) metadata() (map[string]string, error) {
	whole, err := json.Marshal(c)
	if err != nil {
		return nil, fmt.Errorf("alexnet: model card: %w", err)
	}
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(whole, &fields); err != nil {
		return nil, fmt.Errorf("alexnet: model card: %w", err)
	}
	m := map[string]string{"format": format}
	for key, raw := range fields {
		m[key] = string(raw)
		if texts[key] {
			var text string
			if err := json.Unmarshal(raw, &text); err != nil {
				return nil, fmt.Errorf("alexnet: model card: %s: %w", key, err)
			}
			m[key] = text
		}
	}
	return m, nil
}

// readCard is the reverse of metadata.
func readCard(m map[string]string) (Card, error) {
	var c Card
	switch got := m["format"]; got {
	case format:
	case "":
		return c, fmt.Errorf("alexnet: weights file: no model card: got no \"format\" in its metadata, want %q: was it made by another program?", format)
	default:
		return c, fmt.Errorf("alexnet: weights file: model card: got format %q, want %q: is the program older than the file?", got, format)
	}
	fields := make(map[string]json.RawMessage)
	for key, value := range m {
		raw := []byte(value)
		if texts[key] || key == "format" || key == stateKey {
			raw, _ = json.Marshal(value)
		}
		if !json.Valid(raw) {
			return c, fmt.Errorf("alexnet: weights file: model card: %s is not valid JSON: got %.40q", key, value)
		}
		fields[key] = raw
	}
	whole, err := json.Marshal(fields)
	if err != nil {
		return c, fmt.Errorf("alexnet: weights file: model card: %w", err)
	}
	if err := json.Unmarshal(whole, &c); err != nil {
		return c, fmt.Errorf("alexnet: weights file: model card: %w", err)
	}
	if err := c.Preprocessing.Validate(); err != nil {
		return c, fmt.Errorf("alexnet: weights file: model card: %w", err)
	}
	if c.Preprocessing.Size != c.Architecture.Size {
		return c, fmt.Errorf("alexnet: weights file: model card: preprocessing makes %d pixels, the network wants %d", c.Preprocessing.Size, c.Architecture.Size)
	}
	if t := c.Temperature; t != 0 && !(t >= 0.01 && t <= 100) {
		return c, fmt.Errorf("alexnet: weights file: model card: temperature: got %v, want 0.01 to 100", t)
	}
	if p := c.OperatingPoint; p != nil && !(p.Threshold >= 0 && p.Threshold <= 1) {
		return c, fmt.Errorf("alexnet: weights file: model card: operating point: got threshold %v, want 0 to 1", p.Threshold)
	}
	if len(c.Labels) != c.Architecture.Classes {
		return c, fmt.Errorf("alexnet: weights file: model card: got %d labels, want %d, one a class", len(c.Labels), c.Architecture.Classes)
	}
	return c, nil
}
