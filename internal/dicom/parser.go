package dicom

import (
	"encoding/binary"
	"fmt"
	"slices"
)

// Limits that no file of a scanner comes near; they bound what a hostile one
// costs: 50 bytes an element.
const (
	maxElements = 1_000_000
	maxDepth    = 48
)

const undefined = 0xffffffff

// vr is a value representation (PS3.5 6.2), two letters; zero when the encoding
// does not tell.
type vr [2]byte

// long reports whether the VR's length takes 32 bits in explicit encodings.
func (v vr) long() bool {
	switch string(v[:]) {
	case "OB", "OD", "OF", "OL", "OV", "OW", "SQ", "SV", "UC", "UN", "UR", "UT", "UV":
		return true
	}
	return false
}

func knownVR(b []byte) bool {
	switch string(b) {
	case "AE", "AS", "AT", "CS", "DA", "DS", "DT", "FL", "FD", "IS", "LO", "LT", "PN", "SH", "SL", "SS", "ST", "TM", "UI", "UL", "US":
		return true
	}
	return vr(b).long()
}

// A parser walks elements. It holds one encoding; elements that obviously have
// the other one are read nevertheless, since such mixtures exist.
type parser struct {
	data       []byte
	order      binary.ByteOrder
	explicit   bool
	headerOnly bool   // stop before the pixel data
	budget     *int   // elements that may still be taken
	charset    []byte // of the data set, for its items

	truncated bool // data ended within an element
	stopped   bool // at the pixel data
}

// header is an element's head: the value is length bytes from at.
type header struct {
	tag    Tag
	vr     vr
	length uint32
	at     int
}

func (p *parser) tag(at int) Tag {
	return Tag(p.order.Uint16(p.data[at:]))<<16 | Tag(p.order.Uint16(p.data[at+2:]))
}

// header reads the element's head at a place of the part that stops at end.
func (p *parser) header(at, end int) (header, error) {
	if end-at < 8 {
		return header{}, FormatError(fmt.Sprintf("element: got %d bytes, want at least 8", end-at))
	}
	h := header{tag: p.tag(at), length: p.order.Uint32(p.data[at+4:]), at: at + 8}
	if h.tag.Group() == 0xfffe {
		return h, nil
	}
	letters := p.data[at+4 : at+6]
	room := uint64(end - h.at)
	if !knownVR(letters) {
		if !p.explicit || h.length == undefined || !p.unknownVR(at, end) {
			return h, nil // implicit, also within an explicit data set
		}
	} else if !p.explicit && uint64(h.length) <= room && p.follows(h.at+int(h.length), end, h.tag) {
		return h, nil // a length that happens to look like two letters
	}
	h.vr = vr(letters)
	if !h.vr.long() && !p.longLike(at, end) {
		h.length = uint32(p.order.Uint16(p.data[at+6:]))
		return h, nil
	}
	if end-at < 12 {
		return header{}, FormatError(fmt.Sprintf("%v: got %d bytes, want at least 12", h.tag, end-at))
	}
	h.length, h.at = p.order.Uint32(p.data[at+8:]), at+12
	if p.order.Uint16(p.data[at+6:]) != 0 && h.length != undefined && uint64(h.length) > uint64(end-h.at) {
		// A writer that gives every VR a 16-bit length.
		h.length, h.at = uint32(p.order.Uint16(p.data[at+6:])), at+8
	}
	return h, nil
}

// unknownVR reports whether an element of an explicit data set has a VR that this
// program does not know, or rubbish in its place, rather than none.
func (p *parser) unknownVR(at, end int) bool {
	room := uint64(end - at - 8)
	implicit, short := p.order.Uint32(p.data[at+4:]), p.order.Uint16(p.data[at+6:])
	if uint64(implicit) <= room && p.follows(at+8+int(implicit), end, p.tag(at)) {
		return false
	}
	if uint64(short) <= room && p.follows(at+8+int(short), end, p.tag(at)) || p.longLike(at, end) {
		return true
	}
	return uint64(implicit) > room
}

// longLike reports whether an element of a VR that this program does not know
// has a 32-bit length, as the standard asks of VRs to come.
func (p *parser) longLike(at, end int) bool {
	letters := p.data[at+4 : at+6]
	if knownVR(letters) || end-at < 12 || p.order.Uint16(p.data[at+6:]) != 0 {
		return false
	}
	length := p.order.Uint32(p.data[at+8:])
	return length > 0 && uint64(length) <= uint64(end-at-12) && p.follows(at+12+int(length), end, p.tag(at))
}

