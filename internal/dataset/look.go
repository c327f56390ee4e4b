package dataset

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"image"
	"image/color"
	"math"
	"math/bits"
	"slices"

	"lungct/internal/ct"
)

// Look is what is kept of every loaded slice to find copies of it and to judge
// what can be told without looking at the lungs.
type Look struct {
	Format string // container of the file, such as "png"
	Colour string // how it stores colours, such as "grey" or "rgb", "" where that is not known
	Bytes  int    // of the file

	Pixels    [sha256.Size]byte            // of the size and of the picture reduced to 128x128: the same for the same pixels in another file
	Hash      Hash                         // nearly the same for nearly the same body
	Thumbnail [ThumbSide * ThumbSide]uint8 // the whole picture
}

// ThumbSide is the side of a thumbnail in pixels.
const ThumbSide = 32

// look describes a decoded file.
func look(f *file, slice *ct.Slice) *Look {
	plain := ct.Preprocessing{Crop: ct.CropNone, Std: 1, WindowCentre: -600, WindowWidth: 1500, Filter: ct.FilterLinear}
	l := &Look{Format: slice.Format, Bytes: f.bytes, Colour: f.colour}
	const side = 128
	h := sha256.New()
	binary.Write(h, binary.LittleEndian, [2]uint32{uint32(slice.Width), uint32(slice.Height)}) // a Hash never fails
	h.Write(plain.Resize(slice, side))
	h.Sum(l.Pixels[:0])
	copy(l.Thumbnail[:], plain.Resize(slice, ThumbSide))
	body := plain
	body.Crop = ct.CropBody
	l.Hash = hashOf(body.Resize(slice, hashInput))
	return l
}

// colourOf names how a picture file stores colours.
func colourOf(content []byte) string {
	config, _, err := image.DecodeConfig(bytes.NewReader(content))
	if err != nil {
		return ""
	}
	switch config.ColorModel {
	case color.GrayModel:
		return "grey"
	case color.Gray16Model:
		return "grey16"
	case color.YCbCrModel:
		return "ycbcr"
	case color.NYCbCrAModel:
		return "ycbcr+alpha"
	case color.CMYKModel:
		return "cmyk"
	case color.NRGBAModel, color.NRGBA64Model:
		return "rgb+alpha"
	case color.RGBAModel, color.RGBA64Model:
		return "rgb"
	}
	if _, ok := config.ColorModel.(color.Palette); ok {
		return "palette"
	}
	return "other"
}

// Hash is a perceptual hash: the signs of the 16x16 lowest frequencies of the
// picture's cosine transform, its mean aside, about their median (after Zauner
// 2010). Nearly the same pictures differ in few bits, unrelated ones in about half.
type Hash [hashSide * hashSide / 64]uint64

const (
	hashSide  = 16
	hashInput = 64 // side of the picture that is transformed
)

// cosines are cos(pi u (2x+1) / 2N) of frequency u at pixel x.
var cosines = func() (table [hashSide][hashInput]float32) {
	for u := range table {
		for x := range table[u] {
			table[u][x] = float32(math.Cos(math.Pi * float64(u*(2*x+1)) / (2 * hashInput)))
		}
	}
	return table
}()

// hashOf is the hash of a picture of hashInput x hashInput pixels.
func hashOf(grey []uint8) (h Hash) {
	var rows [hashInput][hashSide]float32 // transformed along x
	for y := range rows {
		for u := range hashSide {
			var sum float32
			for x, c := range &cosines[u] {
				sum += c * float32(grey[y*hashInput+x])
			}
			rows[y][u] = sum
		}
	}
	var f [hashSide * hashSide]float32
	for v := range hashSide {
		for u := range hashSide {
			var sum float32
			for y, c := range &cosines[v] {
				sum += c * rows[y][u]
			}
			f[v*hashSide+u] = sum
		}
	}
	sorted := slices.Sorted(slices.Values(f[1:]))
	median := sorted[len(sorted)/2]
	for i, value := range f[1:] {
		if value > median {
			h[(i+1)/64] |= 1 << ((i + 1) % 64)
		}
	}
	return h
}

// Distance is the number of bits in which two hashes differ, 0 to 255.
func (h Hash) Distance(other Hash) (d int) {
	for i := range h {
		d += bits.OnesCount64(h[i] ^ other[i])
	}
	return d
}
