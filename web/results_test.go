package web_test

import (
	"encoding/csv"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	cdbrowser "github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"lungct/alexnet"
)

// classed writes n drawn slices of each class into class folders.
func classed(t *testing.T, n int) string {
	t.Helper()
	root := t.TempDir()
	for i := range 2 * n {
		folder := filepath.Join(root, []string{"noncovid", "covid"}[i%2])
		if err := os.MkdirAll(folder, 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(folder, strconv.Itoa(i)+".png"), drawnSlice(t, i), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return root
}

// saved clicks a button that has the browser save a file, and returns what it saves.
func (p *tab) saved(button, name string) string {
	p.t.Helper()
	folder := p.t.TempDir()
	_, err := chromedp.Call(p.ctx, cdbrowser.SetDownloadBehavior, cdbrowser.SetDownloadBehaviorParams{Behavior: "allow", DownloadPath: folder})
	if err != nil {
		p.t.Fatal(err)
	}
	p.click(button)
	for range 200 {
		if text, err := os.ReadFile(filepath.Join(folder, name)); err == nil && len(text) > 0 {
			return string(text)
		}
		time.Sleep(20 * time.Millisecond)
	}
	p.t.Fatalf("%s: the browser did not save %s", button, name)
	return ""
}

func TestResultsOut(t *testing.T) {
	p := open(t, oneModel(t).url, "ready")
	p.drop(2, classed(t, 2))
	p.click("#save-results")
	rows, err := csv.NewReader(strings.NewReader(p.saved("#save-csv", "lungct-results.csv"))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	if len(rows) != 1+4+2 { // a header, four slices, two series
		t.Fatalf("got %d rows, want 7: %q", len(rows), rows)
	}
	at := func(row []string, column string) string {
		for i, name := range rows[0] {
			if name == column {
				return row[i]
			}
		}
		t.Fatalf("no column %s in %q", column, rows[0])
		return ""
	}
	for _, row := range rows[1:] {
		if threshold := at(row, "threshold"); threshold != strconv.FormatFloat(alexnet.Threshold, 'g', -1, 64) {
			t.Errorf("threshold: got %s", threshold)
		}
		if len(at(row, "model_sha256")) != 64 || at(row, "preprocessing") == "" || at(row, "program") == "" || at(row, "probability") == "" {
			t.Errorf("a row that does not say how it was made: %q", row)
		}
		if strings.Contains(strings.Join(row, ","), ".png") {
			t.Errorf("a row with a name that was not asked for: %q", row)
		}
	}
	p.click("#with-names")
	if text := p.saved("#save-json", "lungct-results.json"); !strings.Contains(text, "covid/1.png") || !strings.Contains(text, researchUse) {
		t.Errorf("JSON with names: got %.300q", text)
	}
	if picture := p.saved("#save-picture", "lungct-slice.png"); !strings.HasPrefix(picture, "\x89PNG") {
		t.Error("the picture is no PNG")
	}
	p.screenshot("results-dialog-1440x900")
	evaluate[bool](p, `(window.print = () => {}, true)`)
	p.click("#print-report")
	background := true
	pdf, err := chromedp.Call(p.ctx, page.PrintToPDF, page.PrintToPDFParams{PrintBackground: &background})
	if err != nil || len(pdf.Data) < 10_000 {
		t.Errorf("printed: got %v", err)
	}
	if folder := os.Getenv("SCREENSHOTS"); folder != "" && err == nil {
		os.WriteFile(filepath.Join(folder, "report.pdf.base64"), []byte(pdf.Data), 0o644)
	}
	p.expectNoFaults()
}

func TestModelFromDisk(t *testing.T) {
	folder := folderOf(t, map[string][]byte{"own.safetensors": testModel(t, "Own model", 3), "noise.safetensors": []byte("no weights at all")})
	p := open(t, oneModel(t).url, "ready")
	p.choose(drawn(t, 2)...)
	p.click("#model-button")
	p.do(chromedp.SetUploadFiles(chromedp.CSS("#model-picker"), []string{filepath.Join(folder, "noise.safetensors")}))
	p.waitFor(`document.querySelector('#load-model-message').textContent.includes('header length')`)
	p.do(chromedp.SetUploadFiles(chromedp.CSS("#model-picker"), []string{filepath.Join(folder, "own.safetensors")}))
	p.waitFor(`document.querySelector('#model-name').textContent === 'Own model (unvalidated)'`)
	if !evaluate[bool](p, `document.querySelector('.model[data-in-use] .badge').checkVisibility()`) {
		t.Error("a model from the disk is not marked")
	}
	p.screenshot("models-1440x900")
	p.click("#tab-compare")
	p.click("#compare-start")
	p.waitFor(`document.querySelectorAll('#compare-result .pairs tbody tr').length === 2`)
	p.screenshot("compare-1440x900")
	p.expectNoFaults()
}

func TestEvaluationInThePage(t *testing.T) {
	p := open(t, oneModel(t).url, "ready")
	p.drop(2, classed(t, 6))
	p.click("#evaluate")
	p.waitFor(`document.querySelectorAll('#evaluation-result .matrix td strong').length === 4`)
	if got := p.text("#evaluation-summary"); !strings.HasPrefix(got, "The truth is known of 12 of 12 slices: 6 COVID-19, 6 not COVID-19.") {
		t.Errorf("summary: got %q", got)
	}
	if n := evaluate[int](p, `Array.from(document.querySelectorAll('.matrix td strong'), (cell) => Number(cell.textContent)).reduce((a, b) => a + b)`); n != 12 {
		t.Errorf("the confusion matrix counts %d slices, want 12", n)
	}
	p.screenshot("evaluation-1440x900")
	p.do(chromedp.EmulateViewport(1024, 768))
	p.screenshot("evaluation-1024x768")
	p.expectNoFaults()
}

func TestReaderStudy(t *testing.T) {
	p := open(t, oneModel(t).url, "ready")
	p.drop(2, classed(t, 2))
	pinned := `document.querySelector('#pinned').checkVisibility()`
	p.press("c")
	p.waitFor(pinned)
	p.click("#evaluate")
	p.click("#tab-study")
	p.click("#study-start")
	p.waitFor(`document.querySelector('#reader-where').textContent === 'Case 1 of 4'`)
	if evaluate[bool](p, pinned) {
		t.Error("a slice stays pinned, which may be another case")
	}
	if evaluate[bool](p, `['#result', '#workspace > nav', '#model-button', '#announcement'].some((each) => document.querySelector(each).checkVisibility())`) {
		t.Error("what the model says shows while a reader reads")
	}
	if shown := evaluate[string](p, `document.body.innerText`); strings.Contains(shown, ".png") {
		t.Errorf("a file's name shows while a reader reads: %q", shown)
	}
	p.screenshot("reader-study-1440x900")
	call := func(keys ...string) {
		for _, key := range keys {
			p.press(key)
		}
	}
	call("y", "5", kb.Enter)
	p.waitFor(`document.querySelector('#reader-where').textContent === 'Case 2 of 4'`)
	p.click("#reader-undo")
	p.waitFor(`document.querySelector('#reader-where').textContent === 'Case 1 of 4'`)
	call("y", "4", kb.Enter, "n", "2", kb.Enter)
	p.click("#reader-leave")
	p.waitFor(`document.querySelector('#study-summary').textContent.startsWith('A study is under way: 2 of 4')`)
	saved := p.saved("#study-save", "lungct-reader-study.json")
	file := filepath.Join(t.TempDir(), "study.json")
	if err := os.WriteFile(file, []byte(saved), 0o644); err != nil {
		t.Fatal(err)
	}
	p.click("#study-again")
	p.do(chromedp.SetUploadFiles(chromedp.CSS("#study-picker"), []string{file}))
	p.waitFor(`document.querySelector('#study-continue').checkVisibility()`)
	p.click("#study-continue")
	p.waitFor(`document.querySelector('#reader-where').textContent === 'Case 3 of 4'`)
	call("n", "1", kb.Enter, "y", "3", kb.Enter)
	p.waitFor(`document.querySelectorAll('#study-result .matrix').length === 2`)
	p.screenshot("reader-study-result-1440x900")
	if text := p.saved("#study-csv", "lungct-reader-study.csv"); strings.Count(text, "\n") != 5 {
		t.Errorf("calls: got %q, want a header and 4 rows", text)
	}
	p.expectNoFaults()
}
