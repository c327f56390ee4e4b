package labels

import (
	"fmt"
	"path"
	"strconv"
	"strings"
)

// Table is the text of a manifest, and where it stands: a slash-separated path.
type Table struct{ Path, Text string }

// Truth is what is known of a file from where it stands.
type Truth struct {
	Class int // index into Classes, -1 where nothing says it
	Group string
}

// TruthOf says which class each file is of, and of which patient or scan: by the
// first table that lists it or a folder above it, else by the nearest folder above it
// that is named as a class, inside which a folder or an archive is a group, as where a
// data set is read. Of a file with several slices, each may be asked for and listed
// as in "scan.nii#37". A table lists files by their path from its own folder or, where
// files were opened without their folders, by a name that it has once. A file that
// nothing is known of is a group of its own. Tables that cannot be read are an error,
// which names the line.
func TruthOf(files []string, tables []Table) ([]Truth, error) {
	known := make([]map[string]Row, len(tables))
	for i, table := range tables {
		rows, grouped, err := ParseManifest([]byte(table.Text))
		if err != nil {
			return nil, fmt.Errorf("labels: %s: %w", table.Path, err)
		}
		known[i] = byPath(path.Dir(path.Clean(table.Path)), rows, grouped)
	}
	truths := make([]Truth, len(files))
	for i, file := range files {
		truths[i] = ofFolders(withoutSlice(file))
		for _, rows := range known {
			if r, ok := lookUp(rows, file); ok {
				truths[i] = Truth{r.Class, r.Group}
				break
			}
		}
	}
	return truths, nil
}

// withoutSlice is "scan.nii" for "scan.nii#37".
func withoutSlice(file string) string {
	if i := strings.LastIndexByte(file, '#'); i > 0 {
		if n, err := strconv.Atoi(file[i+1:]); err == nil && n > 0 {
			return file[:i]
		}
	}
	return file
}

// byPath lists rows by their path, and by "*/name" those whose name is the only one of
// its kind. Without groups the slices of one file belong together.
func byPath(folder string, rows []Row, grouped bool) map[string]Row {
	listed := make(map[string]Row, 2*len(rows))
	named := make(map[string]int, len(rows))
	for i := range rows {
		if !grouped {
			rows[i].Group = withoutSlice(rows[i].Group)
		}
		listed[path.Join(folder, rows[i].Path)] = rows[i]
		named[path.Base(rows[i].Path)]++
	}
	for _, r := range rows {
		if name := path.Base(r.Path); named[name] == 1 {
			listed["*/"+name] = r
		}
	}
	return listed
}

// lookUp finds a file, or the folder or archive that it is in. Its name alone counts
// only where it came without folders.
func lookUp(rows map[string]Row, file string) (Row, bool) {
	at := path.Clean(file)
	if r, ok := rows[at]; ok {
		return r, true
	}
	for at = withoutSlice(at); at != "." && at != "/"; at = path.Dir(at) {
		if r, ok := rows[at]; ok {
			return r, true
		}
	}
	if strings.Contains(file, "/") {
		return Row{}, false
	}
	r, ok := rows["*/"+file]
	if !ok {
		r, ok = rows["*/"+withoutSlice(file)]
	}
	return r, ok
}

// ofFolders is what the folders above a file say.
func ofFolders(file string) Truth {
	for at := path.Dir(file); at != "." && at != "/"; at = path.Dir(at) {
		if class, ok := ClassOf(path.Base(at)); ok {
			return Truth{class, groupIn(at, file)}
		}
	}
	return Truth{-1, file}
}

// groupIn is the archive below a class folder that holds a file, else the folder, else
// the file itself.
func groupIn(class, file string) string {
	group := path.Dir(file)
	for at := group; at != class; at = path.Dir(at) {
		if strings.EqualFold(path.Ext(at), ".zip") {
			group = at
		}
	}
	if group == class {
		return file
	}
	return group
}
