package main

import (
	"context"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"lungct/alexnet"
	"lungct/internal/atomicfile"
	"lungct/internal/dataset"
	"lungct/internal/logistic"
)

// joinCommand is "trainer join".
func joinCommand() *cobra.Command {
	var output string
	var data []string
	var favour float64
	cmd := &cobra.Command{
		Use:   "join WEIGHTS... -o OUT.safetensors",
		Short: "Make one network of several that were trained apart",
		Long: `Make one network of several that were trained apart, such as one for each data
set. Its layers hold theirs side by side and its answer is the mean of theirs; it
is as large as all of them together. They must have the same input, pooling and
crop.

--gate, given once for each network and in their order, names the data set that it
was trained on, whose training part is read from the run's folder beside the
weights. A gate then tells from the features of all of them whether a slice looks
like one of that set, and silences the networks that learnt from others: cues may
mean the opposite there. "train --from" trains the result further on all the data
and measures it.`,
		Example: `  trainer join sars.safetensors covid-ct.safetensors --gate sars-cov-2-ct --gate covid-ct -o joined.safetensors
  trainer train sars-cov-2-ct covid-ct --from joined.safetensors --lr 0.00001 --epochs 2 -o both.safetensors`,
		Args: cobra.ArbitraryArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			switch {
			case len(args) < 2:
				return usageErrorf(cmd, "got %s, want at least 2", count(len(args), "weights file"))
			case filepath.Ext(output) != weightsSuffix:
				return usageErrorf(cmd, "--output: got %q, want a name ending in %s", output, weightsSuffix)
			}
			if len(data) > 0 && len(data) != len(args) {
				return usageErrorf(cmd, "--gate: got %s, want one for each of %d networks", count(len(data), "data set"), len(args))
			}
			j := &joining{favour: favour, stdout: cmd.OutOrStdout(), progress: newProgress(cmd.ErrOrStderr())}
			return stopped(cmd.Context(), j.run(cmd.Context(), args, data, output))
		},
	}
	cmd.Flags().StringVarP(&output, "output", "o", "", "weights file to write")
	cmd.Flags().Float64Var(&favour, "favour", 0, "log-odds by which the gates favour the last data set, such as a varied one beside a uniform one")
	cmd.Flags().StringArrayVar(&data, "gate", nil, "data set of each network, to tell its slices from others")
	return cmd
}

// joining is what "trainer join" does.
type joining struct {
	stdout   io.Writer
	progress *progress
	favour   float64
	models   []*alexnet.Model
	cards    []alexnet.Card
}

func (j *joining) run(ctx context.Context, paths, data []string, output string) error {
	var names []string
	for _, path := range paths {
		m, card, err := alexnet.Load(path)
		if err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		j.models, j.cards, names = append(j.models, m), append(j.cards, card), append(names, card.Name)
	}
	m, card, err := alexnet.Join(j.models, j.cards, nil)
	if err != nil {
		return err
	}
	how := "the mean of their answers"
	if len(data) > 0 {
		gates, err := j.gates(ctx, m, card, paths, data)
		if err != nil {
			return err
		}
		if m, card, err = alexnet.Join(j.models, j.cards, gates); err != nil {
			return err
		}
		how = "each answers for slices that look like those that it was trained on"
	}
	return j.write(m, card, names, paths, data, how, output)
}

// gatePenalty is the weight of the L2 penalty of a gate, as of the baselines.
const gatePenalty = 1e-3

