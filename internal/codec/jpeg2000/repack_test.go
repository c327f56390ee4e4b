package jpeg2000

import (
	"bytes"
	"encoding/binary"
	"os"
	"slices"
	"testing"

	"lungct/internal/codec"
)

// No free encoder writes packed packet headers, coding styles by component or
// progressions that overlap. Their streams are made here from plain ones.

// parts are a code stream of one tile and one tile-part, taken to pieces.
type parts struct {
	header   []byte // of the image, from SOC
	tileHead []byte // marker segments between SOT and SOD
	body     []byte
}

func takeApart(t testing.TB, data []byte) parts {
	t.Helper()
	sot := bytes.Index(data, []byte{0xff, 0x90, 0, 10})
	sod := bytes.Index(data, []byte{0xff, 0x93})
	if sot < 0 || sod < sot || !bytes.HasSuffix(data, []byte{0xff, 0xd9}) {
		t.Fatal("not a stream of one tile")
	}
	return parts{slices.Clone(data[:sot]), slices.Clone(data[sot+12 : sod]), slices.Clone(data[sod+2 : len(data)-2])}
}

// join makes a stream of tile-parts of tile 0.
func join(header []byte, tileParts ...parts) []byte {
	data := slices.Clone(header)
	for i, p := range tileParts {
		data = append(data, 0xff, 0x90, 0, 10, 0, 0)
		data = binary.BigEndian.AppendUint32(data, uint32(12+len(p.tileHead)+2+len(p.body)))
		data = append(data, byte(i), byte(len(tileParts)))
		data = append(data, p.tileHead...)
		data = append(append(data, 0xff, 0x93), p.body...)
	}
	return append(data, 0xff, 0xd9)
}

func (p parts) stream() []byte { return join(p.header, p) }

// packets cuts a body at its SOP markers; each packet is its header with EPH, and
// its content.
func (p parts) packets() (headers, contents [][]byte) {
	for _, packet := range bytes.Split(p.body, []byte{0xff, 0x91, 0, 4})[1:] {
		header, content, _ := bytes.Cut(packet[2:], []byte{0xff, 0x92})
		headers = append(headers, append(slices.Clone(header), 0xff, 0x92))
		contents = append(contents, content)
	}
	return headers, contents
}

func markerSegment(marker uint16, data ...byte) []byte {
	head := binary.BigEndian.AppendUint16(nil, marker)
	return append(binary.BigEndian.AppendUint16(head, uint16(len(data)+2)), data...)
}

// find is where the segment of a marker lies in a header, and its content.
func find(t testing.TB, header []byte, marker int) (start, end int, content []byte) {
	t.Helper()
	for i := 2; i+4 <= len(header); i = end {
		end = i + 2 + int(binary.BigEndian.Uint16(header[i+2:]))
		if int(binary.BigEndian.Uint16(header[i:])) == marker {
			return i, end, slices.Clone(header[i+4 : end])
		}
	}
	t.Fatalf("no marker %04x", marker)
	return 0, 0, nil
}

