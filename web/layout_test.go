package web_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// TestLayouts: from a small screen to 4K, and on a tablet, nothing is cut off, nothing
// needs scrolling sideways, and what fingers press is large enough for them.
func TestLayouts(t *testing.T) {
	p := open(t, serve(t, programs(t).shipped).url, "ready")
	p.click("#try-samples")
	p.settled(10)
	for _, screen := range []struct {
		name          string
		width, height int64
		touch         bool
	}{
		{"small", 1024, 768, false}, {"usual", 1440, 900, false}, {"full-hd", 1920, 1080, false}, {"4k", 3840, 2160, false},
		{"tablet", 820, 1180, true}, {"tablet-lying", 1180, 820, true},
	} {
		p.do(chromedp.EmulateViewport(screen.width, screen.height))
		p.emulateTouch(screen.touch)
		p.waitFor(fmt.Sprintf("innerWidth === %d && matchMedia('(pointer: coarse)').matches === %v", screen.width, screen.touch))
		if wide := evaluate[int](p, `document.documentElement.scrollWidth`); wide > int(screen.width) {
			t.Errorf("%s: the page is %d pixels wide", screen.name, wide)
		}
		if cut := evaluate[[]string](p, cutOff); len(cut) > 0 {
			t.Errorf("%s: cut off: %q", screen.name, cut)
		}
		if small := evaluate[[]string](p, tooSmall); screen.touch && len(small) > 0 {
			t.Errorf("%s: too small for fingers: %q", screen.name, small)
		}
		stage := evaluate[[]float64](p, `(({ width, height }) => [width, height])(document.querySelector('.stage').getBoundingClientRect())`)
		if part := stage[0] * stage[1] / float64(screen.width*screen.height); part < 0.3 {
			t.Errorf("%s: the slice has %.0f %% of the screen", screen.name, 100*part)
		}
		p.screenshot("people-" + screen.name)
	}
}

// Both list what can be seen and pressed: the parts that are outside of the window or
// narrower than their text, and those below 40 pixels.
const (
	cutOff = `Array.from(document.querySelectorAll('header *, footer p, .viewer-foot button, .list-foot button')).filter((e) => e.checkVisibility()).filter((e) => {
		const { left, right, top, bottom } = e.getBoundingClientRect();
		return right > left && (left < -1 || right > innerWidth + 1 || top < -1 || bottom > innerHeight + 1) ||
			e.matches('button') && e.scrollWidth > e.clientWidth + 1;
	}).map((e) => e.outerHTML.slice(0, 80))`
	tooSmall = `Array.from(document.querySelectorAll('button, summary, select, #series li')).filter((e) => e.checkVisibility()).filter((e) => {
		const { width, height } = e.getBoundingClientRect();
		return width > 0 && (width < 39.5 || height < 39.5);
	}).map((e) => e.outerHTML.slice(0, 80))`
)

// emulateTouch makes the pointer a finger.
func (p *tab) emulateTouch(on bool) {
	p.t.Helper()
	if _, err := chromedp.Call(p.ctx, emulation.SetTouchEmulationEnabled, emulation.SetTouchEmulationEnabledParams{Enabled: on}); err != nil {
		p.t.Fatal(err)
	}
}

// TestLanguage: Chinese for a browser that asks for it, or on request; what is open
// is said anew.
func TestLanguage(t *testing.T) {
	server := oneModel(t)
	p := open(t, server.url, "ready")
	p.choose(drawn(t, 1)...)
	p.click("#language")
	p.waitFor(`document.documentElement.lang === 'zh-Hans'`)
	for selector, want := range map[string]string{
		"#open-files": "打开文件", "#reading-summary": "1 个层面：COVID-19 0，非 COVID-19 1", "#verdict-title": "非 COVID-19", "#probability": "49.2%",
	} {
		if got := p.text(selector); got != want {
			t.Errorf("%s: got %q, want %q", selector, got, want)
		}
	}
	if footer := p.text("footer"); !strings.Contains(footer, researchUse) {
		t.Errorf("footer: got %q", footer)
	}
	p.screenshot("people-chinese")
	p.click("#language")
	p.waitFor(`document.documentElement.lang === 'en' && document.querySelector('#verdict-title').textContent === 'Not COVID-19'`)
	p.do(chromedp.Navigate(server.url+"#language=zh"), chromedp.Reload())
	p.waitFor(`document.documentElement.lang === 'zh-Hans'`)
	p.expectNoFaults()
}
