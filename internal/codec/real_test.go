package codec_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"lungct/internal/codec"
	"lungct/internal/codec/jpegll"
	"lungct/internal/codec/jpegls"
)

// expected is what another decoder made of a file.
type expected struct {
	Syntax    string  `json:"transfer_syntax"`
	Lossy     bool    `json:"lossy"`
	Frames    int     `json:"frames"`
	Slope     float64 `json:"slope"`
	Intercept float64 `json:"intercept"`
	Mean      float64 `json:"mean"`
	Min       *int32  `json:"stored_min"`
	Max       *int32  `json:"stored_max"`
	SHA256    string  `json:"sha256_int16le"`
}

var decoders = map[string]func([]byte, int) (*codec.Image, error){
	"1.2.840.10008.1.2.4.57": jpegll.Decode,
	"1.2.840.10008.1.2.4.70": jpegll.Decode,
	"1.2.840.10008.1.2.4.80": jpegls.Decode,
	"1.2.840.10008.1.2.4.81": jpegls.Decode,
}

// TestRealFiles compares the decoders with the values that pydicom and GDCM
// read from the same DICOM files.
func TestRealFiles(t *testing.T) {
	folder := filepath.Join("..", "..", "..", "shared", "data", "dicom")
	text, err := os.ReadFile(filepath.Join(folder, "expect.json"))
	if err != nil {
		if os.Getenv("CI") != "" {
			t.Fatal(err)
		}
		t.Skip(err)
	}
	var files map[string]expected
	if err := json.Unmarshal(text, &files); err != nil {
		t.Fatal(err)
	}
	for name, want := range files {
		decode := decoders[want.Syntax]
		if decode == nil {
			continue
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			data, err := os.ReadFile(filepath.Join(folder, name))
			if err != nil {
				t.Fatal(err)
			}
			compare(t, data, decode, want)
		})
	}
}

func compare(t *testing.T, data []byte, decode func([]byte, int) (*codec.Image, error), want expected) {
	img, err := decode(firstFrame(t, data, want.Frames), 1<<20)
	if err != nil {
		t.Fatal(err)
	}
	signed := bytes.Contains(data, []byte("\x28\x00\x03\x01US\x02\x00\x01\x00")) // pixel representation
	hash := sha256.New()
	sum := 0.0
	lowest, highest := int32(1<<16), int32(-1<<16)
	for _, v := range img.Samples {
		if signed {
			v = int32(int16(v))
		}
		lowest, highest = min(lowest, v), max(highest, v)
		value := float64(v)*want.Slope + want.Intercept
		sum += value
		hash.Write(binary.LittleEndian.AppendUint16(nil, uint16(int16(value))))
	}
	mean := sum / float64(len(img.Samples))
	if got := hex.EncodeToString(hash.Sum(nil)); got == want.SHA256 {
		return
	} else if !want.Lossy {
		t.Errorf("got SHA-256 %s, want %s", got, want.SHA256)
	}
	if want.Min == nil {
		t.Logf("mean %.4f, stored %d to %d, nothing to compare with", mean, lowest, highest)
		return
	}
	t.Logf("mean %.4f, stored %d to %d; want %.4f, %d to %d", mean, lowest, highest, want.Mean, *want.Min, *want.Max)
	if max(mean-want.Mean, want.Mean-mean) > want.Slope/10 || lowest < *want.Min-2 || highest > *want.Max+2 {
		t.Errorf("too far from what was expected")
	}
}

// firstFrame returns the fragments of a file's first frame, the last element of
// the file: one frame's are all, and of several frames each begins with SOI.
func firstFrame(t *testing.T, data []byte, frames int) []byte {
	t.Helper()
	i := bytes.Index(data, []byte("\xe0\x7f\x10\x00O"))
	if i < 0 || !bytes.Equal(data[i+8:i+12], []byte{0xFF, 0xFF, 0xFF, 0xFF}) {
		t.Fatal("got no encapsulated pixel data")
	}
	var frame []byte
	items := data[i+12:]
	for n := 0; bytes.HasPrefix(items, []byte("\xfe\xff\x00\xe0")); n++ {
		length := binary.LittleEndian.Uint32(items[4:])
		item := items[8:][:length]
		items = items[8+length:]
		if n == 0 {
			continue // the offset table
		}
		if frames > 1 && len(frame) > 0 && bytes.HasPrefix(item, []byte{0xFF, 0xD8}) {
			break
		}
		frame = append(frame, item...)
	}
	return frame
}
