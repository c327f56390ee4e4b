package web_test

import (
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"lungct/alexnet"
)

// BenchmarkPage opens the page with a network of full size in half precision,
// as it ships, and reads slices with it.
func BenchmarkPage(b *testing.B) {
	const slices = 20
	weights := randomModel(b, "Full size", alexnet.DefaultConfig(), alexnet.F16, 1)
	server := serve(b, programs(b).server, "-models", folderOf(b, map[string][]byte{"full.safetensors": weights}))
	paths := drawn(b, slices)
	var opening, reading time.Duration
	for b.Loop() {
		p := blank(b)
		start := time.Now()
		p.do(chromedp.Navigate(server.url))
		p.waitFor("document.body.dataset.status === 'ready'")
		opening += time.Since(start)
		start = time.Now()
		p.choose(paths...)
		reading += time.Since(start)
	}
	b.ReportMetric(opening.Seconds()*1000/float64(b.N), "ms-to-ready")
	b.ReportMetric(reading.Seconds()*1000/float64(b.N)/slices, "ms/slice")
}
