package codec_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"lungct/internal/codec"
	"lungct/internal/codec/jpeg"
	"lungct/internal/codec/jpegls"
)

// real has DICOM files, and in expect.json what pydicom and GDCM read from them.
var real = filepath.Join("..", "..", "..", "shared", "data", "dicom")

// expected is what another decoder made of a file.
type expected struct {
	Syntax    string  `json:"transfer_syntax"`
	Error     string  `json:"error"`
	Frames    int     `json:"frames"`
	Slope     float64 `json:"slope"`
	Intercept float64 `json:"intercept"`
	Mean      float64 `json:"mean"`
	Min       int32   `json:"stored_min"`
	Max       int32   `json:"stored_max"`
	SHA256    string  `json:"sha256_int16le"`
}

// decoders are those of lossy transfer syntaxes. The lossless ones, whose values
// leave no room, are compared where whole DICOM files are read.
var decoders = map[string]func([]byte, int) (*codec.Image, error){
	"1.2.840.10008.1.2.4.50": jpeg.Decode,
	"1.2.840.10008.1.2.4.51": jpeg.Decode,
	"1.2.840.10008.1.2.4.81": jpegls.Decode,
}

func TestRealLossyFiles(t *testing.T) {
	var files map[string]expected
	if err := json.Unmarshal(read(t, "expect.json"), &files); err != nil {
		t.Fatal(err)
	}
	for name, want := range files {
		decode := decoders[want.Syntax]
		if decode == nil || want.Error != "" {
			continue
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			data := read(t, name)
			compare(t, samples(t, data, want.Frames, decode), data, want)
		})
	}
}

// Progressive files, which the other decoder refused, hold the coefficients of
// the sequential one.
func TestRealProgressive(t *testing.T) {
	want := samples(t, read(t, "transfer-syntax/JPEGProcess2_4.dcm"), 1, jpeg.Decode)
	for _, name := range []string{"JPEGProcess6_8.dcm", "JPEGProcess10_12.dcm"} {
		if !slices.Equal(samples(t, read(t, "transfer-syntax/"+name), 1, jpeg.Decode), want) {
			t.Errorf("%s: got other samples than those of JPEGProcess2_4.dcm", name)
		}
	}
}

func read(t *testing.T, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(real, name))
	if err != nil && os.Getenv("CI") == "" {
		t.Skip(err)
	}
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// samples are those of a file's frames.
func samples(t *testing.T, data []byte, frames int, decode func([]byte, int) (*codec.Image, error)) []int32 {
	t.Helper()
	var all []int32
	for _, frame := range split(t, data, frames) {
		img, err := decode(frame, 1<<20)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, img.Samples...)
	}
	return all
}

func compare(t *testing.T, samples []int32, data []byte, want expected) {
	signed := bytes.Contains(data, []byte("\x28\x00\x03\x01US\x02\x00\x01\x00")) // pixel representation
	hash, sum := sha256.New(), 0.0
	lowest, highest := int32(1<<16), int32(-1<<16)
	for _, v := range samples {
		if signed {
			v = int32(int16(v))
		}
		lowest, highest = min(lowest, v), max(highest, v)
		value := float64(v)*want.Slope + want.Intercept
		sum += value
		hash.Write(binary.LittleEndian.AppendUint16(nil, uint16(int16(value))))
	}
	// Near-lossless decoders agree to the last bit; those of DCT need not.
	if got := hex.EncodeToString(hash.Sum(nil)); want.Syntax == "1.2.840.10008.1.2.4.81" && got != want.SHA256 {
		t.Errorf("got SHA-256 %s, want %s", got, want.SHA256)
	}
	mean := sum / float64(len(samples))
	t.Logf("mean %.4f, stored %d to %d; want %.4f, %d to %d", mean, lowest, highest, want.Mean, want.Min, want.Max)
	if math.Abs(mean-want.Mean) > want.Slope/100 || max(lowest-want.Min, want.Min-lowest, highest-want.Max, want.Max-highest) > 1 {
		t.Errorf("too far from what was expected")
	}
}

// split returns the frames of a file's last element: all fragments are one
// frame's, or each frame begins with SOI.
func split(t *testing.T, data []byte, frames int) [][]byte {
	t.Helper()
	i := bytes.Index(data, []byte("\xe0\x7f\x10\x00O"))
	if i < 0 || !bytes.Equal(data[i+8:i+12], []byte{0xFF, 0xFF, 0xFF, 0xFF}) {
		t.Fatal("got no encapsulated pixel data")
	}
	var out [][]byte
	items := data[i+12:]
	for n := 0; bytes.HasPrefix(items, []byte("\xfe\xff\x00\xe0")); n++ {
		length := binary.LittleEndian.Uint32(items[4:])
		item := items[8:][:length]
		items = items[8+length:]
		switch {
		case n == 0: // the offset table
		case n == 1 || frames > 1 && bytes.HasPrefix(item, []byte{0xFF, 0xD8}):
			out = append(out, slices.Clone(item))
		default:
			out[len(out)-1] = append(out[len(out)-1], item...)
		}
	}
	if len(out) != frames {
		t.Fatalf("got %d frames, want %d", len(out), frames)
	}
	return out
}
