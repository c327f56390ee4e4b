package jpegls

import (
	"encoding/binary"

	"lungct/internal/codec"
)

// An encoder of JPEG-LS that follows the procedures of T.87, annex A, step by
// step: the decoder's counterpart in the tests.
type encoder struct {
	near       int
	interleave int
	interval   int     // lines between restarts, 0: none
	preset     *preset // in an LSE segment
	transform  byte    // of colours, in an APP8 segment

	out []byte

	// of a scan
	maxval, t1, t2, t3, reset int
	span, qbpp, limit         int
	a, b, c, n                [367]int
	acc                       uint64
	bits                      int
	stuffed                   bool // the last byte was 0xFF
}

func (e *encoder) segment(marker byte, contents ...byte) {
	e.out = append(e.out, 0xFF, marker)
	e.out = binary.BigEndian.AppendUint16(e.out, uint16(len(contents)+2))
	e.out = append(e.out, contents...)
}

// encode returns the code stream, and the samples as a decoder has to
// reconstruct them, planes one after the other.
func (e *encoder) encode(img *codec.Image) ([]byte, [][]int) {
	n, w, h := img.Components, img.Width, img.Height
	e.out = []byte{0xFF, 0xD8}
	if e.transform != 0 {
		e.segment(0xE8, 'm', 'r', 'f', 'x', e.transform)
	}
	frame := []byte{byte(img.Precision), byte(h >> 8), byte(h), byte(w >> 8), byte(w), byte(n)}
	for c := range n {
		frame = append(frame, byte(c+1), 0x11, 0)
	}
	e.segment(0xF7, frame...)
	e.parameters(img.Precision)
	if e.interval > 0 {
		e.segment(0xDD, byte(e.interval>>8), byte(e.interval))
	}
	planes := make([][]int, n)
	all := make([]int, n)
	for c := range n {
		all[c] = c
		for i := range w * h {
			planes[c] = append(planes[c], int(img.Samples[i*n+c]))
		}
	}
	if e.interleave != 0 {
		e.scan(planes, all, w, h)
	} else {
		for c := range n {
			e.scan(planes, all[c:c+1], w, h)
		}
	}
	e.out = append(e.out, 0xFF, 0xD9)
	return e.out, planes
}

func (e *encoder) parameters(precision int) {
	e.maxval, e.reset = 1<<precision-1, 64
	d := thresholds(int32(e.maxval), int32(e.near))
	if p := e.preset; p != nil {
		e.segment(0xF8, 1, byte(p.maxval>>8), byte(p.maxval), byte(p.t1>>8), byte(p.t1), byte(p.t2>>8), byte(p.t2),
			byte(p.t3>>8), byte(p.t3), byte(p.reset>>8), byte(p.reset))
		d, e.reset, e.maxval = *p, int(p.reset), int(p.maxval)
	}
	e.t1, e.t2, e.t3 = int(d.t1), int(d.t2), int(d.t3)
	e.span = (e.maxval+2*e.near)/(2*e.near+1) + 1
	for e.qbpp = 0; 1<<e.qbpp < e.span; e.qbpp++ {
	}
	bpp := 2
	for 1<<bpp < e.maxval+1 {
		bpp++
	}
	e.limit = 2 * (bpp + max(8, bpp))
}

func (e *encoder) start() {
	for i := range e.a {
		e.a[i], e.b[i], e.c[i], e.n[i] = max(2, (e.span+32)/64), 0, 0, 1
	}
}

func (e *encoder) scan(planes [][]int, components []int, w, h int) {
	header := []byte{byte(len(components))}
	for _, c := range components {
		header = append(header, byte(c+1), 0)
	}
	e.segment(0xDA, append(header, byte(e.near), byte(e.interleave), 0)...)
	e.start()
	runs := make([]int, len(components))
	top := 0 // first line since a restart
	for y := range h {
		if e.interval > 0 && y > 0 && y%e.interval == 0 {
			e.flush()
			e.out = append(e.out, 0xFF, 0xD0+byte((y/e.interval-1)%8))
			e.start()
			clear(runs)
			top = y
		}
		var views []view
		for _, c := range components {
			views = append(views, view{planes[c], w, y, top})
		}
		if e.interleave == 2 {
			e.line(views, &runs[0])
			continue
		}
		for i := range views {
			e.line(views[i:i+1], &runs[i])
		}
	}
	e.flush()
}

