package dicom

import "fmt"

// Transfer syntaxes that the parser has to know.
const (
	implicitLittleEndian = "1.2.840.10008.1.2"
	explicitLittleEndian = "1.2.840.10008.1.2.1"
	deflatedLittleEndian = "1.2.840.10008.1.2.1.99"
	bigEndian            = "1.2.840.10008.1.2.2"
	geBigEndianPixels    = "1.2.840.113619.5.2"
)

// coding is how a transfer syntax codes pixels.
type coding int

const (
	unknownCoding coding = iota // none that this package decodes
	native
	runLength
	jpegFamily // JPEG, JPEG Lossless, JPEG-LS: the stream's own markers say which
	jpeg2000Coding
)

// syntaxes are the transfer syntaxes of PS3.6 annex A and some private ones.
var syntaxes = map[string]struct {
	words  string
	coding coding
}{
	implicitLittleEndian:        {"implicit VR little endian", native},
	explicitLittleEndian:        {"explicit VR little endian", native},
	"1.2.840.10008.1.2.1.98":    {"encapsulated uncompressed explicit VR little endian", native},
	deflatedLittleEndian:        {"deflated explicit VR little endian", native},
	bigEndian:                   {"explicit VR big endian", native},
	geBigEndianPixels:           {"GE private: implicit VR little endian with big endian pixels", native},
	"1.2.840.10008.1.20":        {"Papyrus 3 implicit VR little endian", native},
	"1.3.46.670589.33.1.4.1":    {"Philips private: explicit VR little endian", native},
	"1.2.840.10008.1.2.5":       {"RLE lossless", runLength},
	"1.2.840.10008.1.2.4.50":    {"JPEG baseline (process 1)", jpegFamily},
	"1.2.840.10008.1.2.4.51":    {"JPEG extended (processes 2 and 4)", jpegFamily},
	"1.2.840.10008.1.2.4.52":    {"JPEG extended (processes 3 and 5)", jpegFamily},
	"1.2.840.10008.1.2.4.53":    {"JPEG spectral selection (processes 6 and 8)", jpegFamily},
	"1.2.840.10008.1.2.4.54":    {"JPEG spectral selection (processes 7 and 9)", jpegFamily},
	"1.2.840.10008.1.2.4.55":    {"JPEG full progression (processes 10 and 12)", jpegFamily},
	"1.2.840.10008.1.2.4.56":    {"JPEG full progression (processes 11 and 13)", jpegFamily},
	"1.2.840.10008.1.2.4.57":    {"JPEG lossless (process 14)", jpegFamily},
	"1.2.840.10008.1.2.4.58":    {"JPEG lossless (process 15)", jpegFamily},
	"1.2.840.10008.1.2.4.59":    {"JPEG extended, hierarchical (processes 16 and 18)", jpegFamily},
	"1.2.840.10008.1.2.4.60":    {"JPEG extended, hierarchical (processes 17 and 19)", jpegFamily},
	"1.2.840.10008.1.2.4.61":    {"JPEG spectral selection, hierarchical (processes 20 and 22)", jpegFamily},
	"1.2.840.10008.1.2.4.62":    {"JPEG spectral selection, hierarchical (processes 21 and 23)", jpegFamily},
	"1.2.840.10008.1.2.4.63":    {"JPEG full progression, hierarchical (processes 24 and 26)", jpegFamily},
	"1.2.840.10008.1.2.4.64":    {"JPEG full progression, hierarchical (processes 25 and 27)", jpegFamily},
	"1.2.840.10008.1.2.4.65":    {"JPEG lossless, hierarchical (process 28)", jpegFamily},
	"1.2.840.10008.1.2.4.66":    {"JPEG lossless, hierarchical (process 29)", jpegFamily},
	"1.2.840.10008.1.2.4.70":    {"JPEG lossless, first-order prediction (process 14, selection value 1)", jpegFamily},
	"1.2.840.10008.1.2.4.80":    {"JPEG-LS lossless", jpegFamily},
	"1.2.840.10008.1.2.4.81":    {"JPEG-LS near-lossless", jpegFamily},
	"1.2.840.10008.1.2.4.90":    {"JPEG 2000 lossless", jpeg2000Coding},
	"1.2.840.10008.1.2.4.91":    {"JPEG 2000", jpeg2000Coding},
	"1.2.840.10008.1.2.4.92":    {"JPEG 2000 part 2 multi-component lossless", jpeg2000Coding},
	"1.2.840.10008.1.2.4.93":    {"JPEG 2000 part 2 multi-component", jpeg2000Coding},
	"1.2.840.10008.1.2.4.94":    {"JPIP referenced", unknownCoding},
	"1.2.840.10008.1.2.4.95":    {"JPIP referenced, deflated", unknownCoding},
	"1.2.840.10008.1.2.4.100":   {"MPEG2 main profile, main level", unknownCoding},
	"1.2.840.10008.1.2.4.100.1": {"fragmentable MPEG2 main profile, main level", unknownCoding},
	"1.2.840.10008.1.2.4.101":   {"MPEG2 main profile, high level", unknownCoding},
	"1.2.840.10008.1.2.4.101.1": {"fragmentable MPEG2 main profile, high level", unknownCoding},
	"1.2.840.10008.1.2.4.102":   {"MPEG-4 AVC/H.264 high profile, level 4.1", unknownCoding},
	"1.2.840.10008.1.2.4.102.1": {"fragmentable MPEG-4 AVC/H.264 high profile, level 4.1", unknownCoding},
	"1.2.840.10008.1.2.4.103":   {"MPEG-4 AVC/H.264 BD-compatible high profile, level 4.1", unknownCoding},
	"1.2.840.10008.1.2.4.103.1": {"fragmentable MPEG-4 AVC/H.264 BD-compatible high profile, level 4.1", unknownCoding},
	"1.2.840.10008.1.2.4.104":   {"MPEG-4 AVC/H.264 high profile, level 4.2, 2D video", unknownCoding},
	"1.2.840.10008.1.2.4.104.1": {"fragmentable MPEG-4 AVC/H.264 high profile, level 4.2, 2D video", unknownCoding},
	"1.2.840.10008.1.2.4.105":   {"MPEG-4 AVC/H.264 high profile, level 4.2, 3D video", unknownCoding},
	"1.2.840.10008.1.2.4.105.1": {"fragmentable MPEG-4 AVC/H.264 high profile, level 4.2, 3D video", unknownCoding},
	"1.2.840.10008.1.2.4.106":   {"MPEG-4 AVC/H.264 stereo high profile, level 4.2", unknownCoding},
	"1.2.840.10008.1.2.4.106.1": {"fragmentable MPEG-4 AVC/H.264 stereo high profile, level 4.2", unknownCoding},
	"1.2.840.10008.1.2.4.107":   {"HEVC/H.265 main profile, level 5.1", unknownCoding},
	"1.2.840.10008.1.2.4.108":   {"HEVC/H.265 main 10 profile, level 5.1", unknownCoding},
	"1.2.840.10008.1.2.4.110":   {"JPEG XL lossless", unknownCoding},
	"1.2.840.10008.1.2.4.111":   {"JPEG XL JPEG recompression", unknownCoding},
	"1.2.840.10008.1.2.4.112":   {"JPEG XL", unknownCoding},
	"1.2.840.10008.1.2.4.201":   {"high-throughput JPEG 2000 lossless", unknownCoding},
	"1.2.840.10008.1.2.4.202":   {"high-throughput JPEG 2000 lossless, RPCL", unknownCoding},
	"1.2.840.10008.1.2.4.203":   {"high-throughput JPEG 2000", unknownCoding},
	"1.2.840.10008.1.2.4.204":   {"JPIP referenced, high-throughput JPEG 2000", unknownCoding},
	"1.2.840.10008.1.2.4.205":   {"JPIP referenced, high-throughput JPEG 2000, deflated", unknownCoding},
	"1.2.840.10008.1.2.6.1":     {"RFC 2557 MIME encapsulation", unknownCoding},
	"1.2.840.10008.1.2.6.2":     {"XML encoding", unknownCoding},
	"1.2.840.10008.1.2.7.1":     {"SMPTE ST 2110-20 uncompressed progressive video", unknownCoding},
	"1.2.840.10008.1.2.7.2":     {"SMPTE ST 2110-20 uncompressed interlaced video", unknownCoding},
	"1.2.840.10008.1.2.7.3":     {"SMPTE ST 2110-30 PCM audio", unknownCoding},
	"1.2.840.10008.1.2.8.1":     {"deflated image frame compression", unknownCoding},
}

// TransferSyntaxWords says in words what a transfer syntax is.
func TransferSyntaxWords(uid string) string {
	if s, ok := syntaxes[uid]; ok {
		return s.words
	}
	return "unknown transfer syntax"
}

// unsupportedSyntax names the transfer syntax that this package cannot decode.
func unsupportedSyntax(uid string) error {
	return UnsupportedError(fmt.Sprintf("pixels in %s (%s)", TransferSyntaxWords(uid), uid))
}
