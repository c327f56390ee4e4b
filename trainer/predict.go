package main

import (
	"cmp"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"lungct/alexnet"
	"lungct/internal/study"
)

// predictCommand is "trainer predict".
func predictCommand() *cobra.Command {
	var weights string
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "predict --model WEIGHTS FILES...",
		Short: "Read slices with a weights file and write a table",
		Long: `Read slices with a weights file and write a table (CSV).

FILES are DICOM files, pictures, NIfTI volumes, zip archives, or folders of
them. A folder stands for all files in it. Slices come by series, in anatomical
order: a row a slice (kind "slice"), then, where a series has more than one, a
row for the series (kind "series"): the mean of all its slices with lung
(docs/SERIES.md). Slices without lung are left out, and what is no CT is not scored: the
column "note" says so. A file that cannot be read is named on stderr; the others
still are.`,
		Example: `  trainer predict --model weights/lung.safetensors cd/ > scan.csv
  trainer predict --model weights/lung.safetensors --json scan.zip`,
		Args: cobra.ArbitraryArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			if weights == "" {
				return usageErrorf(cmd, "got no weights file, want --model WEIGHTS")
			}
			if len(args) == 0 {
				return usageErrorf(cmd, "got no files to read")
			}
			return (&prediction{cmd: cmd, asJSON: asJSON, progress: newProgress(cmd.ErrOrStderr())}).run(weights, args)
		},
	}
	cmd.Flags().StringVarP(&weights, "model", "m", "", "weights file")
	cmd.Flags().BoolVar(&asJSON, "json", false, "write an object a line instead of a table")
	return cmd
}

// finding is a row of the table: what is said of a slice or of a series.
type finding struct {
	File        string   `json:"file"`  // of a series: its name
	Label       string   `json:"label"` // "" where nothing was scored
	Probability *float64 `json:"probability"`
	Model       string   `json:"model"`
	Kind        string   `json:"kind"` // slice or series
	Series      string   `json:"series"`
	Frame       int      `json:"frame"` // from 1, 0 for a series
	Note        string   `json:"note"`
}

// prediction is a run of "trainer predict".
type prediction struct {
	cmd        *cobra.Command
	classifier *alexnet.Classifier
	progress   *progress
	asJSON     bool
	table      *csv.Writer
	files      int // looked at; an archive is one
	bad        int // files that cannot be read, those in archives too
}

func (p *prediction) run(weights string, paths []string) error {
	data, err := os.ReadFile(weights)
	if err != nil {
		return err
	}
	if p.classifier, err = alexnet.NewClassifier(data); err != nil {
		return fmt.Errorf("%s: %w", weights, err)
	}
	fmt.Fprintln(p.progress, alexnet.ResearchUse)
	p.table = csv.NewWriter(p.cmd.OutOrStdout())
	if !p.asJSON {
		p.table.Write([]string{"file", "label", "probability", "model", "kind", "series", "frame", "note"})
		p.table.Flush()
	}
	s, err := p.gather(paths)
	if err != nil {
		return err
	}
	all, rejected := s.Arrange()
	for _, r := range rejected {
		p.fails(r.Name, r.Err)
	}
	for _, series := range all {
		if err := p.read(s, series); err != nil {
			return err
		}
	}
	p.progress.Write(nil)
	switch {
	case p.bad > 0:
		return fmt.Errorf("%s could not be read", count(p.bad, "file"))
	case p.files == 0:
		return errors.New("got folders without files")
	}
	return nil
}

// gather looks at every file.
func (p *prediction) gather(paths []string) (*study.Study, error) {
	s := study.New()
	for _, path := range paths {
		for file, err := range walk(path) {
			if p.cmd.Context().Err() != nil {
				return nil, fmt.Errorf("%w after looking at %d files", errInterrupted, p.files)
			}
			p.files++
			p.progress.update("looking at file %d: %s", p.files, file)
			var size int64
			if err == nil {
				size, err = regularSize(file)
			}
			if err != nil {
				p.fails(file, err)
				continue
			}
			s.Add(study.File{Name: filepath.ToSlash(file), Size: size, Data: diskFile(file), Alone: file == path})
		}
	}
	return s, nil
}

func (p *prediction) fails(file string, err error) {
	p.bad++
	fmt.Fprintf(p.progress, "trainer: %q: %v\n", file, err)
}

