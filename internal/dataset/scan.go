package dataset

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"

	"lungct/internal/study"
)

// scansAtOnce bounds how many files that hold many slices are in memory at a time:
// a volume may take half a gigabyte.
const scansAtOnce = 4

// row is what a line of a manifest or an entry of a class folder names: a file of
// one slice, a scan in one file, or a folder of slices, whose samples all have the
// row's label, group, fold and split.
type row struct {
	Sample
	byFolder bool // samples below a folder have their own folder as group
}

// expand makes samples of the rows, and warns of what it leaves out.
func (set *Set) expand(rows []row) error {
	scans := make([]scan, len(rows))
	next := make(chan int)
	var wg sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), scansAtOnce) {
		wg.Go(func() {
			for i := range next {
				scans[i] = rows[i].open(set.Sources[0].Dir)
			}
		})
	}
	for i := range rows {
		next <- i
	}
	close(next)
	wg.Wait()
	var left leftOut
	named := make(map[string]int)
	for i, scan := range scans {
		for j := range scan.samples {
			s := &scan.samples[j]
			first, again := named[s.Path]
			switch {
			case again && first != i:
				return fmt.Errorf("%q is named twice, by %q and by %q", s.Path, rows[first].Path, rows[i].Path)
			case again:
				s.err = errors.New("its archive holds another file of this name")
			}
			named[s.Path] = i
		}
		set.Samples = append(set.Samples, scan.samples...)
		left.add(scan.left)
	}
	set.fingerprint(&left)
	set.warnUngrouped()
	if left.slices() > 0 {
		set.Warnings = append(set.Warnings, left.String())
	}
	if len(set.Samples) == 0 {
		return errors.New("got no slices")
	}
	return nil
}

// scan is what a row holds.
type scan struct {
	samples []Sample
	left    leftOut
}

// leftOut counts the slices that a set passes over.
type leftOut struct {
	lungless, unscored int
	why                string // the first series is not scored
}

func (l leftOut) slices() int { return l.lungless + l.unscored }

func (l *leftOut) add(other leftOut) {
	l.lungless += other.lungless
	l.skip(other.unscored, other.why)
}

// skip counts n slices that are not scored, and why.
func (l *leftOut) skip(n int, why string) {
	if l.unscored == 0 {
		l.why = why
	}
	l.unscored += n
}

func (l leftOut) String() string {
	var parts []string
	if l.lungless > 0 {
		parts = append(parts, fmt.Sprintf("%d without lung", l.lungless))
	}
	if l.unscored > 0 {
		parts = append(parts, fmt.Sprintf("%d that are not to be scored (such as: %s)", l.unscored, l.why))
	}
	return "slices are left out: " + strings.Join(parts, ", ")
}

// open looks at what the row names, below dir.
func (r row) open(dir string) (found scan) {
	name, frame, info, err := r.file(dir)
	if err != nil {
		r.err = reason(err)
		return scan{samples: []Sample{r.Sample}}
	}
	s := study.New()
	onDisk := make(map[string]bool)
	add := func(name string, info fs.FileInfo, err error) {
		if err == nil && !info.Mode().IsRegular() {
			err = errors.New("got a folder or device, want a file")
		}
		if err != nil {
			found.samples = append(found.samples, r.bad(name, err))
			return
		}
		onDisk[name] = true
		s.Add(study.File{Name: name, Size: info.Size(), Data: fileBelow{dir, name}})
	}
	if info.IsDir() {
		err = walk(dir, name, add)
		if r.byFolder {
			r.alone = false
		}
	} else {
		add(name, info, nil)
	}
	if err != nil {
		found.samples = append(found.samples, r.bad(name, reason(err)))
	}
	found.take(r, s, frame, func(slice string) string { // the folder of its file, which may be an archive
		for !onDisk[slice] {
			slice = path.Dir(slice)
		}
		return path.Dir(slice)
	})
	if len(found.samples) == 0 && found.left.slices() == 0 {
		found.samples = []Sample{r.bad(r.Path, errors.New("got no slices"))}
	}
	return found
}

