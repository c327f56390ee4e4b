package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// scripts is the folder of everything that runs in other programs.
const scripts = "internal/bench/_peers"

// peer is another program that measures when asked: one JSON object a line each
// way. It sleeps while others are measured.
type peer struct {
	name    string
	cmd     *exec.Cmd
	stdin   io.WriteCloser
	answers *json.Decoder
	stderr  bytes.Buffer
}

// startPeer starts a program in the environment of this one, changed by env;
// "NAME" alone takes a variable away.
func startPeer(ctx context.Context, name string, env []string, command string, args ...string) (*peer, error) {
	p := &peer{name: name, cmd: exec.CommandContext(ctx, command, args...)}
	p.cmd.Env = environment(env)
	p.cmd.Stderr = &p.stderr
	var err error
	if p.stdin, err = p.cmd.StdinPipe(); err != nil {
		return nil, err
	}
	stdout, err := p.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	p.answers = json.NewDecoder(stdout)
	return p, p.cmd.Start()
}

func environment(changes []string) []string {
	var env []string
	for _, v := range os.Environ() {
		name, _, _ := strings.Cut(v, "=")
		changed := false
		for _, c := range changes {
			changedName, _, _ := strings.Cut(c, "=")
			changed = changed || name == changedName
		}
		if !changed {
			env = append(env, v)
		}
	}
	for _, c := range changes {
		if strings.Contains(c, "=") {
			env = append(env, c)
		}
	}
	return env
}

// ask sends a request, whose task is named by "do", and decodes the answer.
func (p *peer) ask(request map[string]any, answer any) error {
	line, err := json.Marshal(request)
	if err != nil {
		return err
	}
	if _, err = p.stdin.Write(append(line, '\n')); err == nil {
		err = p.answers.Decode(answer)
	}
	if err != nil {
		p.stop()
		return fmt.Errorf("%s: %w: %s", p.name, err, complaint(p.stderr.String()))
	}
	return nil
}

// complaint is the line of a program's last words that says what is wrong.
func complaint(stderr string) string {
	lines := strings.Split(strings.TrimSpace(stderr), "\n")
	for _, line := range lines {
		if strings.Contains(line, "Error") {
			return line
		}
	}
	return lines[len(lines)-1]
}

func (p *peer) stop() {
	p.stdin.Close()
	p.cmd.Wait() // how it ends does not matter
}

// peers are those that run natively; nil where one is not there.
type peers struct {
	ort      *peer
	torch    [3]*peer // by number of threads
	versions map[string]string
	missing  []string // a line for each that is not there
}

// tuned are the settings with which PyTorch is fastest: threads that stay on
// their processors, memory that is kept between steps, and no settings of the
// machine's owner that would slow its BLAS down.
var tuned = []string{
	"OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS",
	"OMP_PROC_BIND=close", "MALLOC_MMAP_THRESHOLD_=4000000000", "MALLOC_TRIM_THRESHOLD_=8000000000", "MALLOC_TOP_PAD_=268435456",
}

// fastBLAS is the library that PyTorch must find for its linear layers.
const fastBLAS = "openblas"

func startPeers(ctx context.Context, work string) *peers {
	p := &peers{versions: make(map[string]string)}
	start := func(name string, env []string, command string, args ...string) *peer {
		started, err := startPeer(ctx, name, env, command, args...)
		versions := make(map[string]string)
		if err == nil {
			err = started.ask(map[string]any{"do": "version"}, &versions)
		}
		if err != nil {
			p.missing = append(p.missing, err.Error())
			return nil
		}
		for what, version := range versions {
			p.versions[what] = version
		}
		return started
	}
	p.ort = start("ONNX Runtime", nil, "node", filepath.Join(scripts, "ort.mjs"), work)
	python := findPython(ctx)
	for threads := 1; threads <= 2; threads++ {
		env := append([]string{fmt.Sprintf("OMP_NUM_THREADS=%d", threads)}, tuned...)
		p.torch[threads] = start("PyTorch", env, python, filepath.Join(scripts, "pytorch.py"), work, fmt.Sprint(threads))
		if p.torch[threads] == nil {
			break
		}
	}
	if found := p.versions["blas"]; found != "" && found != fastBLAS {
		// Debian installs the reference BLAS where no other is asked for. To beat
		// that would say nothing.
		p.missing = append(p.missing, fmt.Sprintf("PyTorch: it runs on lib%s, want lib%s: apt-get install libopenblas0-pthread", found, fastBLAS))
		for i, each := range p.torch {
			if each != nil {
				each.stop()
				p.torch[i] = nil
			}
		}
	}
	return p
}

// findPython prefers a Python that has PyTorch: Debian's packages belong to
// /usr/bin/python3, which need not be the first.
func findPython(ctx context.Context) string {
	for _, python := range []string{"python3", "/usr/bin/python3"} {
		if exec.CommandContext(ctx, python, "-c", "import torch, numpy").Run() == nil {
			return python
		}
	}
	return "python3"
}

func (p *peers) stop() {
	for _, each := range append(p.torch[:], p.ort) {
		if each != nil {
			each.stop()
		}
	}
}

// logits are what each peer makes of the inputs.
func (p *peers) logits() (map[string][]float32, error) {
	all := make(map[string][]float32)
	var failed error
	for _, each := range []*peer{p.torch[1], p.ort} {
		if each == nil {
			continue
		}
		var answer struct{ Logits []float32 }
		failed = errors.Join(failed, each.ask(map[string]any{"do": "logits"}, &answer))
		all[each.name] = answer.Logits
	}
	return all, failed
}
