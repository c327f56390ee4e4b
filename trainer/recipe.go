package main

import (
	"cmp"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/pflag"

	"lungct/alexnet"
	"lungct/internal/ct"
	"lungct/internal/dataset"
)

// recipe is everything that decides how a training goes. It is kept in the
// checkpoint, so that a resumed training goes the same way.
type recipe struct {
	Data   []string `json:"data"`   // absolute paths
	Output string   `json:"output"` // absolute path of the weights file

	Network alexnet.Config `json:"network"`
	Init    string         `json:"init"`
	From    string         `json:"from"`      // absolute path of the weights to begin with, "" for drawn ones
	FromSum string         `json:"from_hash"` // SHA-256 of that file
	Crop    string         `json:"crop"`

	Epochs     int           `json:"epochs"`
	Batch      int           `json:"batch"`
	Seed       uint64        `json:"seed"`
	SkipBad    bool          `json:"skip_bad"`
	Compact    string        `json:"compact"`
	Checkpoint time.Duration `json:"checkpoint"` // longest time between two of them

	descent
	schedule
	selection
	variation
	tuition
	splitting
	calibration

	NoThumbnails bool `json:"no_thumbnails"` // in the report

	Name        string `json:"name"`
	Description string `json:"description"`
	DataName    string `json:"data_name"`
	Source      string `json:"source"`
	Licence     string `json:"licence"`

	Command  string            `json:"command"`
	Settings map[string]string `json:"settings"` // every flag that decides the result, given or not
}

// How the first weights are drawn.
const (
	initHe      = "he"
	initUniform = "uniform"
	initData    = "data"
)

var initNames = []string{initHe, initUniform, initData}

// define adds a flag for every ingredient.
func (r *recipe) define(f *pflag.FlagSet, widths *[]int) {
	c := alexnet.DefaultConfig()
	r.Network = c
	f.IntVar(&r.Epochs, "epochs", 30, "passes over the training slices")
	f.IntVar(&r.Batch, "batch", 32, "slices a step")
	f.Uint64Var(&r.Seed, "seed", 1, "fixes everything random: weights, order, variations, split")
	f.IntVar(&r.Network.Size, "size", c.Size, "side of the network's input in pixels")
	f.IntSliceVar(widths, "widths", c.Widths[:], "channels of the five convolutional layers")
	f.IntVar(&r.Network.Hidden, "hidden", c.Hidden, "width of the first two linear layers")
	f.IntVar(&r.Network.PoolStride, "pool-stride", c.PoolStride, "stride of max pooling")
	f.Float64Var(&r.Network.Dropout, "dropout", c.Dropout, "probability of dropping an input of a linear layer")
	f.BoolVar(&r.Network.LRN, "lrn", c.LRN, "local response normalisation after each convolutional layer")
	f.StringVar(&r.Init, "init", initData, "how the first weights are drawn: he (normal, He et al. 2015), uniform (PyTorch's default), or data (he, then each channel scaled to mean 0 and deviation 1 over training slices)")
	f.StringVar(&r.From, "from", "", "weights file to begin with instead of drawn weights; the network and what it wants of its input are the file's")
	f.StringVar(&r.Crop, "crop", ct.CropNone, "part of the slice that is used: none (the whole) or body (its box)")
	f.DurationVar(&r.Checkpoint, "checkpoint-every", 5*time.Minute, "longest time between two checkpoints, which a crash costs at most")
	r.descent.define(f)
	r.schedule.define(f)
	r.selection.define(f)
	r.variation.define(f)
	r.tuition.define(f)
	r.splitting.define(f)
	r.calibration.define(f)
	f.BoolVar(&r.SkipBad, "skip-bad", false, "go on without the files that cannot be read")
	defineCompact(f, &r.Compact, compactNone)
	f.BoolVar(&r.NoThumbnails, "no-thumbnails", false, "leave the slices called wrong out of report.html, which has them with heat maps")
	f.StringVar(&r.Name, "name", "", "name of the model (default the output's)")
	f.StringVar(&r.Description, "description", "", "what to know of the model, for its card")
	f.StringVar(&r.DataName, "data-name", "", "name of the data set, for the card (default its folder's)")
	f.StringVar(&r.Source, "data-source", "", "where the data set comes from, for the card")
	f.StringVar(&r.Licence, "licence", "not stated", "licence of the data set, for the card")
}

