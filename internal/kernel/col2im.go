package kernel

// Col2im is the reverse of Im2col, its gradient: it adds what every place of
// the window holds to the pixel that it came from. dst is one C×H×W image, src
// is C·K·K × (y1-y0)·OutW with rows stride apart. Neighbouring chunks of an
// image share pixels, so they must not run at the same time.
//
//	for c < C, ky < K, kx < K, y0 ≤ y < y1, x < OutW:
//		dst[c, y*S+ky-P, x*S+kx-P] += src[((c*K+ky)*K+kx)*stride + (y-y0)*OutW+x], unless outside
func Col2im(dst, src []float32, stride int, g Geometry, y0, y1 int) {
	checkColumns("Col2im", g, y0, y1, stride, "src", len(src), "dst", len(dst))
	outW := g.OutW()
	for c := range g.C {
		plane := dst[c*g.H*g.W:][:g.H*g.W]
		for ky := range g.K {
			for kx := range g.K {
				first, last := g.inside(kx, outW)
				// Output rows whose row ky of the window is in the image.
				top := max(y0, (g.P-ky+g.S-1)/g.S)
				for y := top; y < y1 && y*g.S+ky-g.P < g.H && first < last; y++ {
					from := src[((c*g.K+ky)*g.K+kx)*stride+(y-y0)*outW:][first:last]
					to := plane[(y*g.S+ky-g.P)*g.W+first*g.S+kx-g.P:]
					if g.S == 1 { // too short a row for a leaf
						addToGeneric(to, from)
						continue
					}
					for x, v := range from {
						to[x*g.S] += v
					}
				}
			}
		}
	}
}
