package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// products measures the matrix products natively and as WebAssembly, each by a
// run of the command gemm, next to the peak of either.
type products struct {
	native, wasm, wasmPeak string // programs; empty where there is none
	torch                  *peer  // for the BLAS of numpy
}

// report is the Report of the command gemm.
type report struct {
	Peak     float64
	Products []struct {
		Name    string
		M, N, K int
		TransB  bool
		GFlops  float64
	}
}

func newProducts(ctx context.Context, folder string, p *peers) (*products, error) {
	m := &products{
		native: filepath.Join(folder, "gemm"), wasm: filepath.Join(folder, "gemm.wasm"), wasmPeak: filepath.Join(folder, "peak.wasm"),
		torch: p.torch[1],
	}
	for _, command := range []string{
		"go build -o '" + m.native + "' ./internal/bench/gemm",
		"GOOS=js GOARCH=wasm go build -o '" + m.wasm + "' ./internal/bench/gemm",
	} {
		if err := shell(ctx, command); err != nil {
			return nil, err
		}
	}
	err := shell(ctx, "node_modules/.bin/asc "+scripts+"/peak.ts --runtime stub --noAssert -O3 --enable simd -o '"+m.wasmPeak+"'")
	if err != nil {
		m.wasmPeak = ""
		p.missing = append(p.missing, "AssemblyScript, for the peak of WebAssembly: "+err.Error())
	}
	return m, nil
}

func (m *products) measure(ctx context.Context, t *table) error {
	var native, wasm report
	if err := output(ctx, &native, m.native); err != nil {
		return err
	}
	t.products("Matrix products, native, 1 thread", native)
	for _, p := range native.Products {
		if m.torch == nil {
			break
		}
		var answer struct{ GFlops float64 }
		request := map[string]any{"do": "gemm", "m": p.M, "n": p.N, "k": p.K, "transB": p.TransB}
		if err := m.torch.ask(request, &answer); err != nil {
			return err
		}
		t.figure("Matrix products, native, 1 thread", productName(p.Name, p.M, p.N, p.K), "", true).add("OpenBLAS", answer.GFlops)
	}
	if err := output(ctx, &wasm, "scripts/wasm-exec", m.wasm); err != nil {
		return err
	}
	if m.wasmPeak != "" {
		var answer struct{ GFlops float64 }
		if err := output(ctx, &answer, "node", filepath.Join(scripts, "peak.mjs"), m.wasmPeak); err != nil {
			return err
		}
		wasm.Peak = answer.GFlops
	}
	t.products("Matrix products, WebAssembly in Node, 1 thread", wasm)
	return nil
}

// products adds a report, and the peak as a figure of its own.
func (t *table) products(section string, r report) {
	if r.Peak > 0 {
		peak := t.figure(section, "peak: registers alone", "GFLOP/s", true)
		peak.add(us, r.Peak)
		peak.limit = append(peak.limit, r.Peak)
	}
	for _, p := range r.Products {
		f := t.figure(section, productName(p.Name, p.M, p.N, p.K), "GFLOP/s", true)
		f.add(us, p.GFlops)
		if r.Peak > 0 {
			f.limit = append(f.limit, r.Peak)
		}
	}
}

func productName(name string, m, n, k int) string {
	return fmt.Sprintf("%s: %d×%d×%d", name, m, n, k)
}

// shell runs a command line in the project's folder.
func shell(ctx context.Context, command string) error {
	out, err := exec.CommandContext(ctx, "sh", "-c", command).CombinedOutput()
	if err != nil {
		return fmt.Errorf("%s: %w: %s", command, err, strings.TrimSpace(string(out)))
	}
	return nil
}

// output runs a program and decodes the JSON that it prints.
func output(ctx context.Context, v any, program string, args ...string) error {
	cmd := exec.CommandContext(ctx, program, args...)
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err == nil {
		err = json.Unmarshal(out, v)
	}
	if err != nil {
		return fmt.Errorf("%s: %w", cmd, err)
	}
	return nil
}
