// Package labels tells which class a slice is of, from the folders it stands in and
// the tables beside it: what the trainer reads a data set by, and the page measures a
// model by.
package labels

import "strings"

// Classes are the names of the classes, by class number.
var Classes = []string{"noncovid", "covid"}

// classNames maps what class folders and labels are commonly called, in lower
// case and without punctuation, to the class.
var classNames = map[string]int{
	"covid": 1, "covid19": 1, "ctcovid": 1, "covidct": 1, "covidpositive": 1, "positive": 1, "sarscov2": 1,
	"noncovid": 0, "nocovid": 0, "noncovid19": 0, "ctnoncovid": 0, "covidnegative": 0, "negative": 0, "normal": 0, "healthy": 0,
}

// ClassOf is the class that a folder name or label stands for: "CT_NonCOVID",
// "non-COVID" and "normal" are all class 0.
func ClassOf(name string) (class int, ok bool) {
	key := strings.Map(func(r rune) rune {
		if r == ' ' || r == '-' || r == '_' || r == '.' {
			return -1
		}
		return r
	}, strings.ToLower(name))
	class, ok = classNames[key]
	return class, ok
}
