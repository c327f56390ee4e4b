package nifti

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"errors"
	"math"
	"strings"
	"testing"
)

// file is a NIfTI-1 file to be written.
type file struct {
	order      binary.ByteOrder
	dim        []int16
	datatype   int16
	pixdim     [8]float32
	slope      float32
	intercept  float32
	qform      int16
	sform      int16
	quaternion [3]float32
	srow       [3][4]float32
	voxels     []byte
}

func (f file) bytes() []byte {
	o := f.order
	d := make([]byte, 352)
	real := func(at int, v float32) { o.PutUint32(d[at:], math.Float32bits(v)) }
	o.PutUint32(d, headerSize1)
	o.PutUint16(d[40:], uint16(len(f.dim)))
	for i, n := range f.dim {
		o.PutUint16(d[42+2*i:], uint16(n))
	}
	o.PutUint16(d[70:], uint16(f.datatype))
	for i, v := range f.pixdim {
		real(76+4*i, v)
	}
	real(108, 352)
	real(112, f.slope)
	real(116, f.intercept)
	d[123] = 2 // mm
	o.PutUint16(d[252:], uint16(f.qform))
	o.PutUint16(d[254:], uint16(f.sform))
	for i := range 3 {
		real(256+4*i, f.quaternion[i])
		for j := range 4 {
			real(280+16*i+4*j, f.srow[i][j])
		}
	}
	copy(d[344:], "n+1\x00")
	return append(d, f.voxels...)
}

// counting is a 2x3x4 volume whose voxel (i, j, k) is 100 i + 10 j + k.
func counting() file {
	f := file{order: binary.LittleEndian, dim: []int16{2, 3, 4}, datatype: 4, pixdim: [8]float32{1, 0.5, 0.75, 5}}
	for k := range 4 {
		for j := range 3 {
			for i := range 2 {
				f.voxels = binary.LittleEndian.AppendUint16(f.voxels, uint16(100*i+10*j+k))
			}
		}
	}
	return f
}

func read(t *testing.T, data []byte) *Volume {
	t.Helper()
	v, err := Read(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestOrientation(t *testing.T) {
	tests := []struct {
		name                  string
		change                func(f *file)
		columns, rows, slices int
		first, nextColumn     int16 // values at (0, 0) of slice 0 and beside it
		nextRow, nextSlice    int16
	}{
		// Without orientation the axes are right, front, head: columns and rows
		// of the display run the other way.
		{"none", func(*file) {}, 2, 3, 4, 120, 20, 110, 121},
		{"left back head", func(f *file) {
			f.sform = 1
			f.srow = [3][4]float32{{-0.5, 0, 0, 7}, {0, -0.75, 0, 8}, {0, 0, 5, 9}}
		}, 2, 3, 4, 0, 100, 10, 1},
		{"head to feet", func(f *file) {
			f.sform = 1
			f.srow = [3][4]float32{{-0.5, 0, 0}, {0, -0.75, 0}, {0, 0, -5}}
		}, 2, 3, 4, 3, 103, 13, 2},
		// Stored sagittal: i to the head, j to the back, k to the left.
		{"sagittal", func(f *file) {
			f.sform = 1
			f.srow = [3][4]float32{{0, 0, -5}, {0, -0.75, 0}, {0.5, 0, 0}}
		}, 4, 3, 2, 0, 1, 10, 100},
		// Half a turn about z: i to the left, j to the back.
		{"qform", func(f *file) { f.qform = 1; f.quaternion = [3]float32{0, 0, 1} }, 2, 3, 4, 0, 100, 10, 1},
		{"qform mirrored", func(f *file) {
			f.qform = 1
			f.quaternion = [3]float32{0, 0, 1}
			f.pixdim[0] = -1
		}, 2, 3, 4, 3, 103, 13, 2},
		{"sform without a volume", func(f *file) { f.sform, f.qform = 1, 1; f.quaternion = [3]float32{0, 0, 1} }, 2, 3, 4, 0, 100, 10, 1},
		// Tilted by 20 degrees about x: as it was cut.
		{"oblique", func(f *file) {
			f.sform = 1
			f.srow = [3][4]float32{{-0.5, 0, 0}, {0, -0.7, -1.7}, {0, -0.25, 4.7}}
		}, 2, 3, 4, 0, 100, 10, 1},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			f := counting()
			test.change(&f)
			v := read(t, f.bytes())
			if v.Columns != test.columns || v.Rows != test.rows || v.Slices != test.slices {
				t.Fatalf("got %d columns, %d rows, %d slices, want %d, %d, %d", v.Columns, v.Rows, v.Slices, test.columns, test.rows, test.slices)
			}
			if want := test.name != "none"; v.Oriented != want {
				t.Errorf("oriented: got %v, want %v", v.Oriented, want)
			}
			s := v.Slice(0)
			got := [4]int16{s[0], s[1], s[v.Columns], v.Slice(1)[0]}
			if want := [4]int16{test.first, test.nextColumn, test.nextRow, test.nextSlice}; got != want {
				t.Errorf("got %v, want %v", got, want)
			}
		})
	}
}

func TestSpacing(t *testing.T) {
	f := counting()
	f.sform = 1
	f.srow = [3][4]float32{{0, 0, -5}, {0, -0.75, 0}, {0.5, 0, 0}}
	v := read(t, f.bytes())
	if want := [3]float64{5, 0.75, 0.5}; v.Spacing != want {
		t.Errorf("got %v mm, want %v", v.Spacing, want)
	}
	if v.Min != 0 || v.Max != 123 {
		t.Errorf("got values %d to %d, want 0 to 123", v.Min, v.Max)
	}
}

