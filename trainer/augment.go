package main

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/spf13/pflag"

	"lungct/internal/dataset"
)

// variation is how training slices are varied.
type variation struct {
	Preset       string               `json:"preset"`
	Augmentation dataset.Augmentation `json:"augmentation"`
	Balance      dataset.Balance      `json:"balance"`
}

const (
	noAugmentation      = "none"
	defaultAugmentation = "light"
)

// augmentationNames are the presets.
func augmentationNames() []string {
	return slices.SortedFunc(maps.Keys(dataset.Augmentations), func(a, b string) int {
		return int(100 * (dataset.Augmentations[a].Rotation - dataset.Augmentations[b].Rotation))
	})
}

// define adds the flags.
func (v *variation) define(f *pflag.FlagSet) {
	a := &v.Augmentation
	*a = dataset.Augmentations[defaultAugmentation]
	f.StringVar(&v.Preset, "augment", defaultAugmentation, "how training slices are varied: none, light, medium or strong; the flags below change single ranges")
	f.Float64Var(&a.Crop, "augment-crop", a.Crop, "side of the cut-out, as a share either way")
	f.Float64Var(&a.Rotation, "augment-rotation", a.Rotation, "degrees either way")
	f.Float64Var(&a.Aspect, "augment-aspect", a.Aspect, "width to height, as a share either way")
	f.BoolVar(&a.FlipH, "augment-flip", a.FlipH, "mirror left and right")
	f.BoolVar(&a.FlipV, "augment-flip-vertical", a.FlipV, "mirror top and bottom, for slices of patients lying prone")
	f.Float64Var(&a.Contrast, "augment-contrast", a.Contrast, "contrast, as a share either way")
	f.Float64Var(&a.Brightness, "augment-brightness", a.Brightness, "brightness, as a share of the range of grey either way")
	f.Float64Var(&a.Gamma, "augment-gamma", a.Gamma, "exponent of grey, as a share either way")
	f.Float64Var(&a.Window, "augment-window", a.Window, "width of the grey window as a share either way, and its centre by half of that")
	f.Float64Var(&a.Blur, "augment-blur", a.Blur, "largest standard deviation of a blur, pixels, every other time")
	f.Float64Var(&a.Erase, "augment-erase", a.Erase, "largest side of a rectangle that is painted over, as a share, every other time")
	f.StringVar((*string)(&v.Balance), "balance", string(dataset.BalanceNone), "draw an epoch's slices evenly over: none, class, set, or set-class")
}

// complete takes the preset's ranges where none are given.
func (v *variation) complete(f *pflag.FlagSet) error {
	given := make(map[string]string)
	f.Visit(func(flag *pflag.Flag) {
		if strings.HasPrefix(flag.Name, "augment-") {
			given[flag.Name] = flag.Value.String()
		}
	})
	preset, ok := dataset.Augmentations[v.Preset]
	if !ok {
		return fmt.Errorf("--augment: got %q, want %s", v.Preset, strings.Join(augmentationNames(), ", "))
	}
	v.Augmentation = preset
	for name, value := range given {
		if err := f.Set(name, value); err != nil {
			return err
		}
	}
	return nil
}

// check finds variations that cannot be.
func (v *variation) check() error {
	if err := v.Balance.Check(); err != nil {
		return fmt.Errorf("--balance: %w", err)
	}
	if err := v.Augmentation.Check(); err != nil {
		return fmt.Errorf("--augment: %w", err)
	}
	return nil
}

// augmentation is how training slices are varied, nil for not at all.
func (v *variation) augmentation() *dataset.Augmentation {
	if v.Augmentation == (dataset.Augmentation{}) {
		return nil
	}
	return &v.Augmentation
}

// words is the variation in words.
func (v *variation) words() string {
	a := v.augmentation()
	if a == nil {
		return "slices not varied"
	}
	var parts []string
	add := func(value float64, format string, scale float64) {
		if value > 0 {
			parts = append(parts, fmt.Sprintf(format, scale*value))
		}
	}
	add(a.Crop, "crop ±%.4g %%", 100)
	add(a.Rotation, "turned ±%.4g degrees", 1)
	add(a.Aspect, "aspect ±%.4g %%", 100)
	if a.FlipH {
		parts = append(parts, "mirrored left and right")
	}
	if a.FlipV {
		parts = append(parts, "mirrored top and bottom")
	}
	add(a.Contrast, "contrast ±%.4g %%", 100)
	add(a.Brightness, "brightness ±%.4g %%", 100)
	add(a.Gamma, "gamma ±%.4g %%", 100)
	add(a.Window, "window ±%.4g %%", 100)
	add(a.Blur, "blurred up to %.4g pixels", 1)
	add(a.Erase, "erased up to %.4g %% of the side", 100)
	return "slices varied: " + strings.Join(parts, ", ")
}
