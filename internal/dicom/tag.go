package dicom

import "fmt"

// A Tag names an element: group in the upper 16 bits, element in the lower.
type Tag uint32

// Group returns the tag's group.
func (t Tag) Group() uint16 { return uint16(t >> 16) }

// Element returns the tag's number within its group.
func (t Tag) Element() uint16 { return uint16(t) }

// String returns the tag as the standard writes it, such as (0008,0060).
func (t Tag) String() string { return fmt.Sprintf("(%04x,%04x)", t.Group(), t.Element()) }

// The tags that this project reads, by their keywords in PS3.6.
const (
	TransferSyntaxUID                    Tag = 0x00020010
	DirectoryRecordSequence              Tag = 0x00041220
	DirectoryRecordType                  Tag = 0x00041430
	ReferencedFileID                     Tag = 0x00041500
	SpecificCharacterSet                 Tag = 0x00080005
	ImageType                            Tag = 0x00080008
	SOPClassUID                          Tag = 0x00080016
	SOPInstanceUID                       Tag = 0x00080018
	Modality                             Tag = 0x00080060
	SeriesDescription                    Tag = 0x0008103e
	FrameType                            Tag = 0x00089007
	SliceThickness                       Tag = 0x00180050
	ConvolutionKernel                    Tag = 0x00181210
	CTImageFrameTypeSequence             Tag = 0x00189329
	StudyInstanceUID                     Tag = 0x0020000d
	SeriesInstanceUID                    Tag = 0x0020000e
	SeriesNumber                         Tag = 0x00200011
	AcquisitionNumber                    Tag = 0x00200012
	InstanceNumber                       Tag = 0x00200013
	ImagePositionPatient                 Tag = 0x00200032
	ImageOrientationPatient              Tag = 0x00200037
	PlanePositionSequence                Tag = 0x00209113
	PlaneOrientationSequence             Tag = 0x00209116
	SamplesPerPixel                      Tag = 0x00280002
	PhotometricInterpretation            Tag = 0x00280004
	PlanarConfiguration                  Tag = 0x00280006
	NumberOfFrames                       Tag = 0x00280008
	Rows                                 Tag = 0x00280010
	Columns                              Tag = 0x00280011
	Planes                               Tag = 0x00280012
	PixelSpacing                         Tag = 0x00280030
	BitsAllocated                        Tag = 0x00280100
	BitsStored                           Tag = 0x00280101
	HighBit                              Tag = 0x00280102
	PixelRepresentation                  Tag = 0x00280103
	PixelPaddingValue                    Tag = 0x00280120
	PixelPaddingRangeLimit               Tag = 0x00280121
	WindowCenter                         Tag = 0x00281050
	WindowWidth                          Tag = 0x00281051
	RescaleIntercept                     Tag = 0x00281052
	RescaleSlope                         Tag = 0x00281053
	WindowCenterWidthExplanation         Tag = 0x00281055
	RedPaletteColorLookupTableDescriptor Tag = 0x00281101
	RedPaletteColorLookupTableData       Tag = 0x00281201
	SegmentedRedPaletteColorLookupTable  Tag = 0x00281221
	PixelMeasuresSequence                Tag = 0x00289110
	FrameVOILUTSequence                  Tag = 0x00289132
	PixelValueTransformationSequence     Tag = 0x00289145
	SharedFunctionalGroupsSequence       Tag = 0x52009229
	PerFrameFunctionalGroupsSequence     Tag = 0x52009230
	ExtendedOffsetTable                  Tag = 0x7fe00001
	ExtendedOffsetTableLengths           Tag = 0x7fe00002
	FloatPixelData                       Tag = 0x7fe00008
	DoubleFloatPixelData                 Tag = 0x7fe00009
	PixelData                            Tag = 0x7fe00010
	item                                 Tag = 0xfffee000
	itemEnd                              Tag = 0xfffee00d
	sequenceEnd                          Tag = 0xfffee0dd
)