// file finds what the row names: a path, or the slice of a file as in "scan.nii#37",
// whose number is frame, else 0.
func (r *row) file(dir string) (name string, frame int, info fs.FileInfo, err error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return "", 0, nil, err
	}
	defer root.Close()
	info, err = root.Stat(r.Path)
	if i := strings.LastIndexByte(r.Path, '#'); i > 0 && errors.Is(err, fs.ErrNotExist) {
		if n, wrong := strconv.Atoi(r.Path[i+1:]); wrong == nil && n > 0 {
			if r.alone {
				r.Group = r.Path[:i] // slices of one file belong together
			}
			info, err = root.Stat(r.Path[:i])
			return r.Path[:i], n, info, err
		}
	}
	return r.Path, 0, info, err
}

// bad is the sample of a file that cannot be read.
func (r row) bad(name string, err error) Sample {
	s := r.Sample
	s.Path, s.slice, s.err = name, nil, err
	return s
}

// take makes samples of the slices of a study, or of that of the number frame.
func (c *scan) take(r row, s *study.Study, frame int, folder func(string) string) {
	all, rejected := s.Arrange()
	for _, bad := range rejected {
		c.samples = append(c.samples, r.bad(bad.Name, bad.Err))
	}
	frames := make(map[string]int)
	for _, series := range all {
		for _, slice := range series.Slices {
			frames[slice.Name] = max(frames[slice.Name], slice.Frame+1)
		}
	}
	if frame > 0 && len(rejected) == 0 && len(frames) == 1 && frame > frames[s.Slice(0).Name] {
		c.samples = append(c.samples, r.bad(r.Path, fmt.Errorf("the file has %d slices", frames[s.Slice(0).Name])))
	}
	for _, series := range all {
		wanted := slices.DeleteFunc(slices.Clone(series.Slices), func(slice *study.Slice) bool { return frame > 0 && slice.Frame != frame-1 })
		if series.Unscored != "" {
			c.left.skip(len(wanted), series.Unscored)
			continue
		}
		for _, slice := range wanted {
			one := r.Sample
			one.Path, one.slice = slice.Name, slice
			if frames[slice.Name] > 1 {
				one.frame = slice.Frame + 1
				one.Path = fmt.Sprintf("%s#%d", slice.Name, one.frame)
			}
			if r.byFolder && !r.alone {
				one.Group = folder(slice.Name)
			}
			c.samples = append(c.samples, one)
		}
	}
}

// filePath is the path of the sample's file.
func (s *Sample) filePath() string {
	if s.frame == 0 {
		return s.Path
	}
	return s.Path[:strings.LastIndexByte(s.Path, '#')]
}

// walk adds the files of a folder below dir and of its sub-folders.
func walk(dir, folder string, add func(string, fs.FileInfo, error)) error {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return err
	}
	defer root.Close()
	return fs.WalkDir(root.FS(), folder, func(name string, e fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case name != folder && study.Litter(name) && e.IsDir():
			return fs.SkipDir
		case e.IsDir() || study.Litter(name):
			return nil
		}
		info, err := root.Stat(name)
		add(name, info, reason(err))
		return nil
	})
}

// fileBelow reads a file below a folder, symbolic links included. It is opened anew
// each time: a set has more files than a program may have open.
type fileBelow struct{ dir, name string }

// ReadAt is io.ReaderAt's.
func (f fileBelow) ReadAt(p []byte, off int64) (int, error) {
	file, err := os.OpenInRoot(f.dir, f.name)
	if err != nil {
		return 0, reason(err)
	}
	defer file.Close()
	return file.ReadAt(p, off)
}

// reason is a path error without the path, which the caller names.
func reason(err error) error {
	var p *fs.PathError
	if errors.As(err, &p) {
		return p.Err
	}
	return err
}
