package dataset

import (
	"fmt"
	"os"
	"sync"
)

// spill is where pixels lie that memory has no room for: a file without a name,
// written once while slices are loaded and then mapped into memory, read only, so
// that the system keeps as much of it at hand as it likes.
type spill struct {
	file    *os.File
	offsets map[*Sample]int64
	size    int64

	mu  sync.Mutex
	err error // the first that writing met
}

// planSpill lets the samples at the indices, whose Side is known, take up to
// MaxBytes of memory, in their order, and gives the others a place in a file. Nil
// where all have room.
func (set *Set) planSpill(indices []int) (*spill, error) {
	if set.MaxBytes <= 0 {
		return nil, nil
	}
	s := &spill{offsets: make(map[*Sample]int64)}
	var inMemory int64
	for _, i := range indices {
		sample := &set.Samples[i]
		n := int64(sample.Side) * int64(sample.Side)
		if inMemory += n; inMemory > set.MaxBytes {
			inMemory -= n
			s.offsets[sample] = s.size
			s.size += n
		}
	}
	if s.size == 0 {
		return nil, nil
	}
	file, err := openNameless(set.SpillDir)
	if err != nil {
		return nil, fmt.Errorf("dataset: slices that do not fit in %d MB of memory: %w", set.MaxBytes>>20, err)
	}
	s.file = file
	return s, nil
}

// keep stores the pixels of a sample where they belong.
func (s *spill) keep(sample *Sample, grey []uint8) {
	if s != nil {
		if at, ok := s.offsets[sample]; ok {
			if _, err := s.file.WriteAt(grey, at); err != nil {
				s.mu.Lock()
				s.err = err
				s.mu.Unlock()
			}
			return
		}
	}
	sample.Grey = grey
}

// end maps the file and points the samples that were read into it.
func (s *spill) end() error {
	if s == nil {
		return nil
	}
	defer s.file.Close()
	if s.err != nil {
		return fmt.Errorf("dataset: slices that do not fit in memory: %w", s.err)
	}
	// What could not be read leaves a hole, which must be within the file.
	if err := s.file.Truncate(s.size); err != nil {
		return fmt.Errorf("dataset: slices that do not fit in memory: %w", err)
	}
	mapped, err := mapFile(s.file, s.size)
	if err != nil {
		return fmt.Errorf("dataset: slices that do not fit in memory: %w", err)
	}
	for sample, at := range s.offsets {
		if n := int64(sample.Side) * int64(sample.Side); sample.err == nil {
			sample.Grey = mapped[at : at+n : at+n]
			sample.spilled = true
		}
	}
	return nil
}
