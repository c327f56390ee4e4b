//go:build !purego

package kernel

import "unsafe"

// The functions of simd.wasm. The host hands them to this program as the import
// module "kernel" and gives simd.wasm this program's memory; web/js/kernels.js
// shows how. A slice of WebAssembly's memory has less than 2³⁰ elements, so that
// lengths and strides fit.

func microSIMD128(tiles, k int, a []float32, rowStride, stepStride int, b, c []float32, ldc int, accumulate bool) {
	simdMicro(int32(tiles), int32(k), pointer(a), int32(rowStride), int32(stepStride), pointer(b), pointer(c), int32(ldc), accumulate)
}

func packColumnsSIMD128(dst, src []float32, ld, panels, depth int) {
	simdPackColumns(pointer(dst), pointer(src), int32(ld), int32(panels), int32(depth))
}

func packRowsSIMD128(dst, src []float32, ld, depth int) {
	simdPackRows(pointer(dst), pointer(src), int32(ld), int32(depth))
}

func gemvNSIMD128(c, a, b []float32, ldb int) {
	simdGemvN(pointer(c), int32(len(c)), pointer(a), int32(len(a)), pointer(b), int32(ldb))
}

func gemvTSIMD128(c, a, b []float32, ldb int) {
	simdGemvT(pointer(c), int32(len(c)), pointer(a), int32(len(a)), pointer(b), int32(ldb))
}

func gemvHalfSIMD128(c, a []float32, b []uint16, ldb int) {
	simdGemvHalf(pointer(c), int32(len(c)), pointer(a), int32(len(a)), unsafe.Pointer(unsafe.SliceData(b)), int32(ldb))
}

func gemvInt8SIMD128(c []float32, a []int16, b []int8, ldb int) {
	simdGemvInt8(pointer(c), int32(len(c)), unsafe.Pointer(unsafe.SliceData(a)), int32(len(a)), unsafe.Pointer(unsafe.SliceData(b)), int32(ldb))
}

func widenHalfSIMD128(dst []float32, src []uint16) {
	simdWidenHalf(pointer(dst), unsafe.Pointer(unsafe.SliceData(src)), int32(len(src)))
}

func finiteHalfSIMD128(x []uint16) bool {
	return simdFiniteHalf(unsafe.Pointer(unsafe.SliceData(x)), int32(len(x)))
}

func reluSIMD128(dst, src []float32) { simdReLU(pointer(dst), pointer(src), int32(len(src))) }

func reluBackwardSIMD128(dx, dy, y []float32) {
	simdReLUBackward(pointer(dx), pointer(dy), pointer(y), int32(len(y)))
}

func addToSIMD128(dst, src []float32) { simdAddTo(pointer(dst), pointer(src), int32(len(src))) }

func addReLUSIMD128(x []float32, value float32) { simdAddReLU(pointer(x), int32(len(x)), value) }

func maxRowSIMD128(dst []float32, arg []int32, src []float32, corner, width, k, s int) {
	simdMaxRow(pointer(dst), unsafe.Pointer(unsafe.SliceData(arg)), int32(len(dst)), pointer(src), int32(corner), int32(width), int32(k), int32(s))
}

func pointer(x []float32) unsafe.Pointer { return unsafe.Pointer(unsafe.SliceData(x)) }

//go:wasmimport kernel micro
//go:noescape
func simdMicro(tiles, k int32, a unsafe.Pointer, rowStride, stepStride int32, b, c unsafe.Pointer, ldc int32, accumulate bool)

//go:wasmimport kernel packColumns
//go:noescape
func simdPackColumns(dst, src unsafe.Pointer, ld, panels, depth int32)

//go:wasmimport kernel packRows
//go:noescape
func simdPackRows(dst, src unsafe.Pointer, ld, depth int32)

//go:wasmimport kernel gemvN
//go:noescape
func simdGemvN(c unsafe.Pointer, n int32, a unsafe.Pointer, k int32, b unsafe.Pointer, ldb int32)

//go:wasmimport kernel gemvT
//go:noescape
func simdGemvT(c unsafe.Pointer, n int32, a unsafe.Pointer, k int32, b unsafe.Pointer, ldb int32)

//go:wasmimport kernel gemvHalf
//go:noescape
func simdGemvHalf(c unsafe.Pointer, n int32, a unsafe.Pointer, k int32, b unsafe.Pointer, ldb int32)

//go:wasmimport kernel gemvInt8
//go:noescape
func simdGemvInt8(c unsafe.Pointer, n int32, a unsafe.Pointer, k int32, b unsafe.Pointer, ldb int32)

//go:wasmimport kernel widenHalf
//go:noescape
func simdWidenHalf(dst, src unsafe.Pointer, n int32)

//go:wasmimport kernel finiteHalf
//go:noescape
func simdFiniteHalf(x unsafe.Pointer, n int32) bool

//go:wasmimport kernel relu
//go:noescape
func simdReLU(dst, src unsafe.Pointer, n int32)

//go:wasmimport kernel reluBackward
//go:noescape
func simdReLUBackward(dx, dy, y unsafe.Pointer, n int32)

//go:wasmimport kernel addTo
//go:noescape
func simdAddTo(dst, src unsafe.Pointer, n int32)

//go:wasmimport kernel addReLU
//go:noescape
func simdAddReLU(x unsafe.Pointer, n int32, value float32)

//go:wasmimport kernel maxRow
//go:noescape
func simdMaxRow(dst, arg unsafe.Pointer, n int32, src unsafe.Pointer, corner, width, k, s int32)
