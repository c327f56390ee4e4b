// Package web_test opens the page in a real browser, with the real server and
// the real program behind it.
package web_test

import (
	"testing"
)

func TestPage(t *testing.T) {
	server := serve(t, programs(t).server, "-models", folderOf(t, map[string][]byte{"test.safetensors": testModel(t, "Test model", 1)}))
	p := open(t, server.url, "ready")
	p.screenshot("empty-1440x900")
	p.choose(realSlices(t, 12)...)
	t.Log(p.rows())
	p.screenshot("verdict-1440x900")
	p.click("#model-button")
	p.screenshot("models-1440x900")
}
