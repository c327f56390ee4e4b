package web_test

import (
	"context"
	"fmt"
	"log"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

var (
	work    string          // a folder for everything that the tests build
	browser context.Context // nil without a Chromium
)

// TestMain starts the browser that all tests share.
func TestMain(m *testing.M) { os.Exit(run(m)) }

func run(m *testing.M) int {
	var err error
	if work, err = os.MkdirTemp("", "lungct-web-"); err != nil {
		log.Print(err)
		return 1
	}
	defer os.RemoveAll(work)
	if chromium := findChromium(); chromium != "" {
		options := append(chromedp.DefaultExecAllocatorOptions[:],
			chromedp.ExecPath(chromium),
			chromedp.UserDataDir(filepath.Join(work, "profile")),
			chromedp.Flag("headless", "new"),
			chromedp.Flag("no-sandbox", true), // it refuses to run as root with one
			chromedp.Flag("disable-gpu", true),
			chromedp.Flag("disable-quic", true),
			chromedp.Flag("disable-component-update", true),
		)
		allocator, stop := chromedp.NewExecAllocator(context.Background(), options...)
		defer stop()
		ctx, cancel := chromedp.NewContext(allocator)
		defer cancel()
		if err := chromedp.Do(ctx); err != nil {
			log.Print(err)
			return 1
		}
		browser = ctx
	}
	return m.Run()
}

func findChromium() string {
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome", "google-chrome-stable"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	return ""
}

// A tab is the page as its user has it.
type tab struct {
	t   testing.TB
	ctx context.Context

	mu       sync.Mutex
	requests []string // URLs that page and worker asked for
	faults   []string // what the page logged, and its uncaught exceptions
}

// open opens the page in a tab of its own and waits for the status: "ready",
// "limited" (no model) or "failed".
func open(t testing.TB, url, status string) *tab {
	t.Helper()
	p := blank(t)
	p.do(chromedp.Navigate(url))
	p.waitFor("document.body.dataset.status === '" + status + "'")
	return p
}

// blank opens an empty tab.
func blank(t testing.TB) *tab {
	t.Helper()
	if browser == nil {
		const why = "no Chromium is installed"
		if os.Getenv("CI") != "" {
			t.Fatal(why)
		}
		t.Skip(why)
	}
	p := &tab{t: t}
	ctx, cancel := chromedp.NewContext(browser, chromedp.WithListener(p.hear))
	t.Cleanup(cancel)
	if err := chromedp.Do(ctx); err != nil { // this context bounds the tab's life
		t.Fatal(err)
	}
	p.ctx, cancel = context.WithTimeout(ctx, time.Minute)
	t.Cleanup(cancel)
	p.do(chromedp.EmulateViewport(1440, 900))
	return p
}

// hear records what the page does behind the scenes.
func (p *tab) hear(event any) {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch event := event.(type) {
	case *network.EventRequestWillBeSent:
		if !strings.HasPrefix(event.Request.URL, "blob:") && !strings.HasPrefix(event.Request.URL, "data:") {
			p.requests = append(p.requests, event.Request.URL)
		}
	case *runtime.EventExceptionThrown:
		p.faults = append(p.faults, event.ExceptionDetails.Text)
	case *runtime.EventConsoleAPICalled:
		p.faults = append(p.faults, fmt.Sprintf("console.%s", event.Type))
	}
}

// asked are the URLs that the page, and its worker where it is watched, have
// asked for so far.
func (p *tab) asked() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.requests)
}

func (p *tab) expectNoFaults() {
	p.t.Helper()
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.faults) > 0 {
		p.t.Errorf("the page logged, or left uncaught: %q", p.faults)
	}
}

// watchWorkers hears the page's workers, too, and returns the contexts of them.
func (p *tab) watchWorkers() (workers []context.Context) {
	p.t.Helper()
	targets, err := chromedp.Targets(p.ctx)
	if err != nil {
		p.t.Fatal(err)
	}
	for _, target := range targets {
		if target.Type == "worker" {
			ctx, cancel := chromedp.NewContext(p.ctx, chromedp.WithTargetID(target.TargetID), chromedp.WithListener(p.hear))
			p.t.Cleanup(cancel)
			if err := chromedp.Do(ctx); err != nil {
				p.t.Fatal(err)
			}
			workers = append(workers, ctx)
		}
	}
	if len(workers) == 0 {
		p.t.Fatal("the page has no worker")
	}
	return workers
}

func (p *tab) do(actions ...chromedp.Action[chromedp.Void]) {
	p.t.Helper()
	if err := chromedp.Do(p.ctx, actions...); err != nil {
		p.t.Fatal(err)
	}
}

