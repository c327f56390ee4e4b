package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// serveOurs starts the server as it ships, but for its models, and returns its
// address.
func (b *browsers) serveOurs(ctx context.Context, work string) (string, error) {
	weights, err := filepath.Abs("weights")
	if err != nil {
		return "", err
	}
	index, none, program := filepath.Join(work, "index.json"), filepath.Join(work, "none"), filepath.Join(work, "server")
	overlay, _ := json.Marshal(map[string]any{"Replace": map[string]string{
		filepath.Join(weights, "index.json"):       index,
		filepath.Join(weights, "none.safetensors"): none, // the build wants a model
	}})
	if err := errors.Join(
		os.WriteFile(index, []byte(`{"models":[]}`), 0o644),
		os.WriteFile(none, nil, 0o644),
		os.WriteFile(filepath.Join(work, "overlay.json"), overlay, 0o644),
	); err != nil {
		return "", err
	}
	if err := shell(ctx, "go build -trimpath -overlay '"+filepath.Join(work, "overlay.json")+"' -o '"+program+"' ./server"); err != nil {
		return "", err
	}
	cmd := exec.CommandContext(ctx, program, "-addr", "127.0.0.1:0", "-models", filepath.Join(work, "models"))
	cmd.Stderr = os.Stderr
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		return "", err
	}
	if err := cmd.Start(); err != nil {
		return "", err
	}
	b.close = append(b.close, func() {
		cmd.Process.Signal(os.Interrupt)
		cmd.Wait()
	})
	line, err := bufio.NewReader(stdout).ReadString('\n')
	if err != nil {
		return "", fmt.Errorf("server: %w", err)
	}
	_, address, _ := strings.Cut(line, "http://")
	address, _, _ = strings.Cut(address, "/")
	return "http://" + address, nil
}

// serveRivals serves the pages, the packages and the work folder, with what a
// page needs to use threads.
func (b *browsers) serveRivals(work string) string {
	mux := http.NewServeMux()
	mux.Handle("/pages/", http.FileServer(http.Dir(scripts)))
	mux.Handle("/node_modules/", http.FileServer(http.Dir(scripts)))
	mux.Handle("/subject/", http.StripPrefix("/subject/", http.FileServer(http.Dir(work))))
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cross-Origin-Opener-Policy", "same-origin")
		w.Header().Set("Cross-Origin-Embedder-Policy", "require-corp")
		w.Header().Set("Cache-Control", "no-cache")
		mux.ServeHTTP(w, r)
	}))
	b.close = append(b.close, server.Close)
	return server.URL
}
