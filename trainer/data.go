package main

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"lungct/alexnet"
	"lungct/internal/baseline"
	"lungct/internal/ct"
	"lungct/internal/dataset"
)

// partNames are the parts of a split in print.
var partNames = [3]string{"train", "validation", "test"}

// describeData says how many slices of each class and how many groups each part
// has, of each data set where there are several, and what the files are like.
func describeData(w io.Writer, set *dataset.Set, split dataset.Split) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(t, "part\tslices\tcovid\tnoncovid\tgroups\t")
	row := func(name string, indices []int) {
		if len(indices) > 0 {
			classes, groups := set.Counts(indices)
			fmt.Fprintf(t, "%s\t%d\t%d\t%d\t%d\t\n", name, len(indices), classes[1], classes[0], groups)
		}
	}
	for part, indices := range split.Parts() {
		row(partNames[part], indices)
		if len(set.Sources) > 1 {
			for _, source := range set.Sources {
				row(source.Name, of(set, source, indices))
			}
		}
	}
	if err := t.Flush(); err != nil {
		return err
	}
	return describeFiles(w, set, split.Used())
}

// defineMemory adds the flag --max-memory, in MB; where says in which folder the
// rest lies.
func defineMemory(f *pflag.FlagSet, to *int, where string) {
	f.IntVar(to, "max-memory", 4096, "MB of memory for slices (0 for no limit); what is more lies in a nameless file in "+where)
}

func checkMemory(mb int) error {
	if mb < 0 || mb > 1<<30 {
		return fmt.Errorf("--max-memory: got %d, want 0 to %d MB", mb, 1<<30)
	}
	return nil
}

// of are the indices of samples that come from the source.
func of(set *dataset.Set, source dataset.Source, indices []int) []int {
	return slices.DeleteFunc(slices.Clone(indices), func(i int) bool { return set.Samples[i].Set != source.Name })
}

// describeFiles says, for each data set, how large its pictures are and what files
// they come in, by class: a difference between the classes is a shortcut.
func describeFiles(w io.Writer, set *dataset.Set, used []int) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, source := range set.Sources {
		for class := len(dataset.Labels) - 1; class >= 0; class-- {
			var widths, heights, bytes []int
			kinds := make(map[string]int)
			for _, i := range of(set, source, used) {
				if s := &set.Samples[i]; s.Class == class && s.Look != nil {
					widths, heights, bytes = append(widths, s.Width), append(heights, s.Height), append(bytes, s.Look.Bytes)
					kinds[strings.TrimSpace(s.Look.Format+" "+s.Look.Colour)]++
				}
			}
			if len(widths) > 0 {
				fmt.Fprintf(t, "%s %s:\twidth %s\theight %s\tfile %s\t%s\n", source.Name, dataset.Labels[class],
					spread(widths), spread(heights), megabytes(int64(median(bytes))), commonest(kinds))
			}
		}
	}
	return t.Flush()
}

// spread is the least, median and greatest of the values, which it sorts.
func spread(values []int) string {
	m := median(values)
	return fmt.Sprintf("%d-%d (median %d)", values[0], values[len(values)-1], m)
}

// median sorts the values.
func median(values []int) int {
	slices.Sort(values)
	return values[len(values)/2]
}

// commonest lists kinds with their numbers, the commonest first, four at most.
func commonest(kinds map[string]int) string {
	names := slices.SortedFunc(maps.Keys(kinds), func(a, b string) int {
		return cmp.Or(kinds[b]-kinds[a], strings.Compare(a, b))
	})
	more := ""
	if len(names) > 4 {
		names, more = names[:4], " ..."
	}
	for i, n := range names {
		names[i] = fmt.Sprintf("%s x%d", n, kinds[n])
	}
	return strings.Join(names, ", ") + more
}

// checking is what "trainer check" does.
type checking struct {
	splitting
	seed     uint64
	stdout   io.Writer
	progress *progress
}

// checkCommand is "trainer check".
func checkCommand() *cobra.Command {
	var c checking
	cmd := &cobra.Command{
		Use:   "check DATA...",
		Short: "Say what data sets hold, and what would be wrong with a training on them",
		Long: `Say what data sets hold, and what would be wrong with a training on them: files
that cannot be read, sizes and balance, how the split would come out, copies and
near copies within the data and between its parts, and what can be told of the
slices without looking at the lungs.

The exit status is 1 when files cannot be read, the leak guard would stop a
training, or a class has no slices to train on.`,
		Example: `  trainer check ct-slices
  trainer check sars-cov-2-ct covid-ct --val sars-cov-2-ct:fold=3 --val covid-ct:split=val`,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return usageErrorf(cmd, "got no data set, want DATA...")
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := c.splitting.check(); err != nil {
				return usageErrorf(cmd, "%w", err)
			}
			c.stdout, c.progress = cmd.OutOrStdout(), newProgress(cmd.ErrOrStderr())
			return stopped(cmd.Context(), c.run(cmd, args))
		},
	}
	c.define(cmd.Flags())
	cmd.Flags().Uint64Var(&c.seed, "seed", 1, "draws the split, as in training")
	return cmd
}

// run reads the sets and says what it finds.
func (c *checking) run(cmd *cobra.Command, paths []string) error {
	set, err := dataset.Open(paths...)
	if err != nil {
		return err
	}
	fmt.Fprintf(c.progress, "reading %d slices from %s\n", len(set.Samples), set.Where())
	// Pixels are looked at and not kept.
	bad, err := set.Load(cmd.Context(), ct.Preprocessing{}, make([]int, len(set.Samples)))
	if err != nil {
		return err
	}
	for _, w := range set.Warnings {
		fmt.Fprintf(c.stdout, "note: %s\n", w)
	}
	split, err := c.splitting.split(set, c.seed)
	if err != nil {
		return err
	}
	split = split.Without(bad.Indices())
	fmt.Fprintf(c.stdout, "split %s\n", split.Text)
	if err := describeData(c.stdout, set, split); err != nil {
		return err
	}
	side := alexnet.DefaultConfig().Size
	fmt.Fprintf(c.stdout, "in memory, for inputs of %dx%d: %s\n", side, side, megabytes(int64(len(split.Used()))*int64(dataset.GridSide(side))*int64(dataset.GridSide(side))))
	if twice := set.Duplicates(split.Used()); twice.Near > 0 {
		fmt.Fprintf(c.stdout, "%d slices have a copy or near copy somewhere in the data: %d pairs of copies, %d of near copies%s\n",
			twice.Near, twice.Copies(), twice.Counts[dataset.Near], twice.List(set, 5))
	}
	if len(split.Train) > 0 && len(split.Val) > 0 {
		all, err := baseline.Fit(set, split.Train)
		if err != nil {
			return err
		}
		if err := announceBaselines(c.stdout, all, set, split.Val); err != nil {
			return err
		}
	}
	if len(bad) > 0 {
		return bad
	}
	if split, _, err = c.guard(c.progress, set, split); err != nil {
		return err
	}
	return trainable(c.progress, set, split)
}
