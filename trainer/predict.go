package main

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"lungct/alexnet"
	"lungct/internal/ct"
	"lungct/internal/dataset"
)

// predictCommand is "trainer predict".
func predictCommand() *cobra.Command {
	var weights string
	cmd := &cobra.Command{
		Use:   "predict --model WEIGHTS FILES...",
		Short: "Read slices with a weights file and write a table",
		Long: `Read slices with a weights file and write a table (CSV): file, label,
probability of COVID-19, model. A folder stands for all files in it, in natural
order. A file that cannot be read is named on stderr; the others still are.`,
		Example: `  trainer predict --model weights/lung.safetensors scan/ > scan.csv`,
		Args:    cobra.ArbitraryArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			if weights == "" {
				return usageErrorf(cmd, "got no weights file, want --model WEIGHTS")
			}
			if len(args) == 0 {
				return usageErrorf(cmd, "got no files to read")
			}
			return predict(cmd, weights, args)
		},
	}
	cmd.Flags().StringVarP(&weights, "model", "m", "", "weights file")
	return cmd
}

func predict(cmd *cobra.Command, weights string, paths []string) error {
	data, err := os.ReadFile(weights)
	if err != nil {
		return err
	}
	c, err := alexnet.NewClassifier(data)
	if err != nil {
		return fmt.Errorf("%s: %w", weights, err)
	}
	progress := newProgress(cmd.ErrOrStderr())
	fmt.Fprintln(progress, alexnet.ResearchUse)
	table := csv.NewWriter(cmd.OutOrStdout())
	if err := table.Write([]string{"file", "label", "probability", "model"}); err != nil {
		return err
	}
	var all, bad int
	for _, path := range paths {
		for file, err := range walk(path) {
			if cmd.Context().Err() != nil {
				table.Flush()
				return fmt.Errorf("%w after %d files", errInterrupted, all)
			}
			all++
			var v alexnet.Verdict
			if err == nil {
				progress.update("%d: %s", all, file)
				v, err = classify(c, file)
			}
			if err != nil {
				bad++
				fmt.Fprintf(progress, "trainer: %q: %v\n", file, err)
				continue
			}
			table.Write([]string{harmless(file), harmless(v.Label), strconv.FormatFloat(v.Probability, 'f', 6, 64), harmless(c.Card().Name)})
			// Row by row: what has been read stays read.
			if table.Flush(); table.Error() != nil {
				return fmt.Errorf("table: %w", table.Error())
			}
		}
	}
	if table.Flush(); table.Error() != nil {
		return fmt.Errorf("table: %w", table.Error())
	}
	progress.Write(nil)
	if bad > 0 {
		return fmt.Errorf("%d of %d files could not be read", bad, all)
	}
	if all == 0 {
		return errors.New("got folders without files")
	}
	return nil
}

// classify reads one file.
func classify(c *alexnet.Classifier, path string) (alexnet.Verdict, error) {
	data, err := readSliceFile(path)
	if err != nil {
		return alexnet.Verdict{}, err
	}
	s, err := ct.Decode(data)
	if err != nil {
		return alexnet.Verdict{}, err
	}
	return c.Classify(s)
}

// readSliceFile reads a file that is not absurdly large. Pipes and devices are
// refused, on which reading could wait for ever.
func readSliceFile(path string) ([]byte, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, reason(err)
	}
	switch {
	case !info.Mode().IsRegular():
		return nil, errors.New("got a device or pipe, want a file")
	case info.Size() > dataset.MaxFileBytes:
		return nil, fmt.Errorf("got %d bytes, want at most %d", info.Size(), dataset.MaxFileBytes)
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, reason(err)
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, dataset.MaxFileBytes))
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
	slices.SortFunc(entries, func(a, b fs.DirEntry) int { return naturalOrder(a.Name(), b.Name()) })
	for _, e := range entries {
		if dataset.Litter(e.Name()) {
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

// naturalOrder compares names as people do: slice2 before slice10.
func naturalOrder(a, b string) int {
	isDigit := func(c byte) bool { return '0' <= c && c <= '9' }
	number := func(s string) (digits, rest string) {
		i := 0
		for i < len(s) && isDigit(s[i]) {
			i++
		}
		return strings.TrimLeft(s[:i], "0"), s[i:]
	}
	x, y := a, b
	for x != "" && y != "" {
		if isDigit(x[0]) && isDigit(y[0]) {
			var m, n string
			m, x = number(x)
			n, y = number(y)
			if len(m) != len(n) {
				return len(m) - len(n)
			}
			if c := strings.Compare(m, n); c != 0 {
				return c
			}
			continue
		}
		if x[0] != y[0] {
			return int(x[0]) - int(y[0])
		}
		x, y = x[1:], y[1:]
	}
	if c := len(x) - len(y); c != 0 {
		return c
	}
	return strings.Compare(a, b) // 01 and 1
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