// A view is a plane at a line, with the neighbours as figure A.1 and clause
// A.2.1 give them.
type view struct {
	plane     []int
	w, y, top int
}

func (v view) at(x, y int) int {
	switch {
	case y < v.top:
		return 0
	case x < 0 && y == v.top:
		return 0
	case x < 0:
		return v.at(0, y-1)
	case x >= v.w:
		return v.at(v.w-1, y)
	}
	return v.plane[y*v.w+x]
}

func (v view) neighbours(x int) (a, b, c, d int) {
	return v.at(x-1, v.y), v.at(x, v.y-1), v.at(x-1, v.y-1), v.at(x+1, v.y-1)
}

func (e *encoder) line(views []view, run *int) {
	for x := 0; x < views[0].w; {
		flat := true
		for _, v := range views {
			flat = flat && e.flat(v, x)
		}
		if flat {
			x = e.run(views, x, run)
			continue
		}
		for _, v := range views {
			e.regular(v, x)
		}
		x++
	}
}

func (e *encoder) flat(v view, x int) bool {
	a, b, c, d := v.neighbours(x)
	near := func(d int) bool { return -e.near <= d && d <= e.near }
	return near(d-b) && near(b-c) && near(c-a)
}

func (e *encoder) quantize(d int) int {
	switch {
	case d <= -e.t3:
		return -4
	case d <= -e.t2:
		return -3
	case d <= -e.t1:
		return -2
	case d < -e.near:
		return -1
	case d <= e.near:
		return 0
	case d < e.t1:
		return 1
	case d < e.t2:
		return 2
	case d < e.t3:
		return 3
	}
	return 4
}

func (e *encoder) regular(v view, x int) {
	a, b, c, d := v.neighbours(x)
	q1, q2, q3 := e.quantize(d-b), e.quantize(b-c), e.quantize(c-a)
	sign := 1
	if q1 < 0 || q1 == 0 && q2 < 0 || q1 == 0 && q2 == 0 && q3 < 0 {
		sign, q1, q2, q3 = -1, -q1, -q2, -q3
	}
	q := 81*q1 + 9*q2 + q3
	p := a + b - c
	if c >= max(a, b) {
		p = min(a, b)
	} else if c <= min(a, b) {
		p = max(a, b)
	}
	p = min(max(p+sign*e.c[q], 0), e.maxval)
	err := e.quantized(v, x, p, sign)
	k := 0
	for e.n[q]<<k < e.a[q] {
		k++
	}
	m := 2 * err
	if err < 0 {
		m = -2*err - 1
	}
	if e.near == 0 && k == 0 && 2*e.b[q] <= -e.n[q] {
		m = 2*err + 1
		if err < 0 {
			m = -2 * (err + 1)
		}
	}
	e.golomb(m, k, e.limit)
	e.update(q, err)
}

// quantized is the error of a sample against its prediction, which is replaced
// with what a decoder will reconstruct (A.4.4, A.4.5).
func (e *encoder) quantized(v view, x, p, sign int) int {
	step := 2*e.near + 1
	err := sign * (v.at(x, v.y) - p)
	if err > 0 {
		err = (err + e.near) / step
	} else {
		err = -(e.near - err) / step
	}
	v.plane[v.y*v.w+x] = min(max(p+sign*err*step, 0), e.maxval)
	if err < 0 {
		err += e.span
	}
	if err >= (e.span+1)/2 {
		err -= e.span
	}
	return err
}

