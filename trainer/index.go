package main

import (
	"cmp"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"

	"github.com/spf13/cobra"

	"lungct/alexnet"
	"lungct/internal/atomicfile"
	"lungct/internal/study"
)

// indexName is the list of models in their folder.
const indexName = "index.json"

// modelEntry is what the page's list of models shows of one.
type modelEntry struct {
	File        string                `json:"file"`
	Name        string                `json:"name"`
	Bytes       int                   `json:"bytes"`
	SHA256      string                `json:"sha256"`
	Description string                `json:"description"`
	Data        string                `json:"data"`
	Licence     string                `json:"licence"`
	Metrics     []alexnet.Measurement `json:"metrics"`
}

// indexCommand is "trainer index".
func indexCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "index DIR",
		Short: "Write the list of the weights files in a folder",
		Long: `Write DIR/index.json, the list from which the page offers models: every
weights file directly in DIR with its size, SHA-256 and what its card says.`,
		Example: `  trainer index weights`,
		Args:    exactArgs("DIR"),
		RunE: func(cmd *cobra.Command, args []string) error {
			models, err := index(args[0])
			if err != nil {
				return err
			}
			path := filepath.Join(args[0], indexName)
			err = atomicfile.Write(path, func(w io.Writer) error {
				encoder := json.NewEncoder(w)
				encoder.SetIndent("", "  ")
				return encoder.Encode(map[string][]modelEntry{"models": models})
			})
			if err != nil {
				return err
			}
			_, err = fmt.Fprintf(cmd.OutOrStdout(), "%s: %s\n", path, count(len(models), "model"))
			return err
		},
	}
}

// index reads every weights file in dir, by name. It lists all that cannot be
// read: a page must not offer a model that will not load.
func index(dir string) ([]modelEntry, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	models := []modelEntry{}
	var failed error
	for _, e := range entries {
		if e.IsDir() || filepath.Ext(e.Name()) != weightsSuffix {
			continue
		}
		path := filepath.Join(dir, e.Name())
		data, err := os.ReadFile(path)
		if err != nil {
			failed = errors.Join(failed, err)
			continue
		}
		_, card, err := alexnet.Read(data)
		if err != nil {
			failed = errors.Join(failed, fmt.Errorf("%s: %w", path, err))
			continue
		}
		m := modelEntry{
			File: e.Name(), Name: card.Name, Bytes: len(data), SHA256: fmt.Sprintf("%x", sha256.Sum256(data)),
			Description: card.Description, Data: card.Data.Name, Licence: card.Data.Licence,
			Metrics: card.Metrics,
		}
		models = append(models, m)
	}
	slices.SortFunc(models, func(a, b modelEntry) int {
		return cmp.Or(study.NaturalOrder(a.Name, b.Name), study.NaturalOrder(a.File, b.File))
	})
	return models, failed
}
