package dataset

import (
	"crypto/sha256"
	"encoding/binary"
	"runtime"
	"slices"
	"sync"

	"lungct/internal/ct"
	"lungct/internal/study"
)

// file is a file while its samples are read.
type file struct {
	sum     [sha256.Size]byte // SHA-256
	bytes   int
	colour  string // as in Look
	decoder *study.Decoder
}

// content is the SHA-256 of a sample: of its file, or of that and its number there.
func (f *file) content(s *Sample) [sha256.Size]byte {
	if s.frame == 0 {
		return f.sum
	}
	return sha256.Sum256(binary.LittleEndian.AppendUint32(f.sum[:], uint32(s.frame)))
}

func (f *file) decode(s *Sample) (*ct.Slice, error) { return f.decoder.Decode(s.slice) }

// each reads the files of the samples at the indices, several at a time, each file
// once, and hands its samples to fn in their order; an error stays with its sample.
func (set *Set) each(indices []int, fn func(*Sample, *file) error) {
	next := make(chan []*Sample)
	scans := make(chan struct{}, scansAtOnce)
	var wg sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		wg.Go(func() {
			for samples := range next {
				if len(samples) > 1 || samples[0].frame > 0 {
					scans <- struct{}{}
					read(samples, fn)
					<-scans
				} else {
					read(samples, fn)
				}
			}
		})
	}
	for _, samples := range set.byFile(indices) {
		next <- samples
	}
	close(next)
	wg.Wait()
}

// byFile are the samples at the indices that can be read, those of one file together.
func (set *Set) byFile(indices []int) (files [][]*Sample) {
	var last *Sample
	for _, i := range indices {
		s := &set.Samples[i]
		if s.err != nil {
			continue
		}
		if last != nil && s.frame > 0 && last.frame > 0 && s.source == last.source && s.slice.Name == last.slice.Name {
			files[len(files)-1] = append(files[len(files)-1], s)
		} else {
			files = append(files, []*Sample{s})
		}
		last = s
	}
	return files
}

// read hands the samples of one file to fn.
func read(samples []*Sample, fn func(*Sample, *file) error) {
	f := &file{decoder: new(study.Decoder)}
	content, err := f.decoder.Bytes(samples[0].slice)
	if err == nil {
		f.sum, f.bytes, f.colour = sha256.Sum256(content), len(content), colourOf(content)
	}
	for _, s := range samples {
		if s.err = err; err == nil {
			s.err = fn(s, f)
		}
	}
}

// fingerprint hashes every sample, and takes those out that show no lung.
func (set *Set) fingerprint(left *leftOut) {
	lungless := make([]bool, len(set.Samples)) // by sample, since files are read at once
	unscored := make([]string, len(set.Samples))
	index := make(map[*Sample]int, len(set.Samples))
	for i := range set.Samples {
		index[&set.Samples[i]] = i
	}
	set.each(set.All(), func(s *Sample, f *file) error {
		s.Content = f.content(s)
		if s.slice.Picture() {
			return nil
		}
		decoded, err := f.decode(s)
		if err != nil {
			return err
		}
		i := index[s]
		lungless[i], unscored[i] = decoded.WithoutLung() != "", decoded.Unscored
		return nil
	})
	var kept []Sample
	for i, s := range set.Samples {
		switch {
		case unscored[i] != "":
			left.skip(1, unscored[i])
		case lungless[i]:
			left.lungless++
		default:
			kept = append(kept, s)
		}
	}
	set.Samples = slices.Clip(kept)
}
