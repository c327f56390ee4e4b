// Package dataset reads a folder of labelled CT slices (pictures, DICOM files,
// volumes, archives) and turns it into the batches a network learns from: what the
// files are called and mean, which of them belong to one patient, which part of the training each one serves, their
// pixels in memory, and the random variations (augmentation) of each.
//
// Pixels are 8-bit grey, row by row, square; batches are float32 in N, C, H, W
// order, normalised by ct.Preprocessing. Class 1 is covid, class 0 noncovid.
// Everything random is drawn from a seed, the epoch and the sample alone, so
// that neither threads nor an interrupted run change a result.
package dataset

import (
	"cmp"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"lungct/internal/ct"
	"lungct/internal/labels"
	"lungct/internal/study"
)

// Labels are the names of the classes, by class number.
var Labels = labels.Classes

// Sample is one labelled slice.
type Sample struct {
	Set   string // name of its data set
	Path  string // slash-separated, relative to its set's folder, with "#37" for slice 37 of a file that holds several; begins with Set where several sets are merged
	Class int    // index into Labels
	Group string // patient or scan: never on both sides of a split; begins with Set where several sets are merged
	Fold  string // cross-validation fold, "" if the manifest has none
	Split string // official part such as "train", "" if the manifest has none

	Content [sha256.Size]byte // SHA-256 of the file, or of that and the slice's number

	// Known once loaded.
	Width, Height int     // of the picture as stored, pixels
	Grey          []uint8 // Side x Side, nil if only the size was wanted
	Side          int
	Look          *Look

	spilled bool // Grey lies in a file

	source int          // index into Set.Sources
	alone  bool         // no group was given: Group is the file or folder
	slice  *study.Slice // where to read it, nil where err says why it cannot be
	frame  int          // number in a file that holds several, from 1; else 0
	err    error
}

// Source is one folder of labelled slices.
type Source struct {
	Name string // its folder's name, made unique among the sources of a Set
	Dir  string
}

// Set is labelled slices of one folder or, merged, of several.
type Set struct {
	Sources  []Source
	Samples  []Sample // by path
	Warnings []string // one line each: what the reader should know of this set

	// MaxBytes bounds the memory that Load takes for pixels, 0 for not at all. What
	// is more lies in a nameless file in SpillDir, "" for the system's own place.
	MaxBytes int64
	SpillDir string

	shown study.Decoder // of Slice
}

// Open reads which samples the data sets at the paths have and the fingerprint of
// each file. A path is a folder with a manifest.csv, a folder with one sub-folder
// a class, or a manifest itself. Files that cannot be read are reported by Load.
// Slices of CT scans that show no lung are left out, and what is no CT that may be
// scored: to tell, the files with HU are decoded here once more than by Load.
func Open(paths ...string) (*Set, error) {
	merged := &Set{}
	taken := make(map[string]bool)
	for i, path := range paths {
		if slices.Contains(paths[:i], path) {
			return nil, fmt.Errorf("dataset: %s: named twice", path)
		}
		one, err := list(path)
		if err != nil {
			return nil, err
		}
		name := unique(one.Sources[0].Name, taken)
		one.Sources[0].Name = name
		for j := range one.Samples {
			s := &one.Samples[j]
			s.Set, s.source = name, i
			if len(paths) > 1 {
				s.Path, s.Group = name+"/"+s.Path, name+"/"+s.Group
			}
		}
		for _, w := range one.Warnings {
			if len(paths) > 1 {
				w = name + ": " + w
			}
			merged.Warnings = append(merged.Warnings, w)
		}
		merged.Sources = append(merged.Sources, one.Sources[0])
		merged.Samples = append(merged.Samples, one.Samples...)
	}
	slices.SortFunc(merged.Samples, func(a, b Sample) int {
		return cmp.Or(strings.Compare(a.filePath(), b.filePath()), cmp.Compare(a.frame, b.frame))
	})
	merged.joinCopies()
	return merged, nil
}

// unique is name, with a number if it has been taken, and takes it.
func unique(name string, taken map[string]bool) string {
	free := name
	for n := 2; taken[free]; n++ {
		free = fmt.Sprintf("%s-%d", name, n)
	}
	taken[free] = true
	return free
}

