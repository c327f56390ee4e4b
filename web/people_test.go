package web_test

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/accessibility"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
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

// TestHelp: "?" opens the sheet of keys, Escape closes it, and the focus is where it
// was. While it is open, keys of the slices do nothing.
func TestHelp(t *testing.T) {
	p := open(t, oneModel(t).url, "ready")
	p.choose(drawn(t, 3)...)
	p.do(chromedp.Focus(chromedp.CSS("#series")))
	p.press("?")
	p.waitFor(`document.querySelector('#help').open`)
	shown := evaluate[[]string](p, `Array.from(document.querySelectorAll('#help .keys div'), (row) => row.innerText.replace(/\s+/g, ' ').trim())`)
	for _, want := range []string{"← Previous slice", "→ Next slice", "Page ↓ Ten slices forward", "↓ Next series", "? Help and keyboard shortcuts", "Esc Close what is open above the slices"} {
		if !slices.Contains(shown, want) {
			t.Errorf("%q is not in the sheet: %q", want, shown)
		}
	}
	named := evaluate[int](p, `new Set(Array.from(document.querySelectorAll('[aria-keyshortcuts]'), (e) => e.getAttribute('aria-keyshortcuts'))).size`)
	if len(shown) < named {
		t.Errorf("the sheet has %d lines, the page %d shortcuts", len(shown), named)
	}
	p.screenshot("people-help")
	before := p.text("#picture-name")
	p.press(kb.ArrowDown)
	if after := p.text("#picture-name"); after != before {
		t.Errorf("a key went through the sheet to the slices: from %s to %s", before, after)
	}
	p.press(kb.Escape)
	p.waitFor(`!document.querySelector('#help').open && document.activeElement.id === 'series'`)
	p.press(kb.ArrowDown)
	p.waitFor(`document.querySelector('#picture-name').textContent === 'slice2.png'`)
	p.expectNoFaults()
}

// TestSkipLink: the first stop of the Tab key leads past the header.
func TestSkipLink(t *testing.T) {
	p := open(t, oneModel(t).url, "ready")
	p.choose(drawn(t, 1)...)
	evaluate[any](p, `document.activeElement.blur()`)
	p.press(kb.Tab)
	p.waitFor(`document.activeElement.className === 'skip' && document.activeElement.getBoundingClientRect().top >= 0`)
	p.press(kb.Enter)
	p.waitFor(`document.activeElement.id === 'series'`)
}

// TestDiagnostics copies what a bug report needs, with nothing of the slices in it.
func TestDiagnostics(t *testing.T) {
	server := oneModel(t)
	p := open(t, server.url, "ready")
	p.choose(append(drawn(t, 2), badFile(t))...)
	server.stop() // what it needs was kept
	// A browser without a window has no clipboard of its own.
	evaluate[any](p, `Object.defineProperty(navigator, 'clipboard', { value: { writeText: async (text) => { window.copied = text; } } }), null`)
	p.click("#help-button")
	p.click("#diagnostics-button")
	p.waitFor(`document.querySelector('#diagnostics pre').textContent.includes('sha256')`)
	p.screenshot("people-diagnostics")
	p.click("#diagnostics .copy")
	p.waitFor(`document.querySelector('#diagnostics [role=status]').textContent === 'Copied'`)
	text := evaluate[string](p, `window.copied`)
	for _, want := range []string{
		"version: ", "difference: ", "memory: ", "userAgent: ", "cores: ", "dist/lungct.wasm: from ", "model: from ",
		"status ready: ", "read: 2", "unsupported: 1", "median: ",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not in the diagnostics:\n%s", want, text)
		}
	}
	for _, file := range []string{"web/dist/kernels.wasm", "web/js/main.js"} {
		if want := digest(t, filepath.Join(root, file)); !strings.Contains(text, want) {
			t.Errorf("%s: its SHA-256 %s is not in the diagnostics:\n%s", file, want, text)
		}
	}
	for _, secret := range []string{"slice1", "secret", "127.0.0.1", "test.safetensors"} {
		if strings.Contains(text, secret) {
			t.Errorf("%q is in the diagnostics:\n%s", secret, text)
		}
	}
	p.press(kb.Escape)
	p.waitFor(`!document.querySelector('#diagnostics').open && document.activeElement.id === 'diagnostics-button'`)
}

