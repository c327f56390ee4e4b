package main

import (
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/spf13/pflag"
)

// Any file either sets flags or is refused, and what it sets can be typed.
func FuzzConfig(f *testing.F) {
	f.Add([]byte(`{"data": ["ct"], "flags": {"epochs": 3, "widths": [1, 2, 3, 4, 5], "nesterov": true, "train": ["fold=0", "fold=1"]}}`))
	f.Add([]byte(`{"flags": {"epochs": {}}}`))
	f.Add([]byte(`{"flags": {"lr": 1e400}} {}`))
	f.Add([]byte(`[]`))
	f.Fuzz(func(t *testing.T, text []byte) {
		path := filepath.Join(t.TempDir(), configName)
		if err := os.WriteFile(path, text, 0o644); err != nil {
			t.Fatal(err)
		}
		c, err := readConfig(path)
		if err != nil {
			return
		}
		var r recipe
		var widths []int
		flags := pflag.NewFlagSet("", pflag.ContinueOnError)
		flags.SetOutput(io.Discard)
		r.define(flags, &widths)
		if c.apply(flags) != nil {
			return
		}
		flags.Visit(func(flag *pflag.Flag) {
			again := pflag.NewFlagSet("", pflag.ContinueOnError)
			var r recipe
			r.define(again, &widths)
			for _, value := range flagValues(flag) {
				if err := again.Set(flag.Name, value); err != nil {
					t.Errorf("%s: %v", flag.Name, err)
				}
			}
		})
	})
}

// A recipe names flags that are there, with values they take, and none that
// decides nothing.
func TestRecipes(t *testing.T) {
	for name := range recipes {
		var r recipe
		var widths []int
		flags := pflag.NewFlagSet("", pflag.ContinueOnError)
		r.define(flags, &widths)
		if err := applyRecipe(flags, name); err != nil {
			t.Error(err)
		}
		r.Output, r.Data = "out.safetensors", []string{"ct"}
		copy(r.Network.Widths[:], widths)
		if err := r.complete(flags); err != nil {
			t.Error(err)
		}
		if err := r.check(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		// The state of a training keeps all of it.
		text, err := json.Marshal(r)
		if err != nil {
			t.Fatal(err)
		}
		var kept recipe
		if err := json.Unmarshal(text, &kept); err != nil {
			t.Fatal(err)
		}
		if kept.Command != r.Command || kept.words() != r.words() || kept.LearningRate != r.LearningRate {
			t.Errorf("%s: kept as\n%+v\nwant\n%+v", name, kept, r)
		}
	}
}
