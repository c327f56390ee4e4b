package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// start runs the server with the arguments on a free port, until stop.
func start(t *testing.T, args ...string) (url string, stop func() error) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	output, stdout := io.Pipe()
	ended := make(chan error, 1)
	go func() {
		err := run(ctx, append([]string{"-addr", "127.0.0.1:0"}, args...), stdout, io.Discard)
		stdout.CloseWithError(err)
		ended <- err
	}()
	t.Cleanup(cancel)
	line, err := bufio.NewReader(output).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	url, ok := strings.CutPrefix(line, "lungct: open ")
	url, ok2 := strings.CutSuffix(url, " in a browser\n")
	if !ok || !ok2 {
		t.Fatalf("got %q, want the address", line)
	}
	return url, func() error {
		cancel()
		return <-ended
	}
}

func TestServesUntilStopped(t *testing.T) {
	folder := t.TempDir()
	if err := os.WriteFile(filepath.Join(folder, "m.safetensors"), testWeights, 0o644); err != nil {
		t.Fatal(err)
	}
	url, stop := start(t, "-models", folder)
	if !strings.HasPrefix(url, "http://127.0.0.1:") || !strings.HasSuffix(url, "/") {
		t.Errorf("address: got %q", url)
	}
	for path, status := range map[string]int{"style.css": 200, "weights/m.safetensors": 200, "nowhere": 404} {
		r, err := http.Get(url + path)
		if err != nil {
			t.Fatal(err)
		}
		r.Body.Close()
		if r.StatusCode != status {
			t.Errorf("%s: got %d, want %d", path, r.StatusCode, status)
		}
		if r.Header.Get("Content-Security-Policy") != pagePolicy {
			t.Errorf("%s: policy: got %q", path, r.Header.Get("Content-Security-Policy"))
		}
	}
	if err := stop(); err != nil {
		t.Errorf("stop: %v", err)
	}
	if _, err := http.Get(url); err == nil {
		t.Error("answers after it was stopped")
	}
}

// TestRawRequests sends what no HTTP client would.
func TestRawRequests(t *testing.T) {
	url, stop := start(t)
	defer stop()
	address := strings.TrimSuffix(strings.TrimPrefix(url, "http://"), "/")
	for request, want := range map[string]string{
		"OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n":                                         "405",
		"GET /../../etc/passwd HTTP/1.1\r\nHost: x\r\n\r\n":                             "404",
		"GET /%2e%2e/%2e%2e/etc/passwd HTTP/1.1\r\nHost: x\r\n\r\n":                     "404",
		"GET http://other.example/style.css HTTP/1.1\r\nHost: x\r\n\r\n":                "200",
		"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc":                    "405",
		"GET / HTTP/1.1\r\nHost: x\r\nX: " + strings.Repeat("x", 40<<10) + "\r\n\r\n":   "431",
		"GET / HTTP/1.1\r\n\r\n":                                                        "400",
		"\x16\x03\x01 hello":                                                            "400",
		"GET /style.css?patient=x HTTP/1.1\r\nHost: x\r\nRange: bytes=999999-\r\n\r\n ": "416",
	} {
		connection, err := net.Dial("tcp", address)
		if err != nil {
			t.Fatal(err)
		}
		connection.SetDeadline(time.Now().Add(10 * time.Second))
		if _, err := io.WriteString(connection, request); err != nil {
			t.Fatal(err)
		}
		connection.(*net.TCPConn).CloseWrite()
		line, err := bufio.NewReader(connection).ReadString('\n')
		if err != nil || !strings.Contains(line, " "+want+" ") {
			t.Errorf("%.60q: got %q, %v, want %s", request, line, err, want)
		}
		connection.Close()
	}
}

func TestPortIsTaken(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	address := listener.Addr().String()
	err = run(t.Context(), []string{"-addr", address}, io.Discard, io.Discard)
	if err == nil || !strings.Contains(err.Error(), address+" is in use by another program") || !strings.Contains(err.Error(), "-addr") {
		t.Errorf("got %v", err)
	}
}

func TestCommandLine(t *testing.T) {
	for _, c := range []struct {
		args  []string
		usage bool   // the error is of usage
		want  string // in the error, or where that is of usage, on stderr
	}{
		{[]string{"-addr"}, true, "flag needs an argument"},
		{[]string{"-port", "1"}, true, "flag provided but not defined"},
		{[]string{"surplus"}, true, `unexpected argument "surplus"`},
		{[]string{"-addr", "nonsense"}, false, "missing port"},
		{[]string{"-models", "/nowhere/at/all"}, false, "-models: open"},
		{[]string{"-models", "main.go"}, false, "-models: open"},
	} {
		var stderr bytes.Buffer
		err := run(t.Context(), c.args, io.Discard, &stderr)
		_, usage := errors.AsType[usageError](err)
		text := stderr.String()
		if err != nil && !usage {
			text = err.Error()
		}
		if err == nil || usage != c.usage || !strings.Contains(text, c.want) {
			t.Errorf("%q: got %v, %q, want %q", c.args, err, text, c.want)
		}
	}
	var stderr bytes.Buffer
	if err := run(t.Context(), []string{"-h"}, io.Discard, &stderr); err != nil || !strings.Contains(stderr.String(), "-models") {
		t.Errorf("-h: got %v, %q", err, &stderr)
	}
}

func TestBrowsable(t *testing.T) {
	for address, want := range map[string]string{
		"127.0.0.1:8080": "127.0.0.1:8080", "0.0.0.0:8080": "localhost:8080", "[::]:80": "localhost:80", "[::1]:80": "[::1]:80",
	} {
		tcp, err := net.ResolveTCPAddr("tcp", address)
		if err != nil {
			t.Fatal(err)
		}
		if got := browsable(tcp); got != want {
			t.Errorf("%s: got %s, want %s", address, got, want)
		}
	}
}
