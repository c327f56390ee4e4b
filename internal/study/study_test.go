package study

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const dicomData = "../../../shared/data/dicom"

// realData skips a test where the real files are missing and nobody insists.
func realData(t *testing.T) {
	t.Helper()
	if _, err := os.Stat(dicomData); err != nil {
		if os.Getenv("CI") != "" {
			t.Fatal(err)
		}
		t.Skip(err)
	}
}

func bytesFile(name string, data []byte) File {
	return File{Name: name, Size: int64(len(data)), Data: bytes.NewReader(data)}
}

// addFolder adds the files of a folder on disk, in random order: as a CD has them.
func addFolder(t *testing.T, s *Study, dir, as string) {
	t.Helper()
	var names []string
	err := filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			names = append(names, name)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	random := rand.New(rand.NewPCG(1, 2))
	random.Shuffle(len(names), func(i, j int) { names[i], names[j] = names[j], names[i] })
	for _, name := range names {
		f, err := os.Open(name)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { f.Close() })
		info, _ := f.Stat()
		rel, _ := filepath.Rel(dir, name)
		s.Add(File{Name: as + "/" + filepath.ToSlash(rel), Size: info.Size(), Data: f})
	}
}

func noise(w, h int) []byte {
	img := image.NewGray(image.Rect(0, 0, w, h))
	random := rand.New(rand.NewPCG(3, 4))
	for i := range img.Pix {
		img.Pix[i] = uint8(random.Uint32())
	}
	img.SetGray(0, 0, color.Gray{0})
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		panic(err)
	}
	return b.Bytes()
}

type entry struct {
	name string
	data []byte
}

func archive(entries ...entry) []byte {
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, e := range entries {
		f, err := w.Create(e.name)
		if err != nil {
			panic(err)
		}
		f.Write(e.data)
	}
	w.Close()
	return b.Bytes()
}

func zipped(data []byte) []byte {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	w.Write(data)
	w.Close()
	return b.Bytes()
}

// summary is what a study shows: a line a series, its slices, notes, and what was
// rejected.
func summary(s *Study) string {
	var b strings.Builder
	all, rejected := s.Arrange()
	for _, series := range all {
		fmt.Fprintf(&b, "%s %q: %d", series.Name, series.Modality, len(series.Slices))
		if series.Unscored != "" {
			fmt.Fprintf(&b, " unscored: %s", series.Unscored)
		}
		for _, note := range series.Notes {
			fmt.Fprintf(&b, " note: %s", note)
		}
		b.WriteString("\n")
	}
	for _, r := range rejected {
		fmt.Fprintf(&b, "rejected %s: %v\n", r.Name, r.Err)
	}
	return b.String()
}

func TestRealSeries(t *testing.T) {
	realData(t)
	s := New()
	addFolder(t, s, filepath.Join(dicomData, "series"), "cd")
	all, rejected := s.Arrange()
	if len(all) != 2 || len(rejected) != 0 {
		t.Fatalf("got %s", summary(s))
	}
	for _, series := range all {
		if len(series.Slices) != 40 || series.Unscored != "" || len(series.Notes) != 0 {
			t.Errorf("got %s", summary(s))
		}
		for i, slice := range series.Slices {
			if i > 0 && slice.geometry.position[2] <= series.Slices[i-1].geometry.position[2] {
				t.Errorf("%s: slice %d at %v mm is not above the one before", series.Name, i, slice.geometry.position[2])
			}
		}
		for _, i := range []int{0, 20, 39} {
			slice, err := s.Decode(series.Slices[i])
			if err != nil {
				t.Fatal(err)
			}
			if w := slice.DisplayWindow(); slice.HU == nil || w.Centre != -600 || w.Width != 1200 {
				t.Errorf("%s, slice %d: got the window %v, want the stored one for lungs", series.Name, i, w)
			}
			if air, ok := slice.LungAir(); !ok || air < 0.05 || air > 0.9 {
				t.Errorf("%s, slice %d: got %.3f of the body as air", series.Name, i, air)
			}
		}
	}
}

