// Package internal holds the test of who may import whom.
package internal

import (
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// policy is the direction in which imports point, from the leaves up. A package
// may import the standard library (but see syscall/js below) and what stands
// beside it here, nothing else. It is a statement of intent: a new line is a
// decision about the design, not a way to make a build pass.
var policy = map[string]string{
	"lungct/internal":            "", // this test
	"lungct/internal/kernel":     "golang.org/x/sys/cpu",
	"lungct/internal/atomicfile": "",
	"lungct/internal/metrics":    "",
	"lungct/internal/labels":     "",
	"lungct/internal/codec":      "",
	"lungct/internal/nifti":      "",
	"lungct/internal/phantom":    "", // tests only
	"lungct/internal/teacher":    "lungct/internal/kernel",
	"lungct/internal/study":      "lungct/internal/ct lungct/internal/dicom lungct/internal/nifti golang.org/x/text",
	"lungct/internal/ct":         "lungct/internal/dicom github.com/disintegration/imaging golang.org/x/image",
	"lungct/internal/dataset":    "lungct/internal/ct lungct/internal/labels lungct/internal/study",
	"lungct/internal/logistic":   "gonum.org/v1/gonum",
	"lungct/internal/baseline":   "lungct/internal/dataset lungct/internal/logistic lungct/internal/metrics",
	"lungct/internal/report":     "lungct/internal/metrics lungct/internal/atomicfile gonum.org/v1/plot",

	"lungct/internal/codec/t81":    "lungct/internal/codec",
	"lungct/internal/codec/jpeg":   "lungct/internal/codec lungct/internal/codec/t81",
	"lungct/internal/codec/jpegll": "lungct/internal/codec lungct/internal/codec/t81",
	"lungct/internal/codec/jpegls": "lungct/internal/codec lungct/internal/codec/t81",

	"lungct/internal/codec/rle":      "lungct/internal/codec",
	"lungct/internal/codec/jpeg2000": "lungct/internal/codec",
	"lungct/internal/dicom": "lungct/internal/codec lungct/internal/codec/rle lungct/internal/codec/jpeg lungct/internal/codec/jpegll " +
		"lungct/internal/codec/jpegls lungct/internal/codec/jpeg2000 " +
		"golang.org/x/text",
	"lungct/alexnet": "lungct/internal/ct lungct/internal/kernel lungct/internal/metrics lungct/internal/atomicfile " +
		"github.com/nlpodyssey/spago github.com/nlpodyssey/safetensors github.com/x448/float16",

	"lungct/internal/selftest": "lungct/alexnet lungct/internal/ct",

	"lungct/trainer": "lungct/internal/baseline lungct/internal/logistic lungct/alexnet lungct/internal/ct lungct/internal/study lungct/internal/dataset lungct/internal/dicom lungct/internal/kernel " +
		"lungct/internal/metrics lungct/internal/atomicfile lungct/internal/report lungct/internal/teacher github.com/spf13/cobra github.com/spf13/pflag",
	"lungct/wasm": "lungct/alexnet lungct/internal/ct lungct/internal/labels lungct/internal/metrics lungct/internal/selftest lungct/internal/study",

	"lungct/internal/bench":      "lungct/alexnet lungct/internal/ct lungct/internal/kernel github.com/chromedp/chromedp github.com/chromedp/cdproto",
	"lungct/internal/bench/gemm": "lungct/internal/kernel golang.org/x/sys/cpu",

	"lungct/web":     "",
	"lungct/weights": "",
	"lungct/server":  "lungct/web lungct/weights",
}

type listed struct {
	ImportPath string
	Imports    []string
}

func TestImports(t *testing.T) {
	seen := make(map[string]bool)
	for _, target := range []string{"", "GOOS=js GOARCH=wasm"} {
		for _, p := range list(t, strings.Fields(target)) {
			seen[p.ImportPath] = true
			allowed, ok := policy[p.ImportPath]
			if !ok {
				t.Errorf("%s: not in the policy: say there what it may import", p.ImportPath)
				continue
			}
			for _, path := range p.Imports {
				if !mayImport(p.ImportPath, path, strings.Fields(allowed)) {
					t.Errorf("%s imports %s: the policy does not allow it", p.ImportPath, path)
				}
			}
		}
	}
	for path := range policy {
		if !seen[path] {
			t.Errorf("%s: in the policy, but there is no such package", path)
		}
	}
}

func mayImport(importer, path string, allowed []string) bool {
	if path == "syscall/js" {
		return importer == "lungct/wasm"
	}
	first, _, _ := strings.Cut(path, "/")
	if first != "lungct" && !strings.Contains(first, ".") {
		return true // the standard library
	}
	return slices.ContainsFunc(allowed, func(a string) bool {
		return path == a || !strings.HasPrefix(a, "lungct/") && strings.HasPrefix(path, a+"/")
	})
}

// list asks the go command for every package of the module and what it
// imports, tests aside.
func list(t *testing.T, env []string) []listed {
	t.Helper()
	cmd := exec.Command("go", "list", "-json=ImportPath,Imports", "lungct/...")
	cmd.Env = append(os.Environ(), env...)
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	var packages []listed
	for dec := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p listed
		if err := dec.Decode(&p); errors.Is(err, io.EOF) {
			return packages
		} else if err != nil {
			t.Fatal(err)
		}
		packages = append(packages, p)
	}
}
