package main

import (
	"cmp"
	"fmt"
	"math"
	"path/filepath"
	"strings"

	"github.com/spf13/pflag"

	"lungct/alexnet"
	"lungct/internal/ct"
	"lungct/internal/dataset"
)

// recipe is everything that decides how a training goes. It is kept in the
// checkpoint, so that a resumed training goes the same way.
type recipe struct {
	Data   string `json:"data"`   // absolute path
	Output string `json:"output"` // absolute path of the weights file

	Network alexnet.Config `json:"network"`
	Crop    string         `json:"crop"`

	Epochs       int     `json:"epochs"`
	Batch        int     `json:"batch"`
	LearningRate float64 `json:"learning_rate"`
	Momentum     float64 `json:"momentum"`
	WeightDecay  float64 `json:"weight_decay"`
	Warmup       float64 `json:"warmup"` // epochs
	Seed         uint64  `json:"seed"`
	NoAugment    bool    `json:"no_augment"`
	FlipV        bool    `json:"flip_v"`
	SkipBad      bool    `json:"skip_bad"`
	Compact      string  `json:"compact"`

	splitting

	Name        string `json:"name"`
	Description string `json:"description"`
	DataName    string `json:"data_name"`
	Source      string `json:"source"`
	Licence     string `json:"licence"`

	Command string `json:"command"`
}

// define adds a flag for every ingredient.
func (r *recipe) define(f *pflag.FlagSet, widths *[]int) {
	c := alexnet.DefaultConfig()
	r.Network = c
	f.IntVar(&r.Epochs, "epochs", 30, "passes over the training slices")
	f.IntVar(&r.Batch, "batch", 32, "slices a step")
	f.Float64Var(&r.LearningRate, "lr", 0.01, "learning rate after warm-up; it falls to 0 along a cosine")
	f.Float64Var(&r.Momentum, "momentum", 0.9, "momentum of gradient descent")
	f.Float64Var(&r.WeightDecay, "weight-decay", 5e-4, "weight decay (L2)")
	f.Float64Var(&r.Warmup, "warmup", 1, "epochs over which the learning rate rises; unless given, at most a tenth of all")
	f.Uint64Var(&r.Seed, "seed", 1, "fixes everything random: weights, order, variations, split")
	f.IntVar(&r.Network.Size, "size", c.Size, "side of the network's input in pixels")
	f.IntSliceVar(widths, "widths", c.Widths[:], "channels of the five convolutional layers")
	f.IntVar(&r.Network.Hidden, "hidden", c.Hidden, "width of the first two linear layers")
	f.IntVar(&r.Network.PoolStride, "pool-stride", c.PoolStride, "stride of max pooling")
	f.Float64Var(&r.Network.Dropout, "dropout", c.Dropout, "probability of dropping an input of a linear layer")
	f.BoolVar(&r.Network.LRN, "lrn", c.LRN, "local response normalisation after each convolutional layer")
	f.StringVar(&r.Crop, "crop", ct.CropNone, "part of the slice that is used: none (the whole) or body (its box)")
	f.BoolVar(&r.NoAugment, "no-augment", false, "do not vary training slices (crop, turn, mirror, contrast, brightness)")
	f.BoolVar(&r.FlipV, "flip-vertical", false, "also mirror top and bottom, for slices of patients lying prone")
	r.splitting.define(f)
	f.BoolVar(&r.SkipBad, "skip-bad", false, "go on without the files that cannot be read")
	defineCompact(f, &r.Compact, compactNone)
	f.StringVar(&r.Name, "name", "", "name of the model (default the output's)")
	f.StringVar(&r.Description, "description", "", "what to know of the model, for its card")
	f.StringVar(&r.DataName, "data-name", "", "name of the data set, for the card (default its folder's)")
	f.StringVar(&r.Source, "data-source", "", "where the data set comes from, for the card")
	f.StringVar(&r.Licence, "licence", "not stated", "licence of the data set, for the card")
}

