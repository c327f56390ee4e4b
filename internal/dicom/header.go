package dicom

import (
	"fmt"
	"math"
	"strings"
)

// A Header is what a data set says of its pixels and of where they lie.
type Header struct {
	Modality, SOPClass                   string
	StudyUID, SeriesUID, InstanceUID     string
	SeriesDescription, ConvolutionKernel string
	SeriesNumber, InstanceNumber         int // 0 where there is none
	AcquisitionNumber                    int
	ImageType                            []string // such as ORIGINAL, PRIMARY, LOCALIZER

	Rows, Columns, Frames int
	Samples               int    // a pixel: 1, or 3 for colour
	Photometric           string // photometric interpretation, such as MONOCHROME2
	Planar                bool   // colours plane by plane
	BitsAllocated         int
	BitsStored            int
	HighBit               int
	Signed                bool

	// Padding is the range of stored values that fill what the scanner did not
	// measure, if HasPadding.
	HasPadding              bool
	PaddingLow, PaddingHigh int32

	// Common holds for all frames. Those of an enhanced multi-frame image have
	// their own in PerFrame, else it is nil.
	Common   FrameHeader
	PerFrame []FrameHeader
}

// A FrameHeader says where a frame lies and what its values mean.
type FrameHeader struct {
	HasPosition    bool
	Position       [3]float64 // of the first pixel's centre, mm, patient coordinates
	HasOrientation bool
	Orientation    [6]float64 // direction cosines along a row, along a column
	RowSpacing     float64    // mm between rows; 0 unknown
	ColumnSpacing  float64    // mm between columns; 0 unknown
	SliceThickness float64    // mm; 0 unknown
	Slope          float64    // value = Slope*stored + Intercept: HU for CT
	Intercept      float64
	HasRescale     bool // without, the values of a CT are in no known unit
	Windows        []Window
	FrameType      []string // as ImageType
}

// A Window is a stored choice of display, in the units of the rescaled values.
type Window struct {
	Center, Width float64
	Explanation   string // such as LUNG; often empty
}

// Frame returns what holds for frame i, counted from 0.
func (h *Header) Frame(i int) FrameHeader {
	if i >= 0 && i < len(h.PerFrame) {
		return h.PerFrame[i]
	}
	return h.Common
}

// Localizer reports whether this is a scout view rather than a slice.
func (h *Header) Localizer() bool {
	types := append(append([]string(nil), h.ImageType...), h.Common.FrameType...)
	for _, t := range types {
		switch strings.ToUpper(t) {
		case "LOCALIZER", "SCOUT", "TOPOGRAM", "SURVIEW", "SCANOGRAM":
			return true
		}
	}
	return false
}

// HasPixels reports whether there are pixels of any kind.
func (f *File) HasPixels() bool {
	return f.Has(PixelData) || f.Has(FloatPixelData) || f.Has(DoubleFloatPixelData)
}

// maxFrames bounds what NumberOfFrames may claim.
const maxFrames = 1 << 16

// Header returns the header, the same one each time. It fails when the numbers
// that describe the pixels make no sense; where there are none, Rows and Columns
// are 0.
func (f *File) Header() (*Header, error) { return f.header() }

func (f *File) readHeader() (*Header, error) {
	h := &Header{
		Modality: f.String(Modality), SOPClass: f.String(SOPClassUID),
		StudyUID: f.String(StudyInstanceUID), SeriesUID: f.String(SeriesInstanceUID), InstanceUID: f.String(SOPInstanceUID),
		SeriesDescription: f.Text(SeriesDescription), ConvolutionKernel: f.Text(ConvolutionKernel),
		ImageType: f.Strings(ImageType),
	}
	h.SeriesNumber, _ = f.Int(SeriesNumber)
	h.InstanceNumber, _ = f.Int(InstanceNumber)
	h.AcquisitionNumber, _ = f.Int(AcquisitionNumber)
	if err := f.pixelHeader(h); err != nil {
		return nil, err
	}
	h.Common = FrameHeader{Slope: 1}
	h.Common.read(&f.DataSet)
	f.functionalGroups(h)
	return h, nil
}

// pixelHeader reads the image pixel module (PS3.3 C.7.6.3), with what old and
// careless files leave out.
func (f *File) pixelHeader(h *Header) error {
	h.Rows, _ = f.Int(Rows)
	h.Columns, _ = f.Int(Columns)
	h.Samples = f.intOr(SamplesPerPixel, 1)
	h.Photometric = strings.ToUpper(f.String(PhotometricInterpretation))
	planar, _ := f.Int(PlanarConfiguration)
	h.Planar = planar == 1
	h.Frames = max(1, f.intOr(NumberOfFrames, max(1, f.intOr(Planes, 1))))
	if _, ok := f.Int(NumberOfFrames); !ok && f.Has(NumberOfFrames) {
		return FormatError(fmt.Sprintf("number of frames: got %q", f.String(NumberOfFrames)))
	}
	if h.Frames > maxFrames {
		return UnsupportedError(fmt.Sprintf("frames: got %d, want at most %d", h.Frames, maxFrames))
	}
	representation, _ := f.Int(PixelRepresentation)
	h.Signed = representation == 1
	if h.Rows == 0 && h.Columns == 0 {
		return nil
	}
	if h.Photometric == "" || h.Photometric == "MONOCHROME" {
		h.Photometric = "MONOCHROME2"
		if h.Samples == 3 {
			h.Photometric = "RGB"
		}
	}
	if !f.Has(SamplesPerPixel) && (h.Photometric == "RGB" || strings.HasPrefix(h.Photometric, "YBR")) {
		h.Samples = 3
	}
	return f.bits(h)
}

