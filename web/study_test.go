package web_test

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// dicomData is a folder of the real DICOM files beside the project.
func dicomData(t testing.TB, folder string) string {
	t.Helper()
	folder, err := filepath.Abs(filepath.Join(root, "..", "shared", "data", "dicom", folder))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(folder); err != nil {
		if os.Getenv("CI") != "" {
			t.Fatal(err)
		}
		t.Skip(err)
	}
	return folder
}

// A finding is a line of `trainer predict --json`.
type finding struct {
	File, Kind, Series, Note string
	Probability              *float64
}

// findings runs `trainer predict` and returns its findings by series. Files that
// cannot be read make it fail after the others.
func findings(t *testing.T, weights string, paths ...string) map[string][]finding {
	t.Helper()
	cmd := exec.Command(programs(t).trainer, append([]string{"predict", "--json", "--model", weights}, paths...)...)
	lines, err := cmd.Output()
	if len(lines) == 0 {
		t.Fatal(err)
	}
	found := make(map[string][]finding)
	for decoder := json.NewDecoder(bytes.NewReader(lines)); decoder.More(); {
		var f finding
		if err := decoder.Decode(&f); err != nil {
			t.Fatal(err)
		}
		found[f.Series] = append(found[f.Series], f)
	}
	return found
}

// A said is what the page says of a slice.
type said struct {
	Name, Title, Sentence string
	Probability           float64
}

// compareSeries steps through the series in view and compares each slice, and the
// verdict on all of them, with the trainer's findings.
func compareSeries(t *testing.T, p *tab, want []finding) {
	t.Helper()
	got := evaluate[[]said](p, `Array.from({ length: Number(document.querySelector('#profile-last').textContent) }, (_, i) => {
		dispatchEvent(new KeyboardEvent('keydown', { key: i === 0 ? 'Home' : 'ArrowRight', cancelable: true }));
		const text = (selector) => document.querySelector(selector).textContent;
		return { Name: text('#picture-name'), Title: text('#verdict-title'), Sentence: text('#verdict-sentence'),
			Probability: Number(document.querySelector('#probability-meter').style.getPropertyValue('--probability')) };
	})`)
	if len(got) != len(want)-1 {
		t.Fatalf("the page shows %d slices, the trainer finds %d", len(got), len(want)-1)
	}
	var largest float64
	for i, f := range want[:len(got)] {
		if got[i].Name != path.Base(f.File) {
			t.Fatalf("slice %d: the page shows %s, the trainer reads %s", i+1, got[i].Name, f.File)
		}
		if f.Probability != nil {
			largest = max(largest, math.Abs(got[i].Probability-*f.Probability))
		} else if title := got[i].Title; title != "Left out" && title != "Not scored" || !strings.Contains(got[i].Sentence, f.Note) {
			t.Errorf("slice %d: got %+v, want it left out: %s", i+1, got[i], f.Note)
		}
	}
	all := want[len(got)]
	if all.Probability == nil {
		if got := p.text(".series-title"); got != "Not scored" {
			t.Errorf("series: got %q, want it not scored: %s", got, all.Note)
		}
	} else {
		largest = max(largest, math.Abs(evaluate[float64](p, `Number(document.querySelector('#series-result').dataset.probability)`)-*all.Probability))
	}
	t.Logf("%s: %d slices, largest difference of the probabilities %.1e", all.Series, len(got), largest)
	if !(largest <= 1e-4) {
		t.Errorf("%s: the probabilities differ by %v from the native ones", all.Series, largest)
	}
}

