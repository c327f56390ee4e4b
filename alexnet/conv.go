package alexnet

import (
	"github.com/nlpodyssey/spago/ag"
	"github.com/nlpodyssey/spago/mat"
	"github.com/nlpodyssey/spago/nn"

	"lungct/internal/kernel"
)

// Conv is a two-dimensional convolution followed by ReLU, over a batch:
//
//	y[n,k,i,j] = max(0, B[k] + sum over c,u,v of W[k,c,u,v] * x[n,c,i*S+u-P,j*S+v-P])
//
// W is K x (C*R*R), B is 1 x K, x is N x (C*H*W), y is N x (K*H'*W'). Where all
// channels of x are equal, as those of a grey CT are, x may hold one of them:
// see Model.ReadGrey.
type Conv struct {
	nn.Module
	W, B *nn.Param

	geometry kernel.Geometry
	equal    int // how many equal channels, of which x holds one, each channel of the geometry stands for
	folded   []float32
	fast     *winograd // nil where the layer is computed by im2col
	filters  []float32 // the weights as fast has them
	frozen   bool      // the weights do not change any more
	cuts     []block
	runs     [][]block // of cuts
	out      tensor
	scratch  *scratch
}

// weights returns W as the geometry has it: for equal channels, the sum of what
// is applied to each. Zero padding is equal in all channels too, so the sum is
// exact but for rounding.
func (l *Conv) weights() []float32 {
	w := values(l.W)
	if l.equal == 1 {
		return w
	}
	l.folded = append(l.folded[:0], make([]float32, len(w)/l.equal)...)
	window := l.geometry.K * l.geometry.K
	for i := 0; i < len(w)/window; i++ {
		at := i / l.equal * window
		kernel.AddTo(l.folded[at:at+window], w[i*window:(i+1)*window])
	}
	return l.folded
}

// transform brings filters up to date with W.
func (l *Conv) transform() {
	if l.frozen && l.filters != nil {
		return
	}
	if l.filters == nil {
		l.filters = make([]float32, l.fast.places()*l.W.Size()/(l.geometry.K*l.geometry.K))
	}
	l.fast.transform(l.filters, values(l.W))
}

// addGradient adds to dw, the gradient of W, that of weights(), which sum has
// transposed: (C*R*R) x K.
func (l *Conv) addGradient(dw, sum []float32) {
	window, channels := l.geometry.K*l.geometry.K, l.B.Size()
	for i := 0; i < len(dw)/window; i++ { // a kernel of one channel k for one of C
		k, c := i/(l.equal*l.geometry.C), i/l.equal%l.geometry.C
		from := sum[c*window*channels+k:]
		for at := range window {
			dw[i*window+at] += from[at*channels]
		}
	}
}

// Forward applies the layer to x, one row a sample.
func (l *Conv) Forward(x mat.Tensor) mat.Tensor {
	return ag.NewOperator(&convolution{l, x}).Run()
}

// convolution is one use of a Conv in a graph.
type convolution struct {
	*Conv
	x mat.Tensor
}

func (f *convolution) Operands() []mat.Tensor { return []mat.Tensor{f.x, f.W, f.B} }

// block is a part of a batch whose im2col matrix is multiplied at once: rows
// y0 to y1 of the output of images n0 to n1.
type block struct{ n0, n1, y0, y1 int }

// blockColumns is how wide the im2col matrix of a block should be: wide enough
// to pay for packing the weights, narrow enough to stay in the L2 cache.
const blockColumns = 512

// blocks cuts a batch of n images into parts. The cut depends on the shapes
// alone, never on the number of threads, so that neither do the results.
// A large image is cut into several blocks, small images share one. They are kept
// until the next call.
func (l *Conv) blocks(n int) []block {
	h, w := l.geometry.OutH(), l.geometry.OutW()
	l.cuts = l.cuts[:0]
	if h*w >= blockColumns {
		rows := max(1, blockColumns/w)
		for i := range n {
			for y := 0; y < h; y += rows {
				l.cuts = append(l.cuts, block{i, i + 1, y, min(y+rows, h)})
			}
		}
		return l.cuts
	}
	images := blockColumns / (h * w)
	for i := 0; i < n; i += images {
		l.cuts = append(l.cuts, block{i, min(i+images, n), 0, h})
	}
	return l.cuts
}

