// Package kernel holds the float32 loops that a convolutional network spends
// its time in: matrix products, windows over images, pooling, normalisation,
// loss and update. It knows nothing of layers, models or files.
//
// Layout: matrices are row-major with a row stride in elements; images are
// C×H×W, one after another in a batch. Window sizes, strides and padding obey
// PyTorch's definitions (Conv2d, MaxPool2d, LocalResponseNorm, CrossEntropyLoss,
// SGD), whose letters are used throughout: N images, C channels, H×W pixels,
// K×K window, S stride, P padding.
//
// Every exported function checks its arguments and panics with one line when
// they do not fit together, as an index out of range would: such a call is a
// programming error, never the effect of a bad file. Nothing else panics, and
// NaN and infinity travel through as IEEE 754 has it.
//
// The work itself is done by leaves, small functions without checks. Each leaf
// has a plain Go twin; see implementation.
package kernel

import (
	"fmt"
	"math"
	"math/bits"
	"sync"
)

// atLeast panics unless a slice is long enough.
func atLeast(function, slice string, got, want int) {
	if got < want {
		panic(fmt.Sprintf("kernel: %s: len(%s) is %d, want at least %d", function, slice, got, want))
	}
}

// exactly panics unless a slice has the length of its partner.
func exactly(function, slice string, got, want int) {
	if got != want {
		panic(fmt.Sprintf("kernel: %s: len(%s) is %d, want %d", function, slice, got, want))
	}
}

// notBelow panics when a number is too small.
func notBelow(function, name string, got, least int) {
	if got < least {
		panic(fmt.Sprintf("kernel: %s: %s is %d, want at least %d", function, name, got, least))
	}
}

// extent is the number of elements from the first to the last of a rows×cols
// matrix whose rows are stride apart, or the largest int where that overflows.
func extent(rows, cols, stride int) int {
	if rows == 0 || cols == 0 {
		return 0
	}
	high, low := bits.Mul(uint(rows-1), uint(stride))
	if high != 0 || low > uint(math.MaxInt-cols) {
		return math.MaxInt
	}
	return int(low) + cols
}

// scratch recycles the buffers that kernels pack and rearrange into.
var scratch = sync.Pool{New: func() any { return new([]float32) }}

// borrow returns a buffer of n elements with anything in it, to be handed back
// with scratch.Put.
func borrow(n int) *[]float32 {
	buffer := scratch.Get().(*[]float32)
	if cap(*buffer) < n {
		*buffer = make([]float32, n)
	}
	*buffer = (*buffer)[:n]
	return buffer
}
