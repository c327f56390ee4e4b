package labels

import "testing"

func TestClassOf(t *testing.T) {
	for name, want := range map[string]int{
		"covid": 1, "COVID": 1, "COVID-19": 1, "CT_COVID": 1, "positive": 1,
		"noncovid": 0, "non-COVID": 0, "CT_NonCOVID": 0, "Normal": 0, "healthy": 0,
	} {
		if class, ok := ClassOf(name); !ok || class != want {
			t.Errorf("%s: got %d, %v; want %d", name, class, ok, want)
		}
	}
	for _, name := range []string{"", "pneumonia", "other", "train", "covidnoncovid"} {
		if class, ok := ClassOf(name); ok {
			t.Errorf("%q: got class %d, want none", name, class)
		}
	}
}