// check finds values no training can have.
func (r *recipe) check() error {
	switch {
	case r.Epochs < 1 || r.Epochs > 1_000_000:
		return fmt.Errorf("--epochs: got %d, want 1 to 1000000", r.Epochs)
	case r.Batch < 1 || r.Batch > 4096:
		return fmt.Errorf("--batch: got %d, want 1 to 4096", r.Batch)
	case r.Checkpoint < 0:
		return fmt.Errorf("--checkpoint-every: got %v, want at least 0", r.Checkpoint)
	case r.Init != "" && !slices.Contains(initNames, r.Init):
		return fmt.Errorf("--init: got %q, want %s", r.Init, strings.Join(initNames, ", "))
	case r.Crop != ct.CropNone && r.Crop != ct.CropBody:
		return fmt.Errorf("--crop: got %q, want %q or %q", r.Crop, ct.CropNone, ct.CropBody)
	}
	if _, err := compactType(r.Compact); err != nil {
		return err
	}
	for _, err := range []error{
		r.descent.check(), r.schedule.check(r.Epochs), r.selection.check(r.Epochs), r.variation.check(), r.tuition.check(), r.tuition.checkWeights(r.ClassWeights), r.splitting.check(), r.calibration.check(),
	} {
		if err != nil {
			return err
		}
	}
	_, err := r.Network.Shapes()
	return err
}

// initialWords says where the first weights come from.
func (r *recipe) initialWords() string {
	if r.From != "" {
		return fmt.Sprintf("%s (SHA-256 %s)", filepath.Base(r.From), r.FromSum)
	}
	switch r.Init {
	case initUniform:
		return fmt.Sprintf("uniform distributions, PyTorch's default, drawn with seed %d", r.Seed)
	case initData:
		return fmt.Sprintf("normal distributions of He et al. 2015, drawn with seed %d, then scaled so that each channel has mean 0 and deviation 1 over training slices", r.Seed)
	}
	return fmt.Sprintf("normal distributions of He et al. 2015, drawn with seed %d", r.Seed)
}

// words is the recipe in a sentence, for the model card.
func (r *recipe) words() string {
	s := fmt.Sprintf("%s, batches of %d, %s, dropout %v, %s; %s",
		r.descent.words(), r.Batch, r.schedule.words(r.LearningRate), r.Network.Dropout, r.selection.words(), r.variation.words())
	if r.Balance != "" && r.Balance != dataset.BalanceNone {
		s += fmt.Sprintf("; slices drawn evenly over each %s", r.Balance)
	}
	return s + r.tuition.words() + "; first weights from " + r.initialWords()
}

// command is the command line that repeats the training, without the folders of
// the machine it ran on: the card travels with the weights.
func (r *recipe) command(flags *pflag.FlagSet) string {
	words := []string{"trainer train"}
	for _, data := range r.Data {
		words = append(words, quoted(filepath.Base(data)))
	}
	words = append(words, "-o", quoted(filepath.Base(r.Output)))
	// Whether a value was typed, read from a file or derived makes no difference.
	flags.VisitAll(func(f *pflag.Flag) {
		if local[f.Name] || f.Name == "output" || f.Value.String() == f.DefValue {
			return
		}
		values := flagValues(f)
		if f.Name == "split-file" {
			values[0] = filepath.Base(values[0])
		}
		for _, value := range values {
			words = append(words, "--"+f.Name+"="+quoted(value))
		}
	})
	return strings.Join(words, " ")
}

// quoted is a word as a shell takes it for one.
func quoted(word string) string {
	if word != "" && !strings.ContainsAny(word, " \t\n\"'$`\\&;|<>()*?[]{}~#!") {
		return word
	}
	return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
}

// local are the flags that do not decide the result.
var local = map[string]bool{
	"run": true, "resume": true, "threads": true, "max-memory": true, "force": true, "json": true,
	"checkpoint-every": true, "no-thumbnails": true, "config": true, "recipe": true, "help": true,
}

// complete fills in what has been left to be derived.
func (r *recipe) complete(flags *pflag.FlagSet) error {
	if err := r.splitting.resolveFold(os.LookupEnv); err != nil {
		return err
	}
	r.schedule.complete(r.Epochs, flags.Changed("warmup"))
	if err := r.variation.complete(flags); err != nil {
		return err
	}
	r.Name = cmp.Or(r.Name, strings.TrimSuffix(filepath.Base(r.Output), filepath.Ext(r.Output)))
	if r.DataName == "" {
		var names []string
		for _, data := range r.Data {
			if filepath.Ext(data) == ".csv" { // a manifest stands for its folder
				data = filepath.Dir(data)
			}
			names = append(names, filepath.Base(data))
		}
		r.DataName = strings.Join(names, " and ")
	}
	r.Command = r.command(flags)
	r.Settings = settings(flags)
	return nil
}
