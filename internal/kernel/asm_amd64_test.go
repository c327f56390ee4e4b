//go:build !purego

package kernel

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// The committed leaves are what the generator writes.
func TestLeavesAreCurrent(t *testing.T) {
	dir := t.TempDir()
	command := exec.CommandContext(t.Context(), "go", "-C", "_asm", "run", ".", dir)
	if output, err := command.CombinedOutput(); err != nil {
		if os.Getenv("CI") == "" {
			t.Skipf("the generator does not run here: %v\n%s", err, output)
		}
		t.Fatalf("%v: %v\n%s", command, err, output)
	}
	for _, name := range []string{"leaves_amd64.s", "leaves_amd64.go"} {
		got, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		want, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got, want) {
			t.Errorf("%s is not what _asm writes: run go generate ./internal/kernel", name)
		}
	}
}
