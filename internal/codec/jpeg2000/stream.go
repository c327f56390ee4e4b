package jpeg2000

import (
	"encoding/binary"
	"slices"
)

// Markers (table A.2).
const (
	markerSOC = 0xff4f
	markerCAP = 0xff50
	markerSIZ = 0xff51
	markerCOD = 0xff52
	markerCOC = 0xff53
	markerTLM = 0xff55
	markerPRF = 0xff56
	markerPLM = 0xff57
	markerPLT = 0xff58
	markerCPF = 0xff59
	markerQCD = 0xff5c
	markerQCC = 0xff5d
	markerRGN = 0xff5e
	markerPOC = 0xff5f
	markerPPM = 0xff60
	markerPPT = 0xff61
	markerCRG = 0xff63
	markerCOM = 0xff64
	markerSOT = 0xff90
	markerSOP = 0xff91
	markerEPH = 0xff92
	markerSOD = 0xff93
	markerEOC = 0xffd9
)

// part2 names what the markers of T.801 announce.
var part2 = map[int]string{
	0xff5a: "quantization by precinct",
	0xff5b: "quantization by precinct",
	0xff70: "variable DC offset",
	0xff71: "visual masking",
	0xff72: "downsampling factor styles",
	0xff73: "arbitrary decomposition styles",
	0xff74: "multiple component transformation",
	0xff75: "multiple component transformation",
	0xff76: "non-linear point transformation",
	0xff77: "multiple component transformation",
	0xff78: "component bit depth changes",
	0xff79: "arbitrary wavelet kernels",
}

// stream is a code stream, read up to its packets.
type stream struct {
	size       size
	parameters parameters // the main header's
	packed     []packedHeaders
	tiles      []*tileData
}

// tileData is what the tile-parts of one tile bring.
type tileData struct {
	parameters *parameters // nil: the main header's
	parts      int
	body       []byte
	packed     bool   // packet headers are in headers
	headers    []byte // from PPM or PPT
}

// packedHeaders is one PPM or PPT marker segment (A.7.4, A.7.5).
type packedHeaders struct {
	index int
	data  []byte
}

func joinPacked(packed []packedHeaders) []byte {
	slices.SortStableFunc(packed, func(a, b packedHeaders) int { return a.index - b.index })
	var all []byte
	for _, p := range packed {
		all = append(all, p.data...)
	}
	return all
}

// readStream reads all markers of a code stream (annex A).
func readStream(data []byte, maxSamples int) (*stream, error) {
	s := &stream{}
	data, err := s.readMainHeader(data[2:], maxSamples)
	if err != nil {
		return nil, err
	}
	s.tiles = make([]*tileData, s.size.columns*s.size.rows)
	packed := joinPacked(s.packed)
	for hasMarker(data, markerSOT) {
		if data, err = s.readTilePart(data, &packed); err != nil {
			return nil, err
		}
	}
	for i, t := range s.tiles {
		if t == nil {
			return nil, broken("tile %d: got no data, want %d tiles", i, len(s.tiles))
		}
	}
	return s, nil
}

// nextSegment takes a marker and its segment off data.
func nextSegment(data []byte) (marker int, seg segment, rest []byte, err error) {
	if hasMarker(data, markerSOD) {
		return markerSOD, segment{}, data[2:], nil
	}
	if len(data) < 4 {
		return 0, segment{}, nil, broken("header: ends before its data")
	}
	marker = int(binary.BigEndian.Uint16(data))
	length := int(binary.BigEndian.Uint16(data[2:]))
	if marker < 0xff00 || length < 2 || 2+length > len(data) {
		return 0, segment{}, nil, broken("marker segment %04x: got length %d with %d bytes left", marker, length, len(data)-2)
	}
	return marker, segment{marker: marker, data: data[4 : 2+length]}, data[2+length:], nil
}

func (s *stream) readMainHeader(data []byte, maxSamples int) ([]byte, error) {
	_, seg, data, err := nextSegment(data)
	if err != nil {
		return nil, err
	}
	if s.size, err = readSize(&seg, maxSamples); err != nil {
		return nil, err
	}
	s.parameters = newParameters(len(s.size.components))
	for {
		marker, seg, rest, err := nextSegment(data)
		if err != nil {
			return nil, err
		}
		switch marker {
		case markerSOT:
			return data, s.parameters.complete()
		case markerPPM:
			index := seg.u8()
			s.packed = append(s.packed, packedHeaders{index, seg.data})
		default:
			if err := s.parameters.read(&seg); err != nil {
				return nil, err
			}
		}
		if seg.short {
			return nil, broken("marker segment %04x: ends too early", marker)
		}
		data = rest
	}
}

