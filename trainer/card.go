package main

import (
	"fmt"
	"strings"
	"time"

	"lungct/alexnet"
	"lungct/internal/baseline"
	"lungct/internal/dataset"
)

// newCard is the model card as far as it is known before training.
func (t *training) newCard() (alexnet.Card, error) {
	r := &t.state.Recipe
	p := t.preprocessing()
	p.Mean, p.Std = t.set.MeanStd(t.split.Train)
	created, _, err := now()
	if err != nil {
		return alexnet.Card{}, err
	}
	return alexnet.Card{
		Name:          r.Name,
		Description:   r.Description,
		Architecture:  r.Network,
		Preprocessing: p,
		Labels:        dataset.Labels,
		Data: alexnet.Data{
			Name: r.DataName, Source: r.Source, Licence: r.Licence,
			Hash: t.state.DataHash, Split: t.split.Text, SplitHash: t.state.SplitHash,
			Train: t.part(t.split.Train), Validation: t.part(t.split.Val),
		},
		Training: alexnet.Training{
			Command: r.Command, Recipe: r.words(), Seed: r.Seed, Epochs: r.Epochs,
		},
		IntendedUse: alexnet.ResearchUse,
		Limits: fmt.Sprintf("Learnt from single slices of one data set (%s), where noncovid is whatever that set calls so. "+
			"Slices of other hospitals, scanners, windows, ages and diseases may be judged far worse than the scores here say. "+
			"It sees one slice, not the patient.", r.DataName),
		Program: "lungct trainer " + version(),
		Created: created.Format(time.RFC3339),
	}, nil
}

func (t *training) part(indices []int) alexnet.Part {
	classes, groups := t.set.Counts(indices)
	return alexnet.Part{Slices: len(indices), Positives: classes[alexnet.Finding], Groups: groups}
}

func (t *training) validationText() string {
	r := &t.state.Recipe
	var chosen []string
	if !r.last() || r.Patience > 0 {
		chosen = append(chosen, "the epoch")
	}
	if !r.NoTemperature {
		chosen = append(chosen, "the temperature")
	}
	chosen = append(chosen, "the operating point")
	return t.flattered(fmt.Sprintf("validation part of %s: not trained on, but used to choose %s", r.DataName, list(chosen)))
}

// list is words as people list them: "a, b and c".
func list(words []string) string {
	last := len(words) - 1
	if last < 1 {
		return strings.Join(words, "")
	}
	return strings.Join(words[:last], ", ") + " and " + words[last]
}

func (t *training) testText() string {
	return t.flattered(fmt.Sprintf("test part of %s: neither trained on nor used to choose anything", t.state.Recipe.DataName))
}

// flattered adds to the name of a part that scores on it are optimistic, where they
// are: they are read without the split's description.
func (t *training) flattered(text string) string {
	if t.split.Optimistic {
		text += " (" + dataset.OptimisticText + ")"
	}
	return text
}

// describe says what has been read and what it will take.
func (t *training) describe() error {
	r := &t.state.Recipe
	fmt.Fprintf(t.progress, "split %s\n", t.split.Text)
	if err := describeData(t.progress, t.set, t.split); err != nil {
		return err
	}
	var err error
	if t.baselines, err = baseline.Fit(t.set, t.split.Train); err != nil {
		return err
	}
	if err := announceBaselines(t.progress, t.baselines, t.set, t.split.Val); err != nil {
		return err
	}
	shapes, err := r.Network.Shapes()
	if err != nil {
		return err
	}
	var parameters int64
	for _, s := range shapes {
		parameters += int64(s.Size())
	}
	vectors := int64(3) // weights, gradients and momentum, 4 bytes each
	if !r.descends() {
		vectors++ // the second moment
	}
	if r.Average > 0 {
		vectors++
	}
	fmt.Fprintf(t.progress, "network of %d parameters, input %dx%d, mean %.4f, deviation %.4f\n",
		parameters, r.Network.Size, r.Network.Size, t.card.Preprocessing.Mean, t.card.Preprocessing.Std)
	fmt.Fprintf(t.progress, "memory: slices %s, batches %s, weights with gradients and what the optimizer keeps %s, and the activations\n",
		slicesText(t.set), megabytes(t.train.Bytes()+t.validation.Bytes()), megabytes(4*vectors*parameters))
	train, _ := t.set.Counts(t.split.Train)
	t.events.write("start", event{
		"command": r.Command, "run": t.dir, "output": r.Output, "epoch": t.state.Epoch, "step": t.state.Step,
		"epochs": r.Epochs, "steps": t.train.Steps(), "split": t.split.Text, "train": len(t.split.Train), "train_covid": train[alexnet.Finding],
		"validation": len(t.split.Val), "test": len(t.split.Test), "parameters": parameters, "slice_bytes": t.set.Bytes(),
	})
	if t.resumed {
		fmt.Fprintf(t.progress, "going on: %s\n", t.checkpoint)
	}
	return nil
}

// slicesText is how much room the slices take.
func slicesText(set *dataset.Set) string {
	text := megabytes(set.Bytes())
	if more := set.Spilled(); more > 0 {
		text += " and " + megabytes(more) + " in a file"
	}
	return text
}

// megabytes is a size as people say it.
func megabytes(n int64) string {
	if n < 1e6 {
		return fmt.Sprintf("%.1f kB", float64(n)/1e3)
	}
	return fmt.Sprintf("%.1f MB", float64(n)/1e6)
}
