// Package nifti reads CT volumes in NIfTI files (.nii, .nii.gz), versions 1 and
// 2 (https://nifti.nimh.nih.gov/nifti-1, nifti1.h and nifti2.h).
//
// A volume is handed out as axial slices the way radiologists see them: row 0 is
// anterior, column 0 is the patient's right, slice 0 is the one nearest the feet.
// Values are the file's own after its scaling, in HU for a CT.
package nifti

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
)

// A FormatError reports a file that is damaged.
type FormatError string

func (e FormatError) Error() string { return "nifti: broken file: " + string(e) }

// An UnsupportedError reports a file that is in order and that this package does
// not read.
type UnsupportedError string

func (e UnsupportedError) Error() string { return "nifti: not supported: " + string(e) }

// MaxVoxels bounds a volume: 1,000 slices of 512x512, half a gigabyte in memory.
const MaxVoxels = 1000 * 512 * 512

// Volume is a volume in memory.
type Volume struct {
	Columns, Rows, Slices int
	// Spacing is the distance in mm between columns, rows and slices.
	Spacing [3]float64
	// Volumes is how many volumes the file holds; the first one was read.
	Volumes int
	// Oriented is whether the file says how the volume lies in the patient; else
	// its axes are taken to point to the right, the front and the head.
	Oriented bool
	// Min and Max are the smallest and the largest value.
	Min, Max int16

	values []int16 // as stored: the first axis of the file runs fastest
	axes   [3]axis // of columns, rows and slices
}

// axis is how an axis of the display runs through the stored voxels.
type axis struct {
	start, step int // index of the first voxel, and the distance to the next
}

// Is reports whether data begins like a NIfTI file, compressed or not.
func Is(data []byte) bool {
	if len(data) >= 2 && data[0] == 0x1f && data[1] == 0x8b {
		zipped, err := gzip.NewReader(bytes.NewReader(data))
		if err != nil {
			return false
		}
		head := make([]byte, headerSize1)
		n, _ := io.ReadFull(zipped, head)
		data = head[:n]
	}
	_, _, err := version(data)
	return err == nil
}

// Read reads a file, whose compression it notices.
func Read(file io.Reader) (*Volume, error) {
	start := make([]byte, 2)
	if _, err := io.ReadFull(file, start); err != nil {
		return nil, cut("header", err)
	}
	file = io.MultiReader(bytes.NewReader(start), file)
	if start[0] == 0x1f && start[1] == 0x8b {
		zipped, err := gzip.NewReader(file)
		if err != nil {
			return nil, FormatError("gzip header: " + err.Error())
		}
		file = zipped
	}
	h, at, err := readHeader(file)
	if err != nil {
		return nil, err
	}
	if _, err := io.CopyN(io.Discard, file, int64(h.offset)-int64(at)); err != nil {
		return nil, cut("extensions before the voxels", err)
	}
	v := h.volume()
	if err := h.readValues(file, v); err != nil {
		return nil, err
	}
	return v, nil
}

// cut words the error of a read that wanted more than there was.
func cut(what string, err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return FormatError(what + ": the file ends early")
	}
	return FormatError(what + ": " + err.Error())
}

// readValues reads the voxels of the first volume, plane by plane, so that a
// header's claim takes no memory before the data is there.
func (h *header) readValues(file io.Reader, v *Volume) error {
	plane := h.dim[0] * h.dim[1]
	raw := make([]byte, plane*h.kind.bytes)
	v.Min, v.Max = math.MaxInt16, math.MinInt16
	for z := range h.dim[2] {
		if _, err := io.ReadFull(file, raw); err != nil {
			return cut(fmt.Sprintf("voxels of plane %d of %d", z+1, h.dim[2]), err)
		}
		for i := range plane {
			hu := round16(h.slope*h.kind.value(h.order, raw[i*h.kind.bytes:]) + h.intercept)
			v.Min, v.Max = min(v.Min, hu), max(v.Max, hu)
			v.values = append(v.values, hu)
		}
	}
	return nil
}

// round16 is the nearest int16; what is no number is as air outside the body.
func round16(x float64) int16 {
	switch {
	case math.IsNaN(x):
		return -1024
	case x <= math.MinInt16:
		return math.MinInt16
	case x >= math.MaxInt16:
		return math.MaxInt16
	}
	return int16(math.Round(x))
}

// Slice is the axial slice at index i, counted from the feet: Rows x Columns.
func (v *Volume) Slice(i int) []int16 {
	out := make([]int16, 0, v.Rows*v.Columns)
	columns, rows, slices := v.axes[0], v.axes[1], v.axes[2]
	plane := slices.start + i*slices.step
	for row := range v.Rows {
		at := plane + rows.start + row*rows.step + columns.start
		for range v.Columns {
			out = append(out, v.values[at])
			at += columns.step
		}
	}
	return out
}

// kind is a data type of voxels.
type kind struct {
	name  string
	bytes int
	value func(o binary.ByteOrder, b []byte) float64
}

// kinds are the data types by their code (nifti1.h, DT_*).
var kinds = map[int16]kind{
	2:    {"uint8", 1, func(_ binary.ByteOrder, b []byte) float64 { return float64(b[0]) }},
	4:    {"int16", 2, func(o binary.ByteOrder, b []byte) float64 { return float64(int16(o.Uint16(b))) }},
	8:    {"int32", 4, func(o binary.ByteOrder, b []byte) float64 { return float64(int32(o.Uint32(b))) }},
	16:   {"float32", 4, func(o binary.ByteOrder, b []byte) float64 { return float64(math.Float32frombits(o.Uint32(b))) }},
	64:   {"float64", 8, func(o binary.ByteOrder, b []byte) float64 { return math.Float64frombits(o.Uint64(b)) }},
	256:  {"int8", 1, func(_ binary.ByteOrder, b []byte) float64 { return float64(int8(b[0])) }},
	512:  {"uint16", 2, func(o binary.ByteOrder, b []byte) float64 { return float64(o.Uint16(b)) }},
	768:  {"uint32", 4, func(o binary.ByteOrder, b []byte) float64 { return float64(o.Uint32(b)) }},
	1024: {"int64", 8, func(o binary.ByteOrder, b []byte) float64 { return float64(int64(o.Uint64(b))) }},
	1280: {"uint64", 8, func(o binary.ByteOrder, b []byte) float64 { return float64(o.Uint64(b)) }},
}

// otherKinds are named for the reader who has such a file.
var otherKinds = map[int16]string{
	1: "one bit a voxel", 32: "complex numbers", 128: "colours (RGB)", 1536: "128-bit numbers",
	1792: "complex numbers", 2048: "complex numbers", 2304: "colours (RGBA)",
}
