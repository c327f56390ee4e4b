package dataset

import (
	"bytes"
	"image"
	"image/jpeg"
	"image/png"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/disintegration/imaging"

	"lungct/internal/ct"
)

const sars = "../../../shared/data/sars-cov-2-ct"

// sharedData skips where the real slices are not at hand, but never in CI.
func sharedData(t *testing.T) {
	t.Helper()
	if _, err := os.Stat(sars); err != nil {
		if os.Getenv("CI") != "" {
			t.Fatalf("the slices this test reads are missing: %v", err)
		}
		t.Skipf("the slices this test reads are missing: %v", err)
	}
}

// A slice that is stored anew stays a near copy of itself, and slices of other
// scans do not become one.
func TestHashRealData(t *testing.T) {
	sharedData(t)
	variants := map[string]func(image.Image) image.Image{
		"half size":     func(m image.Image) image.Image { return imaging.Resize(m, m.Bounds().Dx()/2, 0, imaging.Linear) },
		"brighter":      func(m image.Image) image.Image { return imaging.AdjustBrightness(m, 10) },
		"less contrast": func(m image.Image) image.Image { return imaging.AdjustContrast(m, -20) },
		"gamma":         func(m image.Image) image.Image { return imaging.AdjustGamma(m, 1.2) },
		"jpeg": func(m image.Image) image.Image {
			var b bytes.Buffer
			if err := jpeg.Encode(&b, m, &jpeg.Options{Quality: 50}); err != nil {
				t.Fatal(err)
			}
			back, err := jpeg.Decode(&b)
			if err != nil {
				t.Fatal(err)
			}
			return back
		},
	}
	worst := make(map[string]int)
	var hashes []Hash
	for _, name := range []string{"covid/covid-0040.png", "covid/covid-0300.png", "covid/covid-0900.png", "noncovid/noncovid-0040.png", "noncovid/noncovid-0300.png", "noncovid/noncovid-0900.png"} {
		content, err := os.ReadFile(sars + "/" + name)
		if err != nil {
			t.Fatal(err)
		}
		m, err := png.Decode(bytes.NewReader(content))
		if err != nil {
			t.Fatal(err)
		}
		original := hashFile(t, content)
		hashes = append(hashes, original)
		for variant, change := range variants {
			var b bytes.Buffer
			if err := png.Encode(&b, change(m)); err != nil {
				t.Fatal(err)
			}
			worst[variant] = max(worst[variant], original.Distance(hashFile(t, b.Bytes())))
		}
	}
	for variant, d := range worst {
		t.Logf("%s: at most %d of 256 bits", variant, d)
		if d > 20 {
			t.Errorf("%s: distance to the original: got %d, want at most 20", variant, d)
		}
	}
	for i := range hashes {
		for j := range i {
			if d := hashes[i].Distance(hashes[j]); d <= NearCopy {
				t.Errorf("slices %d and %d of different scans: distance: got %d, want more than %d", i, j, d, NearCopy)
			}
		}
	}
}

func hashFile(t *testing.T, content []byte) Hash {
	t.Helper()
	slice, err := ct.Decode(content)
	if err != nil {
		t.Fatal(err)
	}
	return look(new(file), slice).Hash
}

// The patients of blocks 15 and 16 of the covid class are one: the guard finds
// the slices that the eye finds.
func TestLeaksRealData(t *testing.T) {
	sharedData(t)
	dir := t.TempDir()
	manifest := "path,label,split\n"
	files := map[string]string{
		"covid-0870.png": "train", "covid-0894.png": "val", "covid-0866.png": "train", "covid-0891.png": "val",
		"covid-0100.png": "train", "covid-0300.png": "val",
	}
	for name, part := range files {
		content, err := os.ReadFile(sars + "/covid/" + name)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(dir+"/"+name, content, 0o644); err != nil {
			t.Fatal(err)
		}
		manifest += name + ",covid," + part + "\n"
	}
	if err := os.WriteFile(dir+"/manifest.csv", []byte(manifest), 0o644); err != nil {
		t.Fatal(err)
	}
	set, split := parted(t, dir)
	l := set.Leaks(split)
	if len(l.Pairs) != 2 || l.Near != 2 || l.Held != 3 || !l.Grave() {
		t.Fatalf("got %+v, want two near copies", l)
	}
	list := l.List(set, 1)
	if !strings.Contains(list, `near copy: "covid-0870.png" and "covid-0894.png" (22 of 256 bits)`) || !strings.Contains(list, "and 1 more") {
		t.Errorf("got %q", list)
	}
	if rest := set.Leaks(split.Without(l.Givers)); rest.Near != 0 || rest.Grave() || rest.String() != "" {
		t.Errorf("without those that give away: got %v", rest)
	}
}

// parted opens, splits and loads a set.
func parted(t *testing.T, dir string) (*Set, Split) {
	t.Helper()
	set, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	split, err := set.Split(Plan{})
	if err != nil {
		t.Fatal(err)
	}
	if bad, err := set.Load(t.Context(), noCrop, set.Sides(split, 40, 40)); err != nil || len(bad) > 0 {
		t.Fatal(err, bad)
	}
	return set, split
}

func TestLeaksKinds(t *testing.T) {
	same := picture(t, 60, 50, 1)
	img, err := png.Decode(bytes.NewReader(same))
	if err != nil {
		t.Fatal(err)
	}
	var anew bytes.Buffer
	if err := (&png.Encoder{CompressionLevel: png.NoCompression}).Encode(&anew, img); err != nil {
		t.Fatal(err)
	}
	dir := folder(t, map[string][]byte{
		"a.png": same, "b.png": same, "c.png": anew.Bytes(), "d.png": picture(t, 60, 50, 40), "e.png": picture(t, 60, 50, 90),
		"manifest.csv": []byte("path,label,split,group\na.png,covid,train,a\nb.png,covid,val,b\nc.png,covid,test,c\nd.png,noncovid,train,d\ne.png,noncovid,val,e\n"),
	})
	set, split := parted(t, dir)
	l := set.Leaks(split)
	// a gives away b and c, b gives away c.
	if l.Counts[Copy] != 1 || l.Counts[PixelCopy] != 2 || l.Near != 2 || !slices.Equal(l.Givers, []int{0, 1}) || !l.Grave() {
		t.Errorf("got %+v", l)
	}
	if l.Pairs[0] != (Leak{Copy, 0, 1, 0}) {
		t.Errorf("first pair: got %+v", l.Pairs[0])
	}
	d := set.Duplicates(set.All())
	if d.Copies() != 3 || d.Near != 3 {
		t.Errorf("duplicates: got %+v", d)
	}
}

// Some near copies are borne, more are not.
func TestLeaksTolerance(t *testing.T) {
	for near, grave := range map[int]bool{0: false, 3: false, 4: true} {
		l := Leaks{Held: 300, Near: near, Counts: map[string]int{Near: near}}
		if l.Grave() != grave {
			t.Errorf("%d of 300: got grave %v, want %v", near, l.Grave(), grave)
		}
	}
}

func TestColourOf(t *testing.T) {
	for want, m := range map[string]image.Image{
		"grey": image.NewGray(image.Rect(0, 0, 40, 40)), "grey16": image.NewGray16(image.Rect(0, 0, 40, 40)),
		"rgb+alpha": image.NewNRGBA(image.Rect(0, 0, 40, 40)),
	} {
		var b bytes.Buffer
		if err := png.Encode(&b, m); err != nil {
			t.Fatal(err)
		}
		if got := colourOf(b.Bytes()); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	if got := colourOf([]byte("no picture")); got != "" {
		t.Errorf("got %q, want none", got)
	}
}