// check finds values no training can have.
func (r *recipe) check() error {
	positive := func(v float64) bool { return v > 0 && !math.IsInf(v, 0) }
	switch {
	case r.Epochs < 1 || r.Epochs > 1_000_000:
		return fmt.Errorf("--epochs: got %d, want 1 to 1000000", r.Epochs)
	case r.Batch < 1 || r.Batch > 4096:
		return fmt.Errorf("--batch: got %d, want 1 to 4096", r.Batch)
	case !positive(r.LearningRate):
		return fmt.Errorf("--lr: got %v, want more than 0", r.LearningRate)
	case !(r.Momentum >= 0 && r.Momentum < 1):
		return fmt.Errorf("--momentum: got %v, want at least 0 and less than 1", r.Momentum)
	case !(r.WeightDecay >= 0 && r.WeightDecay < 1):
		return fmt.Errorf("--weight-decay: got %v, want at least 0 and less than 1", r.WeightDecay)
	case !(r.Warmup >= 0 && r.Warmup < float64(r.Epochs)):
		return fmt.Errorf("--warmup: got %v, want at least 0 and less than --epochs %d", r.Warmup, r.Epochs)
	case r.Crop != ct.CropNone && r.Crop != ct.CropBody:
		return fmt.Errorf("--crop: got %q, want %q or %q", r.Crop, ct.CropNone, ct.CropBody)
	}
	if _, err := compactType(r.Compact); err != nil {
		return err
	}
	if err := r.splitting.check(); err != nil {
		return err
	}
	_, err := r.Network.Shapes()
	return err
}

// augmentation is how training slices are varied, nil for not at all.
func (r *recipe) augmentation() *dataset.Augmentation {
	if r.NoAugment {
		return nil
	}
	a := dataset.Augmentations["light"]
	a.FlipV = r.FlipV
	return &a
}

// rate is the learning rate of a step, counted from 0 over the whole training:
// it rises in a straight line during warm-up, since large steps from random
// weights diverge, then falls to zero along half a cosine (Loshchilov and Hutter
// 2017).
func (r *recipe) rate(step, stepsPerEpoch int) float64 {
	total := float64(r.Epochs * stepsPerEpoch)
	warmup := r.Warmup * float64(stepsPerEpoch)
	t := float64(step)
	if t < warmup {
		return r.LearningRate * min(1, (t+1)/warmup)
	}
	return r.LearningRate * (1 + math.Cos(math.Pi*(t-warmup)/(total-warmup))) / 2
}

// words is the recipe in a sentence, for the model card.
func (r *recipe) words() string {
	s := fmt.Sprintf("cross-entropy, gradient descent with momentum %v and weight decay %v, batches of %d, learning rate %v (warm-up over %v epochs, then cosine to 0), dropout %v",
		r.Momentum, r.WeightDecay, r.Batch, r.LearningRate, r.Warmup, r.Network.Dropout)
	if a := r.augmentation(); a != nil {
		mirrored := "left and right"
		if a.FlipV {
			mirrored += ", top and bottom"
		}
		return s + fmt.Sprintf("; slices varied: crop ±%v %%, turned ±%v degrees, mirrored %s, contrast ±%v %%, brightness ±%v %%",
			100*a.Crop, a.Rotation, mirrored, 100*a.Contrast, 100*a.Brightness)
	}
	return s + "; slices not varied"
}

// command is the command line that repeats the training, without the folders of
// the machine it ran on: the card travels with the weights.
func (r *recipe) command(flags *pflag.FlagSet) string {
	words := []string{"trainer train", filepath.Base(r.Data), "-o", filepath.Base(r.Output)}
	local := map[string]bool{"output": true, "run": true, "resume": true, "threads": true, "force": true}
	flags.Visit(func(f *pflag.Flag) {
		if local[f.Name] {
			return
		}
		values := []string{f.Value.String()}
		if list, ok := f.Value.(pflag.SliceValue); ok {
			values = list.GetSlice()
			if f.Value.Type() == "intSlice" {
				values = []string{strings.Join(values, ",")}
			}
		}
		if f.Name == "split-file" {
			values[0] = filepath.Base(values[0])
		}
		for _, value := range values {
			if strings.ContainsAny(value, " \"'$`\\&;|<>()") {
				value = "'" + strings.ReplaceAll(value, "'", `'\''`) + "'"
			}
			words = append(words, "--"+f.Name+"="+value)
		}
	})
	return strings.Join(words, " ")
}

// complete fills in what has been left to be derived.
func (r *recipe) complete(flags *pflag.FlagSet) {
	if !flags.Changed("warmup") {
		r.Warmup = min(r.Warmup, float64(r.Epochs)/10)
	}
	r.Name = cmp.Or(r.Name, strings.TrimSuffix(filepath.Base(r.Output), filepath.Ext(r.Output)))
	data := r.Data
	if filepath.Ext(data) == ".csv" { // a manifest stands for its folder
		data = filepath.Dir(data)
	}
	r.DataName = cmp.Or(r.DataName, filepath.Base(data))
}
