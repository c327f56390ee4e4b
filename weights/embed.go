// Package weights holds the models that ship, as safetensors files, and
// index.json, which lists them with their scores, data and licences.
package weights

import "embed"

// Files are the index and the models, without anything that training leaves
// beside them.
//
//go:embed index.json *.safetensors
var Files embed.FS
