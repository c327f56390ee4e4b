package web_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"image"
	"image/png"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"lungct/internal/ct"
)

// Keys that are held, as the browser counts them.
const ctrl, shift = 2, 8

// realScan are paths of n slices of a real scan.
func realScan(t testing.TB, n int) []string {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(root, "..", "shared", "data", "dicom", "series", "covid-p001", "*"))
	if err != nil {
		t.Fatal(err)
	}
	if len(paths) < n {
		const why = "the data set dicom is not beside the project"
		if os.Getenv("CI") != "" {
			t.Fatal(why)
		}
		t.Skip(why)
	}
	for i, path := range paths {
		if paths[i], err = filepath.Abs(path); err != nil {
			t.Fatal(err)
		}
	}
	return paths[:n]
}

// A scan is a real scan in the viewer.
type scan struct {
	*tab
	folder string
}

// openScan opens n slices of a real scan as a series.
func openScan(t testing.TB, url string, n int) scan {
	t.Helper()
	paths := realScan(t, n)
	p := open(t, url, "ready")
	p.do(chromedp.SetUploadFiles(chromedp.CSS("#file-picker"), paths))
	p.settled(1)
	p.waitFor(`document.querySelector('#picture').checkVisibility()`)
	return scan{p, filepath.Dir(paths[0])}
}

// slice is the slice in view, as the trainer reads it.
func (s scan) slice() *ct.Slice {
	s.t.Helper()
	return decoded(s.t, filepath.Join(s.folder, s.text("#picture-name")))
}

func decoded(t testing.TB, path string) *ct.Slice {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	slice, err := ct.Decode(data)
	if err != nil {
		t.Fatal(err)
	}
	return slice
}

// painted waits until everything that was asked for is drawn.
func (p *tab) painted() {
	p.t.Helper()
	_, err := chromedp.Run(p.ctx, chromedp.Evaluate[bool](
		`new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(true))))`, chromedp.EvalAwaitPromise))
	if err != nil {
		p.t.Fatal(err)
	}
}

// overlay is a text over the picture: title, view, window, point, or a mark.
func (p *tab) overlay(name string) string {
	p.t.Helper()
	p.painted()
	return p.text(".pane:has(#picture) ." + name)
}

// greys is the SHA-256 of the greys of the canvas where a picture of this size
// stands in its middle, one pixel to a pixel.
func (p *tab) greys(canvas string, width, height int) string {
	p.t.Helper()
	p.painted()
	sum, err := chromedp.Run(p.ctx, chromedp.Evaluate[string](fmt.Sprintf(`(async () => {
		const canvas = document.querySelector(%q), [width, height] = [%d, %d];
		const { data } = canvas.getContext('2d').getImageData(
			Math.round(canvas.width / 2 - width / 2), Math.round(canvas.height / 2 - height / 2), width, height);
		const greys = data.filter((_, i) => i %% 4 === 0);
		const sum = new Uint8Array(await crypto.subtle.digest('SHA-256', greys));
		return Array.from(sum, (byte) => byte.toString(16).padStart(2, '0')).join('');
	})()`, canvas, width, height), chromedp.EvalAwaitPromise))
	if err != nil {
		p.t.Fatal(err)
	}
	return sum
}

func sumOf(grey []uint8) string {
	sum := sha256.Sum256(grey)
	return hex.EncodeToString(sum[:])
}

// A rect is the place of an element on the page.
type rect struct{ X, Y, Width, Height float64 }

func (r rect) middle() (x, y float64) { return r.X + r.Width/2, r.Y + r.Height/2 }

func (p *tab) rect(selector string) rect {
	p.t.Helper()
	return evaluate[rect](p, fmt.Sprintf(`(({ x, y, width, height }) => ({ X: x, Y: y, Width: width, Height: height }))(document.querySelector(%q).getBoundingClientRect())`, selector))
}

func (p *tab) mouse(event input.DispatchMouseEventParams) {
	p.t.Helper()
	if _, err := chromedp.Call(p.ctx, input.DispatchMouseEvent, event); err != nil {
		p.t.Fatal(err)
	}
}