// columns unfolds channels c0 to c1 of block b of x into cols, which is
// (C*R*R) x the block's pixels, the images side by side.
func (f *convolution) columns(cols, x []float32, b block, c0, c1 int) {
	g := f.geometry
	image, plane, window := g.C*g.H*g.W, g.H*g.W, g.K*g.K
	g.C = c1 - c0
	width := f.pixels(b)
	for n := b.n0; n < b.n1; n++ {
		at := c0*window*width + (n-b.n0)*(b.y1-b.y0)*g.OutW()
		kernel.Im2col(cols[at:], width, x[n*image+c0*plane:n*image+c1*plane], g, b.y0, b.y1)
	}
}

// each calls visit for the channels k0 to k1 of every image n in b with the range
// of y (N x K*H'*W') that block b covers and its place in the K x width matrix m.
func (f *convolution) each(b block, k0, k1 int, visit func(k, y0, y1, m int)) {
	g, channels, width := f.geometry, f.B.Size(), f.pixels(b)
	plane := g.OutH() * g.OutW()
	pixels := (b.y1 - b.y0) * g.OutW()
	for n := b.n0; n < b.n1; n++ {
		for k := k0; k < k1; k++ {
			at := (n*channels+k)*plane + b.y0*g.OutW()
			visit(k, at, at+pixels, k*width+(n-b.n0)*pixels)
		}
	}
}

// byTiles tells whether a batch of n images is computed by winograd.
func (l *Conv) byTiles(n int) bool { return l.fast != nil && n*l.fast.tiles() >= l.fast.fewest }

// Forward computes y.
func (f *convolution) Forward() (mat.Tensor, error) {
	g := f.geometry
	channels, depth, plane := f.B.Size(), g.C*g.K*g.K, g.OutH()*g.OutW()
	n := f.x.Value().Shape()[0]
	f.out.reshape(n, channels*plane)
	if f.byTiles(n) {
		f.forwardByTiles()
		return &f.out, nil
	}
	x, w, bias, y := values(f.x), f.weights(), values(f.B), f.out.data()

	blocks := f.blocks(n)
	// Where blocks are few, threads share one.
	pieces := (shares + len(blocks) - 1) / len(blocks)
	kernel.Parallel(len(blocks), func(i int) {
		b := blocks[i]
		cols := f.scratch.get(depth * f.pixels(b))
		defer f.scratch.put(cols)
		if pieces == 1 {
			f.columns(cols, x, b, 0, g.C)
			f.multiply(y, w, cols, bias, b, 0, channels)
			return
		}
		stripes(g.C, (g.C+pieces-1)/pieces, func(c0, c1 int) { f.columns(cols, x, b, c0, c1) })
		stripes(channels, (channels+pieces-1)/pieces, func(k0, k1 int) { f.multiply(y, w, cols, bias, b, k0, k1) })
	})
	return &f.out, nil
}

// multiply computes the channels k0 to k1 of block b of y from its im2col matrix.
func (f *convolution) multiply(y, w, cols, bias []float32, b block, k0, k1 int) {
	g, channels, width := f.geometry, f.B.Size(), f.pixels(b)
	depth, plane := g.C*g.K*g.K, g.OutH()*g.OutW()
	w = w[k0*depth:]
	if b.n1-b.n0 == 1 { // rows of one image lie in y as they are
		at := (b.n0*channels+k0)*plane + b.y0*g.OutW()
		kernel.Gemm(false, false, k1-k0, width, depth, w, depth, cols, width, false, y[at:], plane)
	} else {
		product := f.scratch.get((k1 - k0) * width)
		defer f.scratch.put(product)
		kernel.Gemm(false, false, k1-k0, width, depth, w, depth, cols, width, false, product, width)
		f.each(b, k0, k1, func(k, y0, y1, m int) { copy(y[y0:y1], product[m-k0*width:]) })
	}
	f.each(b, k0, k1, func(k, y0, y1, m int) {
		kernel.AddBiasReLU(y[y0:y1], bias[k:k+1], 1, y1-y0)
	})
}

