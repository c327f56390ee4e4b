package main

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"path"
	"time"
)

const weightsSuffix = ".safetensors"

// models are the weights files that the page may load, and what is said of each.
type models struct {
	files   map[string]*weightsFile
	entries []json.RawMessage // of the index, in the order they are offered
}

// indexEntry is what the server itself says of a model. The index that ships
// says more (scores, data, licence), and that passes through untouched.
type indexEntry struct {
	File   string `json:"file"`
	Bytes  int64  `json:"bytes"`
	SHA256 string `json:"sha256"` // hexadecimal
}

// weightsFile is a file as it was when the server started.
type weightsFile struct {
	files    fs.FS
	name     string
	bytes    int64
	modified time.Time
	sha256   string // hexadecimal
}

// embeddedModels are those listed by index.json in a folder. Every file that is
// listed must be there as the index describes it. Without an index there are no
// models.
func embeddedModels(files fs.FS) (*models, error) {
	m := &models{files: make(map[string]*weightsFile)}
	text, err := fs.ReadFile(files, "index.json")
	if errors.Is(err, fs.ErrNotExist) {
		return m, nil
	}
	if err != nil {
		return nil, fmt.Errorf("server: weights: %w", err)
	}
	var index struct {
		Models []json.RawMessage `json:"models"`
	}
	if err := json.Unmarshal(text, &index); err != nil {
		return nil, fmt.Errorf("server: weights/index.json: %w", err)
	}
	for _, raw := range index.Models {
		var entry indexEntry
		if err := json.Unmarshal(raw, &entry); err != nil {
			return nil, fmt.Errorf("server: weights/index.json: %w", err)
		}
		file, err := newWeightsFile(files, entry.File)
		if err != nil {
			return nil, fmt.Errorf("server: weights/index.json: %w", err)
		}
		if found := file.entry(); found != entry {
			return nil, fmt.Errorf("server: weights/index.json: got %+v, but the file is %+v", entry, found)
		}
		if err := m.add(file, raw); err != nil {
			return nil, fmt.Errorf("server: weights/index.json: %w", err)
		}
	}
	return m, nil
}

// addFolder adds every weights file of a folder. Files that cannot be read are
// skipped, each with its reason; a name that is taken already is an error, for
// one of the two models would be unreachable.
func (m *models) addFolder(folder fs.FS) (skipped []error, err error) {
	names, err := fs.Glob(folder, "*"+weightsSuffix)
	if err != nil {
		return nil, err
	}
	for _, name := range names {
		file, err := newWeightsFile(folder, name)
		if err != nil {
			skipped = append(skipped, err)
			continue
		}
		raw, err := json.Marshal(file.entry())
		if err != nil {
			return skipped, err
		}
		if err := m.add(file, raw); err != nil {
			return skipped, err
		}
	}
	return skipped, nil
}

func (m *models) add(file *weightsFile, raw json.RawMessage) error {
	if _, taken := m.files[file.name]; taken {
		return fmt.Errorf("two models are called %q: rename one of the files", file.name)
	}
	m.files[file.name] = file
	m.entries = append(m.entries, raw)
	return nil
}

// index is the list of the models, as the page reads it.
func (m *models) index() (*asset, error) {
	text, err := json.Marshal(map[string]any{"models": append([]json.RawMessage{}, m.entries...)})
	if err != nil {
		return nil, fmt.Errorf("server: weights/index.json: %w", err)
	}
	return newAsset(contentTypes[".json"], text)
}

// newWeightsFile reads the file once, for its digest. Anything but a regular
// file is an error: opening a named pipe would wait for ever.
func newWeightsFile(files fs.FS, name string) (*weightsFile, error) {
	if path.Ext(name) != weightsSuffix {
		return nil, fmt.Errorf("%q: the name must end in %s", name, weightsSuffix)
	}
	info, err := fs.Stat(files, name)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("%s: not a regular file", name)
	}
	file, err := files.Open(name)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	digest := sha256.New()
	n, err := io.Copy(digest, file)
	if err != nil {
		return nil, err
	}
	return &weightsFile{files, name, n, info.ModTime(), hex.EncodeToString(digest.Sum(nil))}, nil
}

func (f *weightsFile) entry() indexEntry {
	return indexEntry{File: f.name, Bytes: f.bytes, SHA256: f.sha256}
}

// ServeHTTP sends the file, or the ranges of it that are asked for. It is not
// compressed: weights are noise to gzip.
func (f *weightsFile) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	info, err := fs.Stat(f.files, f.name)
	if err != nil || !info.Mode().IsRegular() {
		http.Error(w, "this model is gone since the server started", http.StatusNotFound)
		return
	}
	if info.Size() != f.bytes || !info.ModTime().Equal(f.modified) {
		http.Error(w, "this model changed since the server started: start the server again", http.StatusConflict)
		return
	}
	file, err := f.files.Open(f.name)
	if err != nil {
		http.Error(w, "this model cannot be read", http.StatusInternalServerError)
		return
	}
	defer file.Close()
	content, ok := file.(io.ReadSeeker)
	if !ok {
		http.Error(w, "this model cannot be read", http.StatusInternalServerError)
		return
	}
	header := w.Header()
	header.Set("Content-Type", "application/octet-stream")
	header.Set("ETag", `"`+f.sha256+`"`)
	http.ServeContent(w, r, "", time.Time{}, content)
}
