package main

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"math"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"sync/atomic"
	"time"

	"github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// rivals are the pages that are measured beside ours, in _peers/pages. Each
// page, ours too, sets window.bench:
//
//	ready                 a promise of the milliseconds from opening the page until it can read
//	cold                  a promise of the milliseconds from opening the page to its first verdict
//	chain(times)          milliseconds from a 512x512 PNG to a verdict
//	network(times)        milliseconds of the network alone
//	probabilities()       of the class covid, for the inputs
var rivals = []struct{ name, page, needs string }{
	{"TensorFlow.js, 1 thread", "tfjs.html?threads=1", "@tensorflow/tfjs-backend-wasm"},
	{"TensorFlow.js, 2 threads", "tfjs.html?threads=2", "@tensorflow/tfjs-backend-wasm"},
	{"ONNX Runtime Web, 1 thread", "ort.html?threads=1", "onnxruntime-web"},
	{"ONNX Runtime Web, 2 threads", "ort.html?threads=2", "onnxruntime-web"},
}

const browserSection = "Reading, in the page"

// browsers opens pages, each time in a new Chromium with an empty profile.
type browsers struct {
	chromium string
	version  string
	pages    []visited
	want     []float64 // probabilities
	rest     string    // see restScript
	missing  []string
	close    []func()
}

type visited struct {
	name   string
	url    string
	script string // runs before the page's own
	lost   float64
}

// start builds our server, starts it with the full-size model, and serves the
// pages of the rivals that are installed. stop ends both.
func (b *browsers) start(ctx context.Context, work string, s *subject, withPeers bool) error {
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome", "google-chrome-stable"} {
		if path, err := exec.LookPath(name); err == nil {
			b.chromium = path
			break
		}
	}
	if b.chromium == "" {
		b.missing = append(b.missing, "Chromium: not installed: no page was measured")
		return nil
	}
	logits, err := s.logits()
	if err != nil {
		return err
	}
	for i := 0; i < len(logits); i += 2 {
		b.want = append(b.want, 1/(1+math.Exp(float64(logits[i]-logits[i+1]))))
	}
	b.rest = restScript(s)
	ours, err := b.serveOurs(ctx, work)
	if err != nil {
		return err
	}
	probe, err := os.ReadFile(filepath.Join(scripts, "pages", "lungct.js"))
	if err != nil {
		return err
	}
	b.pages = append(b.pages, visited{name: us, url: ours, script: sliceScript(s) + string(probe)})
	if !withPeers {
		return nil
	}
	theirs := b.serveRivals(work)
	for _, r := range rivals {
		if _, err := os.Stat(filepath.Join(scripts, "node_modules", r.needs)); err != nil {
			b.missing = append(b.missing, r.name+": not installed")
			continue
		}
		b.pages = append(b.pages, visited{name: r.name, url: theirs + "/pages/" + r.page, script: sliceScript(s)})
	}
	return nil
}

// sliceScript hands a page the slice to read, so that it need not fetch it.
func sliceScript(s *subject) string {
	return fmt.Sprintf("window.benchSlice = %q;\n", base64.StdEncoding.EncodeToString(s.slices[0]))
}

// restScript hands a page, after the timing, the other pictures.
func restScript(s *subject) string {
	var all []string
	for _, slice := range s.slices {
		all = append(all, base64.StdEncoding.EncodeToString(slice))
	}
	text, _ := json.Marshal(all)
	return fmt.Sprintf("window.benchSlices = %s; window.benchPlane = %q; [0]", text, base64.StdEncoding.EncodeToString(s.plane))
}

func (b *browsers) stop() {
	for _, close := range b.close {
		close()
	}
}

// count opens every page once, untimed, through a proxy that counts bytes.
func (b *browsers) count(ctx context.Context, t *table) error {
	return b.each(func(p *visited) error {
		through, err := url.Parse(p.url)
		if err != nil {
			return err
		}
		var bytes atomic.Int64
		host := url.URL{Scheme: through.Scheme, Host: through.Host}
		proxy := httputil.NewSingleHostReverseProxy(&host)
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			proxy.ServeHTTP(countingWriter{w, &bytes}, r)
		}))
		defer server.Close()
		through.Host = server.Listener.Addr().(*net.TCPAddr).String()
		err = b.open(ctx, through.String(), p.script, func(ctx context.Context, _ int) error {
			_, err := chromedp.Run(ctx, chromedp.Evaluate[float64]("bench.cold", chromedp.EvalAwaitPromise))
			return err
		})
		t.figure(browserSection, "loaded", "MB", false).add(p.name, float64(bytes.Load())/1e6)
		return err
	})
}

