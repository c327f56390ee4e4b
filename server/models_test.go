package main

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"lungct/weights"
)

// entryOf is the line of an index for a file, with a score that the server does
// not know.
func entryOf(name string, data []byte) string {
	return fmt.Sprintf(`{"file":%q,"bytes":%d,"sha256":"%x","metrics":{"accuracy":{"value":0.9}}}`, name, len(data), sha256.Sum256(data))
}

func TestIndexMergesFolder(t *testing.T) {
	shipped := []byte("shipped weights")
	models, err := embeddedModels(fstest.MapFS{
		"index.json":       {Data: []byte(`{"models":[` + entryOf("s.safetensors", shipped) + `]}`)},
		"s.safetensors":    {Data: shipped},
		"loose.safetensor": {Data: []byte("not listed")},
	})
	if err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	for name, data := range map[string]string{"b.safetensors": "b", "a b%.safetensors": "a", "notes.txt": "x", "index.json": "{}"} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(data), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if skipped, err := models.addFolder(os.DirFS(folder)); err != nil || skipped != nil {
		t.Fatal(skipped, err)
	}
	s, err := newSite(builtPage(t), models)
	if err != nil {
		t.Fatal(err)
	}
	var index struct{ Models []map[string]any }
	if err := json.Unmarshal([]byte(body(t, ask(s, "GET", "/weights/index.json"))), &index); err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, model := range index.Models {
		names = append(names, model["file"].(string))
	}
	if got, want := strings.Join(names, ", "), "s.safetensors, a b%.safetensors, b.safetensors"; got != want {
		t.Errorf("index lists %s, want %s", got, want)
	}
	if index.Models[0]["metrics"] == nil || index.Models[1]["metrics"] != nil {
		t.Errorf("scores: got %v", index.Models)
	}
	if got := body(t, ask(s, "GET", "/weights/a%20b%25.safetensors")); got != "a" {
		t.Errorf("a name with odd characters: got %q", got)
	}
	for _, name := range []string{"notes.txt", "loose.safetensor"} {
		if r := ask(s, "GET", "/weights/"+name); r.StatusCode != http.StatusNotFound {
			t.Errorf("%s: got %d, want 404", name, r.StatusCode)
		}
	}
}

// TestFolderIsNotLeft offers links that lead out of the folder, and things that
// are no files.
func TestFolderIsNotLeft(t *testing.T) {
	outside := filepath.Join(t.TempDir(), "secret.safetensors")
	if err := os.WriteFile(outside, []byte("secret"), 0o644); err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	in := func(name string) string { return filepath.Join(folder, name) }
	for _, err := range []error{
		os.WriteFile(in("good.safetensors"), []byte("good"), 0o644),
		os.Symlink("good.safetensors", in("inner-link.safetensors")),
		os.Symlink(outside, in("absolute-link.safetensors")),
		os.Symlink("../"+filepath.Base(filepath.Dir(outside))+"/secret.safetensors", in("relative-link.safetensors")),
		os.Symlink("nowhere", in("dangling.safetensors")),
		os.Mkdir(in("folder.safetensors"), 0o755),
		makePipe(in("pipe.safetensors")),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	root, err := os.OpenRoot(folder)
	if err != nil {
		t.Fatal(err)
	}
	defer root.Close()
	models := &models{files: make(map[string]*weightsFile)}
	skipped, err := models.addFolder(root.FS())
	if err != nil {
		t.Fatal(err)
	}
	if len(models.files) != 2 || models.files["good.safetensors"] == nil || models.files["inner-link.safetensors"] == nil {
		t.Errorf("taken: %v", models.files)
	}
	if len(skipped) != 5 {
		t.Errorf("skipped: %v, want five", skipped)
	}

	// A file that becomes a link out of the folder afterwards is not followed.
	s, err := newSite(builtPage(t), models)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(in("good.safetensors")); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(outside, in("good.safetensors")); err != nil {
		t.Fatal(err)
	}
	r := ask(s, "GET", "/weights/good.safetensors")
	if got := body(t, r); r.StatusCode != http.StatusNotFound || strings.Contains(got, "secret") {
		t.Errorf("a link out of the folder: got %d, %q", r.StatusCode, got)
	}
}

func TestChangedFileIsNotServed(t *testing.T) {
	folder := t.TempDir()
	path := filepath.Join(folder, "m.safetensors")
	if err := os.WriteFile(path, []byte("before"), 0o644); err != nil {
		t.Fatal(err)
	}
	models := &models{files: make(map[string]*weightsFile)}
	if _, err := models.addFolder(os.DirFS(folder)); err != nil {
		t.Fatal(err)
	}
	s, err := newSite(builtPage(t), models)
	if err != nil {
		t.Fatal(err)
	}
	if got := body(t, ask(s, "GET", "/weights/m.safetensors")); got != "before" {
		t.Errorf("got %q", got)
	}
	if err := os.WriteFile(path, []byte("afterwards"), 0o644); err != nil {
		t.Fatal(err)
	}
	if r := ask(s, "GET", "/weights/m.safetensors"); r.StatusCode != http.StatusConflict || !strings.Contains(body(t, r), "changed") {
		t.Errorf("changed: got %d", r.StatusCode)
	}
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	if r := ask(s, "GET", "/weights/m.safetensors"); r.StatusCode != http.StatusNotFound || !strings.Contains(body(t, r), "gone") {
		t.Errorf("gone: got %d", r.StatusCode)
	}
}

func TestFaultyIndexes(t *testing.T) {
	data := []byte("weights")
	for want, files := range map[string]fstest.MapFS{
		"unexpected end of JSON input": {"index.json": {Data: []byte(`{"models":[`)}},
		"must end in .safetensors":     {"index.json": {Data: []byte(`{"models":[{"file":"../embed.go"}]}`)}},
		"open ../x.safetensors":        {"index.json": {Data: []byte(`{"models":[{"file":"../x.safetensors"}]}`)}},
		"file does not exist":          {"index.json": {Data: []byte(`{"models":[` + entryOf("m.safetensors", data) + `]}`)}},
		"but the file is": {
			"index.json": {Data: []byte(`{"models":[` + entryOf("m.safetensors", data) + `]}`)}, "m.safetensors": {Data: []byte("others")},
		},
		"two models are called": {
			"index.json":    {Data: []byte(`{"models":[` + entryOf("m.safetensors", data) + "," + entryOf("m.safetensors", data) + `]}`)},
			"m.safetensors": {Data: data},
		},
	} {
		if _, err := embeddedModels(files); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q", err, want)
		}
	}
}

func TestSameNameTwiceIsAnError(t *testing.T) {
	data := []byte("weights")
	models, err := embeddedModels(fstest.MapFS{
		"index.json": {Data: []byte(`{"models":[` + entryOf("m.safetensors", data) + `]}`)}, "m.safetensors": {Data: data},
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := models.addFolder(fstest.MapFS{"m.safetensors": {}}); err == nil || !strings.Contains(err.Error(), "rename") {
		t.Errorf("got %v", err)
	}
}

// TestShippedModels holds the index that ships to the files that ship.
func TestShippedModels(t *testing.T) {
	models, err := embeddedModels(weights.Files)
	if err != nil {
		t.Fatal(err)
	}
	found, err := fs.Glob(weights.Files, "*"+weightsSuffix)
	if err != nil {
		t.Fatal(err)
	}
	if len(found) != len(models.files) {
		t.Errorf("weights/ holds %v, but index.json lists %d models: run `go run ./trainer index weights`", found, len(models.files))
	}
}