// dragBy drags from (x, y) in two steps.
func (p *tab) dragBy(button input.MouseButton, held int64, x, y, dx, dy float64) {
	p.t.Helper()
	buttons := map[input.MouseButton]int64{input.MouseButtonLeft: 1, input.MouseButtonRight: 2, input.MouseButtonMiddle: 4}[button]
	p.mouse(input.DispatchMouseEventParams{Type: "mousePressed", X: x, Y: y, Button: button, Buttons: buttons, Modifiers: held, ClickCount: 1})
	for _, part := range []float64{0.5, 1} {
		p.mouse(input.DispatchMouseEventParams{Type: "mouseMoved", X: x + part*dx, Y: y + part*dy, Button: button, Buttons: buttons, Modifiers: held})
	}
	p.mouse(input.DispatchMouseEventParams{Type: "mouseReleased", X: x + dx, Y: y + dy, Button: button, Modifiers: held, ClickCount: 1})
}

func (p *tab) wheel(held int64, x, y, delta float64) {
	p.t.Helper()
	p.mouse(input.DispatchMouseEventParams{Type: "mouseWheel", X: x, Y: y, DeltaX: 1e-9, DeltaY: delta, Modifiers: held})
}

// touch moves fingers from some places to others.
func (p *tab) touch(from, to [][2]float64) {
	p.t.Helper()
	send := func(kind input.DispatchTouchEventType, at [][2]float64) {
		points := []*input.TouchPoint{}
		for _, xy := range at {
			points = append(points, &input.TouchPoint{X: xy[0], Y: xy[1]})
		}
		if _, err := chromedp.Call(p.ctx, input.DispatchTouchEvent, input.DispatchTouchEventParams{Type: kind, TouchPoints: points}); err != nil {
			p.t.Fatal(err)
		}
	}
	send("touchStart", from)
	send("touchMove", to)
	send("touchEnd", nil)
}

func (p *tab) want(what, got, want string) {
	p.t.Helper()
	if got != want {
		p.t.Errorf("%s: got %q, want %q", what, got, want)
	}
}

func TestViewerWindows(t *testing.T) {
	s := openScan(t, oneModel(t).url, 3)
	slice := s.slice()
	show := func(w ct.Window) string { return sumOf(w.Grey(slice.HU)) }
	greys := func() string { return s.greys("#picture", slice.Width, slice.Height) }
	first := slice.DisplayWindow()
	s.press("a")
	s.want("first greys", greys(), sumOf(slice.Grey))
	s.want("first window", s.overlay("window"), strings.TrimSpace(fmt.Sprintf("%s  W %v L −%v", first.Name, first.Width, -first.Centre)))

	for i, preset := range []ct.Window{{Name: "Lung", Centre: -600, Width: 1500}, {Name: "Mediastinum", Centre: 40, Width: 400},
		{Name: "Bone", Centre: 480, Width: 2500}, {Name: "Brain", Centre: 40, Width: 80}, {Name: "Liver", Centre: 90, Width: 150}} {
		s.press(fmt.Sprint(i + 1))
		s.want(preset.Name, greys(), show(preset))
		if got := s.overlay("window"); !strings.HasPrefix(got, preset.Name+"  W ") {
			t.Errorf("%s: the page says %q", preset.Name, got)
		}
	}
	s.press("i")
	inverted := ct.Window{Centre: 90, Width: 150}.Grey(slice.HU)
	for i, v := range inverted {
		inverted[i] = 255 - v
	}
	s.want("inverted", greys(), sumOf(inverted))
	s.press("i")

	s.press("1")
	x, y := s.rect("#stage").middle()
	s.dragBy(input.MouseButtonLeft, 0, x, y, 64, -32) // a pixel is 1500/256 HU
	s.want("window after a drag", s.overlay("window"), "W 1875 L −787")
	s.want("greys after a drag", greys(), show(ct.Window{Centre: -787, Width: 1875}))
	s.press(kb.ArrowRight)
	slice = s.slice()
	s.want("the next slice in the same window", greys(), show(ct.Window{Centre: -787, Width: 1875}))
	s.press("0")
	s.want("back to the first window", greys(), sumOf(slice.Grey))

	s.click("#window-button")
	for i, w := range slice.Windows {
		if i > 0 {
			s.click("#window-button")
		}
		s.click(fmt.Sprintf("#window-stored button:nth-of-type(%d)", i+1))
		s.want("stored window "+w.Name, greys(), show(w))
	}
	s.click("#window-button")
	s.do(chromedp.SetValue(chromedp.CSS("#window-width"), "333"))
	evaluate[bool](s.tab, `document.querySelector('#window-width').dispatchEvent(new Event('input', { bubbles: true }))`)
	s.want("a width that is typed", greys(), show(ct.Window{Centre: slice.Windows[len(slice.Windows)-1].Centre, Width: 333}))
	s.press(kb.Escape)
	s.press("x")
	s.press("a")
	s.want("reset", greys(), sumOf(slice.Grey))
	s.expectNoFaults()
}

