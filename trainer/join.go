package main

import (
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"lungct/alexnet"
	"lungct/internal/atomicfile"
)

// joinCommand is "trainer join".
func joinCommand() *cobra.Command {
	var output string
	cmd := &cobra.Command{
		Use:   "join WEIGHTS... -o OUT.safetensors",
		Short: "Make one network of several that were trained apart",
		Long: `Make one network of several that were trained apart, such as one for each data
set. Its layers hold theirs side by side and its answer is the mean of theirs; it
is as large as all of them together. "train --from" trains it further on all the
data, so that the parts learn from each other. They must have the same input,
pooling and crop.`,
		Example: `  trainer join sars.safetensors covid-ct.safetensors -o joined.safetensors
  trainer train sars-cov-2-ct covid-ct --from joined.safetensors --lr 0.0002 --epochs 10 -o both.safetensors`,
		Args: cobra.ArbitraryArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			switch {
			case len(args) < 2:
				return usageErrorf(cmd, "got %s, want at least 2", count(len(args), "weights file"))
			case filepath.Ext(output) != weightsSuffix:
				return usageErrorf(cmd, "--output: got %q, want a name ending in %s", output, weightsSuffix)
			}
			return join(cmd.OutOrStdout(), args, output)
		},
	}
	cmd.Flags().StringVarP(&output, "output", "o", "", "weights file to write")
	return cmd
}

func join(stdout io.Writer, paths []string, output string) error {
	var models []*alexnet.Model
	var cards []alexnet.Card
	var names []string
	for _, path := range paths {
		m, card, err := alexnet.Load(path)
		if err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		models, cards, names = append(models, m), append(cards, card), append(names, card.Name)
	}
	m, card, err := alexnet.Join(models, cards)
	if err != nil {
		return err
	}
	created, _, err := now()
	if err != nil {
		return err
	}
	card.Name = strings.TrimSuffix(filepath.Base(output), weightsSuffix)
	card.Description = "Joined from " + strings.Join(names, ", ") + ": the mean of their answers. Not measured."
	card.Training = alexnet.Training{Command: "trainer join " + strings.Join(baseNames(paths), " ") + " -o " + filepath.Base(output), Recipe: card.Description}
	card.Program, card.Created = "lungct trainer "+version(), created.Format(time.RFC3339)
	for i, c := range cards[1:] {
		if c.Data.Name != cards[i].Data.Name {
			card.Data.Name += " and " + c.Data.Name
		}
		if c.Data.Licence != cards[i].Data.Licence {
			card.Data.Licence += "; " + c.Data.Licence
		}
	}
	file, err := alexnet.Encode(m, card, alexnet.F32)
	if err != nil {
		return err
	}
	if err := atomicfile.Write(output, func(w io.Writer) error { _, err := w.Write(file); return err }); err != nil {
		return err
	}
	fmt.Fprintf(stdout, "%s: %d networks side by side, widths %v, hidden %d, %s\n",
		output, len(models), card.Architecture.Widths, card.Architecture.Hidden, megabytes(int64(len(file))))
	return nil
}

func baseNames(paths []string) []string {
	names := make([]string, len(paths))
	for i, path := range paths {
		names[i] = filepath.Base(path)
	}
	return names
}
