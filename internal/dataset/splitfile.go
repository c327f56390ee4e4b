package dataset

import (
	"bufio"
	"bytes"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
)

// splitFormat is what a split file says of itself.
const splitFormat = "lungct-split/1"

// maxSplitBytes bounds the memory that a split file takes to read.
const maxSplitBytes = 512 << 20

// splitFile is the JSON form of a Split: which slice serves what, and the SHA-256
// of each, so that no other data is taken for it.
type splitFile struct {
	Format     string       `json:"format"`
	Text       string       `json:"text"`
	Scheme     string       `json:"scheme"`
	Optimistic bool         `json:"optimistic"`
	Fold       int          `json:"fold"`
	Folds      int          `json:"folds"`
	Hash       string       `json:"hash"`      // Split.Fingerprint
	DataHash   string       `json:"data_hash"` // Set.Fingerprint of the slices below
	Slices     []splitEntry `json:"slices"`    // by part, then by path
}

type splitEntry struct {
	Part   string `json:"part"`
	Path   string `json:"path"`
	Label  string `json:"label"`
	Group  string `json:"group"`
	SHA256 string `json:"sha256"`
}

// Write writes the split of the set as JSON.
func (s Split) Write(w io.Writer, set *Set) error {
	f := splitFile{
		Format: splitFormat, Text: s.Text, Scheme: s.Scheme, Optimistic: s.Optimistic, Fold: s.Fold, Folds: s.Folds,
		Hash: s.Fingerprint(set), DataHash: set.Fingerprint(s.Used()),
	}
	for part, indices := range s.Parts() {
		for _, i := range indices {
			one := &set.Samples[i]
			f.Slices = append(f.Slices, splitEntry{Parts[part], one.Path, Labels[one.Class], one.Group, hex.EncodeToString(one.Content[:])})
		}
	}
	entries := f.Slices
	f.Slices = nil
	head, err := json.MarshalIndent(f, "", "  ")
	if err != nil {
		return err
	}
	// A slice a line, so that two splits can be compared by eye and by diff.
	b := bufio.NewWriter(w)
	b.Write(bytes.TrimSuffix(head, []byte("null\n}")))
	for i, e := range entries {
		line, err := json.Marshal(e)
		if err != nil {
			return err
		}
		fmt.Fprintf(b, "%c\n    %s", "[,"[min(i, 1)], line)
	}
	b.WriteString("\n  ]\n}\n")
	return b.Flush()
}

// ReadSplit takes over a split that Write wrote. It is an error when the set lacks
// one of its slices or has another file, label or group for it.
func (set *Set) ReadSplit(r io.Reader) (Split, error) {
	var f splitFile
	text, err := io.ReadAll(io.LimitReader(r, maxSplitBytes+1))
	switch {
	case err != nil:
		return Split{}, err
	case len(text) > maxSplitBytes:
		return Split{}, fmt.Errorf("dataset: split file: got more than %d bytes", maxSplitBytes)
	}
	if err := json.Unmarshal(text, &f); err != nil {
		return Split{}, fmt.Errorf("dataset: split file: %w", err)
	}
	if f.Format != splitFormat {
		return Split{}, fmt.Errorf("dataset: split file: format: got %q, want %q", f.Format, splitFormat)
	}
	s := Split{Scheme: f.Scheme, Text: f.Text, Optimistic: f.Optimistic, Fold: f.Fold, Folds: f.Folds}
	if err := s.take(set, f.Slices); err != nil {
		return s, err
	}
	// Content, label and group were compared; this also finds an edited file.
	if s.Fingerprint(set) != f.Hash || set.Fingerprint(s.Used()) != f.DataHash {
		return s, errors.New("dataset: split file: its slices are not those of its hashes: it has been edited")
	}
	if len(s.Train) == 0 || len(s.Val) == 0 {
		return s, fmt.Errorf("dataset: split file: got %d slices to train and %d to validate, want some of both", len(s.Train), len(s.Val))
	}
	s.Shared = set.shared(s)
	return s, nil
}

// take fills the parts from the entries of a split file.
func (s *Split) take(set *Set, entries []splitEntry) error {
	index := make(map[string]int, len(set.Samples))
	for i := range set.Samples {
		index[set.Samples[i].Path] = i
	}
	var wrong []string
	for _, e := range entries {
		i, ok := index[e.Path]
		if !ok {
			wrong = append(wrong, fmt.Sprintf("%q is not in the data set", e.Path))
			continue
		}
		delete(index, e.Path) // twice is once too often
		one := &set.Samples[i]
		switch {
		case hex.EncodeToString(one.Content[:]) != e.SHA256:
			wrong = append(wrong, fmt.Sprintf("%q is another file", e.Path))
		case Labels[one.Class] != e.Label:
			wrong = append(wrong, fmt.Sprintf("%q is %s, was %q", e.Path, Labels[one.Class], e.Label))
		case one.Group != e.Group:
			wrong = append(wrong, fmt.Sprintf("%q is of group %q, was %q", e.Path, one.Group, e.Group))
		}
		switch e.Part {
		case Parts[0]:
			s.Train = append(s.Train, i)
		case Parts[1]:
			s.Val = append(s.Val, i)
		case Parts[2]:
			s.Test = append(s.Test, i)
		default:
			return fmt.Errorf("dataset: split file: %q: part: got %q, want one of %q", e.Path, e.Part, Parts)
		}
	}
	for _, part := range s.Parts() {
		slices.Sort(part)
	}
	if len(wrong) > 0 {
		return fmt.Errorf("dataset: split file: it was made for other data: %d of %d slices differ, such as: %s", len(wrong), len(entries), wrong[0])
	}
	return nil
}