// TestWaysIn opens studies in every form in which they come, and compares what the
// page says of them with the trainer.
func TestWaysIn(t *testing.T) {
	models := folderOf(t, map[string][]byte{"test.safetensors": testModel(t, "Test model", 1)})
	server := serve(t, programs(t).server, "-models", models)
	cd := t.TempDir()
	covid, normal := filepath.Join(cd, "covid-p001"), filepath.Join(cd, "normal-001")
	everyFourth(t, "series/covid-p001", covid)
	everyFourth(t, "series/normal-001", normal)
	archive := filepath.Join(t.TempDir(), "cd.zip")
	zipFolders(t, archive, map[string]string{"DICOM/PAT1/A": covid, "DICOM/PAT1/B": normal})
	volume := nifti(64, 64, 6)
	for _, way := range []struct {
		name string
		path string
		open func(p *tab, paths ...string)
		want int // series
	}{
		{"dropped folder", cd, (*tab).dropAt, 2},
		{"folder picker", covid, func(p *tab, paths ...string) {
			p.do(chromedp.SetUploadFiles(chromedp.CSS("#folder-picker"), paths))
		}, 1},
		{"archive", archive, (*tab).dropAt, 2},
		{"volume", written(t, "volume.nii", volume), (*tab).dropAt, 1},
		{"deflated volume", written(t, "deflated.nii.gz", deflated(volume)), (*tab).dropAt, 1},
		{"multi-frame", written(t, "frames.dcm", ctFile(ctSlice{columns: 128, frames: 5, uid: "1"})), (*tab).dropAt, 1},
		{"folder of pictures", folderOf(t, map[string][]byte{"10.png": drawnSlice(t, 1), "9.png": drawnSlice(t, 2)}), (*tab).dropAt, 1},
	} {
		t.Run(way.name, func(t *testing.T) {
			want := findings(t, filepath.Join(models, "test.safetensors"), way.path)
			if len(want) != way.want {
				t.Fatalf("the trainer finds %d series, want %d", len(want), way.want)
			}
			p := open(t, server.url, "ready")
			way.open(p, way.path)
			p.settled(way.want)
			for range p.rows() {
				name := evaluate[string](p, `document.querySelector('#series li[aria-selected=true] .name').textContent`)
				if want[name] == nil {
					t.Fatalf("the trainer finds no series %q: %v", name, want)
				}
				compareSeries(t, p, want[name])
				p.press(kb.ArrowDown)
			}
			p.expectNoFaults()
		})
	}
}