// badFile is no picture; its name must stay in the page.
func badFile(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "secret.txt")
	if err := os.WriteFile(path, []byte("not a picture"), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

func digest(t *testing.T, path string) string {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Sprintf("%x", sha256.Sum256(data))
}

// TestTheme: dark whatever the system says, light when chosen, and still so after a
// reload, with nothing stored.
func TestTheme(t *testing.T) {
	p := open(t, oneModel(t).url, "ready")
	ground := func() string { return evaluate[string](p, `getComputedStyle(document.body).backgroundColor`) }
	const dark, light = "rgb(12, 16, 21)", "rgb(242, 244, 247)"
	if got := ground(); got != dark {
		t.Errorf("at first: got %s, want %s", got, dark)
	}
	p.click("#theme")
	if got := ground(); got != light {
		t.Errorf("chosen: got %s, want %s", got, light)
	}
	p.choose(drawn(t, 2)...)
	p.screenshot("people-light")
	p.do(chromedp.Reload())
	p.waitFor("document.body.dataset.status === 'ready'")
	if got := ground(); got != light {
		t.Errorf("after a reload: got %s, want %s", got, light)
	}
	if stored := evaluate[int](p, `localStorage.length + sessionStorage.length + document.cookie.length`); stored != 0 {
		t.Errorf("%d things are stored", stored)
	}
	p.click("#theme")
	if got := ground(); got != dark {
		t.Errorf("and back: got %s, want %s", got, dark)
	}
}

// TestAccessibilityTree: in every state of the page, what can be operated has a name,
// and no id is there twice.
func TestAccessibilityTree(t *testing.T) {
	p := open(t, serve(t, programs(t).shipped).url, "ready")
	p.expectNames("empty")
	p.click("#try-samples")
	p.settled(10)
	p.expectNames("slices")
	p.press("?")
	p.waitFor(`document.querySelector('#help').open`)
	p.expectNames("help")
	p.click("#diagnostics-button")
	p.expectNames("diagnostics")
	p.press(kb.Escape)
	p.press(kb.Escape)
	p.click("#model-button")
	p.expectNames("models")
}

// operable are the roles of what a reader operates or has to be told about.
var operable = []string{
	"button", "checkbox", "combobox", "dialog", "img", "image", "link", "listbox", "menuitem", "meter", "option", "progressbar",
	"radio", "radiogroup", "searchbox", "slider", "spinbutton", "switch", "tab", "textbox", "toolbar", "region",
}

func (p *tab) expectNames(state string) {
	p.t.Helper()
	tree, err := chromedp.Call(p.ctx, accessibility.GetFullAXTree, accessibility.GetFullAXTreeParams{})
	if err != nil {
		p.t.Fatal(err)
	}
	named := 0
	for _, node := range tree.Nodes {
		role, name := text(node.Role), text(node.Name)
		if node.Ignored || !slices.Contains(operable, role) {
			continue
		}
		if named++; strings.TrimSpace(name) == "" {
			p.t.Errorf("%s: a %s has no name: %s", state, role, node.NodeID)
		}
	}
	if named < 3 {
		p.t.Errorf("%s: only %d things can be operated", state, named)
	}
	if twice := evaluate[[]string](p, `Array.from(document.querySelectorAll('[id]'), (e) => e.id).filter((id, i, all) => all.indexOf(id) !== i)`); len(twice) > 0 {
		p.t.Errorf("%s: ids that are there twice: %q", state, twice)
	}
	if lost := evaluate[[]string](p, `['aria-controls', 'aria-labelledby', 'aria-describedby', 'aria-activedescendant'].flatMap((name) =>
		Array.from(document.querySelectorAll('[' + name + ']'), (e) => e.getAttribute(name)).flatMap((ids) => ids.split(' ')).filter((id) => id && !document.getElementById(id)))`); len(lost) > 0 {
		p.t.Errorf("%s: ids that are referred to and not there: %q", state, lost)
	}
}

func text(v *accessibility.Value) string {
	if v == nil {
		return ""
	}
	return strings.Trim(string(v.Value), `"`)
}
