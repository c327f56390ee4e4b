package ct

import (
	"image"
	"math/rand/v2"
	"os"
	"testing"

	"github.com/disintegration/imaging"
)

func TestBodyBox(t *testing.T) {
	for name, test := range map[string]struct {
		c    chest
		want image.Rectangle // the body itself; empty for the whole picture
	}{
		"full field of view":         {c: chest{512, 512, image.Rect(40, 110, 472, 420), 40, true, true}},
		"black air":                  {c: chest{512, 512, image.Rect(40, 110, 472, 420), 0, true, true}},
		"off centre":                 {c: chest{512, 512, image.Rect(10, 20, 380, 300), 40, true, true}},
		"large matrix":               {c: chest{1024, 1024, image.Rect(90, 200, 950, 830), 40, true, true}},
		"odd sizes":                  {c: chest{611, 397, image.Rect(77, 41, 555, 361), 40, false, true}},
		"small":                      {c: chest{64, 64, image.Rect(8, 12, 56, 52), 20, false, false}},
		"cut by the edge on a side":  {c: chest{512, 400, image.Rect(0, 40, 470, 360), 40, true, true}},
		"on a wide dark screenshot":  {c: chest{900, 500, image.Rect(300, 60, 700, 400), 25, false, true}},
		"a body of a tenth":          {c: chest{512, 512, image.Rect(170, 190, 350, 330), 40, true, true}, want: image.Rect(0, 0, 512, 512)},
		"tight screenshot":           {c: chest{350, 270, image.Rect(0, 0, 350, 270), 40, false, false}, want: image.Rect(0, 0, 350, 270)},
		"tighter than the body":      {c: chest{350, 270, image.Rect(-20, -20, 370, 290), 40, false, false}, want: image.Rect(0, 0, 350, 270)},
		"lung cut by the left edge":  {c: chest{350, 350, image.Rect(-120, 30, 320, 320), 40, false, false}},
		"lung cut by the right edge": {c: chest{350, 350, image.Rect(30, 30, 470, 320), 40, false, false}},
	} {
		t.Run(name, func(t *testing.T) {
			want := test.want
			whole := image.Rect(0, 0, test.c.width, test.c.height)
			margin := 0
			if want.Empty() {
				// The box leaves a margin of about a hundredth.
				want = test.c.body
				margin = max(test.c.width, test.c.height)/100 + 1
			}
			got := BodyBox(test.c.draw())
			checkBox(t, got, want.Inset(-margin).Intersect(whole), max(4, max(test.c.width, test.c.height)/100))
		})
	}
}

func checkBox(t testing.TB, got, want image.Rectangle, tolerance int) {
	t.Helper()
	if !near(got, want, tolerance) {
		t.Errorf("got %v, want %v within %d pixels", got, want, tolerance)
	}
}

func near(a, b image.Rectangle, tolerance int) bool {
	for _, d := range []int{a.Min.X - b.Min.X, a.Min.Y - b.Min.Y, a.Max.X - b.Max.X, a.Max.Y - b.Max.Y} {
		if d < -tolerance || d > tolerance {
			return false
		}
	}
	return true
}

// Pictures without a body are taken whole.
func TestBodyBoxNone(t *testing.T) {
	rnd := rand.New(rand.NewPCG(3, 4))
	for name, at := range map[string]func(x, y int) uint8{
		"black":        func(x, y int) uint8 { return 0 },
		"white":        func(x, y int) uint8 { return 255 },
		"noise":        func(x, y int) uint8 { return uint8(rnd.Uint32()) },
		"chequerboard": func(x, y int) uint8 { return 255 * uint8((x+y)%2) },
		"stripes":      func(x, y int) uint8 { return 255 * uint8(x/2%2) },
		"nearly white": func(x, y int) uint8 { return 255 - uint8(x%3) },
		"one dot":      func(x, y int) uint8 { return 255 * uint8(((x^100)|(y^100))>>3&1^1) },
	} {
		s := &Slice{Width: 300, Height: 200, Grey: make([]uint8, 300*200)}
		for i := range s.Grey {
			s.Grey[i] = at(i%300, i/300)
		}
		if got, want := BodyBox(s), image.Rect(0, 0, 300, 200); got != want {
			t.Errorf("%s: got %v, want %v", name, got, want)
		}
	}
}

// A screenshot that is put into a field of view, with air, a table and letters
// around it, is found again.
func TestBodyBoxRealData(t *testing.T) {
	for _, air := range []uint8{0, 20} {
		found, tried := 0, 0
		for _, file := range realSlices(t, "sars-cov-2-ct", 50) {
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			s, err := Decode(data)
			if err != nil {
				t.Fatal(err)
			}
			around := chest{width: s.Width * 7 / 5, height: s.Height * 8 / 5, body: image.Rect(-2, -2, -1, -1), air: air, table: true, letters: true}
			at := image.Pt(s.Width/5, s.Height/3)
			field := imaging.Paste(around.draw().grey(), s.grey(), at)
			got := BodyBox(&Slice{Width: around.width, Height: around.height, Grey: greyOn(field, around.width, around.height)})
			tried++
			if near(got.Sub(at), BodyBox(s), around.width/100+6) {
				found++
			} else {
				t.Logf("%s: got %v, want %v", file, got.Sub(at), BodyBox(s))
			}
		}
		t.Logf("air of %d: %d of %d found", air, found, tried)
		if found*100 < tried*95 {
			t.Errorf("air of %d: only %d of %d found", air, found, tried)
		}
	}
}

func BenchmarkBodyBox(b *testing.B) {
	s := chest{512, 512, image.Rect(40, 110, 472, 420), 40, true, true}.draw()
	for b.Loop() {
		BodyBox(s)
	}
}