func readVector(t testing.TB, name string) []byte {
	t.Helper()
	data, err := os.ReadFile("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func mustDecode(t testing.TB, data []byte) *codec.Image {
	t.Helper()
	img, err := Decode(data, 1<<24)
	if err != nil {
		t.Fatal(err)
	}
	return img
}

// markers is rgb8 in LRCP: 2 layers, 4 resolutions, 3 components, one precinct
// each, with SOP and EPH.
func markers(t testing.TB) parts { return takeApart(t, readVector(t, "rgb8-markers.j2k")) }

// repacked makes streams whose packets are not where they usually are.
func repacked(t testing.TB) map[string][]byte {
	p := markers(t)
	headers, contents := p.packets()
	if len(headers) != 24 {
		t.Fatalf("got %d packets, want 24", len(headers))
	}
	packed, bodies := bytes.Join(headers, nil), bytes.Join(contents, nil)
	first, second := bytes.Join(headers[:7], nil), bytes.Join(headers[7:], nil)
	firstBody, secondBody := bytes.Join(contents[:7], nil), bytes.Join(contents[7:], nil)

	streams := make(map[string][]byte)
	ppt := append(markerSegment(markerPPT, append([]byte{1}, packed[100:]...)...), markerSegment(markerPPT, append([]byte{0}, packed[:100]...)...)...)
	streams["ppt"] = join(p.header, parts{tileHead: ppt, body: bodies})
	streams["ppt-parts"] = join(p.header,
		parts{tileHead: markerSegment(markerPPT, append([]byte{0}, first...)...), body: firstBody},
		parts{tileHead: markerSegment(markerPPT, append([]byte{0}, second...)...), body: secondBody})

	all := binary.BigEndian.AppendUint32(nil, uint32(len(first)))
	all = append(all, first...)
	all = binary.BigEndian.AppendUint32(all, uint32(len(second)))
	all = append(all, second...)
	head := append(slices.Clone(p.header), markerSegment(markerPPM, append([]byte{0}, all[:50]...)...)...)
	head = append(head, markerSegment(markerPPM, append([]byte{1}, all[50:]...)...)...)
	streams["ppm"] = join(head, parts{body: firstBody}, parts{body: secondBody})
	streams["ppm-one"] = join(slices.Concat(p.header, markerSegment(markerPPM, append(binary.BigEndian.AppendUint32([]byte{0}, uint32(len(packed))), packed...)...)),
		parts{body: bodies})

	// Layer 1 of resolutions 0 and 1, then both layers of component 1, then the
	// rest by position.
	changes := []byte{0, 0, 0, 1, 2, 3, orderRLCP, 0, 1, 0, 2, 4, 2, orderCPRL, 0, 0, 0, 2, 4, 3, orderPCRL}
	var order []int
	at := func(l, r, c int) {
		if i := l*12 + r*3 + c; !slices.Contains(order, i) {
			order = append(order, i)
		}
	}
	for r := range 2 {
		for c := range 3 {
			at(0, r, c)
		}
	}
	for _, components := range [][]int{{1}, {0, 1, 2}} {
		for _, c := range components {
			for r := range 4 {
				at(0, r, c)
				at(1, r, c)
			}
		}
	}
	var body []byte
	for _, i := range order {
		body = append(append(body, headers[i]...), contents[i]...)
	}
	poc := markerSegment(markerPOC, changes...)
	streams["changes-main"] = join(slices.Concat(p.header, poc), parts{body: body})
	other := markerSegment(markerPOC, 0, 0, 0, 1, 1, 1, orderRLCP)
	streams["changes-tile"] = join(slices.Concat(p.header, other), parts{tileHead: poc, body: body})
	n := 0
	for _, i := range order[:6] {
		n += len(headers[i]) + len(contents[i])
	}
	streams["changes-parts"] = join(p.header, parts{tileHead: markerSegment(markerPOC, changes[:7]...), body: body[:n]},
		parts{tileHead: markerSegment(markerPOC, changes[7:]...), body: body[n:]})
	return streams
}

func TestRepacked(t *testing.T) {
	want := sources["rgb8"].image()
	for name, data := range repacked(t) {
		t.Run(name, func(t *testing.T) { compare(t, mustDecode(t, data), want, 0) })
	}
}

// TestComponentStyles joins three streams of one component, coded differently,
// into one of three components in CPRL order.
func TestComponentStyles(t *testing.T) {
	names := []string{"grey12-real.j2k", "grey12-style-63.j2k", "grey12-levels-0.j2k"}
	first := takeApart(t, readVector(t, names[0]))
	_, sizEnd, siz := find(t, first.header, markerSIZ)
	siz = append(append(siz, siz[36:39]...), siz[36:39]...)
	siz[35] = 3
	header := append([]byte{0xff, 0x4f}, markerSegment(markerSIZ, siz...)...)
	header = append(header, first.header[sizEnd:]...)
	start, _, cod := find(t, header, markerCOD)
	header[start+5] = orderCPRL
	if layers := binary.BigEndian.Uint16(cod[2:]); layers != 1 {
		t.Fatalf("got %d layers, want 1", layers)
	}
	body := first.body
	var own [3][]byte
	for c := 1; c < 3; c++ {
		p := takeApart(t, readVector(t, names[c]))
		_, _, cod := find(t, p.header, markerCOD)
		_, _, qcd := find(t, p.header, markerQCD)
		own[c] = append(own[c], markerSegment(markerCOC, append([]byte{byte(c), 0}, cod[5:]...)...)...)
		own[c] = append(own[c], markerSegment(markerQCC, append([]byte{byte(c)}, qcd...)...)...)
		body = append(body, p.body...)
	}
	for place, data := range map[string][]byte{
		"main header": join(slices.Concat(header, own[1], own[2]), parts{body: body}),
		"tile header": join(header, parts{tileHead: slices.Concat(own[1], own[2]), body: body}),
		"tile outranks main": join(slices.Concat(header, swapComponent(own[1], 2), own[1]),
			parts{tileHead: own[2], body: body}),
	} {
		t.Run(place, func(t *testing.T) {
			img := mustDecode(t, data)
			for c, name := range names {
				one := *img
				one.Components, one.Samples = 1, nil
				for i := c; i < len(img.Samples); i += 3 {
					one.Samples = append(one.Samples, img.Samples[i])
				}
				compare(t, &one, mustDecode(t, readVector(t, name)), 0)
			}
		})
	}
}

// swapComponent is COC and QCC segments for another component.
func swapComponent(segments []byte, c byte) []byte {
	swapped := slices.Clone(segments)
	swapped[4] = c
	coc := 2 + int(binary.BigEndian.Uint16(segments[2:]))
	swapped[coc+4] = c
	return swapped
}

// TestDerivedQuantization gives the same samples as the steps written out.
func TestDerivedQuantization(t *testing.T) {
	p := takeApart(t, readVector(t, "grey12-real.j2k"))
	start, end, qcd := find(t, p.header, markerQCD)
	first := binary.BigEndian.Uint16(qcd[1:])
	derived := append([]byte{qcd[0]&^31 | quantDerived}, qcd[1:3]...)
	expounded := slices.Clone(qcd[:3])
	for r := uint16(1); r < 6; r++ {
		for range 3 {
			expounded = binary.BigEndian.AppendUint16(expounded, first-(r-1)<<11)
		}
	}
	with := func(qcd []byte) []byte {
		return join(slices.Concat(p.header[:start], markerSegment(markerQCD, qcd...), p.header[end:]), p)
	}
	got, err := Decode(with(derived), 1<<20)
	if err != nil {
		t.Fatal(err)
	}
	compare(t, got, mustDecode(t, with(expounded)), 0)
	if slices.Equal(got.Samples, mustDecode(t, p.stream()).Samples) {
		t.Error("the steps make no difference")
	}
}
