package nifti

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"math"
)

const (
	headerSize1 = 348
	headerSize2 = 540
)

// header is what is used of a file's header.
type header struct {
	order     binary.ByteOrder
	dim       [3]int
	volumes   int
	kind      kind
	offset    int // of the voxels, bytes from the start of the file
	slope     float64
	intercept float64
	// affine takes voxel indices (i, j, k) to mm towards the patient's right,
	// front and head; its last column is not needed.
	affine   [3][3]float64
	oriented bool // the file states it
}

// version tells the version and the byte order from a file's first bytes.
func version(data []byte) (n int, order binary.ByteOrder, err error) {
	if len(data) < headerSize1 {
		return 0, nil, FormatError(fmt.Sprintf("header: got %d bytes, want %d", len(data), headerSize1))
	}
	for _, order := range []binary.ByteOrder{binary.LittleEndian, binary.BigEndian} {
		switch order.Uint32(data) {
		case headerSize1:
			switch magic := data[344:348]; {
			case bytes.Equal(magic, []byte("n+1\x00")):
				return 1, order, nil
			case bytes.Equal(magic, []byte("ni1\x00")):
				return 0, nil, UnsupportedError("the voxels stand in a second file (.img): convert both to one .nii file")
			}
		case headerSize2:
			if bytes.Equal(data[4:12], []byte("n+2\x00\r\n\x1a\n")) {
				return 2, order, nil
			}
		}
	}
	return 0, nil, FormatError("header: got neither version 1 nor 2 of the format")
}

// readHeader reads the header and says how many bytes it has.
func readHeader(file io.Reader) (*header, int, error) {
	data := make([]byte, headerSize1, headerSize2)
	if _, err := io.ReadFull(file, data); err != nil {
		return nil, 0, cut("header", err)
	}
	n, order, err := version(data)
	if err != nil {
		return nil, 0, err
	}
	h := &header{order: order}
	var f fields
	if n == 1 {
		f = h.fields1(data)
	} else {
		data = data[:headerSize2]
		if _, err := io.ReadFull(file, data[headerSize1:]); err != nil {
			return nil, 0, cut("header", err)
		}
		f = h.fields2(data)
	}
	if err := h.interpret(f, len(data)); err != nil {
		return nil, 0, err
	}
	return h, len(data), nil
}

// fields are a header's fields, of either version.
type fields struct {
	dim              [8]int64
	datatype         int16
	pixdim           [8]float64
	offset           float64
	slope, intercept float64
	qformCode        int
	sformCode        int
	quaternion       [3]float64 // b, c, d
	srow             [3][4]float64
	toMillimetre     int // xyzt_units
}

func (h *header) fields1(d []byte) (f fields) {
	real := func(at int) float64 { return float64(math.Float32frombits(h.order.Uint32(d[at:]))) }
	for i := range 8 {
		f.dim[i] = int64(int16(h.order.Uint16(d[40+2*i:])))
		f.pixdim[i] = real(76 + 4*i)
	}
	f.datatype = int16(h.order.Uint16(d[70:]))
	f.offset, f.slope, f.intercept = real(108), real(112), real(116)
	f.toMillimetre = int(d[123])
	f.qformCode, f.sformCode = int(int16(h.order.Uint16(d[252:]))), int(int16(h.order.Uint16(d[254:])))
	for i := range 3 {
		f.quaternion[i] = real(256 + 4*i)
		for j := range 4 {
			f.srow[i][j] = real(280 + 16*i + 4*j)
		}
	}
	return f
}

func (h *header) fields2(d []byte) (f fields) {
	real := func(at int) float64 { return math.Float64frombits(h.order.Uint64(d[at:])) }
	f.datatype = int16(h.order.Uint16(d[12:]))
	for i := range 8 {
		f.dim[i] = int64(h.order.Uint64(d[16+8*i:]))
		f.pixdim[i] = real(104 + 8*i)
	}
	f.offset = float64(int64(h.order.Uint64(d[168:])))
	f.slope, f.intercept = real(176), real(184)
	f.qformCode, f.sformCode = int(int32(h.order.Uint32(d[344:]))), int(int32(h.order.Uint32(d[348:])))
	for i := range 3 {
		f.quaternion[i] = real(352 + 8*i)
		for j := range 4 {
			f.srow[i][j] = real(400 + 32*i + 8*j)
		}
	}
	f.toMillimetre = int(h.order.Uint32(d[500:]))
	return f
}

// interpret checks the fields and takes over what they mean.
func (h *header) interpret(f fields, size int) error {
	axes := f.dim[0]
	if axes < 1 || axes > 7 {
		return FormatError(fmt.Sprintf("dim: got %d axes, want 1 to 7", axes))
	}
	if axes < 2 {
		return UnsupportedError("got one axis, want a volume")
	}
	voxels := int64(1)
	h.volumes = 1
	for i := range 3 {
		h.dim[i] = 1
		if int64(i) < axes {
			n := f.dim[i+1]
			if n < 1 {
				return FormatError(fmt.Sprintf("dim: got %d voxels along axis %d, want at least 1", n, i+1))
			}
			if n > MaxVoxels || voxels*n > MaxVoxels {
				return UnsupportedError(fmt.Sprintf("got more than %d million voxels", MaxVoxels/1_000_000))
			}
			voxels *= n
			h.dim[i] = int(n)
		}
	}
	for i := int64(3); i < axes; i++ {
		h.volumes *= int(min(max(f.dim[i+1], 1), 1000))
	}
	k, ok := kinds[f.datatype]
	if !ok {
		if name, known := otherKinds[f.datatype]; known {
			return UnsupportedError("the voxels are " + name + ", not the numbers of a CT")
		}
		return FormatError(fmt.Sprintf("datatype: got %d, which means nothing", f.datatype))
	}
	h.kind = k
	if !(f.offset >= 0 && f.offset <= 1<<24) {
		return FormatError(fmt.Sprintf("vox_offset: got %v", f.offset))
	}
	h.offset = max(int(f.offset), size)
	h.slope, h.intercept = f.slope, f.intercept
	if h.slope == 0 || math.IsNaN(h.slope) || math.IsInf(h.slope, 0) || math.IsNaN(h.intercept) || math.IsInf(h.intercept, 0) {
		h.slope, h.intercept = 1, 0 // nifti1.h: slope 0 means no scaling
	}
	h.affine, h.oriented = f.affine(), f.sformCode > 0 || f.qformCode > 0
	return nil
}