func TestDatatypes(t *testing.T) {
	var buf bytes.Buffer
	for _, order := range []binary.ByteOrder{binary.LittleEndian, binary.BigEndian} {
		for datatype, values := range map[int16]any{
			2: []uint8{0, 7}, 4: []int16{-1024, 7}, 8: []int32{-1024, 7}, 16: []float32{-1024.4, 7},
			64: []float64{-1023.6, 7}, 256: []int8{-100, 7}, 512: []uint16{0, 7}, 768: []uint32{0, 7},
			1024: []int64{-1024, 7}, 1280: []uint64{0, 7},
		} {
			buf.Reset()
			if err := binary.Write(&buf, order, values); err != nil {
				t.Fatal(err)
			}
			f := file{order: order, dim: []int16{2, 1, 1}, datatype: datatype, slope: 2, intercept: -10, voxels: buf.Bytes()}
			v := read(t, f.bytes())
			if v.Max != 4 { // 2 * 7 - 10
				t.Errorf("%v, type %d: got a maximum of %d, want 4", order, datatype, v.Max)
			}
		}
	}
}

func TestOddNumbers(t *testing.T) {
	var buf bytes.Buffer
	nan, inf := float32(math.NaN()), float32(math.Inf(1))
	binary.Write(&buf, binary.LittleEndian, []float32{nan, inf, -inf, 1e9, -1e9, 0.5})
	f := file{order: binary.LittleEndian, dim: []int16{6, 1, 1}, datatype: 16, sform: 1, voxels: buf.Bytes()}
	f.srow = [3][4]float32{{-1, 0, 0}, {0, -1, 0}, {0, 0, 1}}
	got := read(t, f.bytes()).Slice(0)
	want := []int16{-1024, 32767, -32768, 32767, -32768, 1}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("value %d: got %d, want %d", i, got[i], want[i])
		}
	}
}

func TestCompressedAndVersion2(t *testing.T) {
	plain := counting().bytes()
	var zipped bytes.Buffer
	w := gzip.NewWriter(&zipped)
	w.Write(plain)
	w.Close()
	if !Is(plain) || !Is(zipped.Bytes()) || Is([]byte("PK\x03\x04")) || Is(plain[:300]) {
		t.Error("the beginning of a file is not told from others")
	}
	want := read(t, plain).Slice(2)
	for name, data := range map[string][]byte{"gzip": zipped.Bytes(), "version 2": version2()} {
		got := read(t, data).Slice(2)
		for i := range want {
			if got[i] != want[i] {
				t.Fatalf("%s: value %d: got %d, want %d", name, i, got[i], want[i])
			}
		}
	}
}

// version2 is the counting volume in the second version of the format.
func version2() []byte {
	f, o := counting(), binary.BigEndian
	d := make([]byte, 544)
	o.PutUint32(d, headerSize2)
	copy(d[4:], "n+2\x00\r\n\x1a\n")
	o.PutUint16(d[12:], uint16(f.datatype))
	for i, n := range []uint64{3, 2, 3, 4} {
		o.PutUint64(d[16+8*i:], n)
	}
	o.PutUint64(d[168:], 544)
	for i := 0; i < len(f.voxels); i += 2 {
		d = append(d, f.voxels[i+1], f.voxels[i])
	}
	return d
}

func TestBadFiles(t *testing.T) {
	tests := []struct {
		name   string
		data   func() []byte
		want   string
		broken bool
	}{
		{"empty", func() []byte { return nil }, "ends early", true},
		{"cut header", func() []byte { return counting().bytes()[:200] }, "ends early", true},
		{"cut voxels", func() []byte { return counting().bytes()[:390] }, "plane 4 of 4", true},
		{"not this format", func() []byte { return make([]byte, 400) }, "neither version", true},
		{"two files", func() []byte { d := counting().bytes(); copy(d[344:], "ni1\x00"); return d }, ".img", false},
		{"colours", func() []byte { f := counting(); f.datatype = 128; return f.bytes() }, "RGB", false},
		{"no axes", func() []byte { f := counting(); f.dim = nil; return f.bytes() }, "0 axes", true},
		{"negative", func() []byte { f := counting(); f.dim[1] = -3; return f.bytes() }, "-3 voxels along axis 2", true},
		{"huge", func() []byte { f := counting(); f.dim = []int16{32767, 32767, 32767}; return f.bytes() }, "million voxels", false},
		{"claims much", func() []byte { f := counting(); f.dim = []int16{512, 512, 1000}; return f.bytes() }, "plane 1 of 1000", true},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, err := Read(bytes.NewReader(test.data()))
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Fatalf("got error %v, want one with %q", err, test.want)
			}
			if broken := errors.As(err, new(FormatError)); broken != test.broken {
				t.Errorf("got %T, want broken = %v", err, test.broken)
			}
		})
	}
}

func FuzzRead(f *testing.F) {
	f.Add(counting().bytes())
	f.Add(version2())
	mirrored := counting()
	mirrored.qform, mirrored.quaternion = 1, [3]float32{0.5, 0.5, 0.5}
	f.Add(mirrored.bytes())
	f.Fuzz(func(t *testing.T, data []byte) {
		v, err := Read(bytes.NewReader(data))
		if err != nil {
			return
		}
		if got := len(v.Slice(v.Slices - 1)); got != v.Rows*v.Columns {
			t.Errorf("got %d values, want %d x %d", got, v.Rows, v.Columns)
		}
	})
}
