package dicom

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"math"
	"os"
	"path/filepath"
	"testing"
)

// shared is the folder of real files beside the checkout.
const shared = "../../../shared/data/dicom"

// expected is what another implementation says of a file.
type expected struct {
	Rows, Columns, Frames int
	Slope, Intercept      float64
	StoredMin             int32 `json:"stored_min"`
	StoredMax             int32 `json:"stored_max"`
	Mean                  float64
	SHA256                string `json:"sha256_int16le"`
	Lossy                 bool
	Error                 string
	Photometric           string
	TransferSyntax        string `json:"transfer_syntax"`
}

func readExpected(t *testing.T) map[string]expected {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(shared, "expect.json"))
	if err != nil {
		if os.Getenv("CI") != "" {
			t.Fatal(err)
		}
		t.Skip(err)
	}
	var files map[string]expected
	if err := json.Unmarshal(data, &files); err != nil {
		t.Fatal(err)
	}
	return files
}

func TestRealFiles(t *testing.T) {
	for name, want := range readExpected(t) {
		t.Run(name, func(t *testing.T) {
			data, err := os.ReadFile(filepath.Join(shared, name))
			if err != nil {
				t.Fatal(err)
			}
			f, err := Parse(data)
			if err != nil {
				t.Fatal(err)
			}
			h, err := f.Header()
			if err != nil {
				t.Fatal(err)
			}
			if f.TransferSyntax != want.TransferSyntax || h.Rows != want.Rows || h.Columns != want.Columns || h.Frames != want.Frames ||
				h.Photometric != want.Photometric {
				t.Fatalf("header: got %s %+v, want %+v", f.TransferSyntax, h, want)
			}
			// The reference does not look into functional groups.
			if h.PerFrame == nil && (math.Abs(h.Common.Slope-want.Slope) > 1e-6 || h.Common.Intercept != want.Intercept) {
				t.Errorf("got slope %v, intercept %v, want %v, %v", h.Common.Slope, h.Common.Intercept, want.Slope, want.Intercept)
			}
			checkPixels(t, f, h, want)
		})
	}
}

func checkPixels(t *testing.T, f *File, h *Header, want expected) {
	low, high, sum, n := int32(math.MaxInt32), int32(math.MinInt32), 0.0, 0
	hash := sha256.New()
	for i := range h.Frames {
		frame, err := f.FrameOf(h, i)
		var unsupported UnsupportedError
		if want.Error != "" && errors.As(err, &unsupported) {
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		for _, v := range frame.Stored {
			low, high = min(low, v), max(high, v)
		}
		hu := frame.HU(FrameHeader{Slope: want.Slope, Intercept: want.Intercept})
		for _, v := range hu {
			sum += float64(v)
		}
		n += len(hu)
		binary.Write(hash, binary.LittleEndian, hu)
	}
	if want.Error != "" {
		return
	}
	mean := sum / float64(n)
	if want.Lossy {
		if math.Abs(mean-want.Mean) > 1 || abs(low-want.StoredMin) > 8 || abs(high-want.StoredMax) > 8 {
			t.Errorf("got stored %d to %d, mean %.4f; want %d to %d, %.4f", low, high, mean, want.StoredMin, want.StoredMax, want.Mean)
		}
		return
	}
	if low != want.StoredMin || high != want.StoredMax || math.Abs(mean-want.Mean) > 1e-3 {
		t.Errorf("got stored %d to %d, mean %.4f; want %d to %d, %.4f", low, high, mean, want.StoredMin, want.StoredMax, want.Mean)
	}
	if got := hex.EncodeToString(hash.Sum(nil)); got != want.SHA256 {
		t.Errorf("SHA-256 of the HU values: got %s, want %s", got, want.SHA256)
	}
}

func abs(v int32) int32 { return max(v, -v) }
