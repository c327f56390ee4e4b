package dataset

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"lungct/internal/ct"
)

// noise is a side x side slice of random greys.
func noise(side int) []uint8 {
	rng := rand.New(rand.NewPCG(1, uint64(side)))
	grey := make([]uint8, side*side)
	for i := range grey {
		grey[i] = uint8(rng.IntN(256))
	}
	return grey
}

// Variations that move whole pixels must copy them exactly.
func TestPlaceExact(t *testing.T) {
	const out, side, margin = 30, 36, 3
	src := noise(side)
	at := func(x, y int) uint8 { return src[(margin+y)*side+margin+x] }
	for _, tt := range []struct {
		name                 string
		cx, angle            float64
		flipH, flipV         float64
		want                 func(x, y int) uint8
		contrast, brightness float64
	}{
		{name: "identity is the centre", cx: 18, flipH: 1, flipV: 1, want: at},
		{name: "mirrored left and right", cx: 18, flipH: -1, flipV: 1, want: func(x, y int) uint8 { return at(out-1-x, y) }},
		{name: "mirrored top and bottom", cx: 18, flipH: 1, flipV: -1, want: func(x, y int) uint8 { return at(x, out-1-y) }},
		{name: "both", cx: 18, flipH: -1, flipV: -1, want: func(x, y int) uint8 { return at(out-1-x, out-1-y) }},
		{name: "two pixels to the right", cx: 20, flipH: 1, flipV: 1, want: func(x, y int) uint8 { return at(x+2, y) }},
		{name: "a quarter turn", cx: 18, angle: math.Pi / 2, flipH: 1, flipV: 1, want: func(x, y int) uint8 { return at(out-1-y, x) }},
	} {
		dst := make([]uint8, out*out)
		place(out, out, tt.cx, side/2, tt.angle, tt.flipH, tt.flipV).apply(dst, out, src, side, nil)
		for i, got := range dst {
			if want := tt.want(i%out, i/out); got != want {
				t.Errorf("%s: pixel (%d, %d): got %d, want %d", tt.name, i%out, i/out, got, want)
				break
			}
		}
	}
}

// The zero Augmentation is the identity: the centre of the slice, untouched.
func TestNoAugmentation(t *testing.T) {
	const out, side = 60, 66
	src, dst := noise(side), make([]uint8, out*out)
	var a Augmentation
	rng := rand.New(rand.NewPCG(1, 1))
	a.draw(rng, out, side).apply(dst, out, src, side, nil)
	for y := range out {
		if !slices.Equal(dst[y*out:(y+1)*out], src[(y+3)*side+3:(y+3)*side+3+out]) {
			t.Fatalf("row %d is not the source's", y)
		}
	}
}

// Seen whole, a varied slice must look like the one the network reads later.
func TestWholeSliceMatchesResize(t *testing.T) {
	const out = 100
	side := GridSide(out)
	s := &ct.Slice{Width: 220, Height: 180, Grey: make([]uint8, 220*180)}
	for i := range s.Grey {
		x, y := float64(i%220), float64(i/220)
		s.Grey[i] = uint8(128 + 60*math.Sin(x/15) + 60*math.Cos(y/12))
	}
	want := noCrop.Resize(s, out)
	got := make([]uint8, out*out)
	place(out, float64(side), float64(side)/2, float64(side)/2, 0, 1, 1).apply(got, out, noCrop.Resize(s, side), side, nil)
	worst := 0
	for i := range got {
		worst = max(worst, max(int(got[i])-int(want[i]), int(want[i])-int(got[i])))
	}
	t.Logf("largest difference: %d of 255", worst)
	if worst > 4 {
		t.Errorf("largest difference: got %d of 255, want at most 4", worst)
	}
}

func TestOutsideIsBlack(t *testing.T) {
	const side = 30
	src := make([]uint8, side*side)
	for i := range src {
		src[i] = 200
	}
	dst := make([]uint8, side*side)
	place(side, side, side/2, side/2, math.Pi/4, 1, 1).apply(dst, side, src, side, nil)
	if dst[0] != 0 || dst[side*side-1] != 0 || dst[side/2*side+side/2] != 200 {
		t.Errorf("corners %d and %d, centre %d: want 0, 0 and 200", dst[0], dst[side*side-1], dst[side/2*side+side/2])
	}
}

func TestContrastAndBrightness(t *testing.T) {
	src := []uint8{0, 64, 128, 255}
	for _, tt := range []struct {
		gain, bias float32
		want       []uint8
	}{
		{1, 0, []uint8{0, 64, 128, 255}},
		{1, 25.5, []uint8{26, 90, 154, 255}},
		{1, -25.5, []uint8{0, 39, 103, 230}},
		{1.2, 128 * -.2, []uint8{0, 51, 128, 255}},
	} {
		v := place(2, 2, 1, 1, 0, 1, 1)
		v.gain, v.bias = tt.gain, tt.bias
		dst := make([]uint8, 4)
		v.apply(dst, 2, src, 2, nil)
		if !slices.Equal(dst, tt.want) {
			t.Errorf("gain %v, bias %v: got %v, want %v", tt.gain, tt.bias, dst, tt.want)
		}
	}
}

// Ten thousand draws stay within their ranges and use both ends of them.
func TestDrawRanges(t *testing.T) {
	const out, side = 300, 330
	a := Augmentation{Crop: .1, Rotation: 10, FlipH: true, Contrast: .2, Brightness: .1}
	lowest, highest := [4]float64{9, 9, 9, 999}, [4]float64{-9, -9, -9, -999}
	mirrored := 0
	for i := range uint64(10_000) {
		v := a.draw(generator(1, 2, i), out, side)
		crop := math.Hypot(v.xx, v.yx)
		if v.yy < 0 {
			t.Fatal("turned upside down although FlipV is off")
		}
		if v.xx < 0 {
			mirrored++
		}
		angle := math.Atan2(-v.xy, v.yy) * 180 / math.Pi
		bias := float64(v.bias-128*(1-v.gain)) / 255
		for k, x := range []float64{crop, float64(v.gain), bias, angle} {
			lowest[k], highest[k] = min(lowest[k], x), max(highest[k], x)
		}
	}
	for k, want := range [4][2]float64{{.9, 1.1}, {.8, 1.2}, {-.1, .1}, {-10, 10}} {
		slack := (want[1] - want[0]) / 100
		if lowest[k] < want[0]-1e-6 || lowest[k] > want[0]+slack || highest[k] > want[1]+1e-6 || highest[k] < want[1]-slack {
			t.Errorf("range %d: got %v to %v, want %v", k, lowest[k], highest[k], want)
		}
	}
	if mirrored < 4800 || mirrored > 5200 {
		t.Errorf("mirrored: got %d of 10000, want about half", mirrored)
	}
}

func BenchmarkApply(b *testing.B) {
	src, dst := noise(330), make([]uint8, 300*300)
	v := Augmentations["light"].draw(generator(1, 1, 1), 300, 330)
	for b.Loop() {
		v.apply(dst, 300, src, 330, nil)
	}
}
