package alexnet

import "sync"

// scratch lends float32 buffers to the operators of one model and keeps them
// for the next call, so that a training step allocates nothing.
type scratch struct {
	mu   sync.Mutex
	free [][]float32
}

// get returns a buffer of n values, which are undefined: the smallest free one
// that is large enough.
func (s *scratch) get(n int) []float32 {
	s.mu.Lock()
	defer s.mu.Unlock()
	best := -1
	for i, b := range s.free {
		if cap(b) >= n && (best < 0 || cap(b) < cap(s.free[best])) {
			best = i
		}
	}
	if best < 0 {
		return make([]float32, n)
	}
	b := s.free[best][:n]
	s.free[best] = s.free[len(s.free)-1]
	s.free = s.free[:len(s.free)-1]
	return b
}

// put takes back a buffer that get returned.
func (s *scratch) put(b []float32) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.free = append(s.free, b)
}
