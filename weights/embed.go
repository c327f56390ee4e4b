// Package weights holds the models that ship, as safetensors files, and
// index.json, which lists them with their scores, data and licences.
package weights

import "embed"

// Files is this folder. A pattern of go:embed must match a file, and a clone
// without a model must build too, so that the folder is taken whole.
//
//go:embed *
var Files embed.FS
