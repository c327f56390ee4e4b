//go:build !purego

package kernel

// native is the implementation in _simd/leaves.ts, for the instructions that
// every WebAssembly host with vectors has. The host has compiled them before
// this program runs, so that there is nothing left to detect.
var native = []*implementation{{
	name:         "SIMD128",
	supported:    true,
	mr:           4,
	nr:           8,
	micro:        []micro{microSIMD128},
	packColumns:  packColumnsSIMD128,
	packRows:     packRowsSIMD128,
	square:       4,
	skinny:       4,
	gemvN:        gemvNSIMD128,
	gemvT:        gemvTSIMD128,
	gemvHalf:     gemvHalfSIMD128,
	gemvInt8:     gemvInt8SIMD128,
	widenHalf:    widenHalfSIMD128,
	finiteHalf:   finiteHalfSIMD128,
	relu:         reluSIMD128,
	reluBackward: reluBackwardSIMD128,
	addTo:        addToSIMD128,
	addReLU:      addReLUSIMD128,
	sgd:          sgdGeneric,
	nesterov:     nesterovGeneric,
	adam:         adamGeneric,
	maxRow:       maxRowSIMD128,
}}
