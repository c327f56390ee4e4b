package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"lungct/alexnet"
	"lungct/internal/atomicfile"
	"lungct/internal/report"
)

// compareCommand is "trainer compare".
func compareCommand() *cobra.Command {
	var (
		page   string
		asJSON bool
	)
	cmd := &cobra.Command{
		Use:   "compare RUN_OR_WEIGHTS...",
		Short: "Put models side by side, and beside the 2020 paper's",
		Long: `Put models side by side, and beside those of the 2020 paper: accuracy,
precision and recall by training time (its Tables I to III), loss and accuracy
over the epochs (its Figures 4 and 5), each with its 95 % interval. Models that
were measured on the same slices are told apart by a paired bootstrap over groups.

A run is a folder with a report.json; all weights that it kept are compared. Of a
weights file the scores in its model card are taken.`,
		Example: `  trainer compare runs/paper
  trainer compare runs/paper runs/mine weights/other.safetensors -o compare.html`,
		Args: cobra.ArbitraryArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return usageErrorf(cmd, "got no run and no weights file to compare")
			}
			entries, err := readEntries(args)
			if err != nil {
				return err
			}
			c, err := report.Compare(entries)
			if err != nil {
				return err
			}
			return publish(cmd, c, c.Print, c.WritePage, page, asJSON)
		},
	}
	cmd.Flags().StringVarP(&page, "output", "o", "", "also write plots and tables to this HTML file")
	cmd.Flags().BoolVar(&asJSON, "json", false, "write the comparison as JSON")
	return cmd
}

// publish prints a result, as JSON where asked, and writes its page where one is
// named.
func publish(cmd *cobra.Command, result any, print, writePage func(io.Writer) error, page string, asJSON bool) error {
	if page != "" {
		if ext := filepath.Ext(page); ext != ".html" {
			return usageErrorf(cmd, "--output: got %q, want a name ending in .html", page)
		}
		if err := atomicfile.Write(page, writePage); err != nil {
			return err
		}
		fmt.Fprintf(cmd.ErrOrStderr(), "plots: %s\n", page)
	}
	if !asJSON {
		return print(cmd.OutOrStdout())
	}
	encoder := json.NewEncoder(cmd.OutOrStdout())
	encoder.SetIndent("", "  ")
	return encoder.Encode(result)
}

// readEntries reads the models of runs and weights files.
func readEntries(paths []string) ([]report.Entry, error) {
	var all []report.Entry
	for _, path := range paths {
		if filepath.Ext(path) == weightsSuffix {
			e, err := cardEntry(path)
			if err != nil {
				return nil, err
			}
			all = append(all, e)
			continue
		}
		run, err := report.Read(path)
		if err != nil {
			return nil, err
		}
		entries := report.Entries(run, sourceName(path))
		if len(entries) == 0 {
			return nil, fmt.Errorf("%s: the report has no measured model", path)
		}
		all = append(all, entries...)
	}
	return all, nil
}

// sourceName is how a run is called: its folder's name, without what only says
// that it is one.
func sourceName(path string) string {
	if filepath.Base(path) == report.JSONName {
		path = filepath.Dir(path)
	}
	return strings.TrimSuffix(filepath.Base(filepath.Clean(path)), ".run")
}

// cardEntry is the model of a weights file with the last scores in its card, which
// are those of the test part where there is one.
func cardEntry(path string) (report.Entry, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return report.Entry{}, err
	}
	_, card, err := alexnet.Read(data)
	if err != nil {
		return report.Entry{}, fmt.Errorf("%s: %w", path, err)
	}
	if len(card.Metrics) == 0 {
		return report.Entry{}, fmt.Errorf("%s: the model card has no scores", path)
	}
	last := card.Metrics[len(card.Metrics)-1]
	part := report.Part{Part: report.TestPart, Text: last.Split, Half: last.Report}
	if strings.HasPrefix(last.Split, "validation") {
		part.Part = report.ValidationPart
	}
	return report.Entry{Name: card.Name, Source: sourceName(path), Epoch: card.Training.BestEpoch, Part: part}, nil
}
