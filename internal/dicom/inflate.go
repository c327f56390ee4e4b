package dicom

import (
	"bytes"
	"compress/flate"
	"errors"
	"fmt"
	"io"
)

// Limits of a deflated data set once inflated: of a whole one, of what is read
// for a header.
const (
	maxInflated    = 256 << 20
	headerInflated = 1 << 20
)

// inflate unpacks a deflated data set (PS3.5 A.5). Some writers say deflated and
// are not, others wrap it as zlib does.
func inflate(body []byte, headerOnly bool) (data []byte, truncated bool, err error) {
	if plausibleRun(body) {
		return body, false, nil
	}
	limit := maxInflated
	if headerOnly {
		limit = headerInflated
	}
	data, err = inflateRaw(body, limit)
	if len(data) == 0 && len(body) > 2 && body[0]&15 == 8 && (int(body[0])<<8|int(body[1]))%31 == 0 {
		data, err = inflateRaw(body[2:], limit)
	}
	switch {
	case len(data) == 0:
		return nil, false, FormatError("the deflated data set cannot be unpacked")
	case len(data) > limit && headerOnly:
		return data, true, nil
	case len(data) > limit:
		return nil, false, UnsupportedError(fmt.Sprintf("deflated data set of more than %d MB", maxInflated>>20))
	case errors.Is(err, io.ErrUnexpectedEOF):
		return data, true, nil
	case err != nil:
		return nil, false, FormatError("the deflated data set is damaged")
	}
	return data, false, nil
}

// inflateRaw returns at most limit+1 bytes, also those before an error.
func inflateRaw(body []byte, limit int) ([]byte, error) {
	var b bytes.Buffer
	_, err := b.ReadFrom(io.LimitReader(flate.NewReader(bytes.NewReader(body)), int64(limit)+1))
	return b.Bytes(), err
}
