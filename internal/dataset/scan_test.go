package dataset

import (
	"archive/zip"
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"lungct/internal/phantom"
)

// zipOf is an archive of files.
func zipOf(t *testing.T, files map[string][]byte) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, name := range sorted(files) {
		f, err := w.Create(name)
		if err == nil {
			_, err = f.Write(files[name])
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// series adds n slices of a scan to files, the lowest last, a neck and a scout.
func series(files map[string][]byte, dir string, n int) {
	for i := range n {
		files[fmt.Sprintf("%sIM%04d", dir, i)] = phantom.CT("1.2."+dir, n-i, 1).Bytes()
	}
	files[dir+"NECK"] = phantom.CT("1.2."+dir, n+1, 0).Bytes()
	scout := phantom.CT("1.2."+dir, 0, 1)
	scout.ImageType = `ORIGINAL\PRIMARY\LOCALIZER`
	files[dir+"SCOUT"] = scout.Bytes()
}

// listing is a line a sample.
func listing(set *Set) string {
	var b strings.Builder
	for i := range set.Samples {
		s := &set.Samples[i]
		fmt.Fprintf(&b, "%s %s %s", s.Path, Labels[s.Class], s.Group)
		if s.err != nil {
			fmt.Fprintf(&b, ": %v", s.err)
		}
		b.WriteString("\n")
	}
	return b.String()
}

func scans(t *testing.T) map[string][]byte {
	multi := phantom.CT("1.3", 0, 1)
	multi.Frames = [][]int16{phantom.Chest(1, 31), phantom.Chest(1, 32), phantom.Chest(1, 33)}
	inside := make(map[string][]byte)
	series(inside, "", 2)
	files := map[string][]byte{
		"multi.dcm":   multi.Bytes(),
		"scan.zip":    zipOf(t, inside),
		"volume.nii":  phantom.Volume(phantom.Chest(0, 40), phantom.Chest(1, 41), phantom.Chest(1, 42)),
		"picture.png": nil,
	}
	series(files, "scan/", 3)
	return files
}

func TestManifestOfScans(t *testing.T) {
	files := scans(t)
	files["manifest.csv"] = []byte("path,label,fold\nscan,covid,1\nmulti.dcm#3,covid,1\nscan.zip,noncovid,2\nvolume.nii,noncovid,2\npicture.png,noncovid,2\n")
	set, err := Open(folder(t, files))
	if err != nil {
		t.Fatal(err)
	}
	want := `multi.dcm#3 covid multi.dcm
picture.png noncovid picture.png
scan.zip/IM0000 noncovid scan.zip
scan.zip/IM0001 noncovid scan.zip
scan/IM0000 covid scan
scan/IM0001 covid scan
scan/IM0002 covid scan
volume.nii#2 noncovid volume.nii
volume.nii#3 noncovid volume.nii
`
	if got := listing(set); got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
	warnings := strings.Join(set.Warnings, "\n")
	for _, w := range []string{"1 of 9 files have no group", "slices are left out: 3 without lung, 2 that are not to be scored (such as: it is a scout view"} {
		if !strings.Contains(warnings, w) {
			t.Errorf("warnings: got %q, want %q", warnings, w)
		}
	}
	sides := make([]int, len(set.Samples))
	for i := range sides {
		sides[i] = 40
	}
	if bad, err := set.Load(t.Context(), noCrop, sides); err != nil || len(bad) > 0 {
		t.Fatal(err, bad)
	}
	contents := make(map[[32]byte]string)
	for i := range set.Samples {
		s := &set.Samples[i]
		if twin, ok := contents[s.Content]; ok {
			t.Errorf("%s and %s have one fingerprint", s.Path, twin)
		}
		contents[s.Content] = s.Path
		if slice, err := set.Slice(i); err != nil || slice.Width != s.Width || !bytes.Equal(noCrop.Resize(slice, 40), s.Grey) {
			t.Errorf("%s: the slice to show is not the one that was loaded: %v", s.Path, err)
		}
	}
	if got := set.Samples[0].Fold; got != "1" {
		t.Errorf("fold: got %q, want 1", got)
	}
}

func TestClassFoldersOfScans(t *testing.T) {
	files := map[string][]byte{"noncovid/picture.png": nil, "noncovid/p2/scan.nii": phantom.Volume(phantom.Chest(1, 1), phantom.Chest(1, 2))}
	for name, content := range scans(t) {
		files["covid/"+name] = content
	}
	files["covid/DICOMDIR"] = phantom.Directory("scan/IM0000")
	set, err := Open(folder(t, files))
	if err != nil {
		t.Fatal(err)
	}
	got := listing(set)
	for _, want := range []string{
		"covid/scan/IM0002 covid covid/scan\n", "covid/scan.zip/IM0001 covid covid/scan.zip\n", "covid/multi.dcm#1 covid covid/multi.dcm\n",
		"covid/volume.nii#3 covid covid/volume.nii\n", "noncovid/picture.png noncovid noncovid/picture.png\n", "noncovid/p2/scan.nii#1 noncovid noncovid/p2\n",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("got\n%swant %s", got, want)
		}
	}
}

func TestRowsThatNameNothing(t *testing.T) {
	files := scans(t)
	files["broken.dcm"] = files["multi.dcm"][:9000]
	files["notes/a.txt"] = []byte("some words")
	files["manifest.csv"] = []byte("path,label\nmulti.dcm#4,covid\nabsent.nii#2,covid\nbroken.dcm,covid\nnotes,covid\nscan/absent,covid\npicture.png,noncovid\nscan/NECK,covid\n")
	set, err := Open(folder(t, files))
	if err != nil {
		t.Fatal(err)
	}
	bad, err := set.Load(t.Context(), noCrop, make([]int, len(set.Samples)))
	if err != nil {
		t.Fatal(err)
	}
	wantError(t, bad, "6 files cannot be read", `"multi.dcm#4": the file has 3 slices`, `"absent.nii#2": no such file`, `"broken.dcm#2": the DICOM file is damaged`,
		`"notes/a.txt": not a picture`, `"scan/absent": no such file`)
	files["manifest.csv"] = []byte("path,label\nscan,covid\nscan/IM0001,covid\n")
	_, err = Open(folder(t, files))
	wantError(t, err, `"scan/IM0001" is named twice, by "scan" and by "scan/IM0001"`)
	files["manifest.csv"] = []byte("path,label\nscan/NECK,covid\n")
	_, err = Open(folder(t, files))
	wantError(t, err, "got no slices")
}

// The same scan in two places is one patient.
func TestCopiedScansShareAGroup(t *testing.T) {
	volume := phantom.Volume(phantom.Chest(1, 1), phantom.Chest(1, 2))
	set, err := Open(folder(t, map[string][]byte{"covid/a.nii": volume, "covid/b.nii": volume, "noncovid/c.png": nil}))
	if err != nil {
		t.Fatal(err)
	}
	want := "covid/a.nii#1 covid covid/a.nii\ncovid/a.nii#2 covid covid/a.nii\ncovid/b.nii#1 covid covid/a.nii\ncovid/b.nii#2 covid covid/a.nii\nnoncovid/c.png noncovid noncovid/c.png\n"
	if got := listing(set); got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
}

func TestChangedScan(t *testing.T) {
	dir := folder(t, scans(t))
	if _, err := Open(filepath.Join(dir, "manifest.csv")); err == nil {
		t.Fatal("got a set without its manifest")
	}
	if err := os.WriteFile(filepath.Join(dir, "manifest.csv"), []byte("path,label\nvolume.nii,covid\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	set, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	other := phantom.Volume(phantom.Chest(1, 40), phantom.Chest(1, 41), phantom.Chest(1, 43))
	if err := os.WriteFile(filepath.Join(dir, "volume.nii"), other, 0o644); err != nil {
		t.Fatal(err)
	}
	bad, err := set.Load(t.Context(), noCrop, []int{40, 40})
	if err != nil || len(bad) != 2 {
		t.Fatalf("got %v, %v; want two slices that changed", bad, err)
	}
	wantError(t, bad, `"volume.nii#2": changed while`)
}
