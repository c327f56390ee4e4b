package main

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/png"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// dicomData is real DICOM beside the checkout.
var dicomData, _ = filepath.Abs("../../shared/data/dicom")

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"trainer": main})
}

// TestScript runs the program as its users do. The scripts in testdata read like
// sessions; beside testscript's own they have the commands below.
func TestScript(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir: "testdata",
		Setup: func(env *testscript.Env) error {
			env.Setenv("DICOM", dicomData)
			return nil
		},
		Condition: func(name string) (bool, error) {
			if name != "dicom" {
				return false, fmt.Errorf("got condition %q", name)
			}
			_, err := os.Stat(dicomData)
			return err == nil || os.Getenv("CI") != "", nil // where CI is set, a missing set fails the script
		},
		Cmds: map[string]func(ts *testscript.TestScript, neg bool, args []string){
			"exits":    exitsCommand,
			"slices":   slicesCommand,
			"dicom":    dicomCommand,
			"shorten":  shortenCommand,
			"replace":  replaceCommand,
			"poison":   poisonCommand,
			"wait-for": waitForCommand,
		},
	})
}

// exits STATUS PROGRAM ARGS... runs a program that must end with the status.
func exitsCommand(ts *testscript.TestScript, neg bool, args []string) {
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	got := 0
	var exit *exec.ExitError
	if err := ts.Exec(args[1], args[2:]...); errors.As(err, &exit) {
		got = exit.ExitCode()
	} else {
		ts.Check(err)
	}
	if got != want {
		ts.Fatalf("exit status: got %d, want %d", got, want)
	}
}

// slice draws a slice that anyone can judge: covid is a chessboard, noncovid a
// slope.
func slice(covid bool, number uint64) []byte {
	const side = 64
	rng := rand.New(rand.NewPCG(number, 0))
	img := image.NewGray(image.Rect(0, 0, side, side))
	for i := range img.Pix {
		x, y := i%side, i/side
		v := (x + y) / 2
		if covid {
			v = (x/8 + y/8) % 2 * 160
		}
		img.Pix[i] = uint8(30 + v + rng.IntN(30))
	}
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		panic(err) // a bytes.Buffer takes everything
	}
	return b.Bytes()
}

// writeSlices makes n slices of each class in dir, two a patient, and a manifest
// with four folds.
func writeSlices(dir string, n int) error {
	manifest := "path,label,group,fold\n"
	for class, label := range []string{"noncovid", "covid"} {
		if err := os.MkdirAll(filepath.Join(dir, label), 0o755); err != nil {
			return err
		}
		for i := range n {
			name := fmt.Sprintf("%s/%d.png", label, i)
			if err := os.WriteFile(filepath.Join(dir, name), slice(class == 1, uint64(2*i+class)), 0o644); err != nil {
				return err
			}
			manifest += fmt.Sprintf("%s,%s,%s-%d,%d\n", name, label, label, i/2, i/2%4)
		}
	}
	return os.WriteFile(filepath.Join(dir, "manifest.csv"), []byte(manifest), 0o644)
}

// slices DIR N writes a data set.
func slicesCommand(ts *testscript.TestScript, neg bool, args []string) {
	n, err := strconv.Atoi(args[1])
	ts.Check(err)
	ts.Check(writeSlices(ts.MkAbs(args[0]), n))
}

// shorten FILE cuts a file to its first half.
func shortenCommand(ts *testscript.TestScript, neg bool, args []string) {
	path := ts.MkAbs(args[0])
	info, err := os.Stat(path)
	ts.Check(err)
	ts.Check(os.Truncate(path, info.Size()/2))
}

// replace FILE OLD NEW changes bytes of a file, written as in Go strings, and not
// its length.
func replaceCommand(ts *testscript.TestScript, neg bool, args []string) {
	path := ts.MkAbs(args[0])
	text, err := os.ReadFile(path)
	ts.Check(err)
	if len(args[1]) != len(args[2]) || !bytes.Contains(text, []byte(args[1])) {
		ts.Fatalf("replace: %q is not in %s, or of another length than %q", args[1], args[0], args[2])
	}
	ts.Check(os.WriteFile(path, bytes.Replace(text, []byte(args[1]), []byte(args[2]), 1), 0o644))
}

// poison FILE makes the last value of a weights file NaN.
func poisonCommand(ts *testscript.TestScript, neg bool, args []string) {
	path := ts.MkAbs(args[0])
	text, err := os.ReadFile(path)
	ts.Check(err)
	copy(text[len(text)-4:], "\xff\xff\xff\xff")
	ts.Check(os.WriteFile(path, text, 0o644))
}

// wait-for FILE waits until a file is there.
func waitForCommand(ts *testscript.TestScript, neg bool, args []string) {
	path := ts.MkAbs(args[0])
	for range 6000 {
		if _, err := os.Stat(path); err == nil {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	ts.Fatalf("wait-for: %s has not come in a minute", args[0])
}
