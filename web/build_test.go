package web_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"image"
	"image/png"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"

	"lungct/alexnet"
	"lungct/internal/ct"
	"lungct/internal/metrics"
)

// root is the project's folder.
const root = ".."

// builds are the programs under test, made once for all tests.
type builds struct {
	server  string // without models of its own, so that tests choose them
	shipped string // as it ships
	faulty  string // server, with testdata/faulty in the place of the program
	trainer string
}

var built = sync.OnceValues(func() (builds, error) {
	b := builds{
		server:  filepath.Join(work, "server"),
		shipped: filepath.Join(work, "shipped"),
		faulty:  filepath.Join(work, "faulty"),
		trainer: filepath.Join(work, "trainer"),
	}
	program := filepath.Join(work, "faulty.wasm")
	index := filepath.Join(work, "index.json")
	if err := os.WriteFile(index, []byte(`{"models":[]}`), 0o644); err != nil {
		return b, err
	}
	noModels, err := overlay("no-models.json", map[string]string{"weights/index.json": index})
	if err != nil {
		return b, err
	}
	faulty, err := overlay("faulty.json", map[string]string{
		"weights/index.json": index, "web/dist/lungct.wasm.gz": program + ".gz",
	})
	if err != nil {
		return b, err
	}
	for _, command := range []string{
		"make wasm",
		"GOOS=js GOARCH=wasm go build -o " + program + " ./web/testdata/faulty",
		"gzip -1n " + program,
		"go build -o " + b.shipped + " ./server",
		"go build -overlay " + noModels + " -o " + b.server + " ./server",
		"go build -overlay " + faulty + " -o " + b.faulty + " ./server",
		"go build -o " + b.trainer + " ./trainer",
	} {
		cmd := exec.Command("sh", "-c", command)
		cmd.Dir = root
		if output, err := cmd.CombinedOutput(); err != nil {
			return b, &buildError{command, output, err}
		}
	}
	return b, nil
})

type buildError struct {
	command string
	output  []byte
	err     error
}

func (e *buildError) Error() string {
	return e.command + ": " + e.err.Error() + "\n" + string(e.output)
}

// overlay writes a file for `go build -overlay` that puts other files in the
// place of some of the project's.
func overlay(name string, files map[string]string) (string, error) {
	replace := make(map[string]string)
	for from, to := range files {
		path, err := filepath.Abs(filepath.Join(root, from))
		if err != nil {
			return "", err
		}
		replace[path] = to
	}
	text, err := json.Marshal(map[string]any{"Replace": replace})
	if err != nil {
		return "", err
	}
	path := filepath.Join(work, name)
	return path, os.WriteFile(path, text, 0o644)
}

func programs(t testing.TB) builds {
	t.Helper()
	b, err := built()
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// A running is a server that was started.
type running struct {
	url  string
	stop func() // waits until it has ended
}

// serve starts a server on a free port of this computer.
func serve(t testing.TB, program string, args ...string) running {
	t.Helper()
	cmd := exec.Command(program, append([]string{"-addr", "127.0.0.1:0"}, args...)...)
	cmd.Stderr = os.Stderr
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	stop := sync.OnceFunc(func() {
		cmd.Process.Signal(syscall.SIGTERM)
		if err := cmd.Wait(); err != nil {
			t.Errorf("server: %v", err)
		}
	})
	t.Cleanup(stop)
	line, err := bufio.NewReader(stdout).ReadString('\n')
	if err != nil {
		t.Fatalf("server: %v", err)
	}
	url, ok := strings.CutSuffix(strings.TrimPrefix(line, "lungct: open "), " in a browser\n")
	if !ok {
		t.Fatalf("server: got %q on standard output, want its address", line)
	}
	go io.Copy(io.Discard, stdout)
	return running{url, stop}
}

// testModel is a small network with the full geometry and random parameters.
func testModel(t testing.TB, name string, seed uint64) []byte {
	t.Helper()
	config := alexnet.DefaultConfig()
	config.Widths, config.Hidden = [5]int{8, 12, 16, 12, 8}, 32
	return randomModel(t, name, config, alexnet.F32, seed)
}

func randomModel(t testing.TB, name string, config alexnet.Config, d alexnet.DType, seed uint64) []byte {
	t.Helper()
	model, err := alexnet.New(config)
	if err != nil {
		t.Fatal(err)
	}
	model.Init(seed)
	var cases []metrics.Case
	for i := range 40 {
		cases = append(cases, metrics.Case{
			Positive: i%2 == 0, Probability: float64(i*7%40) / 40, Group: string(rune('a' + i/4)),
		})
	}
	report, err := metrics.Measure(cases, alexnet.Threshold, 1)
	if err != nil {
		t.Fatal(err)
	}
	data, err := alexnet.Encode(model, alexnet.Card{
		Name:          name,
		Description:   "Random parameters, for tests.",
		Preprocessing: ct.Preprocessing{Size: config.Size, Crop: ct.CropBody, Mean: 0.4, Std: 0.3, WindowCentre: -600, WindowWidth: 1500, Filter: ct.FilterLinear},
		Labels:        []string{"noncovid", "covid"},
		Metrics:       []alexnet.Measurement{{Split: "made-up cases", Report: report}},
	}, d)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// folderOf writes files into a new folder.
func folderOf(t testing.TB, files map[string][]byte) string {
	t.Helper()
	folder := t.TempDir()
	for name, data := range files {
		if err := os.WriteFile(filepath.Join(folder, name), data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return folder
}

// realSlices are paths of slices of the SARS-CoV-2 CT-scan data set, half of
// them of each class. Without the data set the test is skipped, or fails where
// CI is set.
func realSlices(t testing.TB, n int) []string {
	t.Helper()
	folder, err := filepath.Abs(filepath.Join(root, "..", "shared", "data", "sars-cov-2-ct"))
	if err != nil {
		t.Fatal(err)
	}
	var paths []string
	for _, class := range []string{"covid", "noncovid"} {
		found, err := filepath.Glob(filepath.Join(folder, class, "*.png"))
		if err != nil {
			t.Fatal(err)
		}
		paths = append(paths, found[:min(n/2, len(found))]...)
	}
	if len(paths) < n/2*2 {
		const why = "the data set sars-cov-2-ct is not beside the project"
		if os.Getenv("CI") != "" {
			t.Fatal(why)
		}
		t.Skip(why)
	}
	return paths
}

// drawnSlice is a picture that could be a slice: an ellipse with two lungs. The
// seed moves them.
func drawnSlice(t testing.TB, seed int) []byte {
	t.Helper()
	const width, height = 320, 260
	img := image.NewGray(image.Rect(0, 0, width, height))
	within := func(x, y, cx, cy, rx, ry int) bool {
		dx, dy := float64(x-cx)/float64(rx), float64(y-cy)/float64(ry)
		return dx*dx+dy*dy < 1
	}
	for y := range height {
		for x := range width {
			grey := uint8(8)
			if within(x, y, 160, 130, 150, 115) {
				grey = 190
			}
			if within(x, y, 95+seed%20, 125, 55, 80) || within(x, y, 230-seed%15, 125, 50, 75) {
				grey = uint8(40 + (x*y+seed*31)%23)
			}
			img.Pix[y*img.Stride+x] = grey
		}
	}
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}
