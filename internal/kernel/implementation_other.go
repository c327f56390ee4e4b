//go:build purego || (!amd64 && !(js && wasm))

package kernel

var native []*implementation
