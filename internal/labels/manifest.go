package labels

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"
)

// Row is a line of a manifest.
type Row struct {
	Path  string // slash-separated, relative to the manifest's folder
	Class int    // index into Classes
	Group string // patient or scan
	Fold  string // "" if the manifest has none
	Split string // "" if the manifest has none
}

// columns holds the position of each column in the header, -1 for none.
type columns struct{ path, label, group, fold, split int }

// ParseManifest reads the table that describes a data set (CSV, RFC 4180, UTF-8), with
// the columns path and label, and optionally group, fold and split, in any order and
// beside any others. grouped tells whether there is a column of groups; without one
// each file is its own. Errors name the line.
func ParseManifest(text []byte) (rows []Row, grouped bool, err error) {
	text = bytes.TrimPrefix(text, []byte("\ufeff")) // spreadsheets save UTF-8 with a byte order mark
	r := csv.NewReader(bytes.NewReader(text))
	r.FieldsPerRecord = -1 // counted here, to name the line and both counts
	header, err := r.Read()
	if errors.Is(err, io.EOF) {
		return nil, false, errors.New("got an empty file, want a header with path and label")
	}
	if err != nil {
		return nil, false, fmt.Errorf("header: %w", err)
	}
	at, err := readHeader(header)
	if err != nil {
		return nil, false, err
	}
	lineOf := make(map[string]int)
	for {
		row, err := r.Read()
		if errors.Is(err, io.EOF) {
			return rows, at.group >= 0, nil
		}
		if err != nil {
			return nil, false, err // names the line itself
		}
		line, _ := r.FieldPos(0)
		if len(row) != len(header) {
			return nil, false, fmt.Errorf("line %d: got %d fields, want %d as in the header", line, len(row), len(header))
		}
		s, err := at.row(row)
		if err != nil {
			return nil, false, fmt.Errorf("line %d: %w", line, err)
		}
		if first, again := lineOf[s.Path]; again {
			return nil, false, fmt.Errorf("line %d: path: got %q again, which line %d has", line, s.Path, first)
		}
		lineOf[s.Path] = line
		rows = append(rows, s)
	}
}

func readHeader(header []string) (columns, error) {
	var names []string
	for _, name := range header {
		names = append(names, strings.ToLower(strings.TrimSpace(name)))
	}
	var at columns
	for name, index := range map[string]*int{"path": &at.path, "label": &at.label, "group": &at.group, "fold": &at.fold, "split": &at.split} {
		*index = slices.Index(names, name)
		if *index >= 0 && slices.Contains(names[*index+1:], name) {
			return at, fmt.Errorf("header: got column %q twice", name)
		}
	}
	if at.path < 0 || at.label < 0 {
		return at, fmt.Errorf("header: got columns %q, want path and label (and group, fold, split where known), separated by commas", header)
	}
	return at, nil
}

// sample reads one row.
func (at columns) row(fields []string) (s Row, err error) {
	field := func(name string, i int, to *string) {
		if i < 0 || err != nil {
			return
		}
		if *to = strings.TrimSpace(fields[i]); *to == "" {
			err = fmt.Errorf("%s: got nothing, want a value in every row", name)
		}
	}
	var label string
	field("path", at.path, &s.Path)
	field("label", at.label, &label)
	field("group", at.group, &s.Group)
	field("fold", at.fold, &s.Fold)
	field("split", at.split, &s.Split)
	if err != nil {
		return s, err
	}
	given := s.Path
	if s.Path = path.Clean(given); !fs.ValidPath(s.Path) || s.Path == "." {
		return s, fmt.Errorf("path: got %q, want a path inside the data set's folder", given)
	}
	class, ok := ClassOf(label)
	if !ok {
		return s, fmt.Errorf("label: got %q, want covid or noncovid", label)
	}
	s.Class = class
	if at.group < 0 {
		s.Group = s.Path
	}
	return s, nil
}
