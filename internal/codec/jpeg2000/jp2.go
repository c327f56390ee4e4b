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
// has one in a box (annex I).
func codeStream(data []byte) ([]byte, error) {
	if bytes.HasPrefix(data, streamStart) {
		return data, nil
	}
	if !bytes.HasPrefix(data, jp2Signature) {
		return nil, broken("start: got % x, want a code stream (ff 4f ff 51) or a JP2 file", data[:min(4, len(data))])
	}
	for len(data) > 0 {
		kind, box, rest, err := nextBox(data)
		if err != nil {
			return nil, err
		}
		switch kind {
		case "jp2c":
			if !bytes.HasPrefix(box, streamStart) {
				return nil, broken("jp2c box: got % x, want ff 4f ff 51", box[:min(4, len(box))])
			}
			return box, nil
		case "jp2h":
			if err := checkHeader(box); err != nil {
				return nil, err
			}
		}
		data = rest
	}
	return nil, broken("JP2 file: got no jp2c box, want a code stream")
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

// checkHeader refuses files whose samples mean something only with the help of
// their header: indices of a palette.
func checkHeader(header []byte) error {
	for len(header) > 0 {
		kind, _, rest, err := nextBox(header)
		if err != nil {
			return err
		}
		if kind == "pclr" {
			return unsupported("JP2 file with a palette")
		}
		header = rest
	}
	return nil
}
