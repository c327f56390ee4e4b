package dataset

import (
	"context"
	"iter"
	"runtime"
	"sync"

	"lungct/internal/ct"
)

// Batch is what the network sees at once.
type Batch struct {
	Step    int       // number of the batch in its epoch
	Samples []int     // indices into Set.Samples
	X       []float32 // N x H x W, normalised; one plane, since all channels of a CT are equal
	Classes []int     // N
}

// Batches prepares batches of loaded samples ahead of the network, on goroutines
// of their own. Buffers are made once: a batch is valid until the next.
type Batches struct {
	Set           *Set
	Indices       []int // of the samples of an epoch
	Preprocessing ct.Preprocessing
	Size          int           // samples a batch; the last one may be smaller
	Shuffle       bool          // draw the order anew each epoch
	Balance       Balance       // how the samples of an epoch are drawn; only with Shuffle
	Augment       *Augmentation // nil for slices that are kept at the input's size
	Seed          uint64

	workers []worker
}

// worker owns one batch and the pixels on their way into it.
type worker struct {
	batch       Batch
	grey, space []uint8
}

// Steps is the number of batches in an epoch.
func (b *Batches) Steps() int { return (len(b.Indices) + b.Size - 1) / b.Size }

// Bytes is the memory that the buffers take.
func (b *Batches) Bytes() int64 {
	pixels := b.Preprocessing.Size * b.Preprocessing.Size
	return int64(b.workerCount()) * int64(pixels) * int64(4*min(b.Size, len(b.Indices))+2)
}

// workerCount is one batch for the network and at least one being prepared; four
// keep up with any network that is worth waiting for.
func (b *Batches) workerCount() int {
	return max(1, min(runtime.GOMAXPROCS(0), 4, b.Steps()))
}

// Epoch yields the batches of an epoch from the given step on. It ends early
// when ctx does.
func (b *Batches) Epoch(ctx context.Context, epoch, from int) iter.Seq[*Batch] {
	return func(yield func(*Batch) bool) {
		ctx, cancel := context.WithCancel(ctx)
		var running sync.WaitGroup
		defer running.Wait()
		defer cancel()

		order, copies := b.order(epoch)
		if b.workers == nil {
			b.workers = make([]worker, b.workerCount())
		}
		// Worker w prepares batches w, w+W, w+2W, ... into its own buffer and
		// waits for the buffer to be handed back. Taking the workers in turn
		// keeps the batches in order.
		n := len(b.workers)
		ready := make([]chan *Batch, n)
		free := make([]chan struct{}, n)
		for w := range n {
			ready[w] = make(chan *Batch, 1)
			free[w] = make(chan struct{}, 1)
			running.Go(func() {
				for step := from + w; step < b.Steps(); step += n {
					b.prepare(&b.workers[w], order, copies, epoch, step)
					ready[w] <- &b.workers[w].batch
					select {
					case <-free[w]:
					case <-ctx.Done():
						return
					}
				}
			})
		}
		for step := from; step < b.Steps(); step++ {
			w := (step - from) % n
			select {
			case batch := <-ready[w]:
				if ctx.Err() != nil || !yield(batch) {
					return
				}
				free[w] <- struct{}{}
			case <-ctx.Done():
				return
			}
		}
	}
}

// order is the samples of an epoch, drawn and shuffled if that is wanted, and how
// often each has come before.
func (b *Batches) order(epoch int) (order, copies []int) {
	copies = make([]int, len(b.Indices))
	if !b.Shuffle {
		return b.Indices, copies
	}
	// The sample number of the order's generator is one no sample has.
	rng := generator(b.Seed, uint64(epoch), 1<<63)
	order = b.Balance.draw(b.Set, b.Indices, rng)
	rng.Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
	seen := make([]int, len(b.Set.Samples))
	for n, i := range order {
		copies[n] = seen[i]
		seen[i]++
	}
	return order, copies
}

// prepare fills w's batch with the samples of a step.
func (b *Batches) prepare(w *worker, order, copies []int, epoch, step int) {
	p, set := b.Preprocessing, b.Set
	pixels := p.Size * p.Size
	most := min(b.Size, len(b.Indices))
	if w.grey == nil {
		w.grey, w.space = make([]uint8, pixels), make([]uint8, pixels)
		w.batch.X = make([]float32, most*pixels)
		w.batch.Classes = make([]int, most)
	}
	batch := &w.batch
	batch.Step = step
	batch.Samples = order[step*b.Size : min(len(order), (step+1)*b.Size)]
	batch.X = batch.X[:len(batch.Samples)*pixels]
	batch.Classes = batch.Classes[:len(batch.Samples)]
	for n, i := range batch.Samples {
		s := &set.Samples[i]
		grey := s.Grey
		if b.Augment != nil {
			rng := generator(b.Seed, uint64(epoch), uint64(i)|uint64(copies[step*b.Size+n])<<32)
			v := b.Augment.draw(rng, p.Size, s.Side)
			v.apply(w.grey, p.Size, s.Grey, s.Side, w.space)
			grey = w.grey
		}
		p.Normalise(batch.X[n*pixels:(n+1)*pixels], grey, 1)
		batch.Classes[n] = s.Class
	}
}
