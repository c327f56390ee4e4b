package main

import (
	"crypto/sha256"
	"fmt"
	"os"
	"path/filepath"

	"github.com/spf13/pflag"

	"lungct/alexnet"
)

// readFrom takes the network from the weights file that the training is to begin
// with, and refuses flags that want another one.
func (r *recipe) readFrom(flags *pflag.FlagSet) (err error) {
	if r.From == "" {
		return nil
	}
	for _, name := range []string{"init", "size", "widths", "hidden", "pool-stride", "lrn", "crop"} {
		if flags.Changed(name) {
			return fmt.Errorf("--from: got --%s as well, which the weights file decides", name)
		}
	}
	if r.From, err = filepath.Abs(r.From); err != nil {
		return err
	}
	content, err := os.ReadFile(r.From)
	if err != nil {
		return fmt.Errorf("--from: %w", err)
	}
	_, card, err := alexnet.Load(r.From)
	if err != nil {
		return fmt.Errorf("--from: %s: %w", r.From, err)
	}
	dropout := r.Network.Dropout
	if !flags.Changed("dropout") {
		dropout = card.Architecture.Dropout
	}
	r.Network, r.Crop = card.Architecture, card.Preprocessing.Crop
	r.Network.Dropout = dropout
	r.FromSum = fmt.Sprintf("%x", sha256.Sum256(content))
	return nil
}

// beginWith gives the network the weights of the file, and the card what they want
// of their input.
func (t *training) beginWith(path string) error {
	m, card, err := alexnet.Load(path)
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	if err := t.model.Copy(m); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	t.card.Preprocessing = card.Preprocessing
	return nil
}
