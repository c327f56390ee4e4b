package alexnet

import "lungct/internal/kernel"

// winograd computes a convolution of stride 1 by minimal filtering (Winograd
// 1980; Lavin and Gray, "Fast Algorithms for Convolutional Neural Networks",
// 2016): F(mxm, RxR) makes mxm outputs from a tile of txt inputs, t = m+R-1,
// with txt instead of m*m*R*R products. With * for products element by element,
// for each tile d and each pair of channels,
//
//	y = Aᵀ [ (G w Gᵀ) * (Bᵀ d B) ] A
//
// All three transforms are linear in w, d and the products, so that each is one
// matrix product with the Kronecker square of G, Bᵀ or Aᵀ, over all channels and
// tiles; and the products of one place of the tile over all channels are one
// matrix product, too. The backward pass is the same steps transposed.
//
// Letters: K output channels, C input channels, T tiles of the images of a
// block, side by side. A tile's places come first in every layout.
type winograd struct {
	geometry kernel.Geometry // of the convolution
	channels int             // K
	m, t     int             // side of a tile's outputs and inputs
	fewest   int             // tiles of a batch that pay for reading filters larger than the weights
	filter   []float32       // G⊗G, t*t x R*R
	input    []float32       // Bᵀ⊗Bᵀ, t*t x t*t
	output   []float32       // Aᵀ⊗Aᵀ, m*m x t*t
	cuts     []group
}

// points at which the polynomials behind the algorithm are evaluated, infinity
// aside: small, and in pairs, which keeps rounding errors small.
var points = []float64{0, 1, -1, 2, -2, 0.5, -0.5}

// newWinograd returns the algorithm for a convolution of K channels, or nil
// where tiles of m outputs do not fit.
func newWinograd(g kernel.Geometry, channels, m int) *winograd {
	t := m + g.K - 1
	if g.S != 1 || g.OutH()%m != 0 || g.OutW()%m != 0 || t-1 > len(points) {
		return nil
	}
	filter, input, output := toomCook(m, g.K)
	return &winograd{
		geometry: g, channels: channels, m: m, t: t, fewest: kernel.TileColumns() / 2,
		filter: square(filter, t, g.K), input: square(input, t, t), output: square(output, m, t),
	}
}

// toomCook returns G (t x r), Bᵀ (t x t) and Aᵀ (m x t) for t-1 points and
// infinity, by the method of Toom and Cook (Blahut, "Fast Algorithms for Signal
// Processing", section 5.2).
func toomCook(m, r int) (filter, input, output []float64) {
	t := m + r - 1
	filter, input, output = make([]float64, t*r), make([]float64, t*t), make([]float64, m*t)
	whole := []float64{1} // the product of x - a over all points a
	for j, a := range points[:t-1] {
		whole = timesRoot(whole, a)
		others, norm := []float64{1}, 1.0
		for l, b := range points[:t-1] {
			if l != j {
				others = timesRoot(others, b)
				norm *= a - b
			}
		}
		copy(input[j*t:], others)
		power := 1.0
		for i := range max(m, r) {
			if i < r {
				filter[j*r+i] = power / norm
			}
			if i < m {
				output[i*t+j] = power
			}
			power *= a
		}
	}
	copy(input[(t-1)*t:], whole)
	filter[t*r-1], output[m*t-1] = 1, 1
	return filter, input, output
}

// timesRoot multiplies a polynomial, lowest power first, by x - a.
func timesRoot(p []float64, a float64) []float64 {
	q := make([]float64, len(p)+1)
	for i, v := range p {
		q[i] -= a * v
		q[i+1] += v
	}
	return q
}

// square is the Kronecker square of a rows x cols matrix.
func square(a []float64, rows, cols int) []float32 {
	s := make([]float32, 0, rows*rows*cols*cols)
	for i := range rows * rows {
		for j := range cols * cols {
			s = append(s, float32(a[i/rows*cols+j/cols]*a[i%rows*cols+j%cols]))
		}
	}
	return s
}

// places and outputs are the numbers of inputs and outputs of a tile.
func (w *winograd) places() int  { return w.t * w.t }
func (w *winograd) outputs() int { return w.m * w.m }

// tiles is the number of tiles of an image.
func (w *winograd) tiles() int { return w.geometry.OutH() / w.m * (w.geometry.OutW() / w.m) }