func TestViewerOfPictures(t *testing.T) {
	p := open(t, oneModel(t).url, "ready")
	paths := drawn(t, 2)
	p.choose(paths...)
	slice := decoded(t, filepath.Join(filepath.Dir(paths[0]), p.text("#picture-name")))
	p.press("a")
	p.press("2") // means nothing without HU
	p.want("greys", p.greys("#picture", slice.Width, slice.Height), sumOf(slice.Grey))
	p.want("window", p.overlay("window"), "W 256 L 128")
	if n := evaluate[int](p, `document.querySelectorAll('#window-presets button:disabled').length`); n != 5 {
		t.Errorf("%d of 5 presets are greyed out", n)
	}
	for _, mark := range []string{"top", "right", "bottom", "left", "length"} {
		if got := p.text(".pane:has(#picture) ." + mark); got != "" && mark != "length" || mark == "length" && p.visible(".bar") {
			t.Errorf("a picture without geometry has a %s: %q", mark, got)
		}
	}
	x, y := p.rect("#stage").middle()
	p.mouse(input.DispatchMouseEventParams{Type: "mouseMoved", X: math.Ceil(x), Y: math.Ceil(y)})
	grey := slice.Grey[slice.Height/2*slice.Width+slice.Width/2]
	p.want("under the cursor", p.overlay("point"), fmt.Sprintf("grey %d\ncolumn %d  row %d", grey, slice.Width/2, slice.Height/2))
	p.dragBy(input.MouseButtonLeft, 0, x, y, 20, 10)
	p.want("window after a drag", p.overlay("window"), "W 276 L 138")
	p.want("greys after a drag", p.greys("#picture", slice.Width, slice.Height), sumOf(valuesOf(slice.Grey, ct.Window{Centre: 138, Width: 276})))

	// Another series begins as it comes, unless the window is to be kept.
	p.press(kb.ArrowDown)
	p.want("window of another series", p.overlay("window"), "W 256 L 128")
	p.press(kb.ArrowUp)
	p.want("window of the first one", p.overlay("window"), "W 276 L 138")
	p.click("#window-button")
	p.click("#window-keep")
	p.press(kb.Escape)
	p.press(kb.ArrowDown)
	p.want("window kept", p.overlay("window"), "W 276 L 138")
	p.expectNoFaults()
}

// valuesOf are greys in a window.
func valuesOf(grey []uint8, w ct.Window) []uint8 {
	values := make([]int16, len(grey))
	for i, v := range grey {
		values[i] = int16(v)
	}
	return w.Grey(values)
}

func (p *tab) visible(selector string) bool {
	p.t.Helper()
	return evaluate[bool](p, fmt.Sprintf("document.querySelector(%q).checkVisibility()", selector))
}

// fitted is where a picture of 512x512 stands that is as large as fits: CSS pixels
// to a pixel, and its corner.
func fitted(stage rect) (scale, x, y float64) {
	left, top := math.Round(stage.X), math.Round(stage.Y)
	width, height := math.Round(stage.X+stage.Width)-left, math.Round(stage.Y+stage.Height)-top
	scale = math.Min(width, height) / 512
	return scale, stage.X + math.Round(width/2-256*scale), stage.Y + math.Round(height/2-256*scale)
}

