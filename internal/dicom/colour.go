package dicom

// colourAfter returns the photometric interpretation of samples that a code
// stream of a kind gave (PS3.5 8.2).
func (h *Header) colourAfter(kind stream) string {
	if kind == jpeg2000Stream && (h.Photometric == "YBR_ICT" || h.Photometric == "YBR_RCT") {
		return "RGB"
	}
	return h.Photometric
}