// list reads which samples one data set has.
func list(path string) (*Set, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, fmt.Errorf("dataset: %w", err)
	}
	dir, manifest := path, manifestName
	if !info.IsDir() {
		dir, manifest = filepath.Split(filepath.Clean(path))
		dir = filepath.Clean(dir)
	}
	whole, err := filepath.Abs(dir)
	if err != nil {
		return nil, fmt.Errorf("dataset: %w", err)
	}
	set := &Set{Sources: []Source{{filepath.Base(whole), dir}}}
	// A Root keeps every path below the folder, symbolic links included.
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, fmt.Errorf("dataset: %w", err)
	}
	defer root.Close()
	var rows []row
	switch _, err = root.Stat(manifest); {
	case err == nil:
		rows, err = readManifest(root, manifest)
	case errors.Is(err, fs.ErrNotExist):
		rows, err = set.readFolders(root)
	default:
		err = fmt.Errorf("dataset: %w", err)
	}
	if err != nil {
		return nil, err
	}
	if err := set.expand(rows); err != nil {
		return nil, fmt.Errorf("dataset: %s: %w", path, err)
	}
	return set, nil
}

// Where names the folders of the set, for messages.
func (set *Set) Where() string {
	dirs := make([]string, len(set.Sources))
	for i, source := range set.Sources {
		dirs[i] = source.Dir
	}
	return strings.Join(dirs, " and ")
}

// Name is the sources' names, joined.
func (set *Set) Name() string {
	names := make([]string, len(set.Sources))
	for i, source := range set.Sources {
		names[i] = source.Name
	}
	return strings.Join(names, " and ")
}

// Slice reads and decodes sample i once more, as a picture to show. One goroutine
// at a time may call it.
func (set *Set) Slice(i int) (*ct.Slice, error) {
	s := &set.Samples[i]
	err := s.err
	var slice *ct.Slice
	if err == nil {
		slice, err = set.shown.Decode(s.slice)
	}
	if err != nil {
		return nil, fmt.Errorf("dataset: %q: %w", s.Path, err)
	}
	return slice, nil
}

// joinCopies looks for files with the same bytes. Copies that serve as groups of
// their own become one group, since a copy on the other side of a split is an
// answer given away; elsewhere the groups were given on purpose, and only a
// warning is due.
func (set *Set) joinCopies() {
	first := make(map[[sha256.Size]byte]*Sample)
	joined := make(groups)
	var copies, across, torn int
	for i := range set.Samples {
		s := &set.Samples[i]
		if s.err != nil {
			continue
		}
		of, seen := first[s.Content]
		if !seen {
			first[s.Content] = s
			continue
		}
		copies++
		if s.Class != of.Class {
			torn++
		}
		if joined.of(s.Group) != joined.of(of.Group) {
			if s.alone {
				joined[joined.of(s.Group)] = joined.of(of.Group)
			} else {
				across++
			}
		}
	}
	for i := range set.Samples {
		set.Samples[i].Group = joined.of(set.Samples[i].Group)
	}
	warn := func(n int, what string) {
		if n > 0 {
			set.Warnings = append(set.Warnings, fmt.Sprintf("%d of %d files %s", n, len(set.Samples), what))
		}
	}
	warn(copies, "are byte for byte copies of another")
	warn(across, "have a copy in another group: if a split parts them, the result is flattered")
	warn(torn, "have a copy with the other label")
}

// groups maps a group to the one that it has become a part of.
type groups map[string]string

// of is the group that a group is now.
func (g groups) of(name string) string {
	for {
		next, ok := g[name]
		if !ok {
			return name
		}
		name = next
	}
}

// Fingerprint is the SHA-256, in hexadecimal, of the samples at the indices:
// their paths, labels, groups and contents. It says whether two trainings saw
// the same data.
func (set *Set) Fingerprint(indices []int) string {
	h := sha256.New()
	for _, i := range slices.Sorted(slices.Values(indices)) {
		s := &set.Samples[i]
		fmt.Fprintf(h, "%q %s %q %x\n", s.Path, Labels[s.Class], s.Group, s.Content)
	}
	return fmt.Sprintf("%x", h.Sum(nil))
}

// Counts is how many of the samples at the indices belong to each class and to
// how many groups.
func (set *Set) Counts(indices []int) (classes [2]int, groups int) {
	seen := make(map[string]bool)
	for _, i := range indices {
		classes[set.Samples[i].Class]++
		seen[set.Samples[i].Group] = true
	}
	return classes, len(seen)
}

// All is the index of every sample.
func (set *Set) All() []int {
	all := make([]int, len(set.Samples))
	for i := range all {
		all[i] = i
	}
	return all
}
