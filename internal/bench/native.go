package main

import (
	"fmt"
	"math/rand/v2"
	"runtime"
	"time"

	"lungct/alexnet"
	"lungct/internal/kernel"
)

// native measures the network in this process and in those of the peers.
type native struct {
	subject  *subject
	peers    *peers
	reading  *alexnet.Model // slice by slice, as the page and predict read
	halves   *alexnet.Model // the same from weights of 16 bits
	training *alexnet.Model
}

func newNative(s *subject, p *peers) (*native, error) {
	n := &native{subject: s, peers: p}
	var err error
	if n.reading, _, err = alexnet.ReadFrozen(s.small); err != nil {
		return nil, err
	}
	if n.halves, _, err = alexnet.ReadFrozen(s.half); err != nil {
		return nil, err
	}
	n.training, err = s.model()
	return n, err
}

// infer measures milliseconds an image.
func (n *native) infer(t *table) error {
	for _, file := range []struct {
		bits string
		data []byte
	}{{"32", n.subject.weights}, {"16", n.subject.half}, {"8", n.subject.small}} {
		t.figure("Weights file", "weights of "+file.bits+" bits", "MB", false).add(us, float64(len(file.data))/1e6)
	}
	for _, batch := range []int{1, 32} {
		warm, times, m := 5, 30, n.reading
		if batch > 1 { // as eval reads
			warm, times, m = 1, 3, n.training
		}
		x := n.batch(batch)
		for threads := 1; threads <= 2; threads++ {
			f := t.figure("Reading, native", fmt.Sprintf("batch %d, %s", batch, count(threads)), "ms/image", false)
			kernel.SetThreads(threads)
			if err := read(f, m, x, batch, warm, times); err != nil {
				return err
			}
			if batch == 1 {
				f := t.figure("Reading, native", fmt.Sprintf("batch 1, %s, weights of 16 bits", count(threads)), "ms/image", false)
				if err := read(f, n.halves, x, batch, warm, times); err != nil {
					return err
				}
			}
			if n.peers.ort == nil {
				continue
			}
			var answer struct{ Seconds []float64 }
			request := map[string]any{"do": "infer", "threads": threads, "batch": batch, "warm": warm, "times": times}
			if err := n.peers.ort.ask(request, &answer); err != nil {
				return err
			}
			for _, s := range answer.Seconds {
				f.add(n.peers.ort.name, s*1000/float64(batch))
			}
		}
	}
	return nil
}

// read measures milliseconds an image of a model.
func read(f *figure, m *alexnet.Model, x []float32, batch, warm, times int) error {
	for i := -warm; i < times; i++ {
		start := time.Now()
		if _, err := m.Logits(x); err != nil {
			return err
		}
		if i >= 0 {
			f.add(us, time.Since(start).Seconds()*1000/float64(batch))
		}
	}
	return nil
}

// train measures steps: forward, backward, and SGD with momentum.
func (n *native) train(t *table) error {
	const section = "Training, native"
	const warm, steps = 1, 3
	sgd := alexnet.SGD{LearningRate: 1e-4, Momentum: 0.9}
	for _, batch := range []int{32, 64} {
		x, labels := n.batch(batch), make([]int, batch)
		for i := range labels {
			labels[i] = rand.IntN(2)
		}
		for threads := 1; threads <= 2; threads++ {
			name := fmt.Sprintf("batch %d, %s", batch, count(threads))
			speed := t.figure(section, name, "images/s", true)
			memory := t.figure(section, name+": allocated", "KiB/step", false)
			kernel.SetThreads(threads)
			for i := -warm; i < steps; i++ {
				allocated, start := allocations(), time.Now()
				if _, _, err := n.training.Gradients(x, labels, uint64(i+warm)); err != nil {
					return err
				}
				if err := n.training.Update(sgd); err != nil {
					return err
				}
				if seconds := time.Since(start).Seconds(); i >= 0 {
					speed.add(us, float64(batch)/seconds)
					memory.add(us, float64(allocations()-allocated)/1024)
				}
			}
			torch := n.peers.torch[threads]
			if torch == nil {
				continue
			}
			var answer struct{ Seconds []float64 }
			if err := torch.ask(map[string]any{"do": "train", "batch": batch, "warm": warm, "steps": steps}, &answer); err != nil {
				return err
			}
			for _, s := range answer.Seconds {
				speed.add(torch.name, float64(batch)/s)
			}
		}
	}
	return nil
}

// batch repeats the inputs.
func (n *native) batch(size int) []float32 {
	x := make([]float32, size*inputSize)
	for at := 0; at < len(x); {
		at += copy(x[at:], n.subject.inputs)
	}
	return x
}

// allocations is how many bytes this process has ever allocated.
func allocations() uint64 {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.TotalAlloc
}

func count(threads int) string {
	if threads == 1 {
		return "1 thread"
	}
	return fmt.Sprintf("%d threads", threads)
}