// follows reports whether an element after tag can begin at a place.
func (p *parser) follows(at, end int, tag Tag) bool {
	if at == end {
		return true
	}
	if end-at < 8 {
		return false
	}
	next := p.tag(at)
	if next.Group() == 0xfffe {
		return next == item || next == itemEnd || next == sequenceEnd
	}
	if next <= tag || next.Group() > tag.Group()+0x3000 && next.Group() != 0x7fe0 {
		return false
	}
	length := p.order.Uint32(p.data[at+4:])
	return knownVR(p.data[at+4:at+6]) || length == undefined || uint64(length) <= uint64(end-at-8)
}

// meta reads the file's meta header, group 2, which is explicit little endian
// (some writers make it implicit), and returns where the data set begins.
func (p *parser) meta(at int, into *DataSet) int {
	into.order = p.order
	for at+8 <= len(p.data) && p.tag(at).Group() == 2 {
		p.explicit = knownVR(p.data[at+4 : at+6])
		h, err := p.header(at, len(p.data))
		if err != nil || uint64(h.length) > uint64(len(p.data)-h.at) || !p.take() {
			break
		}
		next := h.at + int(h.length)
		into.elements = append(into.elements, Element{Tag: h.tag, vr: h.vr, Value: p.data[h.at:next]})
		at = next
	}
	return at
}

// sniff sets the encoding from the first element, and returns its UID. The
// transfer syntax decides only what the bytes leave open.
func (p *parser) sniff(declared string) string {
	p.order = binary.LittleEndian
	if declared == bigEndian {
		p.order = binary.BigEndian
	}
	if len(p.data) < 8 {
		return ""
	}
	if g := p.data[:2]; g[0] == 0 && g[1] != 0 {
		p.order = binary.BigEndian // groups begin low
	} else if g[0] != 0 && g[1] == 0 {
		p.order = binary.LittleEndian
	}
	p.explicit = knownVR(p.data[4:6])
	switch {
	case p.order == binary.BigEndian:
		return bigEndian
	case p.explicit:
		return explicitLittleEndian
	}
	return implicitLittleEndian
}

func (p *parser) take() bool {
	*p.budget--
	return *p.budget >= 0
}

// dataSet reads elements from at to end, or to the delimiter that ends the item,
// and returns where reading goes on.
func (p *parser) dataSet(at, end, depth int) (*DataSet, int, error) {
	ds := &DataSet{order: p.order, charset: p.charset}
	for at < end {
		h, err := p.header(at, end)
		if err != nil {
			p.truncated = p.truncated || !blank(p.data[at:end])
			return ds.sorted(), end, nil
		}
		if h.tag.Group() == 0xfffe {
			if depth > 0 && h.tag == itemEnd {
				return ds.sorted(), h.at, nil
			}
			if depth > 0 && h.tag == sequenceEnd { // the item's own end is missing
				return ds.sorted(), at, nil
			}
			at = h.at // stray
			continue
		}
		if p.headerOnly && depth == 0 && h.tag.Group() >= 0x7fe0 && h.tag.Group() != 0xffff {
			p.stopped = true
			break
		}
		if !p.take() {
			return nil, 0, UnsupportedError(fmt.Sprintf("more than %d elements", maxElements))
		}
		e, next, err := p.element(h, end, depth)
		if err != nil {
			return nil, 0, err
		}
		if e.Tag != 0 || h.tag == 0 {
			ds.elements = append(ds.elements, e)
		}
		if e.Tag == SpecificCharacterSet && depth == 0 {
			p.charset = e.Value
		}
		at = next
	}
	return ds.sorted(), at, nil
}

// element reads the value of a head. An element whose value is cut off comes
// with a zero tag, unless it is pixel data.
func (p *parser) element(h header, end, depth int) (Element, int, error) {
	e := Element{Tag: h.tag, vr: h.vr}
	if h.length == undefined {
		if h.tag.Group() == 0x7fe0 || h.vr == (vr{'O', 'B'}) || h.vr == (vr{'O', 'W'}) {
			fragments, next, err := p.fragments(h.at, end)
			e.nested = &nested{fragments: fragments}
			return e, next, err
		}
		items, next, err := p.items(h, end, depth+1)
		e.nested = &nested{items: items}
		return e, next, err
	}
	length := p.repaired(h, end)
	if uint64(length) > uint64(end-h.at) {
		p.truncated = true
		if h.tag.Group() == 0x7fe0 {
			e.Value = p.data[h.at:end]
			return e, end, nil
		}
		return Element{}, end, nil
	}
	next := h.at + int(length)
	if p.isSequence(h, end) && !p.follows(next, end, h.tag) {
		// The length is wrong; the items tell where they end.
		if items, itemsEnd, err := p.items(h, end, depth+1); err == nil && len(items) > 0 && p.follows(itemsEnd, end, h.tag) {
			e.nested = &nested{items: items}
			return e, itemsEnd, nil
		}
	}
	e.Value = p.data[h.at:next]
	return e, next, nil
}

