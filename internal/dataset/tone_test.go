package dataset

import (
	"fmt"
	"image"
	"math"
	"testing"

	"github.com/disintegration/imaging"
)

func TestToneTable(t *testing.T) {
	ramp := image.NewGray(image.Rect(0, 0, 256, 1))
	for i := range ramp.Pix {
		ramp.Pix[i] = uint8(i)
	}
	for _, gamma := range []float64{0.5, 0.8, 1, 1.3, 2} {
		table := toneTable(1, 0, gamma)
		want := imaging.AdjustGamma(ramp, 1/gamma)
		for i := range table {
			if d := int(table[i]) - int(want.Pix[4*i]); d < -1 || d > 1 {
				t.Fatalf("gamma %v of %d: got %d, imaging has %d", gamma, i, table[i], want.Pix[4*i])
			}
		}
	}
	for _, tt := range []struct {
		width, shift float64
		grey, want   uint8
	}{
		{1, 0, 77, 77}, {0.5, 0, 64, 0}, {0.5, 0, 191, 255}, {2, 0, 0, 64}, {2, 0, 255, 191}, {1, 0.2, 255, 204}, {1, -0.2, 0, 51},
	} {
		if got := toneTable(tt.width, tt.shift, 1)[tt.grey]; got != tt.want {
			t.Errorf("width %v, shift %v: %d became %d, want %d", tt.width, tt.shift, tt.grey, got, tt.want)
		}
	}
}

// One channel blurred by hand is what imaging makes of four, away from the border,
// which imaging fades out instead of repeating it.
func TestBlurIsImagings(t *testing.T) {
	const side = 48
	for _, sigma := range []float64{0.3, 0.7, 1.2, 3} {
		img := image.NewGray(image.Rect(0, 0, side, side))
		copy(img.Pix, noise(side))
		want := imaging.Blur(img, sigma)
		blur(img.Pix, make([]uint8, side*side), side, sigma)
		margin := int(math.Ceil(3*sigma)) + 1
		for y := margin; y < side-margin; y++ {
			for x := margin; x < side-margin; x++ {
				if d := int(img.Pix[y*side+x]) - int(want.Pix[y*want.Stride+4*x]); d < -2 || d > 2 {
					t.Fatalf("sigma %v, pixel (%d, %d): got %d, imaging has %d", sigma, x, y, img.Pix[y*side+x], want.Pix[y*want.Stride+4*x])
				}
			}
		}
	}
	even := make([]uint8, side*side)
	for i := range even {
		even[i] = 200
	}
	blur(even, make([]uint8, side*side), side, 2)
	for i, v := range even {
		if v != 200 {
			t.Fatalf("pixel %d of an even slice became %d", i, v)
		}
	}
}

func TestToneDraws(t *testing.T) {
	const out, side = 300, 330
	a := Augmentation{Aspect: 0.2, Blur: 1.5, Erase: 0.4}
	least, most, largest := math.Inf(1), 0.0, 0.0
	blurred, erased, widest := 0, 0, 0
	for i := range uint64(10_000) {
		v := a.draw(generator(1, 2, i), out, side)
		ratio := v.xx / v.yy
		least, most, largest = min(least, ratio), max(most, ratio), max(largest, v.blur)
		if v.blur > 0 {
			blurred++
		}
		if r := v.erase; r.w > 0 {
			erased++
			widest = max(widest, r.w, r.h)
			if r.x < 0 || r.y < 0 || r.x+r.w > out || r.y+r.h > out {
				t.Fatalf("a rectangle outside: %+v", r)
			}
		}
		if centre := v.x0 + (v.xx+v.xy)*out/2; math.Abs(centre-side/2) > 1e-9 {
			t.Fatalf("stretching moved the centre to %v", centre)
		}
		if v.tone != nil {
			t.Fatal("a tone was drawn without being asked for")
		}
	}
	if least < 1/1.2-1e-9 || least > 0.84 || most > 1.2+1e-9 || most < 1.19 {
		t.Errorf("aspect: got %v to %v", least, most)
	}
	if largest > 1.5 || largest < 1.45 || blurred < 4800 || blurred > 5200 {
		t.Errorf("blur: got %d of 10000 up to %v", blurred, largest)
	}
	if widest > 120 || widest < 115 || erased < 4700 || erased > 5100 {
		t.Errorf("erased: got %d of 10000 up to %d pixels", erased, widest)
	}
}

