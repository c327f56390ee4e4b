package main

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"io"
	"math"
	"strings"
	"text/tabwriter"

	"lungct/internal/dicom"
)

// dicomInspection is what "trainer inspect" reports of a DICOM file: of its
// pixels, nothing of the patient.
type dicomInspection struct {
	File           string        `json:"file"`
	Bytes          int           `json:"bytes"`
	Valid          bool          `json:"valid"` // whether all frames were decoded
	Problem        string        `json:"problem,omitempty"`
	Modality       string        `json:"modality"`
	TransferSyntax string        `json:"transfer_syntax"` // UID
	SyntaxWords    string        `json:"transfer_syntax_words"`
	Photometric    string        `json:"photometric"`
	Rows           int           `json:"rows"`
	Columns        int           `json:"columns"`
	Frames         int           `json:"frames"`
	Slope          float64       `json:"slope"` // of the first frame
	Intercept      float64       `json:"intercept"`
	Windows        []dicomWindow `json:"windows"`
	*pixelSummary                // nil where they cannot be decoded
}

type dicomWindow struct {
	Center      float64 `json:"center"`
	Width       float64 `json:"width"`
	Explanation string  `json:"explanation,omitempty"`
}

// pixelSummary describes the samples of all frames: as stored, and in HU, which
// for other modalities than CT is whatever unit their rescaling gives.
type pixelSummary struct {
	StoredMin int32   `json:"stored_min"`
	StoredMax int32   `json:"stored_max"`
	HUMin     int16   `json:"hu_min"`
	HUMax     int16   `json:"hu_max"`
	HUMean    float64 `json:"hu_mean"`
	SHA256    string  `json:"sha256_int16le"` // of the HU values, little-endian, row by row, frame by frame
}

// inspectDICOM describes a DICOM file. Pixels that cannot be decoded are a
// problem of the report; a file that cannot be read at all is an error.
func inspectDICOM(file string, data []byte) (*dicomInspection, error) {
	f, err := dicom.Parse(data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	h, err := f.Header()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	first := h.Frame(0)
	in := &dicomInspection{
		File: file, Bytes: len(data), Valid: true,
		Modality: h.Modality, TransferSyntax: f.TransferSyntax, SyntaxWords: dicom.TransferSyntaxWords(f.TransferSyntax),
		Photometric: h.Photometric, Rows: h.Rows, Columns: h.Columns, Frames: h.Frames,
		Slope: first.Slope, Intercept: first.Intercept, Windows: []dicomWindow{},
	}
	for _, w := range first.Windows {
		in.Windows = append(in.Windows, dicomWindow(w))
	}
	if in.pixelSummary, err = summarisePixels(f, h); err != nil {
		in.Valid, in.Problem = false, err.Error()
	}
	return in, nil
}

func summarisePixels(f *dicom.File, h *dicom.Header) (*pixelSummary, error) {
	s := &pixelSummary{StoredMin: math.MaxInt32, StoredMax: math.MinInt32, HUMin: math.MaxInt16, HUMax: math.MinInt16}
	hash := sha256.New()
	sum, n := 0.0, 0
	var values []byte
	for i := range h.Frames {
		frame, err := f.FrameOf(h, i)
		if err != nil {
			return nil, err
		}
		for _, v := range frame.Stored {
			s.StoredMin, s.StoredMax = min(s.StoredMin, v), max(s.StoredMax, v)
		}
		values = values[:0]
		for _, v := range frame.HU(h.Frame(i)) {
			s.HUMin, s.HUMax = min(s.HUMin, v), max(s.HUMax, v)
			sum += float64(v)
			values = binary.LittleEndian.AppendUint16(values, uint16(v))
		}
		hash.Write(values)
		n += len(frame.Stored)
	}
	s.HUMean = sum / float64(n)
	s.SHA256 = hex.EncodeToString(hash.Sum(nil))
	return s, nil
}

// problem returns why the file cannot be used, or "".
func (in *dicomInspection) problem() string { return in.Problem }

// print writes the inspection for people.
func (in *dicomInspection) print(w io.Writer) error {
	fmt.Fprintf(w, "%s: DICOM, %s\n\n", in.File, megabytes(int64(in.Bytes)))
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	row := func(name, format string, values ...any) { fmt.Fprintf(t, name+"\t"+format+"\n", values...) }
	row("modality", "%s", in.Modality)
	row("transfer syntax", "%s (%s)", in.TransferSyntax, in.SyntaxWords)
	row("photometric", "%s", in.Photometric)
	row("rows", "%d", in.Rows)
	row("columns", "%d", in.Columns)
	row("frames", "%d", in.Frames)
	row("slope", "%v", in.Slope)
	row("intercept", "%v", in.Intercept)
	var windows []string
	for _, window := range in.Windows {
		windows = append(windows, strings.TrimSpace(fmt.Sprintf("%v/%v %s", window.Center, window.Width, window.Explanation)))
	}
	row("windows", "%s", strings.Join(windows, ", "))
	if p := in.pixelSummary; p != nil {
		row("stored", "%d to %d", p.StoredMin, p.StoredMax)
		row("HU", "%d to %d, mean %.4f", p.HUMin, p.HUMax, p.HUMean)
		row("SHA-256 of HU", "%s", p.SHA256)
	}
	return t.Flush()
}
