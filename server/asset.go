package main

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// asset is a file of the page in memory, as it is and, where that saves
// anything, compressed.
type asset struct {
	contentType string
	plain       representation
	gzip        representation // no body: sent as it is only
}

// representation is one encoding of an asset. Encodings differ in their bytes,
// so each has a strong entity tag of its own (RFC 9110, section 8.8.3.3).
type representation struct {
	body []byte
	etag string
}

func represent(body []byte) representation {
	return representation{body, fmt.Sprintf(`"%x"`, sha256.Sum256(body))}
}

// newAsset compresses the body.
func newAsset(contentType string, body []byte) (*asset, error) {
	var compressed bytes.Buffer
	w, err := gzip.NewWriterLevel(&compressed, gzip.BestCompression)
	if err != nil {
		return nil, err
	}
	if _, err := w.Write(body); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	a := &asset{contentType: contentType, plain: represent(body)}
	if compressed.Len() < len(body) {
		a.gzip = represent(compressed.Bytes())
	}
	return a, nil
}

// inflatedAsset is the asset whose compressed body is given.
func inflatedAsset(contentType string, compressed []byte) (*asset, error) {
	r, err := gzip.NewReader(bytes.NewReader(compressed))
	if err != nil {
		return nil, err
	}
	body, err := io.ReadAll(r)
	if err != nil {
		return nil, err
	}
	return &asset{contentType, represent(body), represent(compressed)}, nil
}

func (a *asset) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	header := w.Header()
	header.Set("Content-Type", a.contentType)
	chosen := a.plain
	if a.gzip.body != nil {
		header.Set("Vary", "Accept-Encoding")
		if acceptsGzip(r.Header.Values("Accept-Encoding")) {
			chosen = a.gzip
			header.Set("Content-Encoding", "gzip")
			header.Set("Content-Length", strconv.Itoa(len(chosen.body)))
		}
	}
	header.Set("ETag", chosen.etag)
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(chosen.body))
}

// acceptsGzip reads an Accept-Encoding field (RFC 9110, section 12.5.3): gzip
// must be named, or covered by "*", with a weight other than 0. A name goes
// before "*".
func acceptsGzip(fields []string) bool {
	accepted := false
	for coding := range strings.SplitSeq(strings.Join(fields, ","), ",") {
		name, parameters, _ := strings.Cut(coding, ";")
		weight := 1.0
		if _, q, ok := strings.Cut(strings.ToLower(parameters), "q="); ok {
			weight, _ = strconv.ParseFloat(strings.TrimSpace(q), 64)
		}
		switch strings.ToLower(strings.TrimSpace(name)) {
		case "gzip", "x-gzip":
			return weight > 0
		case "*":
			accepted = weight > 0
		}
	}
	return accepted
}