func TestAugmentationCheck(t *testing.T) {
	for name, a := range Augmentations {
		if err := a.Check(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, a := range []Augmentation{{Crop: -0.1}, {Rotation: 181}, {Gamma: math.NaN()}, {Erase: 1.1}, {Blur: math.Inf(1)}} {
		if a.Check() == nil {
			t.Errorf("%+v: got no error", a)
		}
	}
}

func BenchmarkAugment(b *testing.B) {
	src, dst, space := noise(330), make([]uint8, 300*300), make([]uint8, 300*300)
	for _, name := range []string{"light", "medium", "strong"} {
		b.Run(name, func(b *testing.B) {
			a, i := Augmentations[name], uint64(0)
			for b.Loop() {
				i++
				v := a.draw(generator(1, 1, i), 300, 330)
				v.apply(dst, 300, src, 330, space)
			}
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "images/s")
		})
	}
}

func TestBalance(t *testing.T) {
	// Set a has 2 covid and 6 noncovid, set b 1 and 3.
	set := &Set{}
	add := func(name string, class, n int) {
		for range n {
			set.Samples = append(set.Samples, Sample{Set: name, Class: class})
		}
	}
	add("a", 1, 2)
	add("a", 0, 6)
	add("b", 1, 1)
	add("b", 0, 3)
	for _, tt := range []struct {
		balance Balance
		want    map[string]int
	}{
		{BalanceNone, map[string]int{"a1": 2, "a0": 6, "b1": 1, "b0": 3}},
		{BalanceClass, map[string]int{"1": 6, "0": 6}},
		{BalanceSet, map[string]int{"a": 6, "b": 6}},
		{BalanceSetClass, map[string]int{"a1": 3, "a0": 3, "b1": 3, "b0": 3}},
	} {
		drawn := tt.balance.draw(set, set.All(), generator(1, 2, 3))
		if len(drawn) != len(set.Samples) {
			t.Errorf("%s: got %d samples, want %d", tt.balance, len(drawn), len(set.Samples))
		}
		got, times := make(map[string]int), make(map[int]int)
		for _, i := range drawn {
			s := set.Samples[i]
			times[i]++
			for _, name := range []string{fmt.Sprint(s.Set, s.Class), s.Set, fmt.Sprint(s.Class)} {
				got[name]++
			}
		}
		for name, want := range tt.want {
			if got[name] != want {
				t.Errorf("%s: %s: got %d, want %d", tt.balance, name, got[name], want)
			}
		}
		if tt.balance == BalanceSetClass && (times[0]+times[1] != 3 || times[0] == 0 || times[1] == 0) {
			t.Errorf("scarce samples came %d and %d times, want each before any comes again", times[0], times[1])
		}
	}
	if Balance("patient").Check() == nil || BalanceSet.Check() != nil {
		t.Error("check does not tell ways apart")
	}
}

// A sample that comes twice in an epoch is varied twice.
func TestBalancedBatches(t *testing.T) {
	set := loaded(10, GridSide(20))
	for i := range set.Samples {
		set.Samples[i].Class = min(i, 1)
	}
	a := Augmentations["strong"]
	b := batchesOf(set, &a)
	b.Balance = BalanceClass
	samples, x, _ := epoch(b, 0, 0)
	seen := make(map[float32]bool)
	for n, i := range samples {
		if i == 0 {
			sum := float32(0)
			for _, v := range x[n*400 : (n+1)*400] {
				sum += v
			}
			seen[sum] = true
		}
	}
	if len(seen) != 5 {
		t.Errorf("sample 0: got %d variations, want 5", len(seen))
	}
	if _, rest, _ := epoch(b, 0, 1); fmt.Sprint(rest) != fmt.Sprint(x[4*400:]) {
		t.Error("taken up at step 1, the epoch went on differently")
	}
}
