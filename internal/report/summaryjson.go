package report

import (
	"encoding/json"

	"lungct/internal/metrics"
)

// MarshalJSON writes null for what is undefined.
func (s Spread) MarshalJSON() ([]byte, error) {
	return json.Marshal(struct {
		Name   string           `json:"name"`
		Mean   metrics.Number   `json:"mean"`
		SD     metrics.Number   `json:"sd"`
		Pooled metrics.Estimate `json:"pooled"`
	}{s.Name, metrics.Number(s.Mean), metrics.Number(s.SD), s.Pooled})
}
