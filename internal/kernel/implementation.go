package kernel

// The compiler of simd.wasm is a development dependency of package.json.
//
//go:generate ../../node_modules/.bin/asc --config _simd/asconfig.json

// An implementation is one full set of the leaves that exist more than once.
// The fields' comments are what every implementation computes; they differ in
// speed and in the order in which a sum is rounded. Slices must be long enough:
// a leaf does not check.
type implementation struct {
	name      string
	supported bool // by the machine this runs on

	// mr and nr are the rows and columns of the tile that micro computes, or
	// rather the last leaf of micro: micro[v] computes v+1 vectors of columns.
	// A vector has nr/len(micro) values.
	mr, nr int

	// micro computes a column of tiles, reading A in place and B from a panel.
	// For t < tiles, i < mr, j < nr or what is computed of them:
	//
	//	sum := Σ a[(t*mr+i)*rowStride + p*stepStride] * b[p*nr+j]   over p < k, in this order
	//	c[(t*mr+i)*ldc+j] = sum, or += sum when accumulate
	//
	// Many tiles a call, because a call may be dear: under WebAssembly it
	// crosses from one module into another.
	micro []micro

	// packColumns copies columns of a matrix into panels for micro:
	//
	//	for panel < panels, p < depth, j < nr:
	//		dst[(panel*depth+p)*nr+j] = src[p*ld + panel*nr+j]
	packColumns func(dst, src []float32, ld, panels, depth int)

	// packRows copies one panel from a matrix stored transposed; depth is a
	// multiple of square:
	//
	//	for p < depth, j < nr:
	//		dst[p*nr+j] = src[j*ld + p]
	packRows func(dst, src []float32, ld, depth int)
	square   int

	// skinny is the largest number of rows of C for which reading B in place
	// beats packing it.
	skinny int

	// gemvN adds a row times a matrix, k = len(a) and n = len(c) not 0:
	//
	//	c[j] += Σ a[p] * b[p*ldb+j]   over p < k
	gemvN func(c, a, b []float32, ldb int)

	// gemvT is gemvN with the matrix stored transposed:
	//
	//	c[j] += Σ a[p] * b[j*ldb+p]   over p < k
	gemvT func(c, a, b []float32, ldb int)

	// gemvHalf is gemvT with b in half precision, all finite.
	gemvHalf func(c, a []float32, b []uint16, ldb int)

	// gemvInt8 adds up integers and then rounds; no sum of some of the products
	// overflows.
	//
	//	c[j] = Σ a[p] * b[j*ldb+p]   over p < k
	gemvInt8 func(c []float32, a []int16, b []int8, ldb int)

	// widenHalf is WidenHalf.
	widenHalf func(dst []float32, src []uint16)

	// finiteHalf is FiniteHalf.
	finiteHalf func(x []uint16) bool

	// Slices of one length; dst may be src, and dx may be dy.
	//
	//	dst[i] = src[i] unless src[i] <= 0, else 0
	relu func(dst, src []float32)

	//	dx[i] = dy[i] where y[i] > 0, else 0
	reluBackward func(dx, dy, y []float32)

	//	dst[i] += src[i]
	addTo func(dst, src []float32)

	//	x[i] = x[i] + value unless that is <= 0, else 0
	addReLU func(x []float32, value float32)

	// sgd is SGD, rounded after each operation.
	sgd func(w, v, g []float32, lr, momentum, decay float32)

	// nesterov and adam are Nesterov and Adam, likewise; rest1 and rest2 are
	// what the betas lack to 1.
	nesterov func(w, v, g []float32, lr, momentum, decay float32)
	adam     func(w, m, s, g []float32, beta1, rest1, beta2, rest2, rate, scale, epsilon, decay, keep float32)

	// maxRow finds the first largest pixel, or the last NaN, in each of a row of
	// K×K windows, S pixels apart; the first begins at src[corner], and rows of
	// the image are width apart. arg may be nil; len(dst) is not 0.
	//
	//	for x < len(dst):
	//		dst[x] = max src[corner + x*s + ky*width + kx]   over ky < k, kx < k
	//		arg[x] = index of that value in src
	maxRow func(dst []float32, arg []int32, src []float32, corner, width, k, s int)
}

// micro is the type of the leaf that it is named after.
type micro = func(tiles, k int, a []float32, rowStride, stepStride int, b, c []float32, ldc int, accumulate bool)

// generic is the plain Go implementation, present on every machine.
var generic = implementation{
	name:         "generic",
	supported:    true,
	mr:           2,
	nr:           genericColumns,
	micro:        []micro{microGeneric},
	packColumns:  packColumnsGeneric,
	packRows:     packRowsGeneric,
	square:       1,
	skinny:       4,
	gemvN:        gemvNGeneric,
	gemvT:        gemvTGeneric,
	gemvHalf:     gemvHalfGeneric,
	gemvInt8:     gemvInt8Generic,
	widenHalf:    widenHalfGeneric,
	finiteHalf:   finiteHalfGeneric,
	relu:         reluGeneric,
	reluBackward: reluBackwardGeneric,
	addTo:        addToGeneric,
	addReLU:      addReLUGeneric,
	sgd:          sgdGeneric,
	nesterov:     nesterovGeneric,
	adam:         adamGeneric,
	maxRow:       maxRowGeneric,
}

// implementations are all that this program was built with, best first.
var implementations = append(native, &generic)

// active is the implementation in use, the first that the machine supports;
// only tests change it.
var active = func() *implementation {
	for _, each := range implementations {
		if each.supported {
			return each
		}
	}
	panic("unreachable: the generic implementation is always supported")
}()
