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
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// weightsSuffix is how weights files are called.
const weightsSuffix = ".safetensors"

// trainCommand is "trainer train".
func trainCommand() *cobra.Command {
	var (
		r       recipe
		widths  []int
		run     string
		resume  string
		threads int
		force   bool
	)
	cmd := &cobra.Command{
		Use:   "train DATA -o WEIGHTS.safetensors",
		Short: "Train a network on a folder of labelled slices",
		Long: `Train a network on a folder of labelled slices.

DATA is a folder with a manifest.csv (columns path and label, and where known
group, fold and split), such a manifest itself, or a folder with one sub-folder
a class (covid, noncovid), whose sub-folders are patients.

The weights of the epoch with the best validation AUC are written at the end.
Beside them, in a folder of the same name ending in .run, stand metrics.csv with
a row an epoch, best.safetensors, and checkpoint.safetensors. Ctrl-C writes a
checkpoint, from which --resume goes on exactly as if nothing had happened.`,
		Example: `  trainer train ct-slices -o weights/lung.safetensors --epochs 30
  trainer train ct-slices -o weights/fold3.safetensors --val-folds 3 --compact f16
  trainer train --resume weights/lung.run`,
		Args: cobra.ArbitraryArgs, // none, one or an error, see readRecipe
		RunE: func(cmd *cobra.Command, args []string) error {
			if threads < 0 {
				return usageErrorf(cmd, "--threads: got %d, want at least 1", threads)
			}
			if threads > 0 {
				defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(threads))
			}
			t := &training{dir: run, stdout: cmd.OutOrStdout(), progress: newProgress(cmd.ErrOrStderr())}
			if resume != "" {
				return resumeTraining(cmd, t, resume, args, r.Output)
			}
			if err := readRecipe(cmd, &r, widths, args); err != nil {
				return usageErrorf(cmd, "%w", err)
			}
			if t.dir == "" {
				t.dir = strings.TrimSuffix(r.Output, weightsSuffix) + ".run"
			}
			if err := prepareFolders(t.dir, r.Output, force); err != nil {
				return err
			}
			t.state.Recipe = r
			return t.run(cmd.Context())
		},
	}
	f := cmd.Flags()
	r.define(f, &widths)
	f.StringVarP(&r.Output, "output", "o", "", "weights file to write")
	f.StringVar(&run, "run", "", "folder for metrics.csv and checkpoints (default the output's name with .run)")
	f.StringVar(&resume, "resume", "", "go on with the interrupted training of this folder")
	f.BoolVar(&force, "force", false, "start over where a training has left its checkpoint")
	f.IntVar(&threads, "threads", 0, "threads to compute with (default all)")
	return cmd
}

// readRecipe completes r from the command line.
func readRecipe(cmd *cobra.Command, r *recipe, widths []int, args []string) (err error) {
	if len(args) != 1 {
		return fmt.Errorf("got %s, want train DATA -o WEIGHTS.safetensors", count(len(args), "data set"))
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
	if r.Data, err = filepath.Abs(args[0]); err != nil {
		return err
	}
	if r.Output, err = filepath.Abs(r.Output); err != nil {
		return err
	}
	r.complete(cmd.Flags())
	r.Command = r.command(cmd.Flags())
	return r.check()
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

// resumeTraining goes on with the training of a run folder. The recipe is the
// checkpoint's; only where data and output lie may have changed.
func resumeTraining(cmd *cobra.Command, t *training, dir string, args []string, output string) error {
	var others []string
	cmd.Flags().Visit(func(f *pflag.Flag) {
		if f.Name != "resume" && f.Name != "threads" && f.Name != "output" {
			others = append(others, "--"+f.Name)
		}
	})
	if len(others) > 0 {
		return usageErrorf(cmd, "--resume goes on as the training began: got %s as well, want DATA, -o and --threads at most", strings.Join(others, ", "))
	}
	if len(args) > 1 {
		return usageErrorf(cmd, "got %d data sets, want one at most", len(args))
	}
	// The checkpoint itself may be named instead of its folder.
	if filepath.Base(dir) == checkpointName {
		dir = filepath.Dir(dir)
	}
	t.dir = dir
	if err := t.load(); err != nil {
		return err
	}
	var err error
	if len(args) == 1 {
		if t.state.Recipe.Data, err = filepath.Abs(args[0]); err != nil {
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
