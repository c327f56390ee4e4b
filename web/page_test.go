// Package web_test opens the page in a real browser, with the real server and
// the real program behind it.
package web_test

import (
	"bytes"
	"encoding/binary"
	"encoding/csv"
	"hash/crc32"
	"math"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"lungct/alexnet"
)

const researchUse = "For research use only. Not for use in diagnostic procedures."

// oneModel serves the page with one small model.
func oneModel(t *testing.T) running {
	t.Helper()
	return serve(t, programs(t).server, "-models", folderOf(t, map[string][]byte{"test.safetensors": testModel(t, "Test model", 1)}))
}

// drawn writes n drawn slices named slice1.png, slice2.png ...
func drawn(t testing.TB, n int) []string {
	t.Helper()
	files := make(map[string][]byte)
	var paths []string
	for i := range n {
		name := "slice" + strconv.Itoa(i+1) + ".png"
		files[name] = drawnSlice(t, i)
		paths = append(paths, name)
	}
	folder := folderOf(t, files)
	for i, name := range paths {
		paths[i] = filepath.Join(folder, name)
	}
	return paths
}

// predictions runs `trainer predict` and returns the probability of each file.
func predictions(t *testing.T, weights string, paths []string) map[string]float64 {
	t.Helper()
	table, err := exec.Command(programs(t).trainer, append([]string{"predict", "--model", weights}, paths...)...).Output()
	if err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(bytes.NewReader(table)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	probability := make(map[string]float64)
	for _, row := range rows[1:] { // file, label, probability, model
		p, err := strconv.ParseFloat(row[2], 64)
		if err != nil {
			t.Fatal(err)
		}
		probability[filepath.Base(row[0])] = p
	}
	return probability
}

// compareWithTrainer steps through the open series of one slice each and compares the page's
// probability of each with the trainer's.
func compareWithTrainer(t *testing.T, p *tab, weights string, paths []string) {
	t.Helper()
	want := predictions(t, weights, paths)
	largest := 0.0
	p.click("#series li")
	for i, row := range p.rows() {
		if name := p.text("#picture-name"); name != row.Name {
			t.Fatalf("slice %d: the page shows %s, its list %s", i, name, row.Name)
		}
		native, ok := want[row.Name]
		if !ok {
			t.Fatalf("the trainer did not read %s", row.Name)
		}
		difference := math.Abs(p.probability() - native)
		largest = max(largest, difference)
		if !(difference <= 1e-4) {
			t.Errorf("%s: probability %v in the page, %v natively", row.Name, p.probability(), native)
		}
		p.press(kb.ArrowDown)
	}
	t.Logf("%d slices, largest difference of the probabilities %.1e", len(want), largest)
}

func TestVerdictsAreTheTrainers(t *testing.T) {
	paths := realSlices(t, 12)
	folder := folderOf(t, map[string][]byte{"test.safetensors": testModel(t, "Test model", 1)})
	p := open(t, serve(t, programs(t).server, "-models", folder).url, "ready")
	p.choose(paths...)
	compareWithTrainer(t, p, filepath.Join(folder, "test.safetensors"), paths)
	p.expectNoFaults()
}

func TestVerdictsOfTheShippedModel(t *testing.T) {
	shipped, err := filepath.Glob(filepath.Join(root, "weights", "*.safetensors"))
	if err != nil {
		t.Fatal(err)
	}
	if len(shipped) == 0 {
		t.Skip("no model ships")
	}
	paths := realSlices(t, 6)
	p := open(t, serve(t, programs(t).shipped).url, "ready")
	p.choose(paths...)
	file := evaluate[string](p, `document.querySelector('.model[data-in-use] .file').textContent`)
	compareWithTrainer(t, p, filepath.Join(root, "weights", file), paths)
	p.expectNoFaults()
}

func TestReadsOnWithoutServer(t *testing.T) {
	server := oneModel(t)
	p := open(t, server.url, "ready")
	p.watchWorkers()
	p.choose(drawn(t, 1)...)
	server.stop()

	// Whoever asks for anything at the server's address is counted.
	listener, err := net.Listen("tcp", strings.TrimSuffix(strings.TrimPrefix(server.url, "http://"), "/"))
	if err != nil {
		t.Fatal(err)
	}
	var connections atomic.Int32
	done := make(chan struct{})
	go func() {
		defer close(done)
		for {
			connection, err := listener.Accept()
			if err != nil {
				return
			}
			connections.Add(1)
			connection.Close()
		}
	}()
	before := len(p.asked())
	if before == 0 {
		t.Fatal("the requests of loading were not seen")
	}
	p.drop(20, drawn(t, 20)...)
	p.press(kb.End)
	p.press(kb.Home)
	listener.Close()
	<-done

	read := 0
	for _, row := range p.rows() {
		if row.State == "covid" || row.State == "noncovid" {
			read++
		}
	}
	if read != 21 {
		t.Errorf("%d of 21 slices were read: %v", read, p.rows())
	}
	if after := p.asked(); len(after) != before {
		t.Errorf("the page asked for %v", after[before:])
	}
	if n := connections.Load(); n != 0 {
		t.Errorf("the browser connected %d times to the server's address", n)
	}
	if status := p.text("#status"); status != "Ready - works offline" {
		t.Errorf("status: %q", status)
	}
	p.expectNoFaults()
}

func TestNothingCanLeaveTheWorker(t *testing.T) {
	p := open(t, oneModel(t).url, "ready")
	worker := p.watchWorkers()[0]
	for _, attempt := range []string{
		`fetch('/weights/index.json').then(() => 'allowed', () => 'blocked')`,
		`fetch('https://example.org/', {method: 'POST', body: 'x', mode: 'no-cors'}).then(() => 'allowed', () => 'blocked')`,
		`new Promise((resolve) => { const s = new WebSocket('ws://' + location.host); s.onopen = () => resolve('allowed'); s.onerror = () => resolve('blocked'); })`,
		`import('data:text/javascript,export default 1').then(() => 'allowed', () => 'blocked')`,
	} {
		got, err := chromedp.Run(worker, chromedp.Evaluate[string](attempt, chromedp.EvalAwaitPromise))
		if err != nil && strings.Contains(err.Error(), "Content Security Policy") {
			continue // the constructor itself refuses
		}
		if err != nil || got != "blocked" {
			t.Errorf("%s in the worker: got %q, %v, want it blocked", attempt, got, err)
		}
	}
	const foreign = `fetch('https://example.org/', {mode: 'no-cors'}).then(() => 'allowed', () => 'blocked')`
	got, err := chromedp.Run(p.ctx, chromedp.Evaluate[string](foreign, chromedp.EvalAwaitPromise))
	if err != nil || got != "blocked" {
		t.Errorf("%s in the page: got %q, %v, want it blocked", foreign, got, err)
	}
}

func TestNothingIsStored(t *testing.T) {
	p := open(t, oneModel(t).url, "ready")
	p.choose(drawn(t, 3)...)
	stored, err := chromedp.Run(p.ctx, chromedp.Evaluate[[]int](`(async () => [
		localStorage.length, sessionStorage.length, document.cookie.length,
		(await indexedDB.databases()).length, (await caches.keys()).length,
		(await navigator.serviceWorker.getRegistrations()).length, location.hash.length + location.search.length,
	])()`, chromedp.EvalAwaitPromise))
	if err != nil {
		t.Fatal(err)
	}
	if want := make([]int, 7); !slices.Equal(stored, want) {
		t.Errorf("local, session, cookies, databases, caches, service workers, address: got %v, want %v", stored, want)
	}
	p.click("#remove-all")
	if rows := p.rows(); len(rows) != 0 {
		t.Errorf("after Remove all: %v", rows)
	}
	if evaluate[bool](p, `document.querySelector('#welcome').checkVisibility()`) != true {
		t.Error("after Remove all the drop zone is not back")
	}
	p.choose(drawn(t, 1)...) // the same name again
	p.expectNoFaults()
}

func TestFolderIsWalked(t *testing.T) {
	folder := folderOf(t, map[string][]byte{
		"slice10.png": drawnSlice(t, 10), "slice9.png": drawnSlice(t, 9), ".DS_Store": []byte("x"), "Thumbs.db": []byte("x"),
	})
	inner := filepath.Join(folder, "inner")
	if err := os.Mkdir(inner, 0o755); err != nil {
		t.Fatal(err)
	}
	const many = 110 // the browser hands out a folder in batches of 100
	for i := range many {
		if err := os.WriteFile(filepath.Join(inner, strconv.Itoa(i)+".png"), []byte("not a picture"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	p := open(t, oneModel(t).url, "ready")
	p.drop(many+1, folder)
	rows := p.rows()
	if len(rows) != 1 || rows[0].Name != filepath.Base(folder) || rows[0].State != "covid" && rows[0].State != "noncovid" {
		t.Fatalf("got %v, want one series of the folder's name with a verdict", rows)
	}
	if got := len(p.rejected()); got != many {
		t.Errorf("%d files are listed as not readable, want %d", got, many)
	}
	p.press(kb.Home)
	for i, want := range []string{"slice9.png", "slice10.png"} {
		if got, position := p.text("#picture-name"), p.text("#position"); got != want || position != strconv.Itoa(i+1)+" of 2" {
			t.Errorf("slice %d: got %s, %s, want %s: numbers in names are out of order", i+1, got, position, want)
		}
		p.press(kb.ArrowRight)
	}
	p.expectNoFaults()
}

func TestBadFiles(t *testing.T) {
	good := drawnSlice(t, 1)
	corrupt := bytes.Clone(good)
	corrupt[len(corrupt)/2] ^= 0xff
	files := map[string][]byte{
		"a-corrupt.png":   corrupt,
		"b-cut.png":       good[:len(good)/2],
		"c-empty.png":     {},
		"d-text.png":      []byte("Dear colleague, please find enclosed"),
		"e-dot.png":       resized(good, 1, 1),
		"f-huge.png":      resized(good, 20000, 20000),
		"g-strip.png":     resized(good, 4000, 40),
		"h-signature.png": []byte("\x89PNG\r\n\x1a\n"),
		"i-good.png":      good,
	}
	want := map[string]string{
		"a-corrupt.png":   "damaged",
		"b-cut.png":       "damaged",
		"c-empty.png":     "empty",
		"d-text.png":      "Not a picture",
		"e-dot.png":       "too small",
		"f-huge.png":      "megapixels",
		"g-strip.png":     "too long and narrow",
		"h-signature.png": "damaged",
		"i-good.png":      "",
	}
	var paths []string
	folder := folderOf(t, files)
	for name := range files {
		paths = append(paths, filepath.Join(folder, name))
	}
	p := open(t, oneModel(t).url, "ready")
	p.choose(paths...)
	rejected := p.rejected()
	for name, says := range want {
		reason, listed := rejected[name]
		t.Logf("%s: %s", name, reason)
		if listed != (says != "") || !strings.Contains(reason, says) {
			t.Errorf("%s: got %q, want %q", name, reason, says)
		}
		if strings.ContainsAny(reason, "\n") || strings.Contains(reason, "goroutine") {
			t.Errorf("%s: not a readable line: %q", name, reason)
		}
	}
	p.click("#series li")
	if got := p.text("#picture-message"); got == "" || got != rejected[p.text("#picture-name")] {
		t.Errorf("in the place of the picture of %s: got %q", p.text("#picture-name"), got)
	}
	p.click("#rejected summary")
	p.screenshot("error-1440x900")
	if got, want := p.text("#rejected summary"), "Not readable: 8"; got != want {
		t.Errorf("summary: got %q, want %q", got, want)
	}
	p.click("#series li:last-child")
	if title := p.text("#verdict-title"); title != "COVID-19" && title != "Not COVID-19" {
		t.Errorf("after bad files, a good one: got %q", title)
	}
	p.expectNoFaults()
}

// resized rewrites the size that a PNG's header states, and its checksum.
func resized(picture []byte, width, height uint32) []byte {
	picture = bytes.Clone(picture)
	binary.BigEndian.PutUint32(picture[16:], width)
	binary.BigEndian.PutUint32(picture[20:], height)
	binary.BigEndian.PutUint32(picture[29:], crc32.ChecksumIEEE(picture[12:29]))
	return picture
}

// TestProgramRestarts puts a program in the place of the real one that ends in
// every way a Go program can end, and takes the server away before it does.
func TestProgramRestarts(t *testing.T) {
	server := serve(t, programs(t).faulty, "-models", folderOf(t, map[string][]byte{"any.safetensors": []byte("weights")}))
	p := open(t, server.url, "ready")
	server.stop()
	ends := []struct{ file, says string }{
		{"panic", "panic: no such voxel"},
		{"exit", "the program ended"},
		{"trap", "memory access out of bounds"},
		{"memory", "out of memory"},
		{"rejected", "panic: recovered"},
	}
	folder := t.TempDir()
	var paths []string
	for i, end := range ends {
		for _, kind := range []string{end.file, "good"} {
			path := filepath.Join(folder, strconv.Itoa(i)+"-"+map[bool]string{true: "then", false: "bad"}[kind == "good"]+"-"+kind)
			if err := os.WriteFile(path, []byte(kind), 0o644); err != nil {
				t.Fatal(err)
			}
			paths = append(paths, path)
		}
	}
	header := filepath.Join(folder, "z-header")
	if err := os.WriteFile(header, []byte("header"), 0o644); err != nil {
		t.Fatal(err)
	}
	p.choose(append(paths, header)...)
	if reason := p.rejected()["z-header"]; !strings.Contains(reason, "panic: no such header") {
		t.Errorf("a file that ends the program while it is looked at: got %q", reason)
	}
	rows := p.rows()
	if len(rows) != 2*len(ends) {
		t.Fatalf("got %d rows, want %d", len(rows), 2*len(ends))
	}
	for i, end := range ends {
		bad, good := rows[2*i], rows[2*i+1]
		reason := p.rejected()[bad.Name]
		t.Logf("%s: %s", bad.Name, reason)
		if bad.State != "failed" || !strings.Contains(reason, end.says) || strings.Contains(reason, "goroutine") {
			t.Errorf("%s: got %s, %q, want it to fail with %q", bad.Name, bad.State, reason, end.says)
		}
		if good.State != "covid" {
			t.Errorf("%s, after the restart: got %s, %q, want a verdict", good.Name, good.State, good.Outcome)
		}
	}
	p.expectNoFaults()
}

func TestModels(t *testing.T) {
	first, second := testModel(t, "First model", 1), testModel(t, "Second model", 2)
	folder := folderOf(t, map[string][]byte{
		"a.safetensors":         first,
		"b.safetensors":         second,
		"changed.safetensors":   second,
		"gone.safetensors":      second,
		"noise.safetensors":     []byte("these are no weights at all"),
		"truncated.safetensors": first[:len(first)/2],
		// The card promises a hidden layer of another width than the tensors have.
		"wrong-shape.safetensors": bytes.Replace(first, []byte(`\"hidden\":32`), []byte(`\"hidden\":64`), 1),
	})
	p := open(t, serve(t, programs(t).server, "-models", folder).url, "ready")
	if err := os.Remove(filepath.Join(folder, "gone.safetensors")); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(folder, "changed.safetensors"), first[:100], 0o644); err != nil {
		t.Fatal(err)
	}
	p.choose(drawn(t, 3)...)
	before := p.probability()

	p.click("#model-button")
	for _, bad := range []struct{ file, says string }{
		{"changed", "changed since the server started"},
		{"gone", "404"},
		{"noise", "header length"},
		{"truncated", "truncated"},
		{"wrong-shape", "classifier.1"},
	} {
		message := p.apply(bad.file + ".safetensors")
		t.Logf("%s: %s", bad.file, message)
		if !strings.Contains(message, bad.says) || strings.Contains(message, "\n") {
			t.Errorf("%s: got %q, want a line with %q", bad.file, message, bad.says)
		}
		if got := p.text("#model-name"); got != "First model" {
			t.Errorf("after %s, model in use: got %q, want the one before", bad.file, got)
		}
	}
	p.screenshot("models-failed-1440x900")

	p.apply("b.safetensors")
	p.settled(3)
	if got := p.text("#model-name"); got != "Second model" {
		t.Errorf("model in use: got %q", got)
	}
	if got := p.text(".model[data-in-use] h3"); got != "Second model" {
		t.Errorf("model marked as in use: got %q", got)
	}
	p.press(kb.Escape)
	if got := p.text("#result-model-name"); got != "Second model" {
		t.Errorf("scores beside the verdict are those of %q", got)
	}
	after := p.probability()
	if after == before {
		t.Errorf("both models give %v: the slices were not read again", after)
	}
	compareWithTrainer(t, p, filepath.Join(folder, "b.safetensors"), drawn(t, 3))
	p.expectNoFaults()
}

// TestDamagedWeights talks to a worker of its own: the index of a server is never
// wrong.
func TestDamagedWeights(t *testing.T) {
	p := open(t, oneModel(t).url, "ready")
	got, err := chromedp.Run(p.ctx, chromedp.Evaluate[[]string](`(async () => {
		const worker = new Worker('js/worker.js', { type: 'module' });
		const ask = (method, argument) => new Promise((resolve) => {
			worker.onmessage = ({ data: { value, failure } }) => resolve(failure ?? value);
			worker.postMessage({ id: 1, method, argument });
		});
		const [program, kernels] = await Promise.all(['dist/lungct.wasm', 'dist/kernels.wasm'].map((url) => WebAssembly.compileStreaming(fetch(url))));
		const [{ file, sha256 }] = (await (await fetch('weights/index.json')).json()).models;
		const bytes = new Uint8Array(await (await fetch('weights/' + file)).arrayBuffer());
		const damaged = bytes.slice();
		damaged[bytes.length - 1] ^= 1;
		const load = async (bytes) => {
			const cut = bytes.length / 3 | 0;
			const { name, message } = await ask('loadModel', { file, sha256, chunks: [bytes.subarray(0, cut), bytes.subarray(cut)] });
			return name ?? message;
		};
		const answers = [];
		await ask('start', { program, kernels });
		answers.push(await load(damaged));
		answers.push((await ask('classify')).message);
		answers.push(await load(bytes));
		answers.push(await load(damaged));
		answers.push((await ask('classify')).message);
		return answers;
	})()`, chromedp.EvalAwaitPromise))
	if err != nil {
		t.Fatal(err)
	}
	const damaged = "test.safetensors is damaged: its SHA-256 is not the one that the index lists"
	want := []string{damaged, "no model is loaded", "Test model", damaged, "no slice is decoded"}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

// apply chooses a model on the page of models, and returns what is said of it.
func (p *tab) apply(file string) string {
	p.t.Helper()
	entry := `Array.from(document.querySelectorAll('.model')).find((entry) => entry.querySelector('.file').textContent === '` + file + `')`
	evaluate[bool](p, entry+`.querySelector('button').click() ?? true`)
	p.waitFor(entry + `.querySelector('progress').hidden`)
	return strings.TrimSpace(evaluate[string](p, entry+`.querySelector('.message').textContent`))
}

func TestWithoutModel(t *testing.T) {
	p := open(t, serve(t, programs(t).server).url, "limited")
	if notice := p.text("#notice-text"); !strings.HasPrefix(notice, "No model found in weights/") {
		t.Errorf("notice: got %q", notice)
	}
	p.do(chromedp.SetUploadFiles(chromedp.CSS("#file-picker"), drawn(t, 2)))
	p.waitFor(`document.querySelectorAll('#series li[data-state=shown]').length === 2`)
	if !evaluate[bool](p, `document.querySelector('#picture').checkVisibility()`) {
		t.Error("without a model the slice is not shown")
	}
	if title := p.text("#verdict-title"); title != "No model yet" {
		t.Errorf("without a model: got %q", title)
	}
	p.screenshot("no-model-1440x900")
	p.expectNoFaults()
}

func TestServerDoesNotAnswer(t *testing.T) {
	server := oneModel(t)
	p := blank(t)
	block := func(patterns ...string) {
		t.Helper()
		blocked := []*network.BlockPattern{}
		for _, pattern := range patterns {
			blocked = append(blocked, &network.BlockPattern{URLPattern: pattern, Block: true})
		}
		if _, err := chromedp.Call(p.ctx, network.SetBlockedURLs, network.SetBlockedURLsParams{URLPatterns: blocked}); err != nil {
			t.Fatal(err)
		}
	}
	block(server.url + "dist/*")
	p.do(chromedp.Navigate(server.url))
	p.waitFor(`document.body.dataset.status === 'failed'`)
	if notice := p.text("#notice-text"); !strings.Contains(notice, "The server does not answer") {
		t.Errorf("notice: got %q", notice)
	}
	p.screenshot("no-server-1440x900")
	block()
	p.click("#retry")
	p.waitFor(`document.body.dataset.status === 'ready'`)
	p.choose(drawn(t, 1)...)
	if title := p.text("#verdict-title"); !strings.Contains(title, "COVID-19") {
		t.Errorf("after another try: got %q", title)
	}
}

func TestKeyboard(t *testing.T) {
	p := open(t, oneModel(t).url, "ready")
	stack := make(map[string][]byte)
	for i := range 4 {
		stack["slice"+strconv.Itoa(i)+".png"] = drawnSlice(t, i)
	}
	p.drop(1, folderOf(t, stack))
	p.choose(drawn(t, 2)...)
	position := func(row int, want string) {
		t.Helper()
		if got := p.text("#position"); got != want {
			t.Errorf("position: got %q, want %q", got, want)
		}
		if got := evaluate[int](p, `1 + Array.from(document.querySelectorAll('#series li')).findIndex((row) => row.getAttribute('aria-selected') === 'true')`); got != row {
			t.Errorf("selected row: got %d, want %d", got, row)
		}
	}
	position(1, "3 of 4") // the middle of a series is shown first
	for _, step := range []struct {
		key  string
		row  int
		want string
	}{
		{kb.ArrowRight, 1, "4 of 4"}, {kb.ArrowRight, 1, "4 of 4"}, {kb.ArrowLeft, 1, "3 of 4"}, {kb.Home, 1, "1 of 4"},
		{kb.ArrowLeft, 1, "1 of 4"}, {kb.ArrowDown, 2, "1 of 1"}, {kb.ArrowDown, 3, "1 of 1"}, {kb.ArrowDown, 3, "1 of 1"},
		{kb.ArrowUp, 2, "1 of 1"}, {kb.ArrowUp, 1, "1 of 4"}, {kb.End, 1, "4 of 4"}, {kb.PageUp, 1, "1 of 4"},
	} {
		p.press(step.key)
		position(step.row, step.want)
	}
	p.click("#next")
	position(1, "2 of 4")
	p.click("#previous")
	position(1, "1 of 4")

	// Every control is reached with Tab, once a round, and shows that it has the focus.
	var reached []string
	for range 40 {
		p.press(kb.Tab)
		focus := evaluate[string](p, `(() => {
			const element = document.activeElement;
			if (element === document.body) return '';
			const outlined = getComputedStyle(element).outlineStyle !== 'none';
			return (element.id || element.ariaLabel || element.textContent) + (outlined ? '' : ' without outline');
		})()`)
		if slices.Contains(reached, focus) {
			break
		}
		reached = append(reached, focus)
	}
	for _, want := range []string{"model-button", "series", "Add files", "Add folder", "remove-all", "next"} {
		if !slices.Contains(reached, want) {
			t.Errorf("Tab reaches %q, not %s", reached, want)
		}
	}

	p.click("#model-button")
	p.press(kb.End) // of the list of models, not of the slices
	p.press(kb.Escape)
	position(1, "1 of 4")
	if got := evaluate[string](p, `document.activeElement.id`); got != "model-button" {
		t.Errorf("Escape from the models leads to %q", got)
	}
	p.expectNoFaults()
}

// TestScreens looks at every state at the sizes of reading-room and laptop
// screens: nothing overflows, and the sentence on research use is in sight.
func TestScreens(t *testing.T) {
	config := alexnet.DefaultConfig()
	config.Hidden = 512 // large enough to be seen loading
	server := serve(t, programs(t).server, "-models", folderOf(t, map[string][]byte{
		"test.safetensors": randomModel(t, "Test model", config, alexnet.F16, 1),
	}))
	slices := realSlices(t, 12)
	for _, screen := range []struct {
		name          string
		width, height int64
	}{{"1440x900", 1440, 900}, {"1024x768", 1024, 768}, {"1920x1080", 1920, 1080}} {
		t.Run(screen.name, func(t *testing.T) {
			p := blank(t)
			p.do(chromedp.EmulateViewport(screen.width, screen.height))
			look := func(state string) {
				t.Helper()
				p.screenshot(state + "-" + screen.name)
				if wide := evaluate[[]string](p, `[document.documentElement, ...document.querySelectorAll('main, header, section, aside, nav, .list-foot, .viewer-foot, .steps, .model')]
					.filter((e) => e.scrollWidth > e.clientWidth + 1).map((e) => e.tagName + '#' + e.id + '.' + e.className)`); len(wide) > 0 {
					t.Errorf("%s: wider than their place: %v", state, wide)
				}
				if !evaluate[bool](p, `(() => {
					const sentence = Array.from(document.querySelectorAll('p')).find((p) => p.textContent === '`+researchUse+`');
					const { left, right, top, bottom } = sentence.getBoundingClientRect();
					return left >= 0 && right <= innerWidth && top >= 0 && bottom <= innerHeight &&
						document.elementFromPoint((left + right) / 2, (top + bottom) / 2) === sentence;
				})()`) {
					t.Errorf("%s: the sentence on research use is not in sight", state)
				}
			}
			if screen.width == 1440 { // once: a browser that was slowed down loads no further page now and then
				p.throttle(1 << 18) // the program takes five seconds
				p.do(chromedp.Navigate(server.url))
				p.waitFor(`document.body.dataset.status === 'loading' && document.querySelector('#loading progress').checkVisibility()`)
				look("loading")
				p.throttle(-1)
			} else {
				p.do(chromedp.Navigate(server.url))
			}
			p.waitFor(`document.body.dataset.status === 'ready'`)
			look("empty")
			p.choose(slices...)
			look("verdict")
			p.click("#model-button")
			look("models")
			p.expectNoFaults()
		})
	}
}

// throttle slows the network down and keeps the cache out, so that loading can be
// watched; -1 makes it as fast as it is.
func (p *tab) throttle(bytesPerSecond float64) {
	p.t.Helper()
	_, err := chromedp.Call(p.ctx, network.SetCacheDisabled, network.SetCacheDisabledParams{CacheDisabled: true})
	if err != nil {
		p.t.Fatal(err)
	}
	_, err = chromedp.Call(p.ctx, network.EmulateNetworkConditionsByRule, network.EmulateNetworkConditionsByRuleParams{
		MatchedNetworkConditions: []*network.Conditions{{DownloadThroughput: bytesPerSecond, UploadThroughput: bytesPerSecond}},
	})
	if err != nil {
		p.t.Fatal(err)
	}
}
