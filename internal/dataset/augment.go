package dataset

import (
	"fmt"
	"math"
	"math/rand/v2"
)

// Augmentation is how far a training slice may be varied, so that the network
// does not learn a slice by heart (Krizhevsky et al. 2012, section 4.1). Each
// variation is drawn evenly from its range. The zero value varies nothing.
type Augmentation struct {
	Crop       float64 `json:"crop"`       // side of the cut-out, of the output's side: 1-Crop to 1+Crop
	Rotation   float64 `json:"rotation"`   // degrees either way
	Aspect     float64 `json:"aspect"`     // width to height: 1/(1+Aspect) to 1+Aspect
	FlipH      bool    `json:"flip_h"`     // mirror left and right, every other time
	FlipV      bool    `json:"flip_v"`     // mirror top and bottom, every other time
	Contrast   float64 `json:"contrast"`   // factor about middle grey: 1-Contrast to 1+Contrast
	Brightness float64 `json:"brightness"` // of the full range of grey, either way
	Gamma      float64 `json:"gamma"`      // exponent of grey: 1/(1+Gamma) to 1+Gamma
	Window     float64 `json:"window"`     // width of the grey window by 1/(1+Window) to 1+Window, centre by Window/2 of it either way
	Blur       float64 `json:"blur"`       // largest standard deviation in pixels, every other time
	Erase      float64 `json:"erase"`      // largest side of a rectangle painted over, of the output's side, every other time
}

// Augmentations are the ready ones by name. Light suits tightly cropped slices:
// patients lie a little rotated, lungs are nearly symmetric, windows differ from
// screen to screen. Medium adds what differs between hospitals, strong what a
// picture has gone through on its way into a paper.
var Augmentations = map[string]Augmentation{
	"none":   {},
	"light":  {Crop: 0.1, Rotation: 10, FlipH: true, Contrast: 0.2, Brightness: 0.1},
	"medium": {Crop: 0.15, Rotation: 12, Aspect: 0.1, FlipH: true, Contrast: 0.25, Brightness: 0.1, Gamma: 0.25, Window: 0.1, Blur: 0.7},
	"strong": {Crop: 0.25, Rotation: 20, Aspect: 0.2, FlipH: true, Contrast: 0.4, Brightness: 0.2, Gamma: 0.5, Window: 0.25, Blur: 1.2, Erase: 0.3},
}

// Check finds ranges that mean nothing.
func (a Augmentation) Check() error {
	for _, r := range []struct {
		name          string
		value, excess float64
	}{
		{"crop", a.Crop, 0.9}, {"rotation", a.Rotation, 180}, {"aspect", a.Aspect, 2}, {"contrast", a.Contrast, 1},
		{"brightness", a.Brightness, 1}, {"gamma", a.Gamma, 4}, {"window", a.Window, 1}, {"blur", a.Blur, 8}, {"erase", a.Erase, 1},
	} {
		if !(r.value >= 0 && r.value <= r.excess) {
			return fmt.Errorf("dataset: augmentation: %s: got %v, want 0 to %v", r.name, r.value, r.excess)
		}
	}
	return nil
}

// variation is one draw: an affine map from output to source pixels, a linear map
// of greys, and what is done to the pixels afterwards.
type variation struct {
	// The source position of the output pixel (x, y), in pixels from the
	// corner of the first pixel, is
	//	(x0 + xx*(x+½) + xy*(y+½), y0 + yx*(x+½) + yy*(y+½)).
	x0, xx, xy float64
	y0, yx, yy float64
	// The output grey is gain*grey + bias.
	gain, bias float32

	tone  *[256]uint8 // map of greys after that, nil for none
	blur  float64     // standard deviation, pixels
	erase rectangle
}

// place is the variation that cuts crop x crop pixels about (cx, cy) out of the
// source, turned by angle (radians), and scales them to out x out; flips are +1
// or, mirrored, -1.
func place(out int, crop, cx, cy, angle, flipH, flipV float64) variation {
	scale := crop / float64(out)
	sin, cos := math.Sincos(angle)
	v := variation{
		xx: flipH * scale * cos, xy: -flipV * scale * sin,
		yx: flipH * scale * sin, yy: flipV * scale * cos,
		gain: 1,
	}
	half := float64(out) / 2
	v.x0 = cx - v.xx*half - v.xy*half
	v.y0 = cy - v.yx*half - v.yy*half
	return v
}