func TestViewerSaysWhatIsUnderTheCursor(t *testing.T) {
	s := openScan(t, oneModel(t).url, 3)
	slice := s.slice()
	scale, x0, y0 := fitted(s.rect("#picture"))
	for _, at := range [][2]float64{{0, 0}, {511, 511}, {256, 256}, {100, 300}, {400, 123}, {37, 480}} {
		// A mouse is on whole pixels.
		x, y := math.Ceil(x0+at[0]*scale), math.Ceil(y0+at[1]*scale)
		s.mouse(input.DispatchMouseEventParams{Type: "mouseMoved", X: x, Y: y})
		column, row := (x-x0)/scale, (y-y0)/scale
		s.want(fmt.Sprint("at ", at), strings.ReplaceAll(s.overlay("point"), "−", "-"), fmt.Sprintf("%d HU\nx %.1f  y %.1f mm",
			slice.HU[int(row)*512+int(column)], column*slice.Spacing[1], row*slice.Spacing[0]))
	}
	s.mouse(input.DispatchMouseEventParams{Type: "mouseMoved", X: 20, Y: 20})
	s.want("beside the stage", s.overlay("point"), "")
}

func TestViewerSlices(t *testing.T) {
	s := openScan(t, oneModel(t).url, 5)
	x, y := s.rect("#stage").middle()
	for i, step := range []struct {
		do   func()
		want string
	}{
		{func() {}, "3 of 5"},
		{func() { s.wheel(0, x, y, 100) }, "4 of 5"},
		{func() { s.wheel(0, x, y, 100) }, "5 of 5"},
		{func() { s.wheel(0, x, y, 100) }, "5 of 5"},
		{func() { s.wheel(0, x, y, -120) }, "4 of 5"},
		{func() { s.press(kb.ArrowLeft) }, "3 of 5"},
		{func() { s.press(kb.Home) }, "1 of 5"},
		{func() { s.press(kb.End) }, "5 of 5"},
		{func() { s.press(kb.PageUp) }, "1 of 5"},
		{func() { s.press(kb.PageDown) }, "5 of 5"},
		{func() { s.press("s"); s.dragBy(input.MouseButtonLeft, 0, x, y, 0, -26) }, "3 of 5"},
		{func() { s.press("w"); s.dragBy(input.MouseButtonLeft, 0, x, y, 0, -26) }, "3 of 5"},
	} {
		step.do()
		s.waitFor(fmt.Sprintf(`document.querySelector('#position').textContent === %q`, step.want))
		s.painted()
		if got := s.overlay("title"); got != "Slice "+step.want {
			t.Errorf("step %d: over the picture: %q", i, got)
		}
	}
	s.press("0")
	s.press("a")
	slice := s.slice()
	s.waitFor(`!document.querySelector('.pane[data-waiting]')`)
	s.want("greys of the slice that is named", s.greys("#picture", slice.Width, slice.Height), sumOf(slice.Grey))
	s.expectNoFaults()
}