// transform writes the transformed weights, places x K x C.
func (w *winograd) transform(dst, weights []float32) {
	window, pairs := w.geometry.K*w.geometry.K, w.channels*w.geometry.C
	kernel.Gemm(false, true, w.places(), pairs, window, w.filter, window, weights, window, false, dst, pairs)
}

// addWeights adds to dw what the gradient of the transformed weights is to the
// weights themselves.
func (w *winograd) addWeights(dw, dfilters []float32) {
	window, pairs := w.geometry.K*w.geometry.K, w.channels*w.geometry.C
	kernel.Gemm(true, false, pairs, window, w.places(), dfilters, pairs, w.filter, window, true, dw, window)
}

// stripeValues bounds the values of the tiles that are transformed at once, so
// that they stay in the second-level cache.
const stripeValues = 1 << 16

// stripeOf is how many channels' tiles, of the given places and width, make one
// stripe.
func stripeOf(places, width int) int { return max(1, stripeValues/(places*width)) }

// load writes the transformed inputs of n images, places x C x T.
func (w *winograd) load(dst, x []float32, n int, s *scratch, shared bool) {
	channels, size := w.geometry.C, stripeOf(w.places(), n*w.tiles())
	if shared {
		stripes(channels, size, func(from, to int) { w.loadChannels(dst, x, from, to, n, s) })
		return
	}
	for from := 0; from < channels; from += size {
		w.loadChannels(dst, x, from, min(from+size, channels), n, s)
	}
}

// loadChannels is load for the channels from to to.
func (w *winograd) loadChannels(dst, x []float32, from, to, n int, s *scratch) {
	g, places, channels := w.geometry, w.places(), w.geometry.C
	width := n * w.tiles()
	side := g.W + 2*g.P
	row := (to - from) * width
	tiles, padded := s.get(places*row), s.get((g.H+2*g.P)*side)
	clear(padded)
	for i := range n {
		for c := from; c < to; c++ {
			plane := x[(i*channels+c)*g.H*g.W:]
			for y := range g.H {
				copy(padded[(y+g.P)*side+g.P:], plane[y*g.W:][:g.W])
			}
			w.cut(tiles[(c-from)*width+i*w.tiles():], row, padded, side)
		}
	}
	kernel.Gemm(false, false, places, row, places, w.input, places, tiles, row, false, dst[from*width:], channels*width)
	s.put(padded)
	s.put(tiles)
}

// cut lays out the tiles of one padded channel, whose rows are side long: a
// place a row of dst, stride apart. It is Im2col for tiles that are a few pixels
// apart, of which only a few fit a row.
func (w *winograd) cut(dst []float32, stride int, padded []float32, side int) {
	across, down := w.geometry.OutW()/w.m, w.geometry.OutH()/w.m
	for place := range w.places() {
		run := dst[place*stride:]
		corner := place/w.t*side + place%w.t
		for range down {
			line := padded[corner:][:(across-1)*w.m+1]
			at := 0
			for i := range run[:across] {
				run[i] = line[at]
				at += w.m
			}
			run = run[across:]
			corner += w.m * side
		}
	}
}

// addInputs adds to dx, of n images, what the gradient of the transformed
// inputs is to the inputs themselves.
func (w *winograd) addInputs(dx, dinputs []float32, n int, s *scratch) {
	g, places, channels := w.geometry, w.places(), w.geometry.C
	window := kernel.Geometry{C: 1, H: g.H, W: g.W, K: w.t, S: w.m, P: g.P}
	plane, width := g.H*g.W, n*w.tiles()
	for from, size := 0, stripeOf(places, width); from < channels; from += size {
		to := min(from+size, channels)
		row := (to - from) * width
		tiles := s.get(places * row)
		kernel.Gemm(true, false, places, row, places, w.input, places, dinputs[from*width:], channels*width, false, tiles, row)
		for i := range n {
			for c := from; c < to; c++ {
				kernel.Col2im(dx[(i*channels+c)*plane:][:plane], tiles[(c-from)*width+i*w.tiles():], row, window, 0, window.OutH())
			}
		}
		s.put(tiles)
	}
}

// store turns products, places x K x T, into y = max(0, product + bias) of n
// images.
func (w *winograd) store(y, products, bias []float32, n int, s *scratch, shared bool) {
	channels, size := w.channels, stripeOf(w.places(), n*w.tiles())
	if shared {
		stripes(channels, size, func(from, to int) { w.storeChannels(y, products, bias, from, to, n, s) })
		return
	}
	for from := 0; from < channels; from += size {
		w.storeChannels(y, products, bias, from, min(from+size, channels), n, s)
	}
}