func (f *File) bits(h *Header) error {
	h.BitsStored = f.intOr(BitsStored, 0)
	h.BitsAllocated = f.intOr(BitsAllocated, 0)
	if h.BitsAllocated == 0 {
		h.BitsAllocated = max(8, (h.BitsStored+7)/8*8)
		if h.BitsStored == 0 {
			h.BitsAllocated = 16
		}
	}
	if h.BitsStored < 1 || h.BitsStored > h.BitsAllocated {
		h.BitsStored = h.BitsAllocated
	}
	h.HighBit = f.intOr(HighBit, h.BitsStored-1)
	if h.HighBit < h.BitsStored-1 || h.HighBit >= h.BitsAllocated {
		h.HighBit = h.BitsStored - 1
	}
	if h.Rows < 1 || h.Columns < 1 || h.Rows > 1<<16 || h.Columns > 1<<16 {
		return FormatError(fmt.Sprintf("size: got %d rows and %d columns, want 1 to 65536 each", h.Rows, h.Columns))
	}
	if h.Samples < 1 || h.Samples > 4 {
		return FormatError(fmt.Sprintf("samples a pixel: got %d, want 1 to 4", h.Samples))
	}
	if h.BitsAllocated < 1 || h.BitsAllocated > 64 {
		return FormatError(fmt.Sprintf("bits allocated: got %d, want 1 to 64", h.BitsAllocated))
	}
	if raw := f.value(PixelPaddingValue); len(raw) >= 2 {
		low := f.padding(raw, h.Signed)
		high := low
		if raw := f.value(PixelPaddingRangeLimit); len(raw) >= 2 {
			high = f.padding(raw, h.Signed)
		}
		h.HasPadding, h.PaddingLow, h.PaddingHigh = true, min(low, high), max(low, high)
	}
	return nil
}

// padding reads a padding value in the representation of the pixels: the VR in
// the file is often the wrong one of US and SS.
func (f *File) padding(raw []byte, signed bool) int32 {
	return int32(f.integer(raw[:2], signed))
}

func (ds *DataSet) intOr(tag Tag, otherwise int) int {
	if n, ok := ds.Int(tag); ok {
		return n
	}
	return otherwise
}

// read takes from a data set what it has for a frame.
func (h *FrameHeader) read(ds *DataSet) {
	if v, ok := finite(ds.Floats(ImagePositionPatient), 3); ok {
		h.HasPosition, h.Position = true, [3]float64(v)
	}
	if v, ok := finite(ds.Floats(ImageOrientationPatient), 6); ok {
		h.HasOrientation, h.Orientation = true, [6]float64(v)
	}
	if v, ok := finite(ds.Floats(PixelSpacing), 2); ok && v[0] > 0 && v[1] > 0 {
		h.RowSpacing, h.ColumnSpacing = v[0], v[1]
	}
	if v, ok := ds.Float(SliceThickness); ok && v > 0 {
		h.SliceThickness = v
	}
	if v, ok := ds.Float(RescaleSlope); ok && v != 0 {
		h.Slope, h.HasRescale = v, true
	}
	if v, ok := ds.Float(RescaleIntercept); ok {
		h.Intercept, h.HasRescale = v, true
	}
	if v := windows(ds); v != nil {
		h.Windows = v
	}
	if v := ds.Strings(FrameType); v != nil {
		h.FrameType = v
	}
}

// finite returns the first n numbers, if they are there.
func finite(v []float64, n int) ([]float64, bool) {
	if len(v) < n {
		return nil, false
	}
	for _, x := range v[:n] {
		if math.IsNaN(x) {
			return nil, false
		}
	}
	return v[:n], true
}

func windows(ds *DataSet) []Window {
	centers, widths, words := ds.Floats(WindowCenter), ds.Floats(WindowWidth), ds.Texts(WindowCenterWidthExplanation)
	var windows []Window
	for i := range min(len(centers), len(widths)) {
		if math.IsNaN(centers[i]) || math.IsNaN(widths[i]) || widths[i] <= 0 {
			continue
		}
		w := Window{Center: centers[i], Width: widths[i]}
		if i < len(words) {
			w.Explanation = words[i]
		}
		windows = append(windows, w)
	}
	return windows
}

// functionalGroups reads what an enhanced multi-frame image says of all frames
// and of each (PS3.3 C.7.6.16).
func (f *File) functionalGroups(h *Header) {
	if shared := f.item(SharedFunctionalGroupsSequence); shared != nil {
		h.Common.readGroups(shared)
	}
	groups := f.Items(PerFrameFunctionalGroupsSequence)
	if len(groups) > h.Frames {
		groups = groups[:h.Frames]
	}
	for _, group := range groups {
		frame := h.Common
		frame.readGroups(group)
		h.PerFrame = append(h.PerFrame, frame)
	}
}

func (h *FrameHeader) readGroups(group *DataSet) {
	for _, tag := range []Tag{
		PixelMeasuresSequence, PlanePositionSequence, PlaneOrientationSequence,
		PixelValueTransformationSequence, FrameVOILUTSequence, CTImageFrameTypeSequence,
	} {
		if ds := group.item(tag); ds != nil {
			h.read(ds)
		}
	}
}

// ReferencedFiles returns the paths that a DICOMDIR lists, their parts joined by
// slashes, in its order. It is nil for any other file.
func (f *File) ReferencedFiles() []string {
	var files []string
	for _, record := range f.Items(DirectoryRecordSequence) {
		if parts := record.Strings(ReferencedFileID); len(parts) > 0 {
			files = append(files, strings.Join(parts, "/"))
		}
	}
	return files
}

// IsDirectory reports whether the file is a DICOMDIR.
func (f *File) IsDirectory() bool { return f.Find(DirectoryRecordSequence) != nil }
