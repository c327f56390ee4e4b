package dataset

import (
	"fmt"
	"io/fs"
	"os"
	"strings"

	"lungct/internal/labels"
	"lungct/internal/study"
)

// readFolders makes rows of one sub-folder a class: a row for each thing in it. A
// folder inside a class folder is a group, the slices of one patient; a file
// directly in a class folder is its own group.
func (set *Set) readFolders(root *os.Root) (rows []row, err error) {
	entries, err := fs.ReadDir(root.FS(), ".")
	if err != nil {
		return nil, fmt.Errorf("dataset: %w", err)
	}
	var found, unclear []string
	var folders []string
	for _, e := range entries {
		if study.Litter(e.Name()) || !isDir(root, e) {
			continue
		}
		class, ok := labels.ClassOf(e.Name())
		if !ok {
			unclear = append(unclear, fmt.Sprintf("%q", e.Name()))
			continue
		}
		folders = append(folders, e.Name())
		found = append(found, fmt.Sprintf("%s is %s", e.Name(), Labels[class]))
	}
	if len(unclear) > 0 || len(folders) == 0 {
		got := "no sub-folders"
		if len(unclear) > 0 {
			got = "unclear sub-folders " + strings.Join(unclear, ", ")
		}
		if len(found) > 0 {
			got += " (clear: " + strings.Join(found, ", ") + ")"
		}
		return nil, fmt.Errorf("dataset: %s: got %s, want one sub-folder a class, named covid and noncovid, or a %s", set.Where(), got, manifestName)
	}
	for _, folder := range folders {
		class, _ := labels.ClassOf(folder)
		entries, err := fs.ReadDir(root.FS(), folder)
		if err != nil {
			return nil, fmt.Errorf("dataset: %w", err)
		}
		for _, e := range entries {
			name := folder + "/" + e.Name()
			if !study.Litter(name) {
				rows = append(rows, row{Sample: Sample{Path: name, Class: class, Group: name, alone: true}, byFolder: true})
			}
		}
	}
	set.Warnings = append(set.Warnings, fmt.Sprintf("no %s: class folders are read (%s)", manifestName, strings.Join(found, ", ")))
	return rows, nil
}

// warnUngrouped says what it means that samples have no group.
func (set *Set) warnUngrouped() {
	n := 0
	for i := range set.Samples {
		if s := &set.Samples[i]; s.alone && s.Group == s.Path {
			n++
		}
	}
	if n > 0 {
		set.Warnings = append(set.Warnings, fmt.Sprintf("%d of %d files have no group (patient) and count as one each: "+
			"slices of one patient may stand on both sides of a split, which flatters the result", n, len(set.Samples)))
	}
}

// isDir also follows a symbolic link, as far as it stays below root.
func isDir(root *os.Root, e fs.DirEntry) bool {
	if e.Type()&fs.ModeSymlink == 0 {
		return e.IsDir()
	}
	info, err := root.Stat(e.Name())
	return err == nil && info.IsDir()
}