// storeChannels is store for the channels from to to.
func (w *winograd) storeChannels(y, products, bias []float32, from, to, n int, s *scratch) {
	width := n * w.tiles()
	row := (to - from) * width
	tiles := s.get(w.outputs() * row)
	kernel.Gemm(false, false, w.outputs(), row, w.places(), w.output, w.places(), products[from*width:], w.channels*width, false, tiles, row)
	for i := range w.outputs() {
		kernel.AddBiasReLU(tiles[i*row:(i+1)*row], bias[from:to], to-from, width)
	}
	plane := w.geometry.OutH() * w.geometry.OutW()
	for i := range n {
		for k := from; k < to; k++ {
			w.spread(y[(i*w.channels+k)*plane:][:plane], tiles[((k-from)*n+i)*w.tiles():], row)
		}
	}
	s.put(tiles)
}

// loadGradient writes the gradient of the products, places x K x T, from that of
// y, of n images, and adds the gradient of the bias to db.
func (w *winograd) loadGradient(dproducts, db, dy, y []float32, n int, s *scratch) {
	width := n * w.tiles()
	masked := s.get(w.geometry.OutH() * w.geometry.OutW())
	defer s.put(masked)
	for from, size := 0, stripeOf(w.places(), width); from < w.channels; from += size {
		to := min(from+size, w.channels)
		row := (to - from) * width
		tiles := s.get(w.outputs() * row)
		for i := range n {
			for k := from; k < to; k++ {
				at := (i*w.channels + k) * len(masked)
				kernel.ReLUBackward(masked, dy[at:at+len(masked)], y[at:at+len(masked)])
				w.gather(tiles[((k-from)*n+i)*w.tiles():], masked, row)
			}
		}
		for i := range w.outputs() {
			kernel.BiasGrad(db[from:to], tiles[i*row:(i+1)*row], to-from, width)
		}
		kernel.Gemm(true, false, w.places(), row, w.outputs(), w.output, w.places(), tiles, row, false, dproducts[from*width:], w.channels*width)
		s.put(tiles)
	}
}

// spread writes the outputs of one channel's tiles, of which a place is a run of
// tiles and the next place is stride further, to where they belong in its plane.
func (w *winograd) spread(plane, tiles []float32, stride int) {
	width := w.geometry.OutW()
	across := width / w.m
	for y := range w.geometry.OutH() {
		line := plane[y*width:][:width]
		from := tiles[y%w.m*w.m*stride+y/w.m*across:] // the first place of this row of the tiles
		if w.m == 2 {
			even, odd := from[:across], from[stride:][:across]
			for i, v := range even {
				line[2*i], line[2*i+1] = v, odd[i]
			}
			continue
		}
		for x := range w.m {
			at := x
			for _, v := range from[x*stride:][:across] {
				line[at] = v
				at += w.m
			}
		}
	}
}

// gather is the reverse of spread.
func (w *winograd) gather(tiles, plane []float32, stride int) {
	width := w.geometry.OutW()
	across := width / w.m
	for y := range w.geometry.OutH() {
		line := plane[y*width:][:width]
		to := tiles[y%w.m*w.m*stride+y/w.m*across:]
		if w.m == 2 {
			even, odd := to[:across], to[stride:][:across]
			for i := range even {
				even[i], odd[i] = line[2*i], line[2*i+1]
			}
			continue
		}
		for x := range w.m {
			at := x
			run := to[x*stride:][:across]
			for i := range run {
				run[i] = line[at]
				at += w.m
			}
		}
	}
}

// multiply computes the products of n images: for each place, K x C filters by
// C x T inputs.
func (w *winograd) multiply(products, filters, inputs []float32, n int, shared bool) {
	if shared {
		kernel.Parallel(w.places(), func(i int) { w.multiplyPlace(products, filters, inputs, i, n) })
		return
	}
	for i := range w.places() {
		w.multiplyPlace(products, filters, inputs, i, n)
	}
}

// multiplyPlace is multiply for place i.
func (w *winograd) multiplyPlace(products, filters, inputs []float32, i, n int) {
	k, c, width := w.channels, w.geometry.C, n*w.tiles()
	kernel.Gemm(false, false, k, width, c, filters[i*k*c:], c, inputs[i*c*width:], width, false, products[i*k*width:], width)
}

