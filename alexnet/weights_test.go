package alexnet

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"maps"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/nlpodyssey/spago/mat"

	"lungct/internal/ct"
	"lungct/internal/metrics"
)

func testCard(c Config) Card {
	return Card{
		Name: "test", Description: "made by a test; \"quotes\" and ümlauts",
		Architecture:  c,
		Preprocessing: ct.Preprocessing{Size: c.Size, Crop: "none", Mean: 0.5, Std: 0.25, WindowCentre: -600, WindowWidth: 1500, Filter: "linear"},
		Labels:        []string{"noncovid", "covid"},
		Data:          Data{Name: "synthetic", Licence: "MIT", Train: Part{Slices: 3, Positives: 1, Groups: 2}},
		Training:      Training{Seed: math.MaxUint64, Epochs: 3},
		Metrics:       []Measurement{{Split: "fold 3", Report: metrics.Report{Cases: 100, Accuracy: metrics.Wilson(90, 100)}}},
		IntendedUse:   ResearchUse, Limits: "none measured", Program: "lungct test", Created: "2026-01-02T03:04:05Z",
	}
}

func encodeSmall(t testing.TB, d DType) ([]byte, *Model) {
	t.Helper()
	m, err := New(smallConfig())
	if err != nil {
		t.Fatal(err)
	}
	m.Init(1)
	data, err := Encode(m, testCard(smallConfig()), d)
	if err != nil {
		t.Fatal(err)
	}
	return data, m
}

func TestWeightsRoundTrip(t *testing.T) {
	for _, d := range []DType{F32, F16, I8} {
		data, m := encodeSmall(t, d)
		again, card, err := Read(data)
		if err != nil {
			t.Fatal(err)
		}
		if want := testCard(smallConfig()); !reflect.DeepEqual(card, want) {
			t.Errorf("%v: card: got %+v, want %+v", d, card, want)
		}
		got := maps.Collect(again.Params())
		for name, p := range m.Params() {
			all := values(p)
			for i, want := range all {
				limit := 0.0
				switch {
				case d == I8 && rowsWanted(name): // half of a 127th of the row's largest
					k := p.Shape()[1]
					row := all[i/k*k : (i/k+1)*k]
					limit = float64(max(slices.Max(row), -slices.Min(row))) / 127 * 0.50001
				case d != F32: // 11 significant bits; below 2^-14 only 0
					limit = max(math.Abs(float64(want))*0x1p-11, 0x1p-15)
				}
				if diff := math.Abs(float64(values(got[name])[i] - want)); diff > limit {
					t.Fatalf("%v: %s[%d]: got %v, want %v", d, name, i, values(got[name])[i], want)
				}
			}
		}
		second, err := Encode(again, card, d)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(second, data) {
			t.Errorf("%v: writing what was read gives other bytes", d)
		}
	}
}

func TestCheckpoint(t *testing.T) {
	m := newSmall(t, smallConfig())
	x, labels := randomBatch(m, 2)
	step := func(m *Model) {
		t.Helper()
		if _, _, err := m.Gradients(x, labels, 5); err != nil {
			t.Fatal(err)
		}
		if err := m.Update(SGD{LearningRate: 0.05, Momentum: 0.9, WeightDecay: 1e-3}); err != nil {
			t.Fatal(err)
		}
	}
	step(m)
	path := filepath.Join(t.TempDir(), "checkpoint.safetensors")
	if err := SaveCheckpoint(path, m, testCard(smallConfig()), map[string]string{"epoch": "1"}); err != nil {
		t.Fatal(err)
	}
	resumed, _, state, err := LoadCheckpoint(path)
	if err != nil {
		t.Fatal(err)
	}
	if state["epoch"] != "1" {
		t.Errorf("state: got %v", state)
	}
	step(m)
	step(resumed)
	want := maps.Collect(m.Params())
	for name, p := range resumed.Params() {
		if !slices.Equal(values(p), values(want[name])) {
			t.Errorf("%s differs after a step from the checkpoint", name)
		}
	}

	if _, _, err := Load(path); err != nil {
		t.Errorf("a checkpoint does not load as weights: %v", err)
	}
	plain := filepath.Join(t.TempDir(), "weights.safetensors")
	if err := Save(plain, m, testCard(smallConfig()), F16); err != nil {
		t.Fatal(err)
	}
	if _, _, _, err := LoadCheckpoint(plain); err == nil || !strings.Contains(err.Error(), "without training state") {
		t.Errorf("resuming from plain weights: got error %v", err)
	}
}