// read writes a row for each slice of a series, and one for the series.
func (p *prediction) read(s *study.Study, series *study.Series) error {
	for _, note := range series.Notes {
		fmt.Fprintf(p.progress, "trainer: series %q: %s\n", series.Name, note)
	}
	var scored []float64
	for i, slice := range series.Slices {
		if p.cmd.Context().Err() != nil {
			return fmt.Errorf("%w at slice %d of series %q", errInterrupted, i+1, series.Name)
		}
		p.progress.update("%s: %d of %d", series.Name, i+1, len(series.Slices))
		f := finding{File: slice.Name, Kind: "slice", Series: series.Name, Frame: slice.Frame + 1, Note: series.Unscored}
		if f.Note == "" {
			if err := p.score(s, slice, &f); err != nil {
				p.fails(slice.Name, err)
				continue
			}
		}
		if f.Probability != nil {
			scored = append(scored, *f.Probability)
		}
		if err := p.write(f); err != nil {
			return err
		}
	}
	if len(series.Slices) < 2 {
		return nil
	}
	return p.write(p.pooled(series, scored))
}

// score reads a slice into f.
func (p *prediction) score(s *study.Study, slice *study.Slice, f *finding) error {
	decoded, err := s.Decode(slice)
	if err != nil {
		return err
	}
	if f.Note = cmp.Or(decoded.Unscored, decoded.WithoutLung()); f.Note != "" {
		return nil
	}
	v, err := p.classifier.Classify(decoded)
	f.Label, f.Probability = v.Label, &v.Probability
	return err
}

// pooled is the finding on a series.
func (p *prediction) pooled(series *study.Series, scored []float64) finding {
	f := finding{File: series.Name, Kind: "series", Series: series.Name, Note: series.Unscored}
	probability, from, ok := study.DefaultRule.Pool(scored)
	if !ok {
		f.Note = cmp.Or(f.Note, "no slice was scored")
		return f
	}
	v := p.classifier.Judge(probability)
	f.Label, f.Probability = v.Label, &v.Probability
	f.Note = fmt.Sprintf("%v: %d of %d", study.DefaultRule, len(from), len(series.Slices))
	return f
}

// write writes a row at once: what has been read stays read.
func (p *prediction) write(f finding) error {
	f.Model = p.classifier.Card().Name
	if p.asJSON {
		return json.NewEncoder(p.cmd.OutOrStdout()).Encode(f)
	}
	probability, frame := "", ""
	if f.Probability != nil {
		probability = strconv.FormatFloat(*f.Probability, 'f', 6, 64)
	}
	if f.Frame > 0 {
		frame = strconv.Itoa(f.Frame)
	}
	p.table.Write([]string{harmless(f.File), harmless(f.Label), probability, harmless(f.Model), f.Kind, harmless(f.Series), frame, f.Note})
	if p.table.Flush(); p.table.Error() != nil {
		return fmt.Errorf("table: %w", p.table.Error())
	}
	return nil
}

// diskFile reads a file that is opened anew each time: a scan has more files than
// a program may have open.
type diskFile string

// ReadAt is io.ReaderAt's.
func (path diskFile) ReadAt(p []byte, off int64) (int, error) {
	f, err := os.Open(string(path))
	if err != nil {
		return 0, reason(err)
	}
	defer f.Close()
	return f.ReadAt(p, off)
}

// regularSize is the size of a file. Pipes and devices are refused, on which
// reading could wait for ever.
func regularSize(path string) (int64, error) {
	info, err := os.Stat(path)
	if err != nil {
		return 0, reason(err)
	}
	if !info.Mode().IsRegular() {
		return 0, errors.New("got a device or pipe, want a file")
	}
	return info.Size(), nil
}

// reason is a path error without the path, which the caller names.
func reason(err error) error {
	var p *fs.PathError
	if errors.As(err, &p) {
		return p.Err
	}
	return err
}

// walk yields path itself, or the files of a folder and its sub-folders in
// natural order, without those that systems leave behind.
func walk(path string) func(yield func(string, error) bool) {
	return func(yield func(string, error) bool) {
		walkInto(path, yield)
	}
}

func walkInto(path string, yield func(string, error) bool) bool {
	info, err := os.Stat(path)
	if err != nil || !info.IsDir() {
		return yield(path, reasonOrNil(err))
	}
	entries, err := os.ReadDir(path)
	if err != nil {
		return yield(path, reason(err))
	}
	slices.SortFunc(entries, func(a, b fs.DirEntry) int { return study.NaturalOrder(a.Name(), b.Name()) })
	for _, e := range entries {
		if study.Litter(e.Name()) {
			continue
		}
		inner := filepath.Join(path, e.Name())
		// A linked folder is not followed: it may lead back here.
		if e.Type()&fs.ModeSymlink != 0 {
			if info, err := os.Stat(inner); err == nil && info.IsDir() {
				continue
			}
		}
		if !walkInto(inner, yield) {
			return false
		}
	}
	return true
}

func reasonOrNil(err error) error {
	if err == nil {
		return nil
	}
	return reason(err)
}

// harmless keeps a spreadsheet from taking a field for a formula: an apostrophe
// before =, +, -, @, tab and carriage return makes it text (OWASP, CSV
// injection).
func harmless(field string) string {
	if field != "" && strings.ContainsRune("=+-@\t\r", rune(field[0])) {
		return "'" + field
	}
	return field
}