// evaluate runs JavaScript in the page.
func evaluate[T any](p *tab, expression string) T {
	p.t.Helper()
	value, err := chromedp.Run(p.ctx, chromedp.Evaluate[T](expression))
	if err != nil {
		p.t.Fatalf("%s: %v", expression, err)
	}
	return value
}

// waitFor waits until the JavaScript expression holds.
func (p *tab) waitFor(expression string) {
	p.t.Helper()
	_, err := chromedp.Run(p.ctx, chromedp.Poll[bool](expression,
		chromedp.WithPollingInterval(20*time.Millisecond), chromedp.WithPollingTimeout(50*time.Second)))
	if err != nil {
		p.screenshot("failure-" + strings.ReplaceAll(p.t.Name(), "/", "-"))
		p.t.Fatalf("waiting for %s: %v; the page says %q, %q", expression, err,
			p.text("#status"), p.text("#notice-text"))
	}
}

func (p *tab) text(selector string) string {
	p.t.Helper()
	return evaluate[string](p, fmt.Sprintf("document.querySelector(%q).textContent.trim()", selector))
}

func (p *tab) click(selector string) {
	p.t.Helper()
	p.do(chromedp.Click(chromedp.CSS(selector)))
}

func (p *tab) press(key string) {
	p.t.Helper()
	p.do(chromedp.KeyEvent(key))
}

// choose picks files in the dialog of "Open files", each a series by itself or
// unreadable, and waits until all open slices are settled.
func (p *tab) choose(paths ...string) {
	p.t.Helper()
	n := p.opened() + len(paths)
	p.do(chromedp.SetUploadFiles(chromedp.CSS("#file-picker"), paths))
	p.settled(n)
}

// drop drops files or folders, which make n series and unreadable files in all, on
// the middle of the window, and waits until all open slices are settled.
func (p *tab) drop(n int, paths ...string) {
	p.t.Helper()
	n += p.opened()
	p.dropAt(paths...)
	p.settled(n)
}

// dropAt drops files or folders on the middle of the window.
func (p *tab) dropAt(paths ...string) {
	p.t.Helper()
	for _, kind := range []input.DispatchDragEventType{"dragEnter", "dragOver", "drop"} {
		_, err := chromedp.Call(p.ctx, input.DispatchDragEvent, input.DispatchDragEventParams{
			Type: kind, X: 700, Y: 450,
			Data: &input.DragData{Items: []*input.DragDataItem{}, Files: paths, DragOperationsMask: 1},
		})
		if err != nil {
			p.t.Fatal(err)
		}
	}
}

// opened is how many series are open and files are listed as unreadable: a picture
// that fails late is both, and counts once.
func (p *tab) opened() int {
	p.t.Helper()
	return evaluate[int](p, opened)
}

const opened = `document.querySelectorAll('#series li:not([data-state=failed]), #rejected li').length`

// settled waits until n series or unreadable files are there, and each slice has
// its verdict or its failure.
func (p *tab) settled(n int) {
	p.t.Helper()
	p.waitFor(fmt.Sprintf(`!document.body.hasAttribute('data-opening') && %s === %d &&
		!document.querySelector('#series li:is([data-state=waiting], [data-state=shown])')`, opened, n))
}

// A row is a line of the list of series.
type row struct{ Name, State, Outcome string }

func (p *tab) rows() []row {
	p.t.Helper()
	return evaluate[[]row](p, `Array.from(document.querySelectorAll('#series li'), (row) => ({
		Name: row.querySelector('.name').textContent,
		State: row.dataset.state,
		Outcome: row.querySelector('.outcome').textContent,
	}))`)
}

// rejected is what is listed as not readable: the reason by the name of the file.
func (p *tab) rejected() map[string]string {
	p.t.Helper()
	return evaluate[map[string]string](p, `Object.fromEntries(Array.from(document.querySelectorAll('#rejected li'), (line) =>
		[line.querySelector('strong').textContent, line.querySelector('span').textContent]))`)
}

// probability is the number behind the meter, unrounded.
func (p *tab) probability() float64 {
	p.t.Helper()
	return evaluate[float64](p, `Number(document.querySelector('#probability-meter').style.getPropertyValue('--probability'))`)
}

// screenshot saves the window as NAME.png in the folder that the environment
// variable SCREENSHOTS names, if it does.
func (p *tab) screenshot(name string) {
	p.t.Helper()
	folder := os.Getenv("SCREENSHOTS")
	if folder == "" {
		folder = p.t.TempDir()
	}
	picture, err := chromedp.Run(p.ctx, chromedp.CaptureScreenshot())
	if err != nil {
		p.t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(folder, name+".png"), picture, 0o644); err != nil {
		p.t.Fatal(err)
	}
}
