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
		for y := range f.Height {
			row := plane[y*c.v/d.maxV*c.stride*8:]
			out := img.Samples[y*f.Width*n:][:f.Width*n]
			if c.h == d.maxH {
				for x := range f.Width {
					out[x*n+i] = int32(row[x])
				}
				continue
			}
			for x := range f.Width {
				out[x*n+i] = int32(row[x*c.h/d.maxH])
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
