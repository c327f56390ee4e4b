package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// weightsSuffix is how weights files are called.
const weightsSuffix = ".safetensors"

// trainCommand is "trainer train".
func trainCommand() *cobra.Command {
	var (
		r                        recipe
		widths                   []int
		run, resume, from, ready string
		threads, maxMemory       int
		force, asJSON            bool
	)
	cmd := &cobra.Command{
		Use:   "train DATA... -o WEIGHTS.safetensors",
		Short: "Train a network on folders of labelled slices",
		Long: `Train a network on folders of labelled slices.

DATA is a folder with a manifest.csv (columns path and label, and where known
group, fold and split), such a manifest itself, or a folder with one sub-folder
a class (covid, noncovid), whose sub-folders are patients. Several are trained
on together.

The weights of the epoch that does best on the validation part, or of the last
one, are written at the end. Beside them, in a folder of the same name ending in
.run, stand run.json, which repeats the run with --config, split.json, metrics.csv
with a row an epoch, best.safetensors, and checkpoint.safetensors, which is
written after each epoch and every few minutes. Ctrl-C writes it too. From it
--resume goes on exactly as if nothing had happened, also after a crash.`,
		Example: `  trainer train ct-slices -o weights/lung.safetensors --epochs 30
  trainer train ct-slices -o weights/fold3.safetensors --val-folds 3 --compact int8
  trainer train ct-slices -o weights/paper.safetensors --recipe paper --test-share 0.3 --val-share 0.1
  trainer train sars-cov-2-ct covid-ct -o weights/both.safetensors --balance set-class --augment strong
  trainer train --config weights/lung.run/run.json -o weights/again.safetensors --seed 2
  trainer train --resume weights/lung.run`,
		Args: cobra.ArbitraryArgs, // none, some or an error, see readRecipe
		RunE: func(cmd *cobra.Command, args []string) error {
			if threads < 0 {
				return usageErrorf(cmd, "--threads: got %d, want 1 or more, or 0 for all", threads)
			}
			if err := checkMemory(maxMemory); err != nil {
				return usageErrorf(cmd, "%w", err)
			}
			if threads > 0 {
				defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(threads))
			}
			t := &training{dir: run, maxSlices: int64(maxMemory) << 20, stdout: cmd.OutOrStdout(), progress: newProgress(cmd.ErrOrStderr())}
			if asJSON {
				t.events, t.stdout = &events{w: t.stdout}, io.Discard
			}
			if resume != "" {
				if err := checkResume(cmd); err != nil {
					return err
				}
				// The checkpoint itself may be named instead of its folder.
				if filepath.Base(resume) == checkpointName {
					resume = filepath.Dir(resume)
				}
				if begun(resume) {
					return t.report(resumeTraining(cmd, t, resume, args, r.Output))
				}
				t.dir, from = resume, filepath.Join(resume, configName)
			}
			args, err := configure(cmd, from, ready, args)
			if err == nil {
				err = readRecipe(cmd, &r, widths, args)
			}
			if err != nil {
				return usageErrorf(cmd, "%w", err)
			}
			if t.dir == "" {
				t.dir = strings.TrimSuffix(r.Output, weightsSuffix) + ".run"
			}
			if err := prepareFolders(t.dir, r.Output, force); err != nil {
				return t.report(err)
			}
			if err := writeConfig(t.dir, &r, cmd.Flags()); err != nil {
				return t.report(err)
			}
			t.state.Recipe = r
			return t.report(t.run(cmd.Context()))
		},
	}
	f := cmd.Flags()
	r.define(f, &widths)
	f.StringVarP(&r.Output, "output", "o", "", "weights file to write")
	f.StringVar(&run, "run", "", "folder for metrics.csv and checkpoints (default the output's name with .run)")
	f.StringVar(&resume, "resume", "", "go on with the interrupted training of this folder")
	f.BoolVar(&force, "force", false, "start over where a training has left its checkpoint")
	f.IntVar(&threads, "threads", 0, "threads to compute with (default all); they do not change the result")
	defineMemory(f, &maxMemory, "the run's folder")
	f.StringVar(&from, "config", "", "take what is not on the command line from a file such as a run's "+configName)
	f.StringVar(&ready, "recipe", "", "take what is given nowhere else from a ready recipe: "+strings.Join(recipeNames(), ", "))
	f.BoolVar(&asJSON, "json", false, "write what happens to stdout as JSON, one object a line")
	completeValues(cmd)
	return cmd
}

// configure sets the flags that the command line leaves open from the config file
// and the recipe, and returns the data sets.
func configure(cmd *cobra.Command, from, ready string, args []string) ([]string, error) {
	if from != "" {
		c, err := readConfig(from)
		if err != nil {
			return nil, fmt.Errorf("--config: %w", err)
		}
		if err := c.apply(cmd.Flags()); err != nil {
			return nil, fmt.Errorf("--config %s: %w", from, err)
		}
		if len(args) == 0 {
			args = c.Data
		}
	}
	if ready != "" {
		return args, applyRecipe(cmd.Flags(), ready)
	}
	return args, nil
}

