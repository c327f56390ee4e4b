package main

import (
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"path"
	"strings"
)

// The content security policies (W3C CSP Level 3). The page may reach its own
// origin alone; the worker, which sees the scans, may reach nothing: a worker
// obeys the policy of its own response, not the page's.
const (
	pagePolicy = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; " +
		"img-src 'self' blob: data:; connect-src 'self'; worker-src 'self'; " +
		"base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
	workerPolicy = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'none'"
	workerPath   = "/js/worker.js"
)

// everyResponse are the headers of every response, refusals included.
var everyResponse = map[string]string{
	"Content-Security-Policy":      pagePolicy,
	"Cache-Control":                "no-cache",
	"Cross-Origin-Embedder-Policy": "require-corp",
	"Cross-Origin-Opener-Policy":   "same-origin",
	"Cross-Origin-Resource-Policy": "same-origin",
	"Permissions-Policy": "accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), " +
		"magnetometer=(), microphone=(), payment=(), usb=()",
	"Referrer-Policy":        "no-referrer",
	"X-Content-Type-Options": "nosniff",
}

// contentTypes are all the kinds of file that the page consists of.
var contentTypes = map[string]string{
	".css":  "text/css; charset=utf-8",
	".dcm":  "application/dicom",
	".html": "text/html; charset=utf-8",
	".js":   "text/javascript; charset=utf-8",
	".json": "application/json",
	".png":  "image/png",
	".svg":  "image/svg+xml",
	".txt":  "text/plain; charset=utf-8",
	".wasm": "application/wasm",
}

// built are the files that `make wasm` adds to the page.
var built = []string{"/dist/kernels.wasm", "/dist/lungct.wasm", "/dist/wasm_exec.js"}

// unbuiltPage answers in the place of a page whose program is missing.
const unbuiltPage = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>lungct is not built</title>
<link rel="stylesheet" href="style.css">
<main class="notice">
<h1>lungct is not built yet</h1>
<p>This server holds the page, but not the program that reads the slices.
Run <code>make wasm</code> in the project's folder, then build the server again; <code>make run</code> does both.</p>
</main>
</html>
`

// site answers requests for the page and its models by exact path. There are no
// folders to list and no paths to walk.
type site struct {
	pages   map[string]http.Handler
	unbuilt bool // the page's program is missing
}

// newSite gathers the files of the page and of the models.
func newSite(page fs.FS, models *models) (*site, error) {
	s := &site{pages: make(map[string]http.Handler)}
	err := fs.WalkDir(page, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || path.Base(name) == "README.md" {
			return err
		}
		body, err := fs.ReadFile(page, name)
		if err != nil {
			return err
		}
		name, compressed := strings.CutSuffix(name, ".gz")
		contentType, ok := contentTypes[path.Ext(name)]
		if !ok {
			return fmt.Errorf("%s: no content type is known for it", name)
		}
		var a *asset
		if compressed {
			a, err = inflatedAsset(contentType, body)
		} else {
			a, err = newAsset(contentType, body)
		}
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		s.pages["/"+name] = a
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("server: page: %w", err)
	}
	home, ok := s.pages["/index.html"]
	if !ok {
		return nil, errors.New("server: page: index.html is missing")
	}
	for _, name := range built {
		if _, ok := s.pages[name]; !ok {
			s.unbuilt = true
			home = http.HandlerFunc(serveUnbuilt)
			s.pages["/index.html"] = home
		}
	}
	s.pages["/"] = home

	index, err := models.index()
	if err != nil {
		return nil, err
	}
	s.pages["/weights/index.json"] = index
	for name, file := range models.files {
		s.pages["/weights/"+name] = file
	}
	return s, nil
}

func (s *site) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	header := w.Header()
	for name, value := range everyResponse {
		header.Set(name, value)
	}
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		header.Set("Allow", "GET, HEAD")
		http.Error(w, "only GET and HEAD are answered here", http.StatusMethodNotAllowed)
		return
	}
	page, ok := s.pages[r.URL.Path]
	if !ok {
		http.Error(w, "there is no such file here", http.StatusNotFound)
		return
	}
	if r.URL.Path == workerPath {
		header.Set("Content-Security-Policy", workerPolicy)
	}
	page.ServeHTTP(w, r)
}

func serveUnbuilt(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", contentTypes[".html"])
	w.WriteHeader(http.StatusServiceUnavailable)
	fmt.Fprint(w, unbuiltPage)
}