// affine is the orientation: the sform where it is set, else the qform, else
// the voxel sizes alone (nifti1.h, methods 3, 2 and 1).
func (f *fields) affine() (m [3][3]float64) {
	unit := 1.0
	switch f.toMillimetre & 7 {
	case 1:
		unit = 1000 // metres
	case 3:
		unit = 0.001 // micrometres
	}
	size := func(i int) float64 {
		if s := math.Abs(f.pixdim[i]); s > 0 && !math.IsInf(s, 0) {
			return s * unit
		}
		return 1
	}
	if f.sformCode > 0 {
		for i := range 3 {
			for j := range 3 {
				m[i][j] = f.srow[i][j] * unit
			}
		}
		if regular(m) {
			return m
		}
	}
	m = [3][3]float64{{1, 0, 0}, {0, 1, 0}, {0, 0, 1}}
	if f.qformCode > 0 {
		m = f.rotation()
	}
	for i := range 3 {
		for j := range 3 {
			m[i][j] *= size(j + 1)
		}
	}
	return m
}

// rotation is the matrix of the unit quaternion, with the handedness that
// pixdim[0] states.
func (f *fields) rotation() [3][3]float64 {
	b, c, d := f.quaternion[0], f.quaternion[1], f.quaternion[2]
	a := math.Sqrt(max(0, 1-b*b-c*c-d*d))
	if n := math.Sqrt(b*b + c*c + d*d); n > 1 {
		a, b, c, d = 0, b/n, c/n, d/n
	}
	m := [3][3]float64{
		{a*a + b*b - c*c - d*d, 2 * (b*c - a*d), 2 * (b*d + a*c)},
		{2 * (b*c + a*d), a*a + c*c - b*b - d*d, 2 * (c*d - a*b)},
		{2 * (b*d - a*c), 2 * (c*d + a*b), a*a + d*d - b*b - c*c},
	}
	if f.pixdim[0] < 0 {
		for i := range 3 {
			m[i][2] = -m[i][2]
		}
	}
	if !regular(m) {
		return [3][3]float64{{1, 0, 0}, {0, 1, 0}, {0, 0, 1}}
	}
	return m
}

// regular is whether a matrix of finite numbers has an inverse.
func regular(m [3][3]float64) bool {
	det := m[0][0]*(m[1][1]*m[2][2]-m[1][2]*m[2][1]) -
		m[0][1]*(m[1][0]*m[2][2]-m[1][2]*m[2][0]) +
		m[0][2]*(m[1][0]*m[2][1]-m[1][1]*m[2][0])
	return math.Abs(det) > 1e-9 && !math.IsInf(det, 0)
}

// volume is a volume without values yet. Each axis of the display takes the
// stored axis that runs closest to it: columns to the patient's left, rows to
// the back, slices to the head. Oblique volumes are shown as they were cut.
func (h *header) volume() *Volume {
	stored := h.closest()
	v := &Volume{Volumes: h.volumes, Oriented: h.oriented}
	strides := [3]int{1, h.dim[0], h.dim[0] * h.dim[1]}
	sizes := [3]*int{&v.Columns, &v.Rows, &v.Slices}
	// The affine points to the right and the front, columns and rows run to the
	// left and the back.
	wanted := [3]float64{-1, -1, 1}
	for i, j := range stored {
		*sizes[i] = h.dim[j]
		column := [3]float64{h.affine[0][j], h.affine[1][j], h.affine[2][j]}
		v.Spacing[i] = math.Sqrt(column[0]*column[0] + column[1]*column[1] + column[2]*column[2])
		v.axes[i] = axis{0, strides[j]}
		if column[i]*wanted[i] < 0 {
			v.axes[i] = axis{(h.dim[j] - 1) * strides[j], -strides[j]}
		}
	}
	return v
}

// closest is, for the display's columns, rows and slices, the stored axis that
// serves: of the six ways to assign them the one with the largest sum of
// cosines.
func (h *header) closest() (best [3]int) {
	cosine := func(world, j int) float64 {
		n := 0.0
		for i := range 3 {
			n += h.affine[i][j] * h.affine[i][j]
		}
		return math.Abs(h.affine[world][j]) / math.Sqrt(n)
	}
	most := -1.0
	for _, p := range [][3]int{{0, 1, 2}, {1, 0, 2}, {0, 2, 1}, {2, 0, 1}, {1, 2, 0}, {2, 1, 0}} {
		if fit := cosine(0, p[0]) + cosine(1, p[1]) + cosine(2, p[2]); fit > most {
			best, most = p, fit
		}
	}
	return best
}
