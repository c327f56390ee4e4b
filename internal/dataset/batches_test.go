package dataset

import (
	"context"
	"fmt"
	"runtime"
	"slices"
	"testing"

	"lungct/internal/ct"
)

// loaded is a set of n slices kept at the given side.
func loaded(n, side int) *Set {
	set := &Set{}
	for i := range n {
		grey := make([]uint8, side*side)
		for j := range grey {
			grey[j] = uint8(i*7 + j*3)
		}
		set.Samples = append(set.Samples, Sample{Path: fmt.Sprint(i), Class: i % 2, Grey: grey, Side: side})
	}
	return set
}

func batchesOf(set *Set, augment *Augmentation) *Batches {
	p := noCrop
	p.Size = 20
	return &Batches{Set: set, Indices: set.All(), Preprocessing: p, Size: 4, Shuffle: true, Augment: augment, Seed: 5}
}

// epoch copies out everything an epoch yields.
func epoch(b *Batches, number, from int) (samples []int, x []float32, classes []int) {
	for batch := range b.Epoch(context.Background(), number, from) {
		samples = append(samples, batch.Samples...)
		x = append(x, batch.X...)
		classes = append(classes, batch.Classes...)
	}
	return
}

func TestBatches(t *testing.T) {
	a := Augmentations["light"]
	b := batchesOf(loaded(10, GridSide(20)), &a)
	samples, x, classes := epoch(b, 3, 0)
	if b.Steps() != 3 || len(x) != 10*20*20 {
		t.Errorf("got %d steps and %d values", b.Steps(), len(x))
	}
	if !slices.Equal(slices.Sorted(slices.Values(samples)), b.Indices) {
		t.Errorf("samples of an epoch: got %v, want each once", samples)
	}
	for n, i := range samples {
		if classes[n] != i%2 {
			t.Errorf("sample %d: got class %d", i, classes[n])
		}
	}

	// Neither the number of threads nor where an epoch is taken up changes it.
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	one := batchesOf(b.Set, &a)
	if s, again, _ := epoch(one, 3, 0); !slices.Equal(s, samples) || !slices.Equal(again, x) {
		t.Error("one thread gave other batches")
	}
	if s, rest, _ := epoch(one, 3, 2); !slices.Equal(s, samples[8:]) || !slices.Equal(rest, x[8*400:]) {
		t.Error("taken up at step 2, the epoch went on differently")
	}
	if s, other, _ := epoch(one, 4, 0); slices.Equal(s, samples) || slices.Equal(other, x) {
		t.Error("the next epoch is the same")
	}
}

// Without augmentation the network sees exactly what a reader's slice becomes.
func TestBatchesEvaluate(t *testing.T) {
	set := loaded(5, 20)
	b := batchesOf(set, nil)
	b.Shuffle = false
	samples, x, _ := epoch(b, 0, 0)
	if !slices.Equal(samples, []int{0, 1, 2, 3, 4}) {
		t.Errorf("order: got %v", samples)
	}
	want := b.Preprocessing.Input(&ct.Slice{Width: 20, Height: 20, Grey: set.Samples[2].Grey}, 1)
	if !slices.Equal(x[2*400:3*400], want) {
		t.Error("sample 2 differs from ct's input")
	}
}

func TestBatchesStop(t *testing.T) {
	before := runtime.NumGoroutine()
	b := batchesOf(loaded(40, 20), nil)
	for range b.Epoch(t.Context(), 0, 0) {
		break
	}
	ctx, cancel := context.WithCancel(t.Context())
	steps := 0
	for range b.Epoch(ctx, 0, 0) {
		if steps++; steps == 2 {
			cancel()
		}
	}
	cancel()
	if steps != 2 {
		t.Errorf("cancelled after 2 steps: got %d", steps)
	}
	if after := runtime.NumGoroutine(); after > before {
		t.Errorf("goroutines: got %d, want %d as before", after, before)
	}
}

func TestBatchesReuseBuffers(t *testing.T) {
	b := batchesOf(loaded(40, 22), &Augmentation{})
	epoch := func() {
		for range b.Epoch(context.Background(), 0, 0) {
		}
	}
	epoch()
	// Ten batches of 19 kB: what is left are channels, goroutines and generators.
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	epoch()
	runtime.ReadMemStats(&after)
	if got := after.TotalAlloc - before.TotalAlloc; got > 16<<10 {
		t.Errorf("an epoch allocated %d bytes, want buffers to be kept", got)
	}
	if want := int64(len(b.workers)) * 400 * (4*4 + 2); b.Bytes() != want {
		t.Errorf("bytes: got %d, want %d", b.Bytes(), want)
	}
}