// groupValues bounds the values that a group of images takes while its tiles are
// multiplied, 4 MB: the second-level cache holds about as much.
const groupValues = 1 << 20

// group is the images n0 to n1 of a batch, whose tiles are multiplied together.
type group struct{ n0, n1 int }

// groups cuts a batch of n images. The cut depends on the shapes alone, never on
// the number of threads, so that neither do the results. It is kept until the
// next call.
func (w *winograd) groups(n int) []group {
	image := w.places() * w.tiles() * (2*w.geometry.C + w.channels)
	size := max(1, groupValues/image)
	w.cuts = w.cuts[:0]
	for i := 0; i < n; i += size {
		w.cuts = append(w.cuts, group{i, min(i+size, n)})
	}
	return w.cuts
}

// forwardByTiles is the forward pass with f.fast.
func (f *convolution) forwardByTiles() {
	w, s := f.fast, f.scratch
	x, y, bias := values(f.x), f.out.data(), values(f.B)
	n := f.out.Shape()[0]
	image, plane := len(x)/n, len(y)/n
	f.transform()
	groups := w.groups(n)
	// Few groups are worked on together, many at the same time.
	shared := len(groups) < partials
	one := func(i int) {
		g := groups[i]
		n, tiles := g.n1-g.n0, w.tiles()
		inputs := s.get(w.places() * w.geometry.C * n * tiles)
		defer s.put(inputs)
		products := s.get(w.places() * w.channels * n * tiles)
		defer s.put(products)
		w.load(inputs, x[g.n0*image:g.n1*image], n, s, shared)
		w.multiply(products, f.filters, inputs, n, shared)
		w.store(y[g.n0*plane:g.n1*plane], products, bias, n, s, shared)
	}
	if !shared {
		kernel.Parallel(len(groups), one)
		return
	}
	for i := range groups {
		one(i)
	}
}

// backwardByTiles is the backward pass with f.fast, for the gradient dy of y.
func (f *convolution) backwardByTiles(dy []float32) {
	w, s := f.fast, f.scratch
	x, y := values(f.x), f.out.data()
	n := f.out.Shape()[0]
	image, plane := len(x)/n, len(y)/n
	k, c, places := w.channels, w.geometry.C, w.places()
	var dx []float32
	if f.x.RequiresGrad() {
		dx = f.x.Value().(*tensor).gradient()
	}
	groups := w.groups(n)
	parts := min(partials, len(groups))
	size := places*k*c + k // the gradients of the filters, then of the bias
	sums := s.get(parts * size)
	defer s.put(sums)
	kernel.Parallel(parts, func(p int) {
		dfilters := sums[p*size : (p+1)*size-k]
		db := sums[(p+1)*size-k : (p+1)*size]
		clear(db)
		first := p * len(groups) / parts
		for i, g := range groups[first : (p+1)*len(groups)/parts] {
			n := g.n1 - g.n0
			width := n * w.tiles()
			inputs, dproducts := s.get(places*c*width), s.get(places*k*width)
			w.load(inputs, x[g.n0*image:g.n1*image], n, s, false)
			w.loadGradient(dproducts, db, dy[g.n0*plane:g.n1*plane], y[g.n0*plane:g.n1*plane], n, s)
			for place := range places {
				in, dp := inputs[place*c*width:][:c*width], dproducts[place*k*width:][:k*width]
				kernel.Gemm(false, true, k, c, width, dp, width, in, width, i > 0, dfilters[place*k*c:], c)
				if dx != nil { // in has been used, and makes room for its gradient
					kernel.Gemm(true, false, c, width, k, f.filters[place*k*c:], c, dp, width, false, in, width)
				}
			}
			if dx != nil {
				w.addInputs(dx[g.n0*image:g.n1*image], inputs, n, s)
			}
			s.put(inputs)
			s.put(dproducts)
		}
	})
	total := sums[:size]
	for p := 1; p < parts; p++ {
		addTo(total, sums[p*size:(p+1)*size])
	}
	accumulate(f.B, func(db []float32) { kernel.AddTo(db, total[size-k:]) })
	accumulate(f.W, func(dw []float32) { w.addWeights(dw, total[:size-k]) })
	if dx != nil {
		passGradient(f.x)
	}
}

// addTo adds large slices by stripes.
func addTo(dst, src []float32) {
	stripes(len(dst), 1<<16, func(from, to int) { kernel.AddTo(dst[from:to], src[from:to]) })
}