func TestViewerGeometry(t *testing.T) {
	s := openScan(t, oneModel(t).url, 3)
	slice := s.slice()
	stage := s.rect("#stage")
	x, y := stage.middle()
	scale, _, _ := fitted(stage)
	zoom := func(what string, want float64) {
		t.Helper()
		s.want(what, strings.SplitN(s.overlay("view"), "\n", 2)[0], fmt.Sprintf("%.0f %%", 100*want))
	}
	marks := func(what, want string) { // right, bottom, left, top
		t.Helper()
		s.painted()
		s.want(what, s.overlay("right")+s.overlay("bottom")+s.overlay("left")+s.overlay("top"), want)
	}
	bar := func() {
		t.Helper()
		s.painted()
		var length float64
		var unit string
		fmt.Sscan(s.text(".pane:has(#picture) .length"), &length, &unit)
		mm := length * map[string]float64{"mm": 1, "cm": 10}[unit]
		var percent float64
		fmt.Sscan(s.overlay("view"), &percent)
		want := mm / slice.Spacing[1] * percent / 100
		if got := s.rect(".pane:has(#picture) .bar").Width; mm == 0 || math.Abs(got-want) > 1+want/percent {
			t.Errorf("the bar of %v mm at %v %% is %v pixels long, want %v", mm, percent, got, want)
		}
	}
	zoom("fit", scale)
	marks("a patient on the back", "LPRA")
	bar()
	s.press("a")
	zoom("1:1", 1)
	bar()
	s.press("+")
	zoom("+", 1.25)
	s.press("-")
	s.press("-")
	zoom("-", 0.8)
	s.press("a")
	s.wheel(ctrl, x, y, -100)
	zoom("wheel with Ctrl", math.Exp(0.22))
	s.wheel(shift, x, y, 100)
	zoom("wheel with Shift", 1)
	s.dragBy(input.MouseButtonRight, 0, x, y, 0, 150)
	zoom("right drag", math.E)
	bar()

	// What was under the cursor goes along with the picture.
	s.press("a")
	s.press("f")
	s.press("a")
	under := func(dx, dy float64, what string) {
		t.Helper()
		// The middle of the picture is in the middle of the stage, moved by this.
		corner := [2]float64{math.Round(stage.Width/2 - 256 + dx), math.Round(stage.Height/2 - 256 + dy)}
		column, row := int(math.Floor(x-stage.X-corner[0])), int(math.Floor(y-stage.Y-corner[1]))
		s.mouse(input.DispatchMouseEventParams{Type: "mouseMoved", X: x + 1, Y: y})
		s.mouse(input.DispatchMouseEventParams{Type: "mouseMoved", X: x, Y: y})
		s.want(what, strings.ReplaceAll(strings.SplitN(s.overlay("point"), "\n", 2)[0], "−", "-"), fmt.Sprintf("%d HU", slice.HU[row*512+column]))
	}
	under(0, 0, "one pixel for one")
	s.dragBy(input.MouseButtonMiddle, 0, x, y, 60, -80)
	under(60, -80, "middle drag")
	s.dragBy(input.MouseButtonLeft, shift, x, y, -20, 10)
	under(40, -70, "drag with Shift")
	s.press("p")
	s.dragBy(input.MouseButtonLeft, 0, x, y, -40, 70)
	under(0, 0, "drag with the tool")
	s.do(chromedp.KeyEvent(kb.ArrowRight, chromedp.KeyModifiers(shift)))
	under(-40, 0, "arrow with Shift")
	s.want("slice after an arrow with Shift", s.text("#position"), "2 of 3")

	for _, step := range []struct{ key, marks, says string }{
		{"x", "LPRA", ""},
		{"h", "RPLA", "mirrored"},
		{"h", "LPRA", ""},
		{"v", "LARP", "mirrored, turned 180°"},
		{"v", "LPRA", ""},
		{"r", "ALPR", "turned 90°"},
		{"r", "RALP", "turned 180°"},
		{"R", "ALPR", "turned 90°"},
		{"h", "PLAR", "mirrored, turned 270°"},
		{"x", "LPRA", ""},
	} {
		s.press(step.key)
		marks(step.key, step.marks)
		_, says, _ := strings.Cut(s.overlay("view"), "\n")
		s.want(step.key, says, step.says)
	}
	zoom("reset", scale)
	s.press("a")
	s.press("h")
	mirrored := make([]uint8, len(slice.Grey))
	for i, v := range slice.Grey {
		mirrored[i/512*512+511-i%512] = v
	}
	s.want("greys of the mirrored slice", s.greys("#picture", 512, 512), sumOf(mirrored))
	s.expectNoFaults()
}

func TestViewerTouch(t *testing.T) {
	s := openScan(t, oneModel(t).url, 3)
	s.press("1")
	stage := s.rect("#stage")
	x, y := stage.middle()
	s.touch([][2]float64{{x, y}}, [][2]float64{{x + 64, y + 32}})
	s.want("one finger sets the window", s.overlay("window"), "W 1875 L −412")
	s.press("a")
	s.touch([][2]float64{{x - 50, y}, {x + 50, y}}, [][2]float64{{x - 100, y}, {x + 100, y}})
	s.want("two fingers zoom", s.overlay("view"), "200 %")
	s.want("and leave the window", s.overlay("window"), "W 1875 L −412")
	s.press("s")
	s.touch([][2]float64{{x, y}}, [][2]float64{{x, y + 14}})
	s.want("one finger goes on", s.text("#position"), "3 of 3")
	for _, kind := range []input.DispatchMouseEventType{"mousePressed", "mouseMoved", "mouseReleased"} {
		dy := map[input.DispatchMouseEventType]float64{"mousePressed": 0}[kind]
		if kind != "mousePressed" {
			dy = -14
		}
		s.mouse(input.DispatchMouseEventParams{Type: kind, X: x, Y: y + dy, Button: input.MouseButtonLeft, Buttons: 1, PointerType: "pen"})
	}
	s.want("a pen goes back", s.text("#position"), "2 of 3")
	s.expectNoFaults()
}