// gates fits a gate for each network: a logistic regression on the features of the
// joined network m, from the slices that the networks were trained on.
func (j *joining) gates(ctx context.Context, m *alexnet.Model, card alexnet.Card, paths, data []string) ([]alexnet.Gate, error) {
	var rows [][]float32
	var of []int // the network whose set a row is from
	gates := make([]alexnet.Gate, len(data))
	m.ReadGrey()
	for i, path := range data {
		set, split, err := j.trained(ctx, paths[i], path)
		if err != nil {
			return nil, err
		}
		j.models[i].ReadGrey()
		for batch := range asRead(set, split, card).Epoch(ctx, 0, 0) {
			features, err := m.Features(batch.X)
			if err != nil {
				return nil, err
			}
			size := len(features) / len(batch.Samples)
			for row := range slices.Chunk(features, size) {
				rows, of = append(rows, row), append(of, i)
			}
			j.progress.update("looking at slices of %s: %d", set.Name(), len(rows))
		}
		for batch := range asRead(set, split, j.cards[i]).Epoch(ctx, 0, 0) {
			largest, err := j.models[i].LargestHidden(batch.X)
			if err != nil {
				return nil, err
			}
			gates[i].Silence = max(gates[i].Silence, largest)
		}
		if ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
	}
	for i := range gates {
		others := make([]int, len(of))
		for n, part := range of {
			if part != i {
				others[n] = 1
			}
		}
		learn, answers := balanced(rows, others)
		fit, err := logistic.Fit(learn, answers, gatePenalty)
		if err != nil {
			return nil, err
		}
		weights, intercept := fit.LogOdds()
		for _, w := range weights {
			gates[i].Weights = append(gates[i].Weights, float32(w))
		}
		// Whether a slice is of the last set or not is decided in its favour.
		if favour := j.favour; i < len(gates)-1 {
			gates[i].Bias = float32(intercept + favour)
		} else {
			gates[i].Bias = float32(intercept - favour)
		}
		right := 0
		for n, row := range rows {
			if (fit.Probability(row) > 0.5) == (others[n] == 1) {
				right++
			}
		}
		fmt.Fprintf(j.stdout, "%s: told from others right for %.1f %% of the training slices\n", paths[i], 100*float64(right)/float64(len(rows)))
	}
	return gates, nil
}

// balanced repeats the rows of the smaller class so that both weigh about the same:
// how many slices a set has says nothing of where the next one comes from.
func balanced(rows [][]float32, classes []int) ([][]float32, []int) {
	var counts [2]int
	for _, c := range classes {
		counts[c]++
	}
	var all [][]float32
	var of []int
	for i, c := range classes {
		for range max(1, (max(counts[0], counts[1])+counts[c]/2)/counts[c]) {
			all, of = append(all, rows[i]), append(of, c)
		}
	}
	return all, of
}

// trained loads the slices that a network was trained on.
func (j *joining) trained(ctx context.Context, weights, data string) (*dataset.Set, []int, error) {
	set, err := dataset.Open(data)
	if err != nil {
		return nil, nil, err
	}
	run := strings.TrimSuffix(weights, weightsSuffix) + ".run"
	split, err := readSplit(run, set)
	if err != nil {
		return nil, nil, fmt.Errorf("the split that %s was trained with: %w", weights, err)
	}
	card := j.cards[0]
	sides := set.Sides(dataset.Split{Train: split.Train}, card.Preprocessing.Size, card.Preprocessing.Size)
	bad, err := set.Load(ctx, card.Preprocessing, sides)
	if err != nil {
		return nil, nil, err
	}
	if len(bad) > 0 {
		return nil, nil, bad
	}
	return set, split.Train, nil
}

// write writes the joined network.
func (j *joining) write(m *alexnet.Model, card alexnet.Card, names, paths, data []string, how, output string) error {
	created, _, err := now()
	if err != nil {
		return err
	}
	command := "trainer join " + strings.Join(baseNames(paths), " ")
	for _, set := range data {
		command += " --gate " + filepath.Base(set)
	}
	if j.favour != 0 {
		command += fmt.Sprintf(" --favour %v", j.favour)
	}
	command += " -o " + filepath.Base(output)
	card.Name = strings.TrimSuffix(filepath.Base(output), weightsSuffix)
	card.Description = "Joined from " + strings.Join(names, ", ") + ": " + how + ". Not measured."
	card.Training = alexnet.Training{Command: command, Recipe: card.Description}
	card.Program, card.Created = "lungct trainer "+version(), created.Format(time.RFC3339)
	for i, c := range j.cards[1:] {
		if c.Data.Name != j.cards[i].Data.Name {
			card.Data.Name += " and " + c.Data.Name
		}
		if c.Data.Licence != j.cards[i].Data.Licence {
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
	fmt.Fprintf(j.stdout, "%s: %d networks side by side, widths %v, hidden %d, %s\n",
		output, len(j.models), card.Architecture.Widths, card.Architecture.Hidden, megabytes(int64(len(file))))
	return nil
}

func baseNames(paths []string) []string {
	names := make([]string, len(paths))
	for i, path := range paths {
		names[i] = filepath.Base(path)
	}
	return names
}