type countingWriter struct {
	http.ResponseWriter
	bytes *atomic.Int64
}

func (w countingWriter) Write(b []byte) (int, error) {
	n, err := w.ResponseWriter.Write(b)
	w.bytes.Add(int64(n))
	return n, err
}

// measure opens every page once.
func (b *browsers) measure(ctx context.Context, t *table) error {
	return b.each(func(p *visited) error {
		return b.open(ctx, p.url, p.script, func(ctx context.Context, pid int) error {
			var failed error
			evaluate := func(expression string) (values []float64) {
				if failed == nil {
					values, failed = chromedp.Run(ctx, chromedp.Evaluate[[]float64](expression, chromedp.EvalAwaitPromise))
				}
				return values
			}
			ready := evaluate("bench.ready.then((ms) => [ms])")
			cold := evaluate("bench.cold.then((ms) => [ms])")
			evaluate("bench.chain(5)")
			chain := evaluate("bench.chain(20)")
			memory := rendererMemory(pid)
			evaluate(b.rest)
			evaluate("bench.network(8)")
			network := evaluate("bench.network(30)")
			got := evaluate("bench.probabilities()")
			if failed == nil && len(got) != len(b.want) {
				failed = fmt.Errorf("got %d probabilities, want %d", len(got), len(b.want))
			}
			if failed != nil {
				return failed
			}
			for i, v := range got {
				p.lost = max(p.lost, math.Abs(v-b.want[i]))
			}
			t.figure(browserSection, "cold: page opened to ready", "ms", false).add(p.name, ready...)
			t.figure(browserSection, "cold: page opened to first verdict", "ms", false).add(p.name, cold...)
			t.figure(browserSection, "warm: 512×512 PNG to verdict", "ms", false).add(p.name, chain...)
			t.figure(browserSection, "warm: network alone", "ms", false).add(p.name, network...)
			t.figure(browserSection, "memory of the renderer", "MiB", false).add(p.name, memory)
			return nil
		})
	})
}

// settle waits until the machine rests, three seconds at most: a browser has
// much to do once it has started, which is no part of opening a page.
func settle() {
	const pause = 200 * time.Millisecond
	for range 15 {
		before := busy()
		time.Sleep(pause)
		if busy()-before < 0.1*pause.Seconds() {
			return
		}
	}
}

// each visits the pages in turn. Ours must work; a rival's that does not is
// left out from then on.
func (b *browsers) each(visit func(p *visited) error) error {
	var kept []visited
	for _, p := range b.pages {
		err := visit(&p)
		if err != nil && p.name == us {
			return fmt.Errorf("page: %w", err)
		}
		if err != nil {
			b.missing = append(b.missing, fmt.Sprintf("%s: %v", p.name, err))
			continue
		}
		kept = append(kept, p)
	}
	b.pages = kept
	return nil
}

// open opens url in a new Chromium, whose process has number pid, and runs work
// in the context of its tab.
func (b *browsers) open(ctx context.Context, url, script string, work func(ctx context.Context, pid int) error) error {
	profile, err := os.MkdirTemp("", "lungct-bench-profile-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(profile)
	ctx, cancel := context.WithTimeout(ctx, 2*time.Minute)
	defer cancel()
	var process *exec.Cmd
	ctx, stop := chromedp.NewExecAllocator(ctx, append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(b.chromium),
		chromedp.UserDataDir(profile),
		chromedp.Flag("headless", "new"),
		chromedp.Flag("no-sandbox", true), // it refuses to run as root with one
		chromedp.Flag("disable-gpu", true),
		chromedp.Flag("disable-quic", true),
		chromedp.Flag("disable-component-update", true),
		chromedp.ModifyCmdFunc(func(cmd *exec.Cmd) { process = cmd }),
	)...)
	defer stop()
	ctx, leave := chromedp.NewContext(ctx)
	defer leave()
	if err := chromedp.Do(ctx); err != nil {
		return err
	}
	version, err := chromedp.CallBrowser(ctx, browser.GetVersion, struct{}{})
	if err != nil {
		return err
	}
	b.version = version.Product
	_, err = chromedp.Call(ctx, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: script})
	if err != nil {
		return err
	}
	settle()
	// Not chromedp.Navigate, which waits for the page to be loaded and asks
	// things of it meanwhile.
	if _, err := chromedp.Call(ctx, page.Navigate, page.NavigateParams{URL: url}); err != nil {
		return err
	}
	for ready := false; !ready; { // the new document replaces the empty one
		if ready, err = chromedp.Run(ctx, chromedp.Evaluate[bool]("'bench' in window")); err != nil {
			return err
		}
		time.Sleep(20 * time.Millisecond)
	}
	return work(ctx, process.Process.Pid)
}
