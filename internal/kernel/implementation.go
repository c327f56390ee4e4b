package kernel

// An implementation is one full set of the leaves that exist more than once.
// The fields' comments are what every implementation computes; they differ in
// speed and in the order in which a sum is rounded.
type implementation struct {
	name string

	// mr and nr are the rows and columns of the tile that micro computes.
	mr, nr int

	// micro computes a column of tiles. For t < tiles, i < mr, j < nr:
	//
	//	sum := Σ a[(t*k+p)*mr+i] * b[p*nr+j]   over p < k, in this order
	//	c[(t*mr+i)*ldc+j] = sum, or += sum when accumulate
	//
	// Many tiles a call, because a call may be dear: under WebAssembly it
	// crosses from one module into another.
	micro func(tiles, k int, a, b, c []float32, ldc int, accumulate bool)

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
}

// generic is the plain Go implementation, present on every machine.
var generic = implementation{
	name:   "generic",
	mr:     2,
	nr:     4,
	micro:  microGeneric,
	skinny: 1,
	gemvN:  gemvNGeneric,
	gemvT:  gemvTGeneric,
}

// implementations are those this machine can run, best first.
var implementations = []*implementation{&generic}

// active is the implementation in use; only tests change it.
var active = implementations[0]
