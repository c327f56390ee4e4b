package main

import (
	"bytes"
	"errors"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"
)

// tinyTraining is a command line of a training of a second or two, whose result
// does not tell when and where it was made.
func tinyTraining(t *testing.T) (dir string, train func(args ...string) *exec.Cmd) {
	t.Helper()
	dir = t.TempDir()
	if err := writeSlices(filepath.Join(dir, "ct"), 8); err != nil {
		t.Fatal(err)
	}
	return dir, func(args ...string) *exec.Cmd {
		cmd := exec.Command("trainer", append([]string{"train"}, args...)...)
		cmd.Dir = dir
		cmd.Env = append(os.Environ(), "SOURCE_DATE_EPOCH=1700000000")
		return cmd
	}
}

// tinyFlags make every step of a training a checkpoint.
var tinyFlags = []string{
	"--epochs=20", "--batch=2", "--size=111", "--widths=4,6,8,6,4", "--hidden=16", "--checkpoint-every=1ns",
	"--keep-epochs=7,20", "--ema=0.9", "--optimizer=adam", "--lr=0.001", "--balance=class", "--augment=strong",
}

// outputs are the bytes of all weights files in a folder.
func outputs(t *testing.T, dir string) map[string][]byte {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*"+weightsSuffix))
	if err != nil || len(files) == 0 {
		t.Fatalf("got %d weights files, %v", len(files), err)
	}
	contents := make(map[string][]byte)
	for _, f := range files {
		if contents[filepath.Base(f)], err = os.ReadFile(f); err != nil {
			t.Fatal(err)
		}
	}
	return contents
}

// A training whose process is killed again and again, at any moment, ends with the
// bytes of one that is left alone.
func TestKilledTrainingResumesExactly(t *testing.T) {
	t.Parallel()
	dir, train := tinyTraining(t)
	if out, err := train(append([]string{"ct", "-o", "tiny.safetensors"}, tinyFlags...)...).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	want := outputs(t, dir)
	if len(want) != 3 {
		t.Fatalf("got %d weights files, want 3", len(want))
	}

	killedDir, train := tinyTraining(t)
	const seed = 1
	rng := rand.New(rand.NewPCG(seed, 0))
	args := append([]string{"ct", "-o", "tiny.safetensors"}, tinyFlags...)
	kills := 0
	for {
		cmd := train(args...)
		var said bytes.Buffer
		cmd.Stderr = &said
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		after := time.Duration(30+rng.IntN(300)) * time.Millisecond
		timer := time.AfterFunc(after, func() { cmd.Process.Kill() })
		err := cmd.Wait()
		if timer.Stop() {
			if err != nil {
				t.Fatalf("after %d kills: %v\n%s", kills, err, &said)
			}
			break
		}
		if kills++; kills > 200 {
			t.Fatalf("the training does not get on:\n%s", &said)
		}
		if _, err := os.Stat(filepath.Join(killedDir, "tiny.run", checkpointName)); err == nil {
			args = []string{"--resume", "tiny.run"}
		}
	}
	t.Logf("killed %d times", kills)
	if left, err := filepath.Glob(filepath.Join(killedDir, "tiny.run", ".*")); err != nil || len(left) > 0 {
		t.Errorf("left behind: %q, %v", left, err)
	}
	if kills < 3 {
		t.Errorf("killed %d times, want a few", kills)
	}
	for name, got := range outputs(t, killedDir) {
		if !bytes.Equal(got, want[name]) {
			t.Errorf("%s: the killed training wrote other weights", name)
		}
	}
}

// A disk that is full stops the training with one line, and everything that was
// there is still there, whole; with space it goes on as if nothing had happened.
// The limit is the system's on the size of a file.
func TestFullDiskLosesNothing(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("no ulimit")
	}
	dir, train := tinyTraining(t)
	args := append([]string{"ct", "-o", "tiny.safetensors"}, tinyFlags...)
	if out, err := train(args...).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	want := outputs(t, dir)

	dir, train = tinyTraining(t)
	run := filepath.Join(dir, "tiny.run")
	begun := train(args...)
	if err := begun.Start(); err != nil {
		t.Fatal(err)
	}
	for range 1000 {
		if _, err := os.Stat(filepath.Join(run, metricsName)); err == nil {
			break
		}
		time.Sleep(5 * time.Millisecond)
	}
	begun.Process.Kill()
	begun.Wait()
	before := outputs(t, run)

	out := withFullDisk(t, train())
	if !strings.Contains(out, "the last good checkpoint, tiny.run/checkpoint.safetensors holds") {
		t.Errorf("got no word of what is left:\n%s", out)
	}
	for name, content := range outputs(t, run) {
		if !bytes.Equal(content, before[name]) {
			t.Errorf("%s is not what it was", name)
		}
	}
	if left, err := filepath.Glob(filepath.Join(run, ".*")); err != nil || len(left) > 0 {
		t.Errorf("left behind: %q, %v", left, err)
	}
	if out, err := train("--resume", "tiny.run").CombinedOutput(); err != nil {
		t.Fatalf("with space again: %v\n%s", err, out)
	}
	for name, got := range outputs(t, dir) {
		if !bytes.Equal(got, want[name]) {
			t.Errorf("%s: the training with a full disk wrote other weights", name)
		}
	}

	// The last write of all may be done again, too.
	out = withFullDisk(t, train())
	if !strings.Contains(out, "write the weights with: trainer train --resume tiny.run") {
		t.Errorf("got no word of what to do:\n%s", out)
	}
	for name, got := range outputs(t, dir) {
		if !bytes.Equal(got, want[name]) {
			t.Errorf("%s is not what it was", name)
		}
	}
}

// withFullDisk goes on with the training where no file can have more than 8 blocks
// of 512 or 1024 bytes, which must fail, and returns what it says.
func withFullDisk(t *testing.T, like *exec.Cmd) string {
	t.Helper()
	cmd := exec.Command("sh", "-c", "ulimit -f 8; exec trainer train --resume tiny.run")
	cmd.Dir, cmd.Env = like.Dir, like.Env
	out, err := cmd.CombinedOutput()
	var exit *exec.ExitError
	if !errors.As(err, &exit) || exit.ExitCode() != failed || !strings.Contains(string(out), "file too large") {
		t.Fatalf("got %v, want status %d and the reason:\n%s", err, failed, out)
	}
	return string(out)
}
