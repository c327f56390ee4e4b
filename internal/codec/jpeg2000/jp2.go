package jpeg2000

import (
	"bytes"
	"encoding/binary"
)

var (
	jp2Signature = []byte("\x00\x00\x00\x0cjP  \r\n\x87\n")
	streamStart  = []byte{0xff, 0x4f, 0xff, 0x51} // SOC, SIZ
)

// codeStream returns the code stream in data, which is one, or a JP2 file that
// has one in a box (annex I). The stream says all that is needed of it: boxes
// that are broken do no harm.
func codeStream(data []byte) ([]byte, error) {
	if bytes.HasPrefix(data, streamStart) {
		return data, nil
	}
	if !bytes.HasPrefix(data, jp2Signature) {
		return nil, broken("start: got % x, want a code stream (ff 4f ff 51) or a JP2 file", data[:min(4, len(data))])
	}
	for rest := data; len(rest) > 0; {
		kind, box, after, err := nextBox(rest)
		if err != nil {
			break
		}
		if kind == "jp2h" && hasPalette(box) {
			return nil, unsupported("JP2 file with a palette")
		}
		if kind == "jp2c" && bytes.HasPrefix(box, streamStart) {
			return box, nil
		}
		rest = after
	}
	start := bytes.Index(data, streamStart)
	if start < 0 {
		return nil, broken("JP2 file: got no code stream")
	}
	return data[start:], nil
}

// nextBox takes one box off data (I.4).
func nextBox(data []byte) (kind string, box, rest []byte, err error) {
	if len(data) < 8 {
		return "", nil, nil, broken("JP2 box: got %d bytes, want 8 for its header", len(data))
	}
	kind = string(data[4:8])
	header, length := 8, uint64(binary.BigEndian.Uint32(data))
	switch {
	case length == 0:
		length = uint64(len(data))
	case length == 1 && len(data) >= 16:
		header, length = 16, binary.BigEndian.Uint64(data[8:])
	}
	if kind == "jp2c" {
		length = min(length, uint64(len(data))) // the stream itself tells whether it is complete
	}
	if length < uint64(header) || length > uint64(len(data)) {
		return "", nil, nil, broken("JP2 box %q: got length %d, want %d to %d", kind, length, header, len(data))
	}
	return kind, data[header:length], data[length:], nil
}

// hasPalette says whether a file's header makes samples indices of a palette.
func hasPalette(header []byte) bool {
	for len(header) > 0 {
		kind, _, rest, err := nextBox(header)
		if err != nil {
			return false
		}
		if kind == "pclr" {
			return true
		}
		header = rest
	}
	return false
}