func TestSaveFails(t *testing.T) {
	m := newSmall(t, smallConfig())
	path := filepath.Join(t.TempDir(), "w.safetensors")
	if err := os.WriteFile(path, []byte("old"), 0o644); err != nil {
		t.Fatal(err)
	}
	mat.Data[float32](m.Linear[0].W.Matrix.(*tensor).Dense)[3] = 1e6
	err := Save(path, m, testCard(smallConfig()), F16)
	if err == nil || !strings.Contains(err.Error(), "classifier.1.weight: value 3 is 1e+06, which F16 cannot hold") {
		t.Errorf("got error %v", err)
	}
	if got, _ := os.ReadFile(path); string(got) != "old" {
		t.Error("a failed save changed the file")
	}
}

// rewrite returns a weights file with its header changed and its data kept.
func rewrite(t testing.TB, data []byte, change func(header map[string]any)) []byte {
	t.Helper()
	n := binary.LittleEndian.Uint64(data)
	var header map[string]any
	if err := json.Unmarshal(data[8:8+n], &header); err != nil {
		t.Fatal(err)
	}
	change(header)
	text, err := json.Marshal(header)
	if err != nil {
		t.Fatal(err)
	}
	out := binary.LittleEndian.AppendUint64(nil, uint64(len(text)))
	return append(append(out, text...), data[8+n:]...)
}

