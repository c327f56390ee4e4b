package jpeg2000

import (
	"runtime"
	"sync"
	"sync/atomic"
)

// maxPlanes is how many bit-planes fit a magnitude with its half.
const maxPlanes = 30

// blockJob is a code-block to be decoded, with what it is in.
type blockJob struct {
	block  *codeBlock
	band   *subband
	coding *coding
}

// jobs lists the code-blocks of a tile that have data.
func (t *tile) jobs() []blockJob {
	var jobs []blockJob
	for _, p := range t.precincts {
		for i := range p.parts {
			part := &p.parts[i]
			for k := range part.blocks {
				if b := &part.blocks[k]; b.passes > 0 {
					jobs = append(jobs, blockJob{b, part.band, t.components[p.component].coding})
				}
			}
		}
	}
	return jobs
}

// decodeBlocks decodes code-blocks into their resolutions, on all processors:
// blocks do not depend on each other.
func decodeBlocks(jobs []blockJob, body []byte) error {
	workers := min(runtime.GOMAXPROCS(0), len(jobs))
	errs := make([]error, workers)
	var next atomic.Int64
	var wait sync.WaitGroup
	work := func(i int) {
		d := decoders.Get().(*blockDecoder)
		defer decoders.Put(d)
		for errs[i] == nil {
			k := int(next.Add(1)) - 1
			if k >= len(jobs) {
				return
			}
			errs[i] = d.decode(jobs[k], body)
		}
	}
	for i := 1; i < workers; i++ {
		wait.Go(func() { work(i) })
	}
	if workers > 0 {
		work(0)
	}
	wait.Wait()
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

var decoders = sync.Pool{New: func() any { return new(blockDecoder) }}

// blockDecoder decodes one code-block after another.
type blockDecoder struct {
	passes passes
	data   []byte // of the block
}

func (d *blockDecoder) decode(job blockJob, body []byte) error {
	b := job.block
	if b.planes > maxPlanes {
		return unsupported("code-block of %d bit-planes, want at most %d", b.planes, maxPlanes)
	}
	d.data = d.data[:0]
	for _, c := range b.chunks {
		d.data = append(d.data, body[c.start:c.start+c.length]...)
	}
	p := &d.passes
	p.begin(b.place.width(), b.place.height())
	p.causal = job.coding.style&styleCausal != 0
	p.zero = &zeroContext[job.band.kind]
	if err := d.decodePasses(b, job.coding.style); err != nil {
		return err
	}
	if job.band.roi > 0 {
		p.unshift(job.band.roi)
	}
	if job.coding.reversible {
		place(p, b.place, job.band, job.band.in.integers, 1, 1)
	} else {
		place(p, b.place, job.band, job.band.in.reals, 0, job.band.delta/2)
	}
	return nil
}

// decodePasses decodes the codeword segments of a block (D.4 to D.6).
func (d *blockDecoder) decodePasses(b *codeBlock, style int) error {
	p := &d.passes
	p.mq.reset()
	data, n := d.data, 0
	for _, s := range b.segments {
		raw := style&styleBypass != 0 && n >= firstRaw && n%3 != 0
		if raw {
			p.raw.start(data[:s.length])
		} else {
			p.mq.start(data[:s.length])
		}
		data = data[s.length:]
		for range s.passes {
			if err := p.decodePass(n, b.planes-1-(n+2)/3, raw, style); err != nil {
				return err
			}
			n++
		}
		if !raw && p.mq.strayed() {
			return broken("code-block: got %d bytes for %d passes, which do not end there", s.length, s.passes)
		}
	}
	return nil
}

// decodePass decodes pass n of a block. The first is a cleanup pass, and then
// each bit-plane has three.
func (p *passes) decodePass(n, plane int, raw bool, style int) error {
	switch {
	case n%3 == 1 && raw:
		p.rawSignificance(plane)
	case n%3 == 1:
		p.significance(plane)
	case n%3 == 2 && raw:
		p.rawRefinement(plane)
	case n%3 == 2:
		p.refinement(plane)
	default:
		p.cleanup(plane)
		if style&styleSymbols != 0 && !p.segmentationSymbol() {
			return broken("code-block: got a wrong segmentation symbol")
		}
	}
	if style&styleReset != 0 {
		p.mq.reset()
	}
	return nil
}

// unshift lowers the coefficients of a region of interest, which are all above
// those of the background (H.1).
func (p *passes) unshift(shift int) {
	for i, m := range p.magnitudes[:(p.h+3)/4*4*p.w] {
		if m>>1>>shift != 0 {
			p.magnitudes[i] = m >> shift
		}
	}
}

// place puts a block's coefficients where they belong in the interleaved signal
// of a resolution. Magnitudes are in halves; drop is the bits to leave out.
func place[T int32 | float32](p *passes, at rect, band *subband, to []T, drop int, scale T) {
	step, x0, y0 := 1, at.x0, at.y0
	if band.kind != bandLL {
		step, x0, y0 = 2, 2*x0+band.kind&1, 2*y0+band.kind>>1
	}
	width := band.in.place.width()
	x0, y0 = x0-band.in.place.x0, y0-band.in.place.y0
	for y := range p.h {
		row := to[(y0+step*y)*width+x0:]
		words := p.words[(y/4+1)*p.stride+1:][:p.w]
		magnitudes := p.magnitudes[y/4*4*p.w+y%4:]
		shift := signShift + 4 + 3*(y%4)
		for x, f := range words {
			sign := -int32(f >> shift & 1)
			row[step*x] = T(int32(magnitudes[4*x]>>drop)^sign-sign) * scale
		}
	}
}
