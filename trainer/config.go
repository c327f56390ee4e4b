package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/pflag"

	"lungct/internal/atomicfile"
)

// configName is the file of a run's folder that repeats it with --config.
const configName = "run.json"

// config is a command line in a file. What the command line itself says goes
// before it, and it goes before a recipe's values.
type config struct {
	Program string                     `json:"program,omitempty"`
	Command string                     `json:"command,omitempty"` // for people
	Data    []string                   `json:"data,omitempty"`    // relative to the file's folder
	Flags   map[string]json.RawMessage `json:"flags"`             // texts, numbers, booleans, lists of them; by name without dashes
}

// recipes are ready flags by name.
var recipes = map[string]map[string]string{
	// The paper's training, as far as it is told: plain gradient descent, no
	// variation, a fixed number of epochs. Its learning rate and first weights are
	// not. With these it learns from the first two epochs on; at 0.01 the same
	// weights diverge within ten steps.
	"paper": {
		"epochs": "100", "keep-epochs": "30,70,100", "select": selectLast,
		"batch": "32", "optimizer": sgd, "lr": "0.001", "momentum": "0.9", "weight-decay": "0", "clip": "0", "ema": "0",
		"schedule": constant, "warmup": "0", "init": initHe, "augment": noAugmentation, "balance": "none",
		"class-weights": "none", "label-smoothing": "0", "teacher": "0", "mix": "0",
		"size": "300", "hidden": "4096", "widths": "64,192,384,256,256", "pool-stride": "3", "dropout": "0.5", "lrn": "false",
		"crop": "none",
	},
}

// recipeNames are the names of recipes.
func recipeNames() []string { return slices.Sorted(maps.Keys(recipes)) }

// readConfig reads a config file; its data sets become absolute.
func readConfig(path string) (c config, err error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return c, err
	}
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(&c); err != nil {
		return c, fmt.Errorf("%s: %w", path, err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return c, fmt.Errorf("%s: got more than one JSON object", path)
	}
	dir, err := filepath.Abs(filepath.Dir(path))
	if err != nil {
		return c, err
	}
	for i, data := range c.Data {
		if !filepath.IsAbs(data) {
			c.Data[i] = filepath.Join(dir, data)
		}
	}
	return c, nil
}

// apply sets the flags that have not been set before.
func (c config) apply(f *pflag.FlagSet) error {
	for _, name := range slices.Sorted(maps.Keys(c.Flags)) {
		values, err := texts(c.Flags[name])
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		if err := preset(f, name, values...); err != nil {
			return err
		}
	}
	return nil
}

// texts is a JSON value, or a list of them, as one would type it.
func texts(raw json.RawMessage) ([]string, error) {
	var list []json.RawMessage
	if json.Unmarshal(raw, &list) != nil {
		list = []json.RawMessage{raw}
	}
	values := make([]string, len(list))
	for i, item := range list {
		var value any
		d := json.NewDecoder(bytes.NewReader(item))
		d.UseNumber() // as written
		if err := d.Decode(&value); err != nil {
			return nil, err
		}
		switch v := value.(type) {
		case string:
			values[i] = v
		case json.Number:
			values[i] = v.String()
		case bool:
			values[i] = fmt.Sprint(v)
		default:
			return nil, fmt.Errorf("got %s, want a text, a number, true, false, or a list of them", item)
		}
	}
	return values, nil
}

// preset sets a flag to the values unless it has been set before.
func preset(f *pflag.FlagSet, name string, values ...string) error {
	flag := f.Lookup(name)
	switch {
	case flag == nil:
		return fmt.Errorf("%s: got a flag that train does not have", name)
	case flag.Changed:
		return nil
	}
	if flag.Value.Type() != "stringArray" {
		values = []string{strings.Join(values, ",")}
	}
	for _, value := range values {
		if err := f.Set(name, value); err != nil {
			return err
		}
	}
	return nil
}

// applyRecipe sets the flags of a recipe that have not been set before.
func applyRecipe(f *pflag.FlagSet, name string) error {
	flags, ok := recipes[name]
	if !ok {
		return fmt.Errorf("--recipe: got %q, want one of %s", name, strings.Join(recipeNames(), ", "))
	}
	for _, flag := range slices.Sorted(maps.Keys(flags)) {
		if err := preset(f, flag, flags[flag]); err != nil {
			return fmt.Errorf("--recipe %s: %w", name, err)
		}
	}
	return nil
}

// flagValues is a flag's value, or values, as one would type them.
func flagValues(f *pflag.Flag) []string {
	list, ok := f.Value.(pflag.SliceValue)
	switch {
	case !ok:
		return []string{f.Value.String()}
	case f.Value.Type() == "stringArray":
		return list.GetSlice()
	}
	return []string{strings.Join(list.GetSlice(), ",")}
}

// settings are all flags that decide the result, given or not.
func settings(flags *pflag.FlagSet) map[string]string {
	all := make(map[string]string)
	flags.VisitAll(func(f *pflag.Flag) {
		if !local[f.Name] && f.Name != "output" {
			all[f.Name] = strings.Join(flagValues(f), " ")
		}
	})
	return all
}

// writeConfig writes the file that repeats the run, with every flag that decides
// its result, so that it stays as it is when a later program has other defaults.
func writeConfig(dir string, r *recipe, flags *pflag.FlagSet) error {
	c := config{Program: "lungct trainer " + version(), Command: r.Command, Data: r.Data, Flags: make(map[string]json.RawMessage)}
	var failed error
	flags.VisitAll(func(f *pflag.Flag) {
		values := flagValues(f)
		// An empty list or an unset seed is what the flag is without being named.
		if local[f.Name] || len(values) == 0 || values[0] == "" {
			return
		}
		var value any = values[0]
		switch {
		case f.Name == "output":
			value = r.Output
		case len(values) > 1:
			value = values
		}
		text, err := json.Marshal(value)
		failed = errors.Join(failed, err)
		c.Flags[f.Name] = text
	})
	if failed != nil {
		return failed
	}
	return atomicfile.Write(filepath.Join(dir, configName), func(w io.Writer) error {
		e := json.NewEncoder(w)
		e.SetIndent("", "  ")
		return e.Encode(c)
	})
}
