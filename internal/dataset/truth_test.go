package dataset

import (
	"testing"

	"lungct/internal/labels"
)

// A class folder that is opened in the page says what it says to the trainer.
func TestTruthIsTheSets(t *testing.T) {
	dir := folder(t, map[string][]byte{
		"covid/a.png": []byte("a"), "covid/p1/b.png": []byte("b"), "normal/c.png": []byte("c"), "normal/p2/d.png": []byte("d"),
	})
	set, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range set.Samples {
		got, err := labels.TruthOf([]string{s.Path}, nil)
		if err != nil || got[0] != (labels.Truth{Class: s.Class, Group: s.Group}) {
			t.Errorf("%s: got %v, %v, want class %d of group %s", s.Path, got, err, s.Class, s.Group)
		}
	}
}