func TestArchives(t *testing.T) {
	picture := noise(64, 64)
	tests := []struct {
		name string
		file File
		want string
	}{
		{"pictures in folders", bytesFile("a.zip", archive(entry{"x/s10.png", picture}, entry{"x/s9.png", picture}, entry{"y/1.png", picture}, entry{"x/Thumbs.db", nil}, entry{"__MACOSX/x/s9.png", picture})),
			"x \"\": 2\ny \"\": 1\n"},
		{"nested", bytesFile("a.zip", archive(entry{"b.zip", archive(entry{"c.png", picture})})),
			"rejected a.zip/b.zip: it is an archive in an archive: unpack it first\n"},
		{"unreadable entries", bytesFile("a.zip", archive(entry{"notes.txt", []byte("some words")}, entry{"s.png", picture})),
			"a.zip \"\": 1\nrejected a.zip/notes.txt: not a picture this program can read: it begins with \"some wor\"; PNG, JPEG, GIF, BMP, TIFF and WebP can be read\n"},
		{"empty", bytesFile("a.zip", archive()), "rejected a.zip: the archive is empty\n"},
		{"cut", bytesFile("a.zip", archive(entry{"s.png", picture})[:200]), "rejected a.zip: the archive is damaged: its directory is missing; it may be cut short\n"},
		{"deflated picture", bytesFile("s.png.gz", zipped(picture)), "s.png.gz \"\": 1\n"},
		{"picture", bytesFile("s.png", picture), "s.png \"\": 1\n"},
		{"empty file", bytesFile("s.png", nil), "rejected s.png: the file is empty\n"},
		{"left by the system", bytesFile("x/.DS_Store", []byte("x")), ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s := New()
			s.Add(test.file)
			if got := summary(s); got != test.want {
				t.Errorf("got\n%swant\n%s", got, test.want)
			}
			all, _ := s.Arrange()
			for _, series := range all {
				for _, slice := range series.Slices {
					if decoded, err := s.Decode(slice); err != nil || decoded.Width != 64 {
						t.Errorf("%s: %v", slice.Name, err)
					}
				}
			}
		})
	}
}

func TestBombs(t *testing.T) {
	zeros := make([]byte, 64<<20)
	bomb := archive(entry{"a", zeros}, entry{"b", zeros}, entry{"c", zeros})
	lying := archive(entry{"a.png", noise(64, 64)})
	// The directory's entry claims 4 GB for the picture.
	at := bytes.LastIndex(lying, []byte("PK\x01\x02"))
	binary.LittleEndian.PutUint32(lying[at+24:], 0xfffffff0)
	directory := archive(entry{"a.png", noise(64, 64)})
	end := bytes.LastIndex(directory, []byte("PK\x05\x06"))
	binary.LittleEndian.PutUint32(directory[end+12:], 0x40000000)
	encrypted := archive(entry{"a.png", noise(64, 64)})
	encrypted[bytes.LastIndex(encrypted, []byte("PK\x01\x02"))+8] |= 1
	for name, test := range map[string]struct {
		data []byte
		want string
	}{
		"ratio":              {bomb, "times its own size"},
		"claimed size":       {lying, "times its own size"},
		"claimed directory":  {directory, "directory claims"},
		"encrypted":          {encrypted, "encrypted"},
		"gzip of an archive": {zipped(bomb), "archive in an archive"},
		"gzip of gzip":       {zipped(zipped(noise(64, 64))), "archive in an archive"},
		"gzip, damaged":      {zipped(noise(64, 64))[:300], "damaged"},
	} {
		s := New()
		s.Add(bytesFile("x", test.data))
		all, rejected := s.Arrange()
		if len(all) != 0 || len(rejected) != 1 || !strings.Contains(rejected[0].Err.Error(), test.want) {
			t.Errorf("%s: got %swant one rejection with %q", name, summary(s), test.want)
		}
	}
}

// A scan of one kind and another, a scout, a report: each is what it is.
func TestTransferSyntaxes(t *testing.T) {
	realData(t)
	s := New()
	addFolder(t, s, filepath.Join(dicomData, "transfer-syntax"), "files")
	addFolder(t, s, filepath.Join(dicomData, "broken"), "broken")
	got := summary(s)
	if strings.Contains(got, "panic") || !strings.Contains(got, `"CT"`) {
		t.Errorf("got %s", got)
	}
	t.Log(got)
	all, _ := s.Arrange()
	for _, series := range all {
		for _, slice := range series.Slices {
			decoded, err := s.Decode(slice)
			if err == nil && decoded.HU == nil && decoded.Unscored == "" {
				t.Errorf("%s: neither HU nor a reason not to be scored", slice.Name)
			}
			t.Log(slice.Name, slice.Frame, err)
		}
	}
}