func (p *parser) isSequence(h header, end int) bool {
	return (h.vr == vr{'S', 'Q'} || h.vr == vr{}) && end-h.at >= 8 && p.tag(h.at) == item
}

// repaired returns an element's length, set right where known writers are wrong:
// odd lengths whose padding is not counted, and 13 that stands for 10.
func (p *parser) repaired(h header, end int) uint32 {
	if h.length%2 == 0 || uint64(h.length) > uint64(end-h.at) || p.follows(h.at+int(h.length), end, h.tag) {
		return h.length
	}
	for _, length := range []uint32{h.length + 1, 10} {
		if (length > h.length || h.length == 13) && uint64(length) <= uint64(end-h.at) && p.follows(h.at+int(length), end, h.tag) {
			return length
		}
	}
	return h.length
}

// items reads the items of a sequence of undefined length up to its delimiter,
// and those of a sequence of defined length up to end.
func (p *parser) items(sequence header, end, depth int) ([]*DataSet, int, error) {
	if depth > maxDepth {
		return nil, 0, UnsupportedError(fmt.Sprintf("sequences nested more than %d deep", maxDepth))
	}
	var items []*DataSet
	at := sequence.at
	for end-at >= 8 {
		h, _ := p.header(at, end)
		if h.tag == sequenceEnd {
			return items, h.at, nil
		}
		if h.tag == itemEnd {
			at = h.at // stray
			continue
		}
		if h.tag != item {
			// Without an item there is no telling where the sequence ends; with one,
			// its delimiter was forgotten.
			if len(items) == 0 && sequence.length == undefined {
				return nil, 0, FormatError(fmt.Sprintf("%v: got %v in a sequence, want an item", sequence.tag, h.tag))
			}
			return items, at, nil
		}
		if !p.take() {
			return nil, 0, UnsupportedError(fmt.Sprintf("more than %d elements", maxElements))
		}
		itemEnd := end
		if h.length != undefined && uint64(h.length) <= uint64(end-h.at) {
			itemEnd = h.at + int(h.length)
		}
		ds, next, err := p.item(h.at, itemEnd, depth)
		if err != nil {
			return nil, 0, err
		}
		items = append(items, ds)
		if at = next; h.length != undefined {
			at = itemEnd
		}
	}
	p.truncated = p.truncated || sequence.length == undefined
	return items, end, nil
}

// item reads an item in its own encoding: private sequences and those of VR UN
// are often implicit within an explicit data set, or the other way round.
func (p *parser) item(at, end, depth int) (*DataSet, int, error) {
	outer := p.explicit
	defer func() { p.explicit = outer }()
	if end-at >= 8 && p.tag(at).Group() != 0xfffe {
		p.explicit = knownVR(p.data[at+4 : at+6])
	}
	return p.dataSet(at, end, depth)
}

// fragments reads encapsulated pixel data (PS3.5 A.4): the first one is the
// basic offset table.
func (p *parser) fragments(at, end int) ([][]byte, int, error) {
	var fragments [][]byte
	for end-at >= 8 {
		h, _ := p.header(at, end)
		if h.tag != item {
			if h.tag == sequenceEnd {
				at = h.at
			}
			return fragments, at, nil
		}
		if !p.take() {
			return nil, 0, UnsupportedError(fmt.Sprintf("more than %d elements", maxElements))
		}
		if uint64(h.length) > uint64(end-h.at) {
			p.truncated = true
			return append(fragments, p.data[h.at:end]), end, nil
		}
		at = h.at + int(h.length)
		fragments = append(fragments, p.data[h.at:at])
	}
	p.truncated = true
	return fragments, end, nil
}

// sorted puts the elements in the order of their tags, which broken writers
// neglect; of two with one tag the first stays first.
func (ds *DataSet) sorted() *DataSet {
	byTag := func(a, b Element) int { return int(int64(a.Tag) - int64(b.Tag)) }
	if !slices.IsSortedFunc(ds.elements, byTag) {
		slices.SortStableFunc(ds.elements, byTag)
	}
	return ds
}

func blank(b []byte) bool {
	for _, c := range b {
		if c != 0 {
			return false
		}
	}
	return true
}
