package web_test

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// TestSamples opens the samples with the model that ships.
func TestSamples(t *testing.T) {
	server := serve(t, programs(t).shipped)
	p := open(t, server.url, "ready")
	p.screenshot("people-welcome")
	p.click("#try-samples")
	p.settled(10)
	states := make(map[string]int)
	for _, row := range p.rows() {
		states[row.State]++
		if strings.HasPrefix(row.Name, "covid-") || strings.HasPrefix(row.Name, "noncovid-") {
			if row.State != "covid" && row.State != "noncovid" {
				t.Errorf("%s: got state %q, want a verdict", row.Name, row.State)
			}
		} else if row.State != "leftOut" {
			t.Errorf("%s: got state %q, want leftOut: it shows no lung", row.Name, row.State)
		}
	}
	if states["covid"] == 0 || states["noncovid"] == 0 || states["leftOut"] != 1 {
		t.Errorf("states: got %v, want verdicts of both kinds and one slice left out", states)
	}
	p.screenshot("people-samples")
	p.expectNoFaults()
	for _, url := range p.asked() {
		if !strings.HasPrefix(url, server.url) {
			t.Errorf("asked %s", url)
		}
	}
}

// TestSamplesWithoutServer tries the samples when the server has been stopped.
func TestSamplesWithoutServer(t *testing.T) {
	server := oneModel(t)
	p := open(t, server.url, "ready")
	server.stop()
	p.click("#try-samples")
	p.settled(10)
	if why := p.rejected()["neck.dcm"]; !strings.Contains(why, "start it again") {
		t.Errorf("neck.dcm: got %q", why)
	}
}

// miscompiled builds a server whose kernels subtract where they should add, as if a
// browser had compiled them wrong.
func miscompiled(t *testing.T) string {
	t.Helper()
	programs(t)
	kernels, err := os.ReadFile(filepath.Join(root, "web", "dist", "kernels.wasm"))
	if err != nil {
		t.Fatal(err)
	}
	add, sub := []byte("\xfd\xe4\x01"), []byte("\xfd\xe5\x01") // f32x4.add, f32x4.sub
	if !bytes.Contains(kernels, add) {
		t.Fatal("the kernels add no vectors")
	}
	folder := t.TempDir()
	path, server := filepath.Join(folder, "kernels.wasm"), filepath.Join(folder, "server")
	if err := os.WriteFile(path, bytes.ReplaceAll(kernels, add, sub), 0o644); err != nil {
		t.Fatal(err)
	}
	replace, err := overlay("miscompiled.json", map[string]string{
		"weights/index.json": filepath.Join(work, "index.json"), "web/dist/kernels.wasm": path,
	})
	if err != nil {
		t.Fatal(err)
	}
	build := exec.Command("go", "build", "-overlay", replace, "-o", server, "./server")
	build.Dir = root
	if output, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, output)
	}
	return server
}

// TestSelfTestRefuses: a program that computes wrongly shows slices, and reads none.
func TestSelfTestRefuses(t *testing.T) {
	models := folderOf(t, map[string][]byte{"test.safetensors": testModel(t, "Test model", 1)})
	p := open(t, serve(t, miscompiled(t), "-models", models).url, "limited")
	if notice := p.text("#notice-text"); !strings.Contains(notice, "self-test failed") || !strings.Contains(notice, "want 0.1495") {
		t.Errorf("notice: got %q", notice)
	}
	if status := p.text("#status"); status != "Self-test failed" {
		t.Errorf("status: got %q", status)
	}
	if evaluate[bool](p, `document.querySelector('#retry').checkVisibility()`) {
		t.Error("another try is offered")
	}
	p.do(chromedp.SetUploadFiles(chromedp.CSS("#file-picker"), drawn(t, 1)))
	p.waitFor(`document.querySelector('#series li')?.dataset.state === 'shown'`)
	p.click("#model-button")
	p.click(".model button")
	p.waitFor(`document.querySelector('.model .message').textContent.includes('self-test failed')`)
	p.screenshot("people-selftest")
	p.click("#back")
	if rows := p.rows(); len(rows) != 1 || rows[0].State != "shown" {
		t.Errorf("rows: got %v, want one slice shown and not read", rows)
	}
}
