package ct

import (
	"image"
	"image/color"
)

// greyOn draws img over black on a width x height canvas whose corner is the
// origin and returns the luminance. A GIF's first frame may cover only a part
// of its canvas; every other picture covers it all.
func greyOn(img image.Image, width, height int) []uint8 {
	grey := make([]uint8, width*height)
	b := img.Bounds().Intersect(image.Rect(0, 0, width, height))
	row := rowReader(img)
	for y := b.Min.Y; y < b.Max.Y; y++ {
		row(grey[y*width+b.Min.X:y*width+b.Max.X], b.Min.X, y)
	}
	return grey
}

// rowReader returns the function that reads the luminance of len(dst) pixels
// of img, rightwards from (x, y). The cases are fast paths only: each gives
// what the last one would.
func rowReader(img image.Image) func(dst []uint8, x, y int) {
	switch img := img.(type) {
	case *image.Gray:
		return func(dst []uint8, x, y int) {
			copy(dst, img.Pix[img.PixOffset(x, y):])
		}
	case *image.Gray16:
		return func(dst []uint8, x, y int) {
			src := img.Pix[img.PixOffset(x, y):]
			for i := range dst {
				dst[i] = to8(uint32(src[2*i])<<8 | uint32(src[2*i+1]))
			}
		}
	case *image.Paletted:
		var lut [256]uint8
		for i, c := range img.Palette {
			lut[i] = luminance(c.RGBA())
		}
		return func(dst []uint8, x, y int) {
			src := img.Pix[img.PixOffset(x, y):]
			for i := range dst {
				dst[i] = lut[src[i]]
			}
		}
	case *image.NRGBA:
		return func(dst []uint8, x, y int) {
			src := img.Pix[img.PixOffset(x, y):]
			for i := range dst {
				p := src[4*i : 4*i+4 : 4*i+4]
				dst[i] = luminance(color.NRGBA{p[0], p[1], p[2], p[3]}.RGBA())
			}
		}
	case *image.RGBA:
		return func(dst []uint8, x, y int) {
			src := img.Pix[img.PixOffset(x, y):]
			for i := range dst {
				p := src[4*i : 4*i+4 : 4*i+4]
				dst[i] = luminance(color.RGBA{p[0], p[1], p[2], p[3]}.RGBA())
			}
		}
	case *image.YCbCr:
		return func(dst []uint8, x, y int) {
			for i := range dst {
				yi, ci := img.YOffset(x+i, y), img.COffset(x+i, y)
				dst[i] = luminance(color.YCbCr{Y: img.Y[yi], Cb: img.Cb[ci], Cr: img.Cr[ci]}.RGBA())
			}
		}
	case image.RGBA64Image:
		return func(dst []uint8, x, y int) {
			for i := range dst {
				dst[i] = luminance(img.RGBA64At(x+i, y).RGBA())
			}
		}
	}
	return func(dst []uint8, x, y int) {
		for i := range dst {
			dst[i] = luminance(img.At(x+i, y).RGBA())
		}
	}
}

// luminance is 0.299 r + 0.587 g + 0.114 b (ITU-R BT.601, the weights of
// color.Gray16Model) of 16-bit values multiplied by their alpha, which is what
// lies over black.
func luminance(r, g, b, _ uint32) uint8 {
	return to8((19595*r + 38470*g + 7471*b + 1<<15) >> 16)
}

// to8 is v/257 rounded to the nearest, for v from 0 to 65535.
func to8(v uint32) uint8 {
	return uint8((v*255 + 32895) >> 16)
}