// hostile returns weights files that must not be read, by what is said of them.
func hostile(t testing.TB) map[string][]byte {
	data, _ := encodeSmall(t, F32)
	header := func(change func(map[string]any)) []byte { return rewrite(t, data, change) }
	metadata := func(key, value string) []byte {
		return header(func(h map[string]any) { h["__metadata__"].(map[string]any)[key] = value })
	}
	tensor := func(name, key string, value any) []byte {
		return header(func(h map[string]any) { h[name].(map[string]any)[key] = value })
	}
	architecture := func(change func(*Config)) []byte {
		c := smallConfig()
		change(&c)
		text, _ := json.Marshal(c)
		return metadata("architecture", string(text))
	}
	small, _ := encodeSmall(t, I8)
	inRows := func(change func(map[string]any)) []byte { return rewrite(t, small, change) }
	largeScale := slices.Clone(small)
	tensors, card, err := ReadTensors(largeScale)
	if err != nil {
		t.Fatal(err)
	}
	for i, tensor := range tensors {
		switch tensor.Name {
		case "classifier.1.weight_scale":
			binary.LittleEndian.PutUint32(tensor.Data[8:], math.Float32bits(1e38))
		case "features.6.bias":
			tensors[i].DType, tensors[i].Data = I8, tensor.Data[:len(tensor.Data)/2]
		}
	}
	int8Bias, err := writeTensors(tensors, card)
	if err != nil {
		t.Fatal(err)
	}
	nan := slices.Clone(data)
	binary.LittleEndian.PutUint32(nan[len(nan)-4:], 0x7fc00000)
	return map[string][]byte{
		"got 0 bytes, want a safetensors file":                     {},
		"got 5 bytes":                                              []byte("hello"),
		"header length: got 8244211991701448004 bytes":             []byte("Dear Sir or Madam, this is no weights file"),
		"truncated in its header":                                  data[:100],
		"truncated: got ":                                          data[:len(data)-1000],
		"metadata incomplete buffer":                               append(slices.Clone(data), 0),
		"header: invalid character":                                append(binary.LittleEndian.AppendUint64(nil, 4), "what"...),
		"header: failed to unmarshal":                              append(binary.LittleEndian.AppendUint64(nil, 4), "[{}]"...),
		"no model card":                                            header(func(h map[string]any) { delete(h, "__metadata__") }),
		"got format \"lungct/2\"":                                  metadata("format", "lungct/2"),
		"architecture is not valid JSON":                           metadata("architecture", "{"),
		"cannot unmarshal":                                         metadata("architecture", "[1]"),
		"alexnet: hidden: got 900000000":                           architecture(func(c *Config) { c.Hidden = 9e8 }),
		"classifier.1.weight: got shape [8 3], want [60000 3]":     architecture(func(c *Config) { c.Hidden = 60000 }),
		"preprocessing makes 160 pixels, the network wants 161":    architecture(func(c *Config) { c.Size = 161 }),
		"got 2 labels, want 3":                                     architecture(func(c *Config) { c.Classes = 3 }),
		"missing tensors: features.0.bias":                         header(func(h map[string]any) { h["other"] = h["features.0.bias"]; delete(h, "features.0.bias") }),
		"features.0.weight: got shape [4 3 121], want [4 3 11 11]": tensor("features.0.weight", "shape", []int{4, 3, 121}),
		"features.0.bias: got type I32, want F32 or F16, or I8":    tensor("features.0.bias", "dtype", "I32"),
		"features.8.weight: value 179 is NaN":                      nan,
		"classifier.1.weight: got type I8 without classifier.1.weight_scale": inRows(func(h map[string]any) {
			h["other"] = h["classifier.1.weight_scale"]
			delete(h, "classifier.1.weight_scale")
		}),
		"classifier.4.weight_scale: got type F16 and shape [16], want F32 and [8], a scale a row": inRows(func(h map[string]any) {
			scale := h["classifier.4.weight_scale"].(map[string]any)
			scale["dtype"], scale["shape"] = "F16", []int{16}
		}),
		"features.6.bias: got type I8, want F32 or F16":                    int8Bias,
		"classifier.1.weight_scale: value 2 is 1e+38: the file is damaged": largeScale,
		"it holds some that this network does not have": header(func(h map[string]any) {
			h["extra"] = map[string]any{"dtype": "F32", "shape": []int{0}, "data_offsets": []int{0, 0}}
		}),
		"invalid metadata offset":              tensor("features.0.bias", "data_offsets", []int{0, 16}),
		"truncated: got":                       tensor("features.0.bias", "data_offsets", []uint64{1 << 62, 1<<62 + 16}),
		"data offsets mismatch":                tensor("features.0.bias", "shape", []uint64{1 << 40}),
		"state: got \"7\", want a JSON object": metadata("state", "7"),
		"missing tensors: features.0.bias, velocity.classifier.1.bias, velocity.cl": header(func(h map[string]any) {
			h["__metadata__"].(map[string]any)["state"] = "{}"
			h["velocity.features.0.bias"] = h["features.0.bias"]
			delete(h, "features.0.bias")
		}),
		"crop": metadata("preprocessing", `{"size":160,"crop":"sideways","mean":0.5,"std":0.25}`),
	}
}

func TestReadErrors(t *testing.T) {
	for want, data := range hostile(t) {
		_, _, err := Read(data)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got error %v, want one with %q", err, want)
		} else if strings.Contains(err.Error(), "\n") {
			t.Errorf("error has more than one line: %q", err)
		}
	}
}

// A header's claims cost no memory: reading a hostile file allocates a small
// multiple of what the file itself takes.
func TestReadMemory(t *testing.T) {
	for name, data := range hostile(t) {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		Read(data)
		runtime.ReadMemStats(&after)
		if got, limit := after.TotalAlloc-before.TotalAlloc, uint64(20*len(data)+1<<20); got > limit {
			t.Errorf("%s: allocated %d bytes for a file of %d, want at most %d", name, got, len(data), limit)
		}
	}
}

func FuzzRead(f *testing.F) {
	for _, d := range []DType{F16, I8} {
		small, _ := encodeSmall(f, d)
		f.Add(small)
	}
	for _, data := range hostile(f) {
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		m, card, err := Read(data)
		if err != nil {
			return
		}
		if _, err := Encode(m, card, F32); err != nil {
			t.Errorf("what was read cannot be written: %v", err)
		}
	})
}
