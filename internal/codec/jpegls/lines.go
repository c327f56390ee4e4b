package jpegls

// lines decodes the lines of a scan. Lines have a sample more at either end:
// index 0 has what stands for the sample left of the first, and Width+1 for
// the one right of the last.
type lines struct {
	*parameters
	reader
	regions  []int8           // by gradient
	contexts [365 + 2]context // by gradients; at 365 and 366 for the ends of runs
	width    int
	bad      bool // the bits were no code
}

// reset begins anew, at the start of a scan and after each restart marker.
func (l *lines) reset(data []byte) {
	l.reader = reader{data: data}
	start := context{a: max(2, (l.span+32)/64), n: 1}
	for i := range l.contexts {
		l.contexts[i] = start
	}
}

// line decodes the line of one component below up, whose run index it takes
// and returns.
func (l *lines) line(up, now []int32, run int) int {
	regions, origin := l.regions, l.maxval
	up, now = up[:l.width+2], now[:l.width+2]
	a, c, b := now[0], up[0], up[1]
	for x := 1; x <= l.width; {
		d := up[x+1]
		q := 81*int32(regions[origin+d-b]) + 9*int32(regions[origin+b-c]) + int32(regions[origin+c-a])
		if q != 0 {
			a = l.regular(q, a, b, c)
			now[x] = a
			x++
			b, c = d, b
			continue
		}
		n, more := l.run(l.width+1-x, &run)
		for range n {
			now[x] = a
			x++
		}
		if !more {
			break
		}
		a = l.end(a, up[x], l.kind(a, up[x]), run)
		now[x] = a
		run = max(run-1, 0)
		b, c = up[x+1], up[x]
		x++
	}
	return run
}

// pixels decodes the lines of components that are interleaved by sample, all of
// which take part in a run.
func (l *lines) pixels(up, now [][]int32, run int) int {
	var q [4]int32
	for x := 1; x <= l.width; x++ {
		all := int32(0)
		for i := range now {
			u, a := up[i][x-1:x+2], now[i][x-1]
			q[i] = 81*int32(l.regions[l.maxval+u[2]-u[1]]) + 9*int32(l.regions[l.maxval+u[1]-u[0]]) + int32(l.regions[l.maxval+u[0]-a])
			all |= q[i]
		}
		if all != 0 {
			for i := range now {
				now[i][x] = l.regular(q[i], now[i][x-1], up[i][x], up[i][x-1])
			}
			continue
		}
		n, more := l.run(l.width+1-x, &run)
		for i := range now {
			for j := range n {
				now[i][x+j] = now[i][x-1]
			}
		}
		if x += n; !more {
			break
		}
		for i := range now {
			now[i][x] = l.end(now[i][x-1], up[i][x], 0, run)
		}
		run = max(run-1, 0)
	}
	return run
}

// regular decodes a sample in the context q, negative where its mirror image
// is meant, from those on the left, above, and above left (T.87, A.4 to A.6).
func (l *lines) regular(q, a, b, c int32) int32 {
	sign := q >> 31 // -1 or 0
	ctx := &l.contexts[(q^sign)-sign]
	var predicted int32
	switch low, high := min(a, b), max(a, b); {
	case c >= high:
		predicted = low
	case c <= low:
		predicted = high
	default:
		predicted = a + b - c
	}
	predicted = min(max(predicted+(ctx.c^sign)-sign, 0), l.maxval)
	k := ctx.golomb(ctx.a)
	m := l.mapped(k, l.limit)
	e := m>>1 ^ -(m & 1)
	if k == 0 && l.near == 0 && 2*ctx.b <= -ctx.n {
		e = ^e
	}
	ctx.learn(e, l.parameters)
	return l.sample(predicted, (e^sign)-sign)
}

// mapped decodes an error, mapped to 0 to span.
func (l *lines) mapped(k, limit int) int32 {
	m := l.golomb(k, limit-l.qbpp-1, l.qbpp)
	if m > l.span {
		l.bad = true
		return 0
	}
	return m
}

// sample is the sample with that error: errors are modulo span (T.87, A.4.4).
func (l *lines) sample(predicted, e int32) int32 {
	v := predicted + e*l.step
	if v < -l.near {
		v += l.span * l.step
	} else if v > l.maxval+l.near {
		v -= l.span * l.step
	}
	return min(max(v, 0), l.maxval)
}

// run decodes the length of a run, at most left, which is at least 1, and
// whether a sample follows that ends it (T.87, A.7.1).
func (l *lines) run(left int, index *int) (n int, more bool) {
	for n < left {
		length := runLength[*index]
		if l.bits(1) == 0 {
			n += int(l.bits(length))
			if n >= left {
				l.bad = true
				return left, false
			}
			return n, true
		}
		if n+1<<length > left {
			return left, false
		}
		n += 1 << length
		*index = min(*index+1, len(runLength)-1)
	}
	return n, false
}

// kind is 1 where a run that was broken by its error alone ends, else 0.
func (l *lines) kind(a, b int32) int32 {
	if max(a-b, b-a) <= l.near {
		return 1
	}
	return 0
}

// end decodes the sample that ends a run, from those on the left and above
// (T.87, A.7.2).
func (l *lines) end(a, b, kind int32, run int) int32 {
	ctx := &l.contexts[365+kind]
	k := ctx.golomb(ctx.a + kind*(ctx.n>>1))
	m := l.mapped(k, l.limit-runLength[run]-1)
	e := (m + kind + 1) >> 1
	odd := (m+kind)&1 == 1
	if odd == (k != 0 || 2*ctx.b >= ctx.n) {
		e = -e
	}
	ctx.learnEnd(e, m, kind, l.parameters)
	if kind == 1 {
		return l.sample(a, e)
	}
	if a > b {
		e = -e
	}
	return l.sample(b, e)
}
