package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"lungct/alexnet"
	"lungct/internal/dataset"
	"lungct/internal/kernel"
	"lungct/internal/metrics"
)

// tinyRecipe is a training of three epochs of three steps each.
func tinyRecipe(t *testing.T, data string) recipe {
	t.Helper()
	network := alexnet.DefaultConfig()
	network.Size, network.Widths, network.Hidden = 111, [5]int{4, 6, 8, 6, 4}, 16
	r := recipe{
		Data: []string{data}, Output: filepath.Join(t.TempDir(), "out.safetensors"), Network: network, Crop: "none",
		Epochs: 3, Batch: 4, Seed: 3, Name: "tiny", DataName: "ct",
		descent:   descent{LearningRate: 0.02, Momentum: 0.9, WeightDecay: 5e-4},
		schedule:  schedule{Warmup: 0.5},
		variation: variation{Augmentation: dataset.Augmentations["light"]},
		splitting: splitting{ValShare: 0.3},
	}
	if err := r.check(); err != nil {
		t.Fatal(err)
	}
	return r
}

// interrupter cancels a training when its progress shows a step.
type interrupter struct{ cancel context.CancelFunc }

func (i interrupter) Write(text []byte) (int, error) {
	if bytes.Contains(text, []byte("step ")) {
		i.cancel()
	}
	return len(text), nil
}

// whole trains without a break and returns the bytes of the weights file and the
// rows of metrics.csv without their times.
func whole(t *testing.T, r recipe) (weights []byte, rows []string) {
	t.Helper()
	run := &training{dir: t.TempDir(), stdout: io.Discard, progress: newProgress(io.Discard)}
	run.state.Recipe = r
	if err := run.run(t.Context()); err != nil {
		t.Fatal(err)
	}
	return result(t, run.dir, r)
}

func result(t *testing.T, dir string, r recipe) (weights []byte, rows []string) {
	t.Helper()
	weights, err := os.ReadFile(r.Output)
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(filepath.Join(dir, metricsName))
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		fields := strings.Split(strings.TrimSpace(line), ",")
		rows = append(rows, strings.Join(fields[:len(fields)-2], ","))
	}
	return weights, rows
}

// A training that is interrupted after every single step, and resumed from disk
// each time, must end with the very bytes of one that is left alone.
func TestResumeIsExact(t *testing.T) {
	t.Setenv("SOURCE_DATE_EPOCH", "1700000000")
	data := t.TempDir()
	if err := writeSlices(data, 8); err != nil {
		t.Fatal(err)
	}
	want, wantRows := whole(t, tinyRecipe(t, data))

	r := tinyRecipe(t, data)
	dir := t.TempDir()
	interruptions := 0
	for {
		ctx, cancel := context.WithCancel(t.Context())
		run := &training{dir: dir, stdout: io.Discard, progress: &progress{Writer: interrupter{cancel}, terminal: true}}
		if interruptions == 0 {
			run.state.Recipe = r
		} else if err := run.load(); err != nil {
			t.Fatal(err)
		}
		err := run.run(ctx)
		cancel()
		if err == nil {
			break
		}
		if !errors.Is(err, errInterrupted) {
			t.Fatal(err)
		}
		if interruptions++; interruptions > 20 {
			t.Fatal("the training does not get on")
		}
	}
	if interruptions != 9 {
		t.Errorf("interruptions: got %d, want 9, one a step", interruptions)
	}
	got, rows := result(t, dir, r)
	if !bytes.Equal(got, want) {
		t.Error("the interrupted training wrote other weights")
	}
	if strings.Join(rows, "\n") != strings.Join(wantRows, "\n") {
		t.Errorf("metrics.csv: got\n%s\nwant\n%s", strings.Join(rows, "\n"), strings.Join(wantRows, "\n"))
	}
	if len(wantRows) != 4 {
		t.Errorf("metrics.csv: got %d lines, want a header and 3 epochs", len(wantRows))
	}
}

func TestThreadsDoNotMatter(t *testing.T) {
	t.Setenv("SOURCE_DATE_EPOCH", "1700000000")
	data := t.TempDir()
	if err := writeSlices(data, 8); err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string]func(*recipe){
		"plain": func(r *recipe) { r.Nesterov = true },
		"everything": func(r *recipe) {
			r.Optimizer, r.Beta1, r.Beta2, r.LearningRate = adamW, 0.9, 0.99, 1e-3
			r.Clip, r.Average, r.Smoothing, r.ClassWeights = 0.5, 0.9, 0.1, "1,2"
			r.Augmentation, r.Balance = dataset.Augmentations["strong"], dataset.BalanceClass
		},
		"taught": func(r *recipe) {
			r.Teacher, r.Mix, r.Init = 0.5, 0.5, initData
		},
	} {
		recipe := func() recipe {
			r := tinyRecipe(t, data)
			change(&r)
			return r
		}
		want, _ := whole(t, recipe())
		threads := runtime.GOMAXPROCS(1)
		kernel.SetThreads(1)
		if got, _ := whole(t, recipe()); !bytes.Equal(got, want) {
			t.Errorf("%s: one thread wrote other weights", name)
		}
		runtime.GOMAXPROCS(threads)
		kernel.SetThreads(threads)
		r := recipe()
		r.Seed++
		if got, _ := whole(t, r); bytes.Equal(got, want) {
			t.Errorf("%s: another seed wrote the same weights", name)
		}
	}
}

