package jpeg

import "lungct/internal/codec"

// image transforms the coefficients into samples.
func (d *decoder) image() *codec.Image {
	f, n := d.frame, len(d.components)
	img := &codec.Image{Width: f.Width, Height: f.Height, Components: n, Precision: f.Precision}
	img.Samples = make([]int32, f.Width*f.Height*n)
	for i := range d.components {
		c := &d.components[i]
		plane := c.plane(f.Precision)
		c.coefficients = nil
		if c.h < d.maxH || c.v < d.maxV {
			d.enlarge(img.Samples[i:], c, plane)
			continue
		}
		for y := range f.Height {
			row := plane[y*c.stride*8:][:f.Width]
			out := img.Samples[y*f.Width*n+i:]
			for x, v := range row {
				out[x*n] = int32(v)
			}
		}
	}
	return img
}

// plane is the component's samples, stride x 8 in a row.
func (c *component) plane(precision int) []uint16 {
	width := c.stride * 8
	samples := make([]uint16, len(c.coefficients)*64)
	middle, top := int64(1)<<(precision-1), int64(1)<<precision-1
	var block [64]int64
	for b := range c.coefficients {
		for i, v := range c.coefficients[b] {
			block[i] = int64(v) * int64(c.quantizer[i])
		}
		inverse(&block)
		at := b/c.stride*8*width + b%c.stride*8
		for y := range 8 {
			out := samples[at+y*width:][:8]
			for x := range out {
				out[x] = uint16(min(max(block[y*8+x]+middle, 0), top))
			}
		}
	}
	return samples
}

// enlarge interpolates a component between the middles of its samples, which
// are those of the pixels that they cover, and stores it in every n-th element
// of out.
func (d *decoder) enlarge(out []int32, c *component, plane []uint16) {
	n, width := len(d.components), d.frame.Width
	columns, rows := between(width, c.h, d.maxH), between(d.frame.Height, c.v, d.maxV)
	line := make([]int, columns[width-1].high+1)
	whole := 4 * d.maxH * d.maxV
	for y, r := range rows {
		low, high := plane[r.low*c.stride*8:], plane[r.high*c.stride*8:]
		for x := range line {
			line[x] = int(low[x])*(2*d.maxV-r.part) + int(high[x])*r.part
		}
		for x, p := range columns {
			v := line[p.low]*(2*d.maxH-p.part) + line[p.high]*p.part
			out[(y*width+x)*n] = int32((v + whole/2) / whole)
		}
	}
}

// A place lies between two samples: so many parts of 2 x most away from low.
type place struct{ low, high, part int }

// between has for size pixels their places among the samples of a component,
// of which there are factor to most pixels.
func between(size, factor, most int) []place {
	places, last := make([]place, size), ceil(size*factor, most)-1
	for i := range places {
		at := max((2*i+1)*factor-most, 0)
		low := at / (2 * most)
		places[i] = place{low, min(low+1, last), at % (2 * most)}
	}
	return places
}
