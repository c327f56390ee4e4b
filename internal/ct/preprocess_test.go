package ct

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"image"
	"math"
	"strings"
	"testing"
)

var usual = Preprocessing{Size: 300, Crop: CropBody, Mean: 0.53, Std: 0.29, WindowCentre: -600, WindowWidth: 1500, Filter: FilterLinear}

func TestPreprocessingValidate(t *testing.T) {
	if err := usual.Validate(); err != nil {
		t.Error(err)
	}
	nan := math.NaN()
	for field, p := range map[string]func(*Preprocessing){
		"size":          func(p *Preprocessing) { p.Size = 0 },
		"size: got 409": func(p *Preprocessing) { p.Size = MaxSize + 1 },
		"crop":          func(p *Preprocessing) { p.Crop = "" },
		`crop: got "bo`: func(p *Preprocessing) { p.Crop = "body " },
		"mean":          func(p *Preprocessing) { p.Mean = float32(nan) },
		"mean: got -":   func(p *Preprocessing) { p.Mean = -0.1 },
		"mean: got 1.":  func(p *Preprocessing) { p.Mean = 1.1 },
		"std":           func(p *Preprocessing) { p.Std = float32(nan) },
		"std: got 0,":   func(p *Preprocessing) { p.Std = 0 },
		"std: got +Inf": func(p *Preprocessing) { p.Std = float32(math.Inf(1)) },
		"window_centre": func(p *Preprocessing) { p.WindowCentre = math.Inf(-1) },
		"window_width":  func(p *Preprocessing) { p.WindowWidth = nan },
		"window_width:": func(p *Preprocessing) { p.WindowWidth = 0 },
		"filter":        func(p *Preprocessing) { p.Filter = "lanczos" },
	} {
		bad := usual
		p(&bad)
		if err := bad.Validate(); err == nil || !strings.HasPrefix(err.Error(), "preprocessing: "+field) {
			t.Errorf("%s: got %v", field, err)
		}
	}
}

// The names of the fields are those of the weights file.
func TestPreprocessingJSON(t *testing.T) {
	const want = `{"size":300,"crop":"body","mean":0.53,"std":0.29,"window_centre":-600,"window_width":1500,"filter":"linear"}`
	got, err := json.Marshal(usual)
	if err != nil || string(got) != want {
		t.Errorf("got %s, %v\nwant %s", got, err, want)
	}
	var back Preprocessing
	if err := json.Unmarshal(got, &back); err != nil || back != usual {
		t.Errorf("got %+v, %v", back, err)
	}
}

func TestNormalise(t *testing.T) {
	p := Preprocessing{Mean: 0.5, Std: 0.25}
	grey := make([]uint8, 256)
	for i := range grey {
		grey[i] = uint8(i)
	}
	guard := float32(-99)
	dst := make([]float32, 3*256+1)
	dst[3*256] = guard
	p.Normalise(dst, grey, 3)
	for c := range 3 {
		for i, v := range grey {
			if got, want := dst[c*256+i], (float32(v)/255-p.Mean)/p.Std; got != want {
				t.Fatalf("channel %d, grey %d: got %v, want %v", c, v, got, want)
			}
		}
	}
	if dst[0] != -2 || dst[255] != 2 {
		t.Errorf("black is %v, white is %v; want -2, 2", dst[0], dst[255])
	}
	if dst[3*256] != guard {
		t.Error("wrote beyond the planes")
	}
}

func TestResize(t *testing.T) {
	// Shrinking averages: a fine chequerboard becomes an even grey. A filter
	// that is not stretched would pick blacks and whites.
	board := &Slice{Width: 600, Height: 600, Grey: make([]uint8, 600*600)}
	for i := range board.Grey {
		board.Grey[i] = 255 * uint8((i+i/600)%2)
	}
	p := Preprocessing{Crop: CropNone, Filter: FilterLinear}
	for i, v := range p.Resize(board, 100) {
		if v < 122 || v > 133 {
			t.Fatalf("pixel %d is %d, want about 128", i, v)
		}
	}
	// A linear filter does not overshoot at an edge.
	edge := &Slice{Width: 64, Height: 64, Grey: make([]uint8, 64*64)}
	for i := range edge.Grey {
		edge.Grey[i] = 50
		if i%64 >= 32 {
			edge.Grey[i] = 200
		}
	}
	for _, size := range []int{20, 50, 64, 300} {
		for i, v := range p.Resize(edge, size) {
			if v < 50 || v > 200 {
				t.Fatalf("size %d, pixel %d is %d, want 50 to 200", size, i, v)
			}
		}
	}
	// At its own size a picture stays as it is.
	if !bytes.Equal(p.Resize(edge, 64), edge.Grey) {
		t.Error("a picture of the right size was changed")
	}
	// The crop is that of the body.
	s := chest{400, 400, image.Rect(40, 100, 360, 320), 10, false, false}.draw()
	box := BodyBox(s)
	cut := &Slice{Width: box.Dx(), Height: box.Dy()}
	for y := box.Min.Y; y < box.Max.Y; y++ {
		cut.Grey = append(cut.Grey, s.Grey[y*400+box.Min.X:y*400+box.Max.X]...)
	}
	body := Preprocessing{Crop: CropBody, Filter: FilterLinear}
	if !bytes.Equal(body.Resize(s, 100), p.Resize(cut, 100)) {
		t.Error("the body is not what was resized")
	}
}

// The same file must give the same numbers in the trainer and in the browser,
// to the last bit, whatever they run on.
func TestInputGolden(t *testing.T) {
	full := chest{512, 512, image.Rect(30, 100, 482, 420), 40, true, true}
	tight := chest{350, 270, image.Rect(-5, -3, 355, 275), 40, false, false}
	small := chest{97, 131, image.Rect(5, 20, 92, 120), 0, false, true}
	for _, test := range []struct {
		name string
		file []byte
		crop string
		want string
	}{
		{"full/none", encoded(t, full.draw().grey(), "png"), CropNone, "2e196e3fc6503481"},
		{"full/body", encoded(t, full.draw().grey(), "png"), CropBody, "85e5ffa5611a274b"},
		{"tight/none", encoded(t, tight.draw().grey(), "png"), CropNone, "54573f62e8ed93ed"},
		{"tight/body", encoded(t, tight.draw().grey(), "bmp"), CropBody, "54573f62e8ed93ed"},
		{"small/body", encoded(t, small.draw().grey(), "tiff-deflate"), CropBody, "61aa9551d9076a1b"},
		{"progressive.jpg", stored(t, "progressive.jpg"), CropNone, "72330b485a7b6d6a"},
		{"alpha-lossy.webp", stored(t, "alpha-lossy.webp"), CropNone, "3021679bbd24ff2f"},
	} {
		s, err := Decode(test.file)
		if err != nil {
			t.Fatal(err)
		}
		p := usual
		p.Crop = test.crop
		h := sha256.New()
		if err := binary.Write(h, binary.LittleEndian, p.Input(s, 1)); err != nil {
			t.Fatal(err)
		}
		if got := hex.EncodeToString(h.Sum(nil)[:8]); got != test.want {
			t.Errorf("%s: got %s, want %s", test.name, got, test.want)
		}
	}
}

func BenchmarkInput(b *testing.B) {
	s := chest{512, 512, image.Rect(40, 110, 472, 420), 40, true, true}.draw()
	for _, crop := range []string{CropNone, CropBody} {
		b.Run(crop, func(b *testing.B) {
			p := usual
			p.Crop = crop
			for b.Loop() {
				p.Input(s, 3)
			}
		})
	}
}