func TestRate(t *testing.T) {
	s := schedule{Schedule: cosine, Warmup: 2}
	for _, tt := range []struct {
		step int
		want float64
	}{
		{0, 0.1 / 40},   // the first of 40 warm-up steps
		{19, 0.05},      // half-way up
		{39, 0.1},       // the last of them
		{40, 0.1},       // the cosine's top
		{120, 0.05},     // half-way down
		{199, 0.000009}, // the last step
	} {
		if got := s.rate(0.1, tt.step, 20, 10); math.Abs(got-tt.want) > 1e-6 {
			t.Errorf("step %d: got %v, want %v", tt.step, got, tt.want)
		}
	}
	s.Schedule = constant
	if first, later := s.rate(0.1, 0, 20, 10), s.rate(0.1, 150, 20, 10); math.Abs(first-0.1/40) > 1e-12 || later != 0.1 {
		t.Errorf("constant after warm-up: got %v, then %v", first, later)
	}
}

// Without warm-up, the rates are PyTorch's.
func TestGoldenSchedules(t *testing.T) {
	text, err := os.ReadFile("../alexnet/testdata/golden/training.json")
	if err != nil {
		t.Fatal(err)
	}
	var golden struct{ Schedules map[string][]float64 }
	if err := json.Unmarshal(text, &golden); err != nil {
		t.Fatal(err)
	}
	if len(golden.Schedules) != len(scheduleNames) {
		t.Errorf("got %d schedules, want %d", len(golden.Schedules), len(scheduleNames))
	}
	for name, rates := range golden.Schedules {
		s := schedule{Schedule: name, StepEpochs: 2, StepFactor: 0.1}
		if name == oneCycle {
			s.complete(5, false)
		}
		for step, want := range rates {
			if got := s.rate(0.1, step, 4, 5); math.Abs(got-want) > 1e-12 {
				t.Errorf("%s, step %d: got %v, want %v", name, step, got, want)
			}
		}
	}
}

func TestBeats(t *testing.T) {
	nan := metrics.Number(math.NaN())
	for _, tt := range []struct {
		name  string
		a, b  best
		beats bool
	}{
		{"the first epoch", best{Epoch: 1, Score: 0.1}, best{}, true},
		{"higher AUC", best{2, 0.9, 0.7, 0}, best{1, 0.8, 0.1, 0}, true},
		{"lower AUC", best{2, 0.7, 0.1, 0}, best{1, 0.8, 0.7, 0}, false},
		{"same AUC, lower loss", best{2, 0.8, 0.1, 0}, best{1, 0.8, 0.2, 0}, true},
		{"same in all: the earlier stays", best{2, 0.8, 0.2, 0}, best{1, 0.8, 0.2, 0}, false},
		{"no AUC, lower loss", best{2, nan, 0.1, 0}, best{1, nan, 0.2, 0}, true},
		{"no AUC, higher loss", best{2, nan, 0.3, 0}, best{1, nan, 0.2, 0}, false},
	} {
		if got := tt.a.beats(tt.b); got != tt.beats {
			t.Errorf("%s: got %v", tt.name, got)
		}
	}
}

func TestHarmless(t *testing.T) {
	for field, want := range map[string]string{
		"": "", "a.png": "a.png", "=1+1": "'=1+1", "-a": "'-a", "+a": "'+a", "@a": "'@a", "\ta": "'\ta", "a=b": "a=b", "é": "é",
	} {
		if got := harmless(field); got != want {
			t.Errorf("%q: got %q, want %q", field, got, want)
		}
	}
}

func TestNow(t *testing.T) {
	t.Setenv("SOURCE_DATE_EPOCH", "1700000000")
	if got, genuine, err := now(); err != nil || genuine || got.Format(time.RFC3339) != "2023-11-14T22:13:20Z" {
		t.Errorf("got %v, %v, %v", got, genuine, err)
	}
	for _, wrong := range []string{"yesterday", "-1", "999999999999999"} {
		t.Setenv("SOURCE_DATE_EPOCH", wrong)
		if _, _, err := now(); err == nil {
			t.Errorf("%q: got no error", wrong)
		}
	}
	t.Setenv("SOURCE_DATE_EPOCH", "")
	if _, genuine, err := now(); err != nil || !genuine {
		t.Errorf("unset: got %v, %v", genuine, err)
	}
}
