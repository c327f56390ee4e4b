package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"lungct/alexnet"
	"lungct/internal/atomicfile"
	"lungct/internal/dataset"
)

// conversion is what "trainer convert" does.
type conversion struct {
	compact       string
	data          string
	folds, split  string
	skipBad       bool
	stdout        io.Writer
	progress      *progress
	model         *alexnet.Model
	card          alexnet.Card
	largestChange string // of a probability, in words, where it was measured
}

// convertCommand is "trainer convert".
func convertCommand() *cobra.Command {
	var c conversion
	cmd := &cobra.Command{
		Use:   "convert IN OUT",
		Short: "Store a weights file in fewer bits and say what it costs",
		Long: `Store a weights file in fewer bits and say what it costs.

int8 rounds the weights of the first two linear layers, nine tenths of the file,
to 8 bits with a scale for each output, and everything else to 16 bits. --data
names labelled slices on which the network is measured before and after.`,
		Example: `  trainer convert lung.run/best.safetensors weights/lung.safetensors --data ct-slices --fold 3
  trainer convert lung.safetensors small.safetensors --compact f16`,
		Args: exactArgs("IN", "OUT"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if c.split != "" && c.folds != "" {
				return usageErrorf(cmd, "got both --split and --fold, want one")
			}
			if c.data == "" && (c.split != "" || c.folds != "" || c.skipBad) {
				return usageErrorf(cmd, "got no data set, want --data FOLDER with --split, --fold and --skip-bad")
			}
			if filepath.Ext(args[1]) != weightsSuffix {
				return usageErrorf(cmd, "got output %q, want a name ending in %s", args[1], weightsSuffix)
			}
			if _, err := compactType(c.compact); err != nil {
				return usageErrorf(cmd, "%w", err)
			}
			c.stdout, c.progress = cmd.OutOrStdout(), newProgress(cmd.ErrOrStderr())
			return c.run(cmd.Context(), args[0], args[1])
		},
	}
	f := cmd.Flags()
	defineCompact(f, &c.compact, compactInt8)
	f.StringVar(&c.data, "data", "", "labelled slices to measure on")
	f.StringVar(&c.split, "split", "", "official part to measure, such as test")
	f.StringVar(&c.folds, "fold", "", "folds to measure, such as 3 or 0-1")
	f.BoolVar(&c.skipBad, "skip-bad", false, "go on without the files that cannot be read")
	return cmd
}

// run converts the weights file in to out.
func (c *conversion) run(ctx context.Context, in, out string) error {
	from, err := os.Stat(in)
	if err != nil {
		return err
	}
	if to, err := os.Stat(out); err == nil && os.SameFile(from, to) {
		return fmt.Errorf("%s: got the same file to read and to write: what is rounded away would be lost", out)
	}
	if c.model, c.card, err = alexnet.Load(in); err != nil {
		return err
	}
	dtype, err := compactType(c.compact)
	if err != nil {
		return err
	}
	if c.data != "" {
		if err := c.measure(ctx, dtype); err != nil {
			return stopped(ctx, err)
		}
	}
	// The scores in the card are those of the weights that were read.
	for i := range c.card.Metrics {
		c.card.Metrics[i].Split += "; before storage as " + c.compact + c.largestChange
	}
	file, err := alexnet.Encode(c.model, c.card, dtype)
	if err != nil {
		return err
	}
	if err := atomicfile.Write(out, func(w io.Writer) error { _, err := w.Write(file); return err }); err != nil {
		return err
	}
	fmt.Fprintf(c.stdout, "%s: %s, from %s\n", out, megabytes(int64(len(file))), megabytes(from.Size()))
	return nil
}

// measure compares the network before and after on the slices.
func (c *conversion) measure(ctx context.Context, dtype alexnet.DType) error {
	slices, text, err := c.slices(ctx)
	if err != nil {
		return err
	}
	c.model.ReadGrey()
	was, err := read(ctx, c.model, slices, c.progress)
	if err != nil {
		return err
	}
	shipped, err := compacted(c.model, c.card, dtype)
	if err != nil {
		return err
	}
	is, err := read(ctx, shipped, slices, c.progress)
	if err != nil {
		return err
	}
	// As the page shows them.
	was, is = temper(was, c.card.Temperature), temper(is, c.card.Temperature)
	fmt.Fprintf(c.stdout, "%s, %s:\n", c.data, text)
	if err := printCost(c.stdout, c.compact, was, is); err != nil {
		return err
	}
	c.largestChange = fmt.Sprintf(", which changes a probability by %.2g at most", largestChange(was, is))
	return nil
}

// slices are those to measure on, as the page reads them, and what to call them.
func (c *conversion) slices(ctx context.Context) (*dataset.Batches, string, error) {
	set, err := dataset.Open(c.data)
	if err != nil {
		return nil, "", err
	}
	for _, w := range set.Warnings {
		warn(c.progress, "%s", w)
	}
	var folds []string
	if c.folds != "" {
		if folds, err = dataset.ParseFolds(c.folds); err != nil {
			return nil, "", fmt.Errorf("--fold: %w", err)
		}
	}
	part, text, err := choose(set, folds, c.split)
	if err != nil {
		return nil, "", err
	}
	sides := set.Sides(dataset.Split{Val: part}, 0, c.card.Preprocessing.Size)
	bad, err := set.Load(ctx, c.card.Preprocessing, sides)
	if err == nil && len(bad) > 0 && !c.skipBad {
		err = fmt.Errorf("%w\n--skip-bad goes on without them", bad)
	}
	if err != nil {
		return nil, "", err
	}
	if len(bad) > 0 {
		warn(c.progress, "%v", bad)
		part = dataset.Split{Val: part}.Without(bad.Indices()).Val
	}
	if len(part) == 0 {
		return nil, "", errors.New("got no slice to measure on")
	}
	return asRead(set, part, c.card), text, nil
}
