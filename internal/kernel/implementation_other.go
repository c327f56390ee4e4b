//go:build purego || (!amd64 && !(js && wasm && simd))

package kernel

var native []*implementation
