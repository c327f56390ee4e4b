package dataset

import (
	"fmt"
	"io"
	"os"

	"lungct/internal/labels"
)

// manifestName is the table that describes a data set, in its folder.
const manifestName = "manifest.csv"

// maxManifestBytes bounds the memory of a manifest: about a million rows.
const maxManifestBytes = 128 << 20

// readManifest reads the rows of a table, see labels.ParseManifest.
func readManifest(root *os.Root, name string) ([]row, error) {
	f, err := root.Open(name)
	if err != nil {
		return nil, fmt.Errorf("dataset: %w", err)
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, maxManifestBytes+1))
	if err != nil {
		return nil, fmt.Errorf("dataset: %w", err)
	}
	if len(text) > maxManifestBytes {
		return nil, fmt.Errorf("dataset: %s: got more than %d bytes", name, maxManifestBytes)
	}
	lines, grouped, err := labels.ParseManifest(text)
	if err != nil {
		return nil, fmt.Errorf("dataset: %s: %w", name, err)
	}
	rows := make([]row, len(lines))
	for i, l := range lines {
		rows[i] = row{Sample: Sample{Path: l.Path, Class: l.Class, Group: l.Group, Fold: l.Fold, Split: l.Split, alone: !grouped}}
	}
	return rows, nil
}
