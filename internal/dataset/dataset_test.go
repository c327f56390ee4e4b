package dataset

import (
	"bytes"
	"context"
	"image"
	"image/png"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"lungct/internal/ct"
)

// picture is a PNG of a smooth pattern that differs with its number.
func picture(t testing.TB, width, height, number int) []byte {
	t.Helper()
	img := image.NewGray(image.Rect(0, 0, width, height))
	for y := range height {
		for x := range width {
			img.Pix[y*img.Stride+x] = uint8(128 + (x*(3+number)/4+y*5/4)%100)
		}
	}
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// folder makes a data set of files; a nil content is a picture of its own.
func folder(t testing.TB, files map[string][]byte) string {
	t.Helper()
	dir := t.TempDir()
	number := 0
	for _, name := range sorted(files) {
		content := files[name]
		if content == nil {
			number++
			content = picture(t, 40+number, 40, number)
		}
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, content, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func sorted(files map[string][]byte) []string {
	var names []string
	for name := range files {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// wantError checks that err is one that says every word.
func wantError(t *testing.T, err error, words ...string) {
	t.Helper()
	if err == nil {
		t.Errorf("got no error, want one with %q", words)
		return
	}
	for _, w := range words {
		if !strings.Contains(err.Error(), w) {
			t.Errorf("got error %q, want one with %q", err, w)
		}
	}
}

func TestOpenFolders(t *testing.T) {
	dir := folder(t, map[string][]byte{
		"CT_COVID/a.png": nil, "CT_COVID/patient1/b.png": nil, "CT_COVID/patient1/c.png": nil,
		"CT_NonCOVID/d.png": nil, "CT_NonCOVID/.DS_Store": {1}, ".git/config": {1}, "Thumbs.db": {1}, "notes.txt": {1},
	})
	set, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	type row struct {
		path, group string
		class       int
	}
	var got []row
	for _, s := range set.Samples {
		got = append(got, row{s.Path, s.Group, s.Class})
	}
	want := []row{
		{"CT_COVID/a.png", "CT_COVID/a.png", 1},
		{"CT_COVID/patient1/b.png", "CT_COVID/patient1", 1},
		{"CT_COVID/patient1/c.png", "CT_COVID/patient1", 1},
		{"CT_NonCOVID/d.png", "CT_NonCOVID/d.png", 0},
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	warnings := strings.Join(set.Warnings, "\n")
	for _, w := range []string{"CT_NonCOVID is noncovid", "2 of 4 files have no group"} {
		if !strings.Contains(warnings, w) {
			t.Errorf("warnings: got %q, want %q", warnings, w)
		}
	}
}

// Sets that are merged keep apart what has the same name in each.
func TestOpenSeveral(t *testing.T) {
	files := map[string][]byte{"covid/p/a.png": nil, "noncovid/q/b.png": nil}
	first, second := filepath.Join(folder(t, files), "ct"), filepath.Join(folder(t, files), "ct")
	for _, dir := range []string{first, second} {
		if err := os.Mkdir(dir, 0o755); err != nil {
			t.Fatal(err)
		}
		for _, class := range []string{"covid", "noncovid"} {
			if err := os.Rename(filepath.Join(filepath.Dir(dir), class), filepath.Join(dir, class)); err != nil {
				t.Fatal(err)
			}
		}
	}
	set, err := Open(first, second)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, s := range set.Samples {
		got = append(got, s.Set+" "+s.Path+" "+s.Group)
	}
	want := []string{
		"ct-2 ct-2/covid/p/a.png ct-2/covid/p", "ct-2 ct-2/noncovid/q/b.png ct-2/noncovid/q",
		"ct ct/covid/p/a.png ct/covid/p", "ct ct/noncovid/q/b.png ct/noncovid/q",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	bad, err := set.Load(t.Context(), noCrop, []int{40, 40, 40, 40})
	if err != nil || len(bad) > 0 {
		t.Fatal(err, bad)
	}
	for i := range set.Samples {
		if slice, err := set.Slice(i); err != nil || slice.Width != set.Samples[i].Width {
			t.Errorf("%s: got %v, %v", set.Samples[i].Path, slice, err)
		}
	}
	_, err = Open(first, first)
	wantError(t, err, "named twice")
}

func TestOpenRejects(t *testing.T) {
	_, err := Open(folder(t, map[string][]byte{"covid/a.png": nil, "lesions/b.png": nil}))
	wantError(t, err, `unclear sub-folders "lesions"`, "covid is covid", "manifest.csv")
	_, err = Open(folder(t, map[string][]byte{"a.png": nil}))
	wantError(t, err, "no sub-folders")
	_, err = Open(filepath.Join(t.TempDir(), "absent"))
	wantError(t, err, "absent")
	_, err = Open(folder(t, map[string][]byte{"manifest.csv": []byte("path,label\n")}))
	wantError(t, err, "no slices")
	_, err = Open(folder(t, map[string][]byte{"manifest.csv": []byte("path,label\n../a.png,covid\n")}))
	wantError(t, err, "manifest.csv", "line 2", `"../a.png"`, "inside")
}

func TestCopiesShareAGroup(t *testing.T) {
	same := picture(t, 50, 50, 1)
	dir := folder(t, map[string][]byte{"covid/a.png": same, "covid/b.png": same, "noncovid/c.png": same, "noncovid/d.png": nil})
	set, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []string{"covid/a.png", "covid/a.png", "covid/a.png", "noncovid/d.png"} {
		if got := set.Samples[i].Group; got != want {
			t.Errorf("%s: group: got %q, want %q", set.Samples[i].Path, got, want)
		}
	}
	warnings := strings.Join(set.Warnings, "\n")
	for _, w := range []string{"2 of 4 files are byte for byte copies", "1 of 4 files have a copy with the other label"} {
		if !strings.Contains(warnings, w) {
			t.Errorf("warnings: got %q, want %q", warnings, w)
		}
	}
}

func TestFingerprint(t *testing.T) {
	files := map[string][]byte{"covid/a.png": picture(t, 50, 50, 1), "noncovid/b.png": picture(t, 50, 50, 2)}
	print := func() string {
		set, err := Open(folder(t, files))
		if err != nil {
			t.Fatal(err)
		}
		return set.Fingerprint(set.All())
	}
	first := print()
	if again := print(); again != first {
		t.Errorf("same data: got %s and %s", first, again)
	}
	files["noncovid/b.png"] = picture(t, 50, 50, 3)
	if changed := print(); changed == first {
		t.Error("a changed picture left the fingerprint as it was")
	}
}

var noCrop = ct.Preprocessing{Size: 40, Crop: ct.CropNone, Mean: 0.5, Std: 0.25, WindowCentre: -600, WindowWidth: 1500, Filter: ct.FilterLinear}

func TestLoadListsEveryBadFile(t *testing.T) {
	whole := picture(t, 60, 50, 1)
	dir := folder(t, map[string][]byte{
		"covid/good.png": whole, "covid/truncated.png": whole[:len(whole)/2], "noncovid/text.png": []byte("no picture"), "noncovid/good.png": nil,
	})
	secret := filepath.Join(t.TempDir(), "outside.png")
	if err := os.WriteFile(secret, whole, 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(secret, filepath.Join(dir, "noncovid", "escape.png")); err != nil {
		t.Fatal(err)
	}
	set, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	sides := make([]int, len(set.Samples))
	for i := range sides {
		sides[i] = 40
	}
	bad, err := set.Load(t.Context(), noCrop, sides)
	if err != nil {
		t.Fatal(err)
	}
	wantError(t, bad, "3 files cannot be read", `"covid/truncated.png": `, `"noncovid/text.png": `, `"noncovid/escape.png": `)
	for _, s := range set.Samples {
		if good := strings.HasSuffix(s.Path, "good.png"); good != (len(s.Grey) == 40*40) {
			t.Errorf("%s: got %d pixels", s.Path, len(s.Grey))
		}
	}
	if set.Samples[0].Width != 60 || set.Samples[0].Height != 50 {
		t.Errorf("size: got %dx%d, want 60x50", set.Samples[0].Width, set.Samples[0].Height)
	}
	if got := set.Bytes(); got != 2*40*40 {
		t.Errorf("bytes: got %d, want %d", got, 2*40*40)
	}
}

// Pixels that memory has no room for are the same, and no file is left.
func TestLoadSpills(t *testing.T) {
	dir := folder(t, map[string][]byte{"covid/a.png": nil, "covid/b.png": nil, "noncovid/c.png": nil, "noncovid/d.png": []byte("no picture"), "noncovid/e.png": nil})
	load := func(most int64, spillDir string) (*Set, error) {
		set, err := Open(dir)
		if err != nil {
			t.Fatal(err)
		}
		set.MaxBytes, set.SpillDir = most, spillDir
		_, err = set.Load(t.Context(), noCrop, []int{40, 30, 40, 40, 20})
		return set, err
	}
	want, err := load(0, "")
	if err != nil {
		t.Fatal(err)
	}
	spillDir := t.TempDir()
	for most, kept := range map[int64]int64{1: 0, 1600: 1600, 2600: 2500, 1 << 20: 1600 + 900 + 1600 + 400} {
		got, err := load(most, spillDir)
		if err != nil {
			t.Fatal(err)
		}
		if got.Bytes() != kept || got.Bytes()+got.Spilled() != want.Bytes() {
			t.Errorf("at most %d bytes: got %d in memory and %d in the file, want %d of %d in memory", most, got.Bytes(), got.Spilled(), kept, want.Bytes())
		}
		for i := range want.Samples {
			if !bytes.Equal(got.Samples[i].Grey, want.Samples[i].Grey) {
				t.Errorf("at most %d bytes: %s has other pixels", most, want.Samples[i].Path)
			}
		}
	}
	if left, err := os.ReadDir(spillDir); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
	_, err = load(1, filepath.Join(spillDir, "absent"))
	wantError(t, err, "do not fit in 0 MB of memory", "no such file")
}

func TestLoadStops(t *testing.T) {
	set, err := Open(folder(t, map[string][]byte{"covid/a.png": nil, "noncovid/b.png": nil}))
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := set.Load(ctx, noCrop, []int{40, 40}); err == nil {
		t.Error("got no error from a cancelled load")
	}
}

func TestMeanStd(t *testing.T) {
	set := &Set{Samples: []Sample{{Grey: []uint8{0, 255}}, {Grey: []uint8{0, 255}}, {Grey: []uint8{9}}}}
	if mean, std := set.MeanStd([]int{0, 1}); mean != 0.5 || std != 0.5 {
		t.Errorf("got %v, %v; want 0.5, 0.5", mean, std)
	}
	if _, std := set.MeanStd([]int{2}); std != 1 {
		t.Errorf("no contrast: got std %v, want 1", std)
	}
}