func TestViewerCompares(t *testing.T) {
	s := openScan(t, oneModel(t).url, 4)
	s.press(kb.Home)
	pinned := s.slice()
	s.press("c")
	s.press(kb.End)
	s.press("a")
	s.press("2")
	mediastinum := ct.Window{Centre: 40, Width: 400}
	side := int(math.Min(s.rect("#pinned").Width, s.rect("#pinned").Height)) / 4 * 2
	middle := func(slice *ct.Slice) []uint8 {
		var all []uint8
		grey := mediastinum.Grey(slice.HU)
		for y := 256 - side/2; y < 256+side/2; y++ {
			all = append(all, grey[y*512+256-side/2:y*512+256+side/2]...)
		}
		return all
	}
	s.waitFor(`!document.querySelector('.pane[data-waiting]')`)
	s.want("the slice that stays", s.greys("#pinned", side, side), sumOf(middle(pinned)))
	s.want("the slice that goes on", s.greys("#picture", side, side), sumOf(middle(s.slice())))
	if got := s.text(".pane:has(#pinned) .title"); !strings.HasPrefix(got, "Pinned: ") || !strings.HasSuffix(got, "Slice 1 of 4") {
		t.Errorf("over the pinned slice: %q", got)
	}
	left, right := s.rect("#pinned"), s.rect("#picture")
	if left.X >= right.X {
		t.Errorf("the pinned slice is at %v, the other at %v", left, right)
	}
	x, y := left.middle()
	s.wheel(ctrl, x, y, -100)
	s.painted()
	s.want("zoom on the left", s.text(".pane:has(#pinned) .view"), "125 %")
	s.want("zoom on the right", s.overlay("view"), "125 %")
	s.press("c")
	s.painted()
	if s.visible("#pinned") {
		t.Error("the pinned slice stays")
	}
	s.press("c")
	s.click("#remove-all")
	s.painted()
	s.choose(drawn(t, 1)...)
	if s.visible("#pinned") {
		t.Error("a slice of the study before stays pinned")
	}
	s.expectNoFaults()
}

// TestDisplayDoesNotReachTheNetwork changes everything about the display, and lets
// the model read the slice again.
func TestDisplayDoesNotReachTheNetwork(t *testing.T) {
	s := openScan(t, oneModel(t).url, 1)
	before := s.probability()
	for _, key := range []string{"2", "i", "h", "r", "+", "+"} {
		s.press(key)
	}
	x, y := s.rect("#stage").middle()
	s.dragBy(input.MouseButtonLeft, 0, x, y, 100, 100)
	if got := s.overlay("window"); !strings.Contains(got, "inverted") {
		t.Fatalf("the display did not change: %q", got)
	}
	s.click("#model-button")
	s.apply("test.safetensors")
	s.settled(1)
	s.press(kb.Escape)
	if after := s.probability(); after != before {
		t.Errorf("probability %v before, %v after changes of the display", before, after)
	}
	s.expectNoFaults()
}

func TestViewerOnFinePixels(t *testing.T) {
	s := openScan(t, oneModel(t).url, 1)
	s.do(chromedp.EmulateViewport(1440, 900, chromedp.EmulateScale(2)))
	s.press("a")
	s.waitFor(`Math.abs(document.querySelector('#picture').width - 2 * document.querySelector('#picture').clientWidth) <= 1`)
	slice := s.slice()
	s.want("greys, a pixel for a device pixel", s.greys("#picture", 512, 512), sumOf(slice.Grey))
	x, y := s.rect("#stage").middle()
	s.mouse(input.DispatchMouseEventParams{Type: "mouseMoved", X: math.Ceil(x) + 50, Y: math.Ceil(y) + 30})
	size := evaluate[[]float64](s.tab, `(({ width, height }) => [width, height])(document.querySelector('#picture'))`)
	stage := s.rect("#stage")
	column := int(2*(math.Ceil(x)+50-stage.X) - math.Round(size[0]/2-256))
	row := int(2*(math.Ceil(y)+30-stage.Y) - math.Round(size[1]/2-256))
	s.want("under the cursor", strings.ReplaceAll(strings.SplitN(s.overlay("point"), "\n", 2)[0], "−", "-"), fmt.Sprintf("%d HU", slice.HU[row*512+column]))
	s.expectNoFaults()
}