// everyFourth copies every fourth file of a real series: enough to see its order.
func everyFourth(t testing.TB, series, folder string) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dicomData(t, series), "*"))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(files); i += 4 {
		data, err := os.ReadFile(files[i])
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(folder, filepath.Base(files[i])), data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// written is the path of a new file.
func written(t testing.TB, name string, data []byte) string {
	t.Helper()
	return filepath.Join(folderOf(t, map[string][]byte{name: data}), name)
}

// zipFolders writes an archive of folders, by the names that they have in it.
func zipFolders(t testing.TB, name string, folders map[string]string) {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for as, folder := range folders {
		files, err := os.ReadDir(folder)
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			data, err := os.ReadFile(filepath.Join(folder, file.Name()))
			if err != nil {
				t.Fatal(err)
			}
			f, err := w.Create(as + "/" + file.Name())
			if err != nil {
				t.Fatal(err)
			}
			f.Write(data)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, b.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
}

func deflated(data []byte) []byte {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	w.Write(data)
	w.Close()
	return b.Bytes()
}

// chest is a slice in HU: a body with two lungs, which grow and shrink with the
// place from 0 to 1.
func chest(columns int, place float64) []int16 {
	hu := make([]int16, columns*columns)
	inside := func(x, y, cx, cy, rx, ry float64) bool {
		return (x-cx)*(x-cx)/(rx*rx)+(y-cy)*(y-cy)/(ry*ry) < 1
	}
	lung := 0.05 + 0.3*math.Sin(math.Pi*place)
	for i := range hu {
		x, y := float64(i%columns)/float64(columns), float64(i/columns)/float64(columns)
		switch {
		case inside(x, y, 0.31, 0.5, 0.14, lung), inside(x, y, 0.69, 0.5, 0.14, lung):
			hu[i] = int16(-850 + i*7%90)
		case inside(x, y, 0.5, 0.5, 0.46, 0.38):
			hu[i] = int16(30 + i%40)
		default:
			hu[i] = -1000
		}
	}
	return hu
}

// nifti is a volume of int16 voxels of 5x5x10 mm (NIfTI-1), seen from the feet.
func nifti(columns, rows, count int) []byte {
	header := make([]byte, 352)
	le := binary.LittleEndian
	le.PutUint32(header, 348)
	for i, n := range []int{3, columns, rows, count, 1, 1, 1, 1} {
		le.PutUint16(header[40+2*i:], uint16(n))
	}
	le.PutUint16(header[70:], 4) // int16
	le.PutUint16(header[72:], 16)
	for i, size := range []float32{1, 5, 5, 10} {
		le.PutUint32(header[76+4*i:], math.Float32bits(size))
	}
	le.PutUint32(header[108:], math.Float32bits(352))
	copy(header[344:], "n+1\x00")
	var b bytes.Buffer
	b.Write(header)
	for i := range count {
		binary.Write(&b, le, chest(columns, (float64(i)+0.5)/float64(count)))
	}
	return b.Bytes()
}

// A ctSlice is what differs among written DICOM files.
type ctSlice struct {
	columns  int
	frames   int // more than 1: a multi-frame file
	instance int
	place    float64 // from 0 to 1, of 300 mm
	uid      string  // last part of the SOPInstanceUID
}

// ctFile is a CT slice in explicit little endian, uncompressed (DICOM PS3.10).
func ctFile(s ctSlice) []byte {
	var b bytes.Buffer
	le := binary.LittleEndian
	element := func(group, number uint16, vr string, value []byte) {
		if len(value)%2 == 1 {
			value = append(value, map[bool]byte{true: 0, false: ' '}[vr == "UI"])
		}
		binary.Write(&b, le, []uint16{group, number})
		b.WriteString(vr)
		if vr == "OW" || vr == "OB" {
			binary.Write(&b, le, uint16(0))
			binary.Write(&b, le, uint32(len(value)))
		} else {
			binary.Write(&b, le, uint16(len(value)))
		}
		b.Write(value)
	}
	text := func(group, number uint16, vr, value string) { element(group, number, vr, []byte(value)) }
	short := func(group, number uint16, value int) {
		element(group, number, "US", le.AppendUint16(nil, uint16(value)))
	}
	const root, ctStorage = "1.2.826.0.1.3680043.8.498.1", "1.2.840.10008.5.1.4.1.1.2"
	b.Write(make([]byte, 128))
	b.WriteString("DICM")
	text(0x0002, 0x0002, "UI", ctStorage)
	text(0x0002, 0x0003, "UI", root+".3."+s.uid)
	text(0x0002, 0x0010, "UI", "1.2.840.10008.1.2.1")
	text(0x0008, 0x0016, "UI", ctStorage)
	text(0x0008, 0x0018, "UI", root+".3."+s.uid)
	text(0x0008, 0x0060, "CS", "CT")
	text(0x0008, 0x103e, "LO", "Chest phantom")
	text(0x0020, 0x000d, "UI", root+".1")
	text(0x0020, 0x000e, "UI", root+".2")
	text(0x0020, 0x0013, "IS", strconv.Itoa(s.instance))
	text(0x0020, 0x0032, "DS", fmt.Sprintf(`-200\-200\%.2f`, 300*s.place))
	text(0x0020, 0x0037, "DS", `1\0\0\0\1\0`)
	short(0x0028, 0x0002, 1)
	text(0x0028, 0x0004, "CS", "MONOCHROME2")
	if s.frames > 1 {
		text(0x0028, 0x0008, "IS", strconv.Itoa(s.frames))
	}
	short(0x0028, 0x0010, s.columns)
	short(0x0028, 0x0011, s.columns)
	text(0x0028, 0x0030, "DS", `0.78\0.78`)
	short(0x0028, 0x0100, 16)
	short(0x0028, 0x0101, 16)
	short(0x0028, 0x0102, 15)
	short(0x0028, 0x0103, 1)
	text(0x0028, 0x1052, "DS", "0")
	text(0x0028, 0x1053, "DS", "1")
	var pixels bytes.Buffer
	for i := range max(s.frames, 1) {
		place := s.place
		if s.frames > 1 {
			place = (float64(i) + 0.5) / float64(s.frames)
		}
		binary.Write(&pixels, le, chest(s.columns, place))
	}
	element(0x7fe0, 0x0010, "OW", pixels.Bytes())
	return b.Bytes()
}