func (e *encoder) update(q, err int) {
	e.b[q] += err * (2*e.near + 1)
	e.a[q] += max(err, -err)
	if e.n[q] == e.reset {
		e.a[q] >>= 1
		if e.b[q] >= 0 {
			e.b[q] >>= 1
		} else {
			e.b[q] = -((1 - e.b[q]) >> 1)
		}
		e.n[q] >>= 1
	}
	e.n[q]++
	if e.b[q] <= -e.n[q] {
		e.b[q] += e.n[q]
		if e.c[q] > -128 {
			e.c[q]--
		}
		if e.b[q] <= -e.n[q] {
			e.b[q] = -e.n[q] + 1
		}
	} else if e.b[q] > 0 {
		e.b[q] -= e.n[q]
		if e.c[q] < 127 {
			e.c[q]++
		}
		if e.b[q] > 0 {
			e.b[q] = 0
		}
	}
}

func (e *encoder) run(views []view, x int, index *int) int {
	length, w := 0, views[0].w
	for ; x+length < w; length++ {
		same := true
		for _, v := range views {
			diff := v.at(x+length, v.y) - v.at(x-1, v.y)
			same = same && -e.near <= diff && diff <= e.near
		}
		if !same {
			break
		}
	}
	for _, v := range views {
		for i := range length {
			v.plane[v.y*w+x+i] = v.at(x-1, v.y)
		}
	}
	x += length
	for length >= 1<<runLength[*index] {
		e.put(1, 1)
		length -= 1 << runLength[*index]
		*index = min(*index+1, 31)
	}
	if x == w {
		if length > 0 {
			e.put(1, 1)
		}
		return x
	}
	e.put(0, 1)
	e.put(length, runLength[*index])
	for _, v := range views {
		e.end(v, x, *index, len(views) > 1)
	}
	*index = max(*index-1, 0)
	return x + 1
}

func (e *encoder) end(v view, x, index int, many bool) {
	a, b, _, _ := v.neighbours(x)
	kind, p, sign := 0, b, 1
	if max(a-b, b-a) <= e.near && !many {
		kind, p = 1, a
	} else if a > b {
		sign = -1
	}
	err := e.quantized(v, x, p, sign)
	q := 365 + kind
	temp := e.a[q]
	if kind == 1 {
		temp += e.n[q] >> 1
	}
	k := 0
	for e.n[q]<<k < temp {
		k++
	}
	bit := 0
	if k == 0 && err > 0 && 2*e.b[q] < e.n[q] || err < 0 && (2*e.b[q] >= e.n[q] || k != 0) {
		bit = 1
	}
	m := 2*max(err, -err) - kind - bit
	e.golomb(m, k, e.limit-runLength[index]-1)
	if err < 0 {
		e.b[q]++
	}
	e.a[q] += (m + 1 - kind) >> 1
	if e.n[q] == e.reset {
		e.a[q] >>= 1
		e.b[q] >>= 1
		e.n[q] >>= 1
	}
	e.n[q]++
}

func (e *encoder) golomb(m, k, limit int) {
	if zeros := m >> k; zeros < limit-e.qbpp-1 {
		e.put(0, zeros)
		e.put(1, 1)
		e.put(m&(1<<k-1), k)
		return
	}
	e.put(0, limit-e.qbpp-1)
	e.put(1, 1)
	e.put(m-1, e.qbpp)
}

func (e *encoder) put(v, n int) {
	for i := n - 1; i >= 0; i-- {
		e.acc = e.acc<<1 | uint64(v)>>i&1
		if e.bits++; e.bits == 8 {
			e.byte()
		}
	}
}

// byte puts out eight bits, or seven after 0xFF.
func (e *encoder) byte() {
	b := byte(e.acc)
	e.out = append(e.out, b)
	e.acc, e.bits = 0, 0
	if b == 0xFF {
		e.bits = 1
	}
	e.stuffed = b == 0xFF
}

// flush fills the last byte with zeros; no 0xFF stands before a marker.
func (e *encoder) flush() {
	for e.bits > 1 || e.bits == 1 && !e.stuffed {
		e.put(0, 1)
	}
	if e.stuffed {
		e.out = append(e.out, 0)
	}
	e.acc, e.bits, e.stuffed = 0, 0, false
}
