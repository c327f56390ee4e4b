package jpeg2000

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"testing"

	"lungct/internal/codec"
)

// dicomData is real CT, which lies beside the checkout and is not shipped.
const dicomData = "../../../../shared/data/dicom"

// expected is what a reference decoded (pydicom with GDCM).
type expected struct {
	Lossy     bool
	Syntax    string  `json:"transfer_syntax"`
	Slope     float64 `json:"slope"`
	Intercept float64
	Mean      float64
	StoredMin int32  `json:"stored_min"`
	StoredMax int32  `json:"stored_max"`
	SHA256    string `json:"sha256_int16le"`
}

// references lists the JPEG 2000 files with what they must give.
func references(t testing.TB) map[string]expected {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(dicomData, "expect.json"))
	if err != nil && os.Getenv("CI") != "" {
		t.Fatal(err)
	}
	if err != nil {
		t.Skip(err)
	}
	var all map[string]json.RawMessage
	if err := json.Unmarshal(text, &all); err != nil {
		t.Fatal(err)
	}
	found := make(map[string]expected)
	for name, raw := range all {
		var e expected
		if json.Unmarshal(raw, &e) == nil && (e.Syntax == "1.2.840.10008.1.2.4.90" || e.Syntax == "1.2.840.10008.1.2.4.91") {
			found[name] = e
		}
	}
	if len(found) == 0 {
		t.Fatal("expect.json: got no JPEG 2000 file")
	}
	return found
}

// fragments joins the items of a file's encapsulated pixel data.
func fragments(t testing.TB, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(dicomData, name))
	if err != nil {
		t.Fatal(err)
	}
	start := bytes.Index(data, []byte("\xe0\x7f\x10\x00O"))
	if start < 0 {
		t.Fatalf("%s: got no encapsulated pixel data", name)
	}
	var joined []byte
	first := true // the offset table
	for data = data[start+12:]; bytes.HasPrefix(data, []byte("\xfe\xff\x00\xe0")); first = false {
		n := binary.LittleEndian.Uint32(data[4:])
		if !first {
			joined = append(joined, data[8:8+n]...)
		}
		data = data[8+n:]
	}
	return joined
}

func TestDICOM(t *testing.T) {
	for name, want := range references(t) {
		t.Run(name, func(t *testing.T) {
			img, err := Decode(fragments(t, name), 1<<24)
			if err != nil {
				t.Fatal(err)
			}
			checkHU(t, img, want)
		})
	}
}

func checkHU(t *testing.T, img *codec.Image, want expected) {
	t.Helper()
	var bytes []byte
	sum, low, high := 0.0, img.Samples[0], img.Samples[0]
	for _, v := range img.Samples {
		hu := want.Slope*float64(v) + want.Intercept
		sum += hu
		low, high = min(low, v), max(high, v)
		bytes = binary.LittleEndian.AppendUint16(bytes, uint16(int16(math.Round(hu))))
	}
	mean := sum / float64(len(img.Samples))
	t.Logf("%d x %d x %d, %d bits, signed %t: mean %.4f, stored %d to %d", img.Width, img.Height, img.Components, img.Precision, img.Signed, mean, low, high)
	if max(low-want.StoredMin, want.StoredMin-low, high-want.StoredMax, want.StoredMax-high) > 1 {
		t.Errorf("stored values: got %d to %d, want %d to %d", low, high, want.StoredMin, want.StoredMax)
	}
	if math.Abs(mean-want.Mean) > 0.01 {
		t.Errorf("mean: got %.4f HU, want %.4f", mean, want.Mean)
	}
	if got := sha256.Sum256(bytes); !want.Lossy && hex.EncodeToString(got[:]) != want.SHA256 {
		t.Errorf("SHA-256 of the HU: got %x, want %s", got, want.SHA256)
	}
}

func BenchmarkDecode(b *testing.B) {
	for name := range references(b) {
		data := fragments(b, name)
		b.Run(filepath.Base(name), func(b *testing.B) {
			for b.Loop() {
				if _, err := Decode(data, 1<<24); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
