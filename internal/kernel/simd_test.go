//go:build !js

package kernel

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// The committed simd.wasm is what the compiler makes of its source.
func TestSIMDIsCurrent(t *testing.T) {
	made := filepath.Join(t.TempDir(), "simd.wasm")
	command := exec.CommandContext(t.Context(), "../../node_modules/.bin/asc", "--config", "_simd/asconfig.json", "--outFile", made)
	if output, err := command.CombinedOutput(); err != nil {
		if os.Getenv("CI") == "" {
			t.Skipf("the compiler does not run here, npm ci installs it: %v\n%s", err, output)
		}
		t.Fatalf("%v: %v\n%s", command, err, output)
	}
	got, err := os.ReadFile("simd.wasm")
	if err != nil {
		t.Fatal(err)
	}
	want, err := os.ReadFile(made)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Error("simd.wasm is not what _simd makes: run go generate ./internal/kernel")
	}
}