// pixels is the width of the im2col matrix of block b.
func (f *convolution) pixels(b block) int {
	return (b.n1 - b.n0) * (b.y1 - b.y0) * f.geometry.OutW()
}

// shares is the least number of tasks that a layer is cut into.
const shares = 4

// partials is the number of partial sums of the weights' gradient. It bounds
// the threads that a convolution's backward pass can use, and is constant so
// that the order of summation, and with it the result, does not depend on them.
const partials = 8

// Backward adds the gradients of W, B and, where wanted, x.
func (f *convolution) Backward(gy mat.Tensor) error {
	if f.byTiles(f.out.Shape()[0]) {
		f.backwardByTiles(mat.Data[float32](gy))
		return nil
	}
	g := f.geometry
	channels, depth := f.B.Size(), g.C*g.K*g.K
	image := g.C * g.H * g.W
	x, w, y := values(f.x), f.weights(), f.out.data()
	dy := mat.Data[float32](gy)

	var dx []float32
	if f.x.RequiresGrad() {
		dx = f.x.Value().(*tensor).gradient()
	}
	// Blocks of one image overlap in dx: parts end where images end.
	parts := f.parts(f.blocks(len(x) / image))
	sums := f.scratch.get(len(parts) * channels * depth)
	defer f.scratch.put(sums)
	biases := f.scratch.get(len(parts) * channels)
	defer f.scratch.put(biases)
	clear(biases)
	kernel.Parallel(len(parts), func(p int) {
		sum := sums[p*channels*depth : (p+1)*channels*depth]
		for i, b := range parts[p] {
			width := f.pixels(b)
			cols := f.scratch.get(depth * width)
			f.columns(cols, x, b, 0, g.C)
			dblock := f.scratch.get(channels * width)
			f.each(b, 0, channels, func(k, y0, y1, m int) {
				kernel.ReLUBackward(dblock[m:m+y1-y0], dy[y0:y1], y[y0:y1])
			})
			kernel.BiasGrad(biases[p*channels:(p+1)*channels], dblock, channels, width)
			// Transposed, because cols, which is the larger, then needs no packing.
			kernel.Gemm(false, true, depth, channels, width, cols, width, dblock, width, i > 0, sum, channels)
			if dx != nil {
				kernel.Gemm(true, false, depth, width, channels, w, depth, dblock, width, false, cols, width)
				pixels := width / (b.n1 - b.n0)
				for n := b.n0; n < b.n1; n++ {
					kernel.Col2im(dx[n*image:(n+1)*image], cols[(n-b.n0)*pixels:], width, g, b.y0, b.y1)
				}
			}
			f.scratch.put(dblock)
			f.scratch.put(cols)
		}
	})
	accumulate(f.B, func(db []float32) {
		for p := range parts {
			kernel.AddTo(db, biases[p*channels:(p+1)*channels])
		}
	})
	accumulate(f.W, func(dw []float32) {
		for p := range parts {
			f.addGradient(dw, sums[p*channels*depth:(p+1)*channels*depth])
		}
	})
	if dx != nil {
		passGradient(f.x)
	}
	return nil
}

// parts deals blocks out to at most partials runs of whole images.
func (f *convolution) parts(blocks []block) [][]block {
	images := blocks[len(blocks)-1].n1
	parts := f.runs[:0]
	next := 0
	for p := range partials {
		end := next
		for end < len(blocks) && blocks[end].n0 < (p+1)*images/partials {
			end++
		}
		if end > next {
			parts = append(parts, blocks[next:end])
		}
		next = end
	}
	f.runs = parts
	return parts
}

// values is the data of a node of the graph.
func values(t mat.Tensor) []float32 { return t.Value().(*tensor).data() }
