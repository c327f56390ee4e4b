package main

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"testing"

	"lungct/weights"
)

// The list of the models that ship is what `trainer index weights` writes.
func TestShippedIndex(t *testing.T) {
	dir := t.TempDir()
	if err := os.CopyFS(dir, weights.Files); err != nil {
		t.Fatal(err)
	}
	want, err := os.ReadFile(filepath.Join(dir, "index.json"))
	if err != nil {
		t.Fatal(err)
	}
	if err := run(t.Context(), []string{"index", dir}, nil, io.Discard, io.Discard); err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile(filepath.Join(dir, "index.json"))
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Error("weights/index.json is stale: run `go run ./trainer index weights`")
	}
}