// readRecipe completes r from the command line.
func readRecipe(cmd *cobra.Command, r *recipe, widths []int, args []string) (err error) {
	if len(args) == 0 {
		return errors.New("got no data set, want train DATA... -o WEIGHTS.safetensors")
	}
	if r.Output == "" {
		return errors.New("got no output, want -o WEIGHTS.safetensors")
	}
	if filepath.Ext(r.Output) != weightsSuffix {
		return fmt.Errorf("--output: got %q, want a name ending in %s", r.Output, weightsSuffix)
	}
	if len(widths) != len(r.Network.Widths) {
		return fmt.Errorf("--widths: got %d numbers, want %d such as 64,192,384,256,256", len(widths), len(r.Network.Widths))
	}
	copy(r.Network.Widths[:], widths)
	if err := r.readFrom(cmd.Flags()); err != nil {
		return err
	}
	if r.Data, err = absolute(args); err != nil {
		return err
	}
	if r.Output, err = filepath.Abs(r.Output); err != nil {
		return err
	}
	if err := r.complete(cmd.Flags()); err != nil {
		return err
	}
	return r.check()
}

// absolute makes paths absolute.
func absolute(paths []string) ([]string, error) {
	whole := make([]string, len(paths))
	for i, path := range paths {
		var err error
		if whole[i], err = filepath.Abs(path); err != nil {
			return nil, err
		}
	}
	return whole, nil
}

// prepareFolders makes the folder of the run, sees now that the weights file can
// be written in the end, and refuses to write over another run's checkpoint: it
// may be a day's work.
func prepareFolders(dir, output string, force bool) error {
	if info, err := os.Stat(output); err == nil && info.IsDir() {
		return fmt.Errorf("%s: got a folder, want the name of the weights file", output)
	}
	if info, err := os.Stat(filepath.Dir(output)); err != nil {
		return fmt.Errorf("folder for the weights file: %w", err)
	} else if !info.IsDir() {
		return fmt.Errorf("%s: got a file, want a folder for the weights file", filepath.Dir(output))
	}
	probe, err := os.CreateTemp(filepath.Dir(output), "."+filepath.Base(output)+".*")
	if err != nil {
		return fmt.Errorf("folder for the weights file: %w", err)
	}
	probe.Close()
	os.Remove(probe.Name())
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	checkpoint := filepath.Join(dir, checkpointName)
	switch _, err := os.Stat(checkpoint); {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return err
	case !force:
		return fmt.Errorf("%s: a training has left its checkpoint here: go on with --resume, or start over with --force", dir)
	}
	return os.Remove(checkpoint)
}

// checkResume finds flags that would make a resumed training another one.
func checkResume(cmd *cobra.Command) error {
	var others []string
	cmd.Flags().Visit(func(f *pflag.Flag) {
		if !slices.Contains([]string{"resume", "threads", "max-memory", "output", "json"}, f.Name) {
			others = append(others, "--"+f.Name)
		}
	})
	if len(others) > 0 {
		return usageErrorf(cmd, "--resume goes on as the training began: got %s as well, want DATA, -o, --threads, --max-memory and --json at most", strings.Join(others, ", "))
	}
	return nil
}

// begun tells whether a run must be taken up from its checkpoint. One that was
// killed before its first has a run.json, from which it begins again.
func begun(dir string) bool {
	_, checkpoint := os.Stat(filepath.Join(dir, checkpointName))
	_, config := os.Stat(filepath.Join(dir, configName))
	return checkpoint == nil || config != nil
}

// resumeTraining goes on with the training of a run folder. The recipe is the
// checkpoint's; only where data and output lie may have changed.
func resumeTraining(cmd *cobra.Command, t *training, dir string, args []string, output string) error {
	t.dir = dir
	if err := t.load(); err != nil {
		return err
	}
	var err error
	if want := len(t.state.Recipe.Data); len(args) > 0 && len(args) != want {
		return usageErrorf(cmd, "got %s, want %d, in the order in which the training began, or none", count(len(args), "data set"), want)
	} else if len(args) > 0 {
		if t.state.Recipe.Data, err = absolute(args); err != nil {
			return err
		}
	}
	if output != "" {
		if t.state.Recipe.Output, err = filepath.Abs(output); err != nil {
			return err
		}
	}
	return t.run(cmd.Context())
}

// errInterrupted ends a training that has been asked to stop.
var errInterrupted = errors.New("interrupted")

// warn writes one warning line.
func warn(w io.Writer, format string, args ...any) {
	fmt.Fprintf(w, "trainer: warning: "+format+"\n", args...)
}

// stopped turns the end of ctx into errInterrupted and leaves other errors alone.
func stopped(ctx context.Context, err error) error {
	if err != nil && ctx.Err() != nil {
		return fmt.Errorf("%w: nothing has been written", errInterrupted)
	}
	return err
}
