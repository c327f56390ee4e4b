package main

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"

	"lungct/web"
)

// testProgram is long enough to be worth compressing.
var testProgram = []byte("\x00asm" + strings.Repeat("program ", 1000))

func gzipped(t *testing.T, body []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := w.Write(body); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// builtPage is the page with a program in dist, whatever dist holds.
func builtPage(t *testing.T) fs.FS {
	t.Helper()
	page := make(fstest.MapFS)
	err := fs.WalkDir(web.Files, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		data, err := fs.ReadFile(web.Files, name)
		page[name] = &fstest.MapFile{Data: data}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	page["dist/lungct.wasm.gz"] = &fstest.MapFile{Data: gzipped(t, testProgram)}
	page["dist/kernels.wasm"] = &fstest.MapFile{Data: []byte("\x00asm kernels")}
	page["dist/wasm_exec.js"] = &fstest.MapFile{Data: []byte("globalThis.Go = class {}")}
	return page
}

// testSite has the built page and one model.
func testSite(t *testing.T) *site {
	t.Helper()
	models, err := embeddedModels(fstest.MapFS{})
	if err != nil {
		t.Fatal(err)
	}
	if skipped, err := models.addFolder(fstest.MapFS{"m.safetensors": {Data: testWeights}}); err != nil || skipped != nil {
		t.Fatal(skipped, err)
	}
	s, err := newSite(builtPage(t), models)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

var testWeights = []byte("0123456789abcdef")

// ask sends one request; header lines alternate names and values.
func ask(s http.Handler, method, path string, header ...string) *http.Response {
	r := httptest.NewRequest(method, path, nil)
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	return w.Result()
}

func body(t *testing.T, r *http.Response) string {
	t.Helper()
	b, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestContentTypes(t *testing.T) {
	s := testSite(t)
	for path, want := range map[string]string{
		"/":                      "text/html; charset=utf-8",
		"/index.html":            "text/html; charset=utf-8",
		"/style.css":             "text/css; charset=utf-8",
		"/samples/neck.dcm":      "application/dicom",
		"/icon.svg":              "image/svg+xml",
		"/js/main.js":            "text/javascript; charset=utf-8",
		"/dist/wasm_exec.js":     "text/javascript; charset=utf-8",
		"/dist/lungct.wasm":      "application/wasm",
		"/weights/index.json":    "application/json",
		"/weights/m.safetensors": "application/octet-stream",
	} {
		r := ask(s, "GET", path)
		if r.StatusCode != http.StatusOK || r.Header.Get("Content-Type") != want {
			t.Errorf("%s: got %d, %q, want 200, %q", path, r.StatusCode, r.Header.Get("Content-Type"), want)
		}
	}
}

func TestWhatIsNotServed(t *testing.T) {
	s := testSite(t)
	for _, path := range []string{
		"/js", "/js/", "/dist/", "/weights", "/weights/", "/dist/README.md", "/samples/README.md", "/dist/lungct.wasm.gz", "/embed.go", "/test/wording.test.js",
		"/js/../index.html", "//", "/js//main.js", "/weights/../embed.go", "/weights/other.safetensors", "/favicon.ico", "/INDEX.HTML",
	} {
		if r := ask(s, "GET", path); r.StatusCode != http.StatusNotFound {
			t.Errorf("%s: got %d, want 404", path, r.StatusCode)
		}
	}
}

func TestMethods(t *testing.T) {
	s := testSite(t)
	for _, method := range []string{"POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT", "PROPFIND"} {
		for _, path := range []string{"/", "/weights/m.safetensors", "/nowhere"} {
			r := ask(s, method, path)
			if r.StatusCode != http.StatusMethodNotAllowed || r.Header.Get("Allow") != "GET, HEAD" {
				t.Errorf("%s %s: got %d, Allow %q, want 405", method, path, r.StatusCode, r.Header.Get("Allow"))
			}
		}
	}
	get, head := ask(s, "GET", "/js/main.js"), ask(s, "HEAD", "/js/main.js")
	if body(t, head) != "" {
		t.Error("HEAD: got a body")
	}
	for _, name := range []string{"Content-Length", "Content-Type", "ETag", "Vary"} {
		if get.Header.Get(name) == "" || get.Header.Get(name) != head.Header.Get(name) {
			t.Errorf("%s: GET got %q, HEAD %q", name, get.Header.Get(name), head.Header.Get(name))
		}
	}
}

func TestHeadersOfEveryResponse(t *testing.T) {
	s := testSite(t)
	etag := ask(s, "GET", "/style.css").Header.Get("ETag")
	for name, r := range map[string]*http.Response{
		"200":     ask(s, "GET", "/"),
		"206":     ask(s, "GET", "/weights/m.safetensors", "Range", "bytes=0-3"),
		"304":     ask(s, "GET", "/style.css", "If-None-Match", etag),
		"404":     ask(s, "GET", "/nowhere"),
		"405":     ask(s, "POST", "/"),
		"worker":  ask(s, "GET", workerPath),
		"program": ask(s, "GET", "/dist/lungct.wasm", "Accept-Encoding", "gzip"),
		"weights": ask(s, "HEAD", "/weights/m.safetensors"),
	} {
		for header, want := range everyResponse {
			if name == "worker" && header == "Content-Security-Policy" {
				want = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'none'"
			}
			if got := r.Header.Values(header); len(got) != 1 || got[0] != want {
				t.Errorf("%s: %s: got %q, want %q", name, header, got, want)
			}
		}
	}
	policy := ask(s, "GET", "/").Header.Get("Content-Security-Policy")
	for _, directive := range []string{
		"default-src 'none'", "script-src 'self' 'wasm-unsafe-eval'", "style-src 'self'", "img-src 'self' blob: data:", "connect-src 'self'",
		"worker-src 'self'", "base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'",
	} {
		if !strings.Contains(policy+";", directive+";") {
			t.Errorf("policy %q lacks %q", policy, directive)
		}
	}
	if strings.Contains(policy, "unsafe-inline") || strings.Contains(policy, "'unsafe-eval'") || strings.Contains(policy, "*") {
		t.Errorf("policy allows too much: %q", policy)
	}
}

func TestCompression(t *testing.T) {
	s := testSite(t)
	plain := ask(s, "GET", "/dist/lungct.wasm")
	if got := body(t, plain); got != string(testProgram) || plain.Header.Get("Content-Encoding") != "" {
		t.Errorf("without gzip: got %d bytes, encoding %q", len(got), plain.Header.Get("Content-Encoding"))
	}
	small := ask(s, "GET", "/dist/lungct.wasm", "Accept-Encoding", "gzip, br")
	compressed := body(t, small)
	if small.Header.Get("Content-Encoding") != "gzip" || small.Header.Get("Content-Length") != strconv.Itoa(len(compressed)) ||
		small.Header.Get("Content-Type") != "application/wasm" {
		t.Errorf("with gzip: got headers %v", small.Header)
	}
	if len(compressed) >= len(testProgram) {
		t.Errorf("with gzip: got %d bytes of %d", len(compressed), len(testProgram))
	}
	inflated, err := gzip.NewReader(strings.NewReader(compressed))
	if err != nil {
		t.Fatal(err)
	}
	if got, err := io.ReadAll(inflated); err != nil || !bytes.Equal(got, testProgram) {
		t.Errorf("with gzip: got %d bytes, %v", len(got), err)
	}
	if plain.Header.Get("ETag") == small.Header.Get("ETag") {
		t.Error("two representations have one strong entity tag")
	}
	for _, r := range []*http.Response{plain, small} {
		if r.Header.Get("Vary") != "Accept-Encoding" {
			t.Errorf("Vary: got %q", r.Header.Get("Vary"))
		}
	}
	if r := ask(s, "GET", "/weights/m.safetensors", "Accept-Encoding", "gzip"); r.Header.Get("Content-Encoding") != "" {
		t.Error("weights are compressed")
	}
}

func TestAcceptsGzip(t *testing.T) {
	for field, want := range map[string]bool{
		"": false, "gzip": true, "GZip": true, "x-gzip": true, "deflate, gzip": true, "br": false, "*": true, "identity": false,
		"gzip;q=0": false, "gzip; q=0.000": false, "gzip;q=0.5": true, "gzip;Q=1": true, "*;q=0": false, "*;q=0, gzip": true,
		"gzip;q=0, *": false, "gzip;q=x": false, "gzipped": false, ",,;": false,
	} {
		if got := acceptsGzip([]string{field}); got != want {
			t.Errorf("%q: got %v, want %v", field, got, want)
		}
	}
	if !acceptsGzip([]string{"br", "gzip"}) {
		t.Error("gzip in a second field is not seen")
	}
}

func TestEntityTags(t *testing.T) {
	s := testSite(t)
	r := ask(s, "GET", "/style.css")
	want := fmt.Sprintf(`"%x"`, sha256.Sum256([]byte(body(t, r))))
	if got := r.Header.Get("ETag"); got != want {
		t.Errorf("ETag: got %s, want %s", got, want)
	}
	for _, c := range []struct {
		path, etag string
		status     int
	}{
		{"/style.css", want, http.StatusNotModified},
		{"/style.css", `"other", W/` + want, http.StatusNotModified},
		{"/style.css", "*", http.StatusNotModified},
		{"/style.css", `"other"`, http.StatusOK},
		{"/weights/m.safetensors", fmt.Sprintf(`"%x"`, sha256.Sum256(testWeights)), http.StatusNotModified},
	} {
		r := ask(s, "GET", c.path, "If-None-Match", c.etag)
		if r.StatusCode != c.status {
			t.Errorf("%s, If-None-Match %s: got %d, want %d", c.path, c.etag, r.StatusCode, c.status)
		}
		if c.status == http.StatusNotModified && body(t, r) != "" {
			t.Errorf("%s: 304 with a body", c.path)
		}
	}
}

func TestRanges(t *testing.T) {
	s := testSite(t)
	for _, c := range []struct {
		ranges, body, contentRange string
		status                     int
	}{
		{"bytes=0-3", "0123", "bytes 0-3/16", http.StatusPartialContent},
		{"bytes=10-", "abcdef", "bytes 10-15/16", http.StatusPartialContent},
		{"bytes=-2", "ef", "bytes 14-15/16", http.StatusPartialContent},
		{"bytes=16-", "", "bytes */16", http.StatusRequestedRangeNotSatisfiable},
		{"lines=1-2", "", "", http.StatusRequestedRangeNotSatisfiable},
	} {
		r := ask(s, "GET", "/weights/m.safetensors", "Range", c.ranges)
		got := body(t, r)
		if r.StatusCode != c.status || r.Header.Get("Content-Range") != c.contentRange || c.status == http.StatusPartialContent && got != c.body {
			t.Errorf("%s: got %d, %q, %q", c.ranges, r.StatusCode, r.Header.Get("Content-Range"), got)
		}
	}
	if r := ask(s, "GET", "/weights/m.safetensors", "Range", "bytes=0-3", "If-Range", `"other"`); r.StatusCode != http.StatusOK {
		t.Errorf("range of another representation: got %d, want 200", r.StatusCode)
	}
	if digest := sha256.Sum256(testWeights); !strings.Contains(body(t, ask(s, "GET", "/weights/index.json")), hex.EncodeToString(digest[:])) {
		t.Error("the index lacks the model's SHA-256")
	}
}

func TestUnbuiltPageSaysSo(t *testing.T) {
	for _, missing := range []string{"dist/kernels.wasm", "dist/lungct.wasm.gz", "dist/wasm_exec.js"} {
		page := builtPage(t).(fstest.MapFS)
		delete(page, missing)
		s, err := newSite(page, &models{})
		if err != nil {
			t.Fatal(err)
		}
		r := ask(s, "GET", "/")
		if got := body(t, r); !s.unbuilt || r.StatusCode != http.StatusServiceUnavailable || !strings.Contains(got, "make wasm") {
			t.Errorf("without %s: got %d, %q", missing, r.StatusCode, got)
		}
		if r := ask(s, "GET", "/style.css"); r.StatusCode != http.StatusOK {
			t.Errorf("without %s, style sheet: got %d", missing, r.StatusCode)
		}
	}
}

func TestFaultyPages(t *testing.T) {
	for name, page := range map[string]fstest.MapFS{
		"index.html is missing":         {"style.css": {}},
		"photo.xyz: no content type":    {"index.html": {}, "photo.xyz": {}},
		"x.wasm: gzip: invalid header":  {"index.html": {}, "x.wasm.gz": {Data: []byte("not compressed data")}},
		"x.wasm: unexpected EOF":        {"index.html": {}, "x.wasm.gz": {Data: gzipped(t, testProgram)[:30]}},
		"README.md.exe: no content":     {"index.html": {}, "README.md.exe": {}},
		"no content type is known for ": {"index.html": {}, "LICENSE": {}},
	} {
		if _, err := newSite(page, &models{}); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("got %v, want %q", err, name)
		}
	}
}