// TestViewerScreens looks at the viewer at the sizes of common screens: no tool is
// cut off or covered.
func TestViewerScreens(t *testing.T) {
	server := oneModel(t)
	for _, screen := range []struct{ width, height int64 }{{1440, 900}, {1024, 768}} {
		name := fmt.Sprintf("%dx%d", screen.width, screen.height)
		t.Run(name, func(t *testing.T) {
			s := openScan(t, server.url, 8)
			s.do(chromedp.EmulateViewport(screen.width, screen.height))
			look := func(state string) {
				t.Helper()
				s.painted()
				s.screenshot("view-" + state + "-" + name)
				if bad := evaluate[[]string](s.tab, `Array.from(document.querySelectorAll('.tools > button, .tool-group button')).filter((button) => {
					const { left, right, top, bottom } = button.getBoundingClientRect();
					return document.elementFromPoint((left + right) / 2, (top + bottom) / 2)?.closest('button') !== button;
				}).map((button) => button.title)`); len(bad) > 0 {
					t.Errorf("%s: out of reach: %q", state, bad)
				}
			}
			stage := s.rect("#stage")
			x, y := stage.middle()
			s.mouse(input.DispatchMouseEventParams{Type: "mouseMoved", X: x - stage.Width/5, Y: y})
			look("lung")
			s.press("2")
			look("mediastinum")
			s.press("1")
			s.wheel(ctrl, x-stage.Width/4, y, -100)
			s.wheel(ctrl, x-stage.Width/4, y, -100)
			s.wheel(ctrl, x-stage.Width/4, y, -100)
			look("zoomed")
			s.press("x")
			s.press("c")
			s.press(kb.ArrowRight)
			s.press(kb.ArrowRight)
			s.waitFor(`!document.querySelector('.pane[data-waiting]')`)
			look("compare")
			s.press("c")
			s.press("i")
			s.click("#window-button")
			s.painted()
			s.screenshot("view-menu-" + name)
		})
	}
}

// BenchmarkWindowDrag drags the window of a picture, and reports what a redraw
// costs the page's thread, the pixels included: median and 95th percentile.
func BenchmarkWindowDrag(b *testing.B) {
	server := serve(b, programs(b).server, "-models", folderOf(b, map[string][]byte{"test.safetensors": testModel(b, "Test model", 1)}))
	for _, side := range []int{512, 1024} {
		b.Run(fmt.Sprint(side), func(b *testing.B) {
			p := open(b, server.url, "ready")
			p.choose(filepath.Join(folderOf(b, map[string][]byte{"large.png": noise(b, side)}), "large.png"))
			p.painted()
			x, y := p.rect("#stage").middle()
			evaluate[bool](p, `(() => {
				window.costs = [];
				const wait = requestAnimationFrame;
				window.requestAnimationFrame = (draw) => wait((time) => {
					const start = performance.now();
					draw(time);
					document.querySelector('#picture').getContext('2d').getImageData(0, 0, 1, 1); // waits for the pixels
					costs.push(performance.now() - start);
				});
				return true;
			})()`)
			p.mouse(input.DispatchMouseEventParams{Type: "mousePressed", X: x, Y: y, Button: input.MouseButtonLeft, Buttons: 1, ClickCount: 1})
			for b.Loop() {
				for i := range 200 {
					p.mouse(input.DispatchMouseEventParams{Type: "mouseMoved", X: x + float64(i), Y: y + float64(i%50), Button: input.MouseButtonLeft, Buttons: 1})
				}
			}
			b.ReportMetric(evaluate[float64](p, `costs.sort((a, b) => a - b)[costs.length >> 1]`), "ms-median")
			b.ReportMetric(evaluate[float64](p, `costs[Math.floor(costs.length * 0.95)]`), "ms-p95")
			b.ReportMetric(float64(evaluate[int](p, `costs.length`)), "redraws")
		})
	}
}

// noise is a picture that no shortcut fits.
func noise(t testing.TB, side int) []byte {
	t.Helper()
	img := image.NewGray(image.Rect(0, 0, side, side))
	state := uint32(1)
	for i := range img.Pix {
		state = state*1664525 + 1013904223
		img.Pix[i] = uint8(state >> 24)
	}
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}