// draw makes a variation of a side x side slice for an out x out input. It takes
// the same number of values from rng whatever the ranges are.
func (a Augmentation) draw(rng *rand.Rand, out, side int) variation {
	within := func(r float64) float64 { return r * (2*rng.Float64() - 1) }
	crop := float64(out) * (1 + within(a.Crop))
	room := max(0, float64(side)-crop) / 2
	dx, dy := within(room), within(room)
	if a.Crop == 0 {
		dx, dy = 0, 0
	}
	angle := within(a.Rotation) * math.Pi / 180
	flip := func(allowed bool) float64 {
		if rng.IntN(2) == 1 && allowed {
			return -1
		}
		return 1
	}
	flipH, flipV := flip(a.FlipH), flip(a.FlipV)
	v := place(out, crop, float64(side)/2+dx, float64(side)/2+dy, angle, flipH, flipV)
	v.gain = float32(1 + within(a.Contrast))
	v.bias = 128*(1-v.gain) + 255*float32(within(a.Brightness))
	v.stretch(out, math.Sqrt(factor(rng, a.Aspect)))
	a.drawTone(rng, &v)
	v.blur = max(0, within(a.Blur))
	v.erase = a.drawErase(rng, out)
	return v
}

// factor is drawn from 1/(1+r) to 1+r, so that enlarging and reducing are alike.
func factor(rng *rand.Rand, r float64) float64 {
	return math.Exp(math.Log1p(r) * (2*rng.Float64() - 1))
}

// stretch makes what the output shows wider by the factor and lower by as much,
// about its centre.
func (v *variation) stretch(out int, by float64) {
	half := float64(out) / 2
	v.x0 += half * (v.xx*(1-1/by) + v.xy*(1-by))
	v.y0 += half * (v.yx*(1-1/by) + v.yy*(1-by))
	v.xx, v.yx = v.xx/by, v.yx/by
	v.xy, v.yy = v.xy*by, v.yy*by
}

// apply makes dst, out x out, of src, side x side; a blur needs space for as many
// pixels as dst, and is left out without it.
func (v variation) apply(dst []uint8, out int, src []uint8, side int, space []uint8) {
	v.sample(dst, out, src, side)
	if v.blur > 0 && len(space) >= len(dst) {
		blur(dst, space, out, v.blur)
	}
	v.erase.paint(dst, out)
}

// sample reads src, side x side, once per pixel of dst, out x out, with bilinear
// interpolation. Outside the source it is black, as air is.
func (v variation) sample(dst []uint8, out int, src []uint8, side int) {
	for y := range out {
		row := dst[y*out : (y+1)*out]
		// Positions of pixel centres, hence the halves.
		sx := float32(v.x0 + v.xx*0.5 + v.xy*(float64(y)+0.5) - 0.5)
		sy := float32(v.y0 + v.yx*0.5 + v.yy*(float64(y)+0.5) - 0.5)
		xx, yx := float32(v.xx), float32(v.yx)
		for x := range row {
			grey := bilinear(src, side, sx+xx*float32(x), sy+yx*float32(x))
			row[x] = uint8(min(max(v.gain*grey+v.bias+0.5, 0), 255))
		}
		if v.tone != nil {
			for x, grey := range row {
				row[x] = v.tone[grey]
			}
		}
	}
}

// bilinear is the grey at (x, y), in pixels from the centre of the first pixel.
func bilinear(src []uint8, side int, x, y float32) float32 {
	if !(x > -1 && y > -1 && x < float32(side) && y < float32(side)) {
		return 0
	}
	i, j := int(x+1)-1, int(y+1)-1 // rounds down, also between -1 and 0
	fx, fy := x-float32(i), y-float32(j)
	var a, b, c, d float32
	if i >= 0 && j >= 0 && i+1 < side && j+1 < side {
		at := j*side + i
		top, bottom := src[at:at+2:at+2], src[at+side:at+side+2:at+side+2]
		a, b, c, d = float32(top[0]), float32(top[1]), float32(bottom[0]), float32(bottom[1])
	} else {
		pixel := func(i, j int) float32 {
			if i < 0 || j < 0 || i >= side || j >= side {
				return 0
			}
			return float32(src[j*side+i])
		}
		a, b, c, d = pixel(i, j), pixel(i+1, j), pixel(i, j+1), pixel(i+1, j+1)
	}
	top := a + (b-a)*fx
	bottom := c + (d-c)*fx
	return top + (bottom-top)*fy
}

// generator is the source of randomness for one sample in one epoch.
func generator(seed, epoch, sample uint64) *rand.Rand {
	return rand.New(rand.NewPCG(mix(seed^mix(epoch)), mix(sample)))
}

// mix spreads neighbouring numbers far apart (the finalizer of SplitMix64,
// Steele et al. 2014).
func mix(z uint64) uint64 {
	z += 0x9e3779b97f4a7c15
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}