// readTilePart reads what starts with an SOT marker (A.4.2), and returns what
// follows. The next tile-part's packed headers are taken off packed.
func (s *stream) readTilePart(all []byte, packed *[]byte) ([]byte, error) {
	_, sot, data, err := nextSegment(all)
	if err != nil {
		return nil, err
	}
	index, length, part := sot.u16(), sot.u32(), sot.u8()
	if sot.short {
		return nil, broken("SOT marker segment: ends too early")
	}
	t, err := s.tilePart(index, part)
	if err != nil {
		return nil, err
	}
	if length == 0 || length > len(all) {
		length = len(all) // whether packets are missing shows when they are read
	}
	if s.packed != nil {
		headers, err := nextPacked(packed)
		if err != nil {
			return nil, err
		}
		t.packed, t.headers = true, append(t.headers, headers...)
	}
	data, err = s.readTilePartHeader(t, part, data)
	if err != nil {
		return nil, err
	}
	n := length - (len(all) - len(data))
	if n < 0 {
		return nil, broken("tile %d, part %d: got length %d, shorter than its header", index, part, length)
	}
	if body := data[:n:n]; t.body == nil {
		t.body = body
	} else {
		t.body = append(t.body, body...)
	}
	return data[n:], nil
}

// tilePart returns the tile that a new part belongs to. Parts of a tile come in
// order; how many there should be is often wrong, and the packets tell.
func (s *stream) tilePart(index, part int) (*tileData, error) {
	if index >= len(s.tiles) {
		return nil, broken("tile-part: got tile %d, want less than %d", index, len(s.tiles))
	}
	if s.tiles[index] == nil {
		s.tiles[index] = &tileData{}
	}
	t := s.tiles[index]
	if part != t.parts {
		return nil, broken("tile %d: got part %d, want %d", index, part, t.parts)
	}
	t.parts++
	return t, nil
}

// nextPacked takes one tile-part's packet headers off those of PPM markers.
func nextPacked(packed *[]byte) ([]byte, error) {
	p := *packed
	if len(p) < 4 {
		return nil, broken("PPM marker: got fewer parts than there are tile-parts")
	}
	n := uint64(binary.BigEndian.Uint32(p))
	if n > uint64(len(p)-4) {
		return nil, broken("PPM marker: got length %d, want at most %d", n, len(p)-4)
	}
	*packed = p[4+n:]
	return p[4 : 4+n], nil
}

// readTilePartHeader reads up to the SOD marker.
func (s *stream) readTilePartHeader(t *tileData, part int, data []byte) ([]byte, error) {
	var packed []packedHeaders
	for {
		marker, seg, rest, err := nextSegment(data)
		if err != nil {
			return nil, err
		}
		data = rest
		switch marker {
		case markerSOD:
			t.headers = append(t.headers, joinPacked(packed)...)
			return data, nil
		case markerPPT:
			index := seg.u8()
			packed, t.packed = append(packed, packedHeaders{index, seg.data}), true
		case markerPLT, markerCOM:
		case markerCOD, markerCOC, markerQCD, markerQCC, markerRGN:
			if part > 0 {
				return nil, broken("marker segment %04x: in part %d of a tile, want the first", marker, part)
			}
			fallthrough
		default:
			if t.parameters == nil {
				t.parameters = s.parameters.forTile()
			}
			if err := t.parameters.read(&seg); err != nil {
				return nil, err
			}
		}
		if seg.short {
			return nil, broken("marker segment %04x: ends too early", marker)
		}
	}
}

// segment reads the numbers of a marker segment; past its end they are 0.
type segment struct {
	marker int
	data   []byte
	short  bool // was read past its end
}

func (s *segment) take(n int) int {
	if len(s.data) < n {
		s.short, s.data = true, nil
		return 0
	}
	v := 0
	for _, b := range s.data[:n] {
		v = v<<8 | int(b)
	}
	s.data = s.data[n:]
	return v
}

func (s *segment) u8() int  { return s.take(1) }
func (s *segment) u16() int { return s.take(2) }
func (s *segment) u32() int { return s.take(4) }
