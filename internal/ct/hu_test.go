package ct

import (
	"math"
	"slices"
	"strings"
	"testing"
)

// The linear function of DICOM PS3.3 C.11.2.1.2.1 for 0 to 255, rounded.
func TestWindowGrey(t *testing.T) {
	for _, w := range []Window{LungWindow, {Centre: 40, Width: 400}, {Centre: 40.5, Width: 1}, {Centre: 0, Width: 65535}} {
		hu := make([]int16, 0, 1<<16)
		for v := math.MinInt16; v <= math.MaxInt16; v++ {
			hu = append(hu, int16(v))
		}
		for i, got := range w.Grey(hu) {
			x, width := float64(hu[i]), math.Max(w.Width-1, 1)
			want := 0.0
			switch {
			case x <= w.Centre-0.5-width/2:
			case x > w.Centre-0.5+width/2:
				want = 255
			default:
				want = ((x-(w.Centre-0.5))/width + 0.5) * 255
			}
			if math.Abs(float64(got)-want) > 0.51 {
				t.Fatalf("%v: %v HU: got %d, want %.2f", w, x, got, want)
			}
		}
	}
}

func TestDisplayWindow(t *testing.T) {
	mediastinum, lung := Window{Centre: 50, Width: 350}, Window{Centre: -500, Width: 1400}
	for _, test := range []struct {
		stored []Window
		want   Window
	}{
		{nil, LungWindow},
		{[]Window{mediastinum}, LungWindow},
		{[]Window{mediastinum, lung}, lung},
	} {
		if got := (&Slice{Windows: test.stored}).DisplayWindow(); got != test.want {
			t.Errorf("%v: got %v, want %v", test.stored, got, test.want)
		}
	}
}

// body is a slice of air around a round body of water with two round lungs.
func body(size int, lung int16) []int16 {
	hu := make([]int16, size*size)
	inside := func(x, y int, cx, cy, r float64) bool {
		dx, dy := float64(x)/float64(size)-cx, float64(y)/float64(size)-cy
		return dx*dx+dy*dy < r*r
	}
	for i := range hu {
		x, y := i%size, i/size
		switch {
		case inside(x, y, 0.35, 0.5, 0.12) || inside(x, y, 0.65, 0.5, 0.12):
			hu[i] = lung
		case inside(x, y, 0.5, 0.5, 0.4):
			hu[i] = 40
		default:
			hu[i] = -1000
		}
	}
	return hu
}

func TestLungAir(t *testing.T) {
	for _, test := range []struct {
		lung int16
		want float64
	}{{-850, 2 * 0.12 * 0.12 / (0.4 * 0.4)}, {-300, 0}} {
		for _, size := range []int{200, 512, 1024} {
			s, err := NewSlice(body(size, test.lung), size, size, nil)
			if err != nil {
				t.Fatal(err)
			}
			if got, ok := s.LungAir(); !ok || math.Abs(got-test.want) > 0.02 {
				t.Errorf("lungs of %d HU, %d pixels: got %.3f, want %.3f", test.lung, size, got, test.want)
			}
		}
	}
	if _, ok := (&Slice{}).LungAir(); ok {
		t.Error("got the air of a picture without HU")
	}
}

// What a network sees depends on its own window alone, and is what it sees of a
// picture in that window.
func TestInputFromHU(t *testing.T) {
	hu := body(400, -850)
	p := Preprocessing{Size: 64, Crop: CropBody, Std: 1, WindowCentre: -600, WindowWidth: 1500, Filter: FilterLinear}
	s, err := NewSlice(hu, 400, 400, []Window{{Centre: -500, Width: 1000}})
	if err != nil {
		t.Fatal(err)
	}
	picture := &Slice{Width: 400, Height: 400, Grey: LungWindow.Grey(hu)}
	if !slices.Equal(p.Input(s, 1), p.Input(picture, 1)) {
		t.Error("HU and the same picture give different inputs")
	}
	if slices.Equal(s.Grey, picture.Grey) {
		t.Error("the stored window is not the one that is displayed")
	}
}

func TestNewSliceRefuses(t *testing.T) {
	if _, err := NewSlice(make([]int16, 64*64), 64, 64, nil); err == nil || !strings.Contains(err.Error(), "blank") {
		t.Errorf("got %v, want a blank slice refused", err)
	}
	if _, err := NewSlice(make([]int16, 10*10), 10, 10, nil); err == nil || !strings.Contains(err.Error(), "too small") {
		t.Errorf("got %v, want a small slice refused", err)
	}
}
