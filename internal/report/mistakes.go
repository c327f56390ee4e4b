package report

import (
	"bytes"
	"cmp"
	"encoding/base64"
	"fmt"
	"html/template"
	"image"
	"image/color"
	"image/jpeg"
	"slices"
)

// Picture is a slice as the network reads it and where it saw what it says.
type Picture struct {
	Side int       // pixels
	Grey []uint8   // Side x Side
	Heat []float32 // Side x Side, at least 0 in any unit; nil for none
}

// Mistake is a slice that the model calls wrong, ready to be shown.
type Mistake struct {
	Prediction
	Slice, Heat template.URL
}

// Label is what the slice is.
func (m Mistake) Label() string { return label(m.Class) }

// Called is what the model says it is, and how probable.
func (m Mistake) Called() string {
	if m.Class == 1 {
		return fmt.Sprintf("called noncovid, %.1f %%", 100*(1-m.Probability))
	}
	return fmt.Sprintf("called covid, %.1f %%", 100*m.Probability)
}

// mistakesShown is how many wrong slices of each class a report shows.
const mistakesShown = 6

// worst are the slices of a class that the model is most wrong about, at most n
// and at most two of a group, whose slices are alike.
func worst(predictions []Prediction, class, n int) []Prediction {
	wrong := slices.DeleteFunc(slices.Clone(predictions), func(p Prediction) bool {
		return p.Class != class || (p.Probability >= 0.5) == (class == 1)
	})
	slices.SortStableFunc(wrong, func(a, b Prediction) int {
		if class == 1 {
			a, b = b, a
		}
		return cmp.Or(cmp.Compare(b.Probability, a.Probability), cmp.Compare(a.Path, b.Path))
	})
	seen := make(map[string]int)
	wrong = slices.DeleteFunc(wrong, func(p Prediction) bool {
		key := p.Set + "\x00" + p.Group
		seen[key]++
		return seen[key] > 2
	})
	return wrong[:min(n, len(wrong))]
}

// mistakes fetches the pictures of the worst slices.
func mistakes(predictions []Prediction, picture func(Prediction) (Picture, error)) ([]Mistake, error) {
	var all []Mistake
	for class := range 2 {
		for _, p := range worst(predictions, class, mistakesShown) {
			pic, err := picture(p)
			if err != nil {
				return nil, fmt.Errorf("report: picture of %q: %w", p.Path, err)
			}
			m := Mistake{Prediction: p}
			if m.Slice, err = encode(pic, false); err != nil {
				return nil, err
			}
			if pic.Heat != nil {
				if m.Heat, err = encode(pic, true); err != nil {
					return nil, err
				}
			}
			all = append(all, m)
		}
	}
	return all, nil
}

// thumbnailSide is at most the side of an embedded picture, in pixels: twice what
// it is shown at, for print.
const thumbnailSide = 300

// encode makes an image that can stand in a page.
func encode(p Picture, heat bool) (template.URL, error) {
	if p.Side < 1 || len(p.Grey) != p.Side*p.Side || heat && len(p.Heat) != len(p.Grey) {
		return "", fmt.Errorf("report: picture: got %d grey and %d heat values, want %dx%d", len(p.Grey), len(p.Heat), p.Side, p.Side)
	}
	side := min(p.Side, thumbnailSide)
	img := image.NewRGBA(image.Rect(0, 0, side, side))
	var hottest float32
	if heat {
		hottest = slices.Max(p.Heat)
	}
	for i := range side * side {
		from := (i/side*p.Side/side)*p.Side + i%side*p.Side/side
		c := color.RGBA{p.Grey[from], p.Grey[from], p.Grey[from], 255}
		if hottest > 0 {
			c = overlay(c, p.Heat[from]/hottest)
		}
		img.SetRGBA(i%side, i/side, c)
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, &jpeg.Options{Quality: 82}); err != nil {
		return "", fmt.Errorf("report: picture: %w", err)
	}
	return template.URL("data:image/jpeg;base64," + base64.StdEncoding.EncodeToString(b.Bytes())), nil
}

// overlay lays heat, 0 to 1, over a grey: from violet to yellow, a scale whose
// lightness rises, so that it reads without colours too; nothing where heat is 0.
func overlay(c color.RGBA, heat float32) color.RGBA {
	scale := []color.NRGBA{hex(0x56106e), hex(0xbb3754), hex(0xf98c0a), hex(0xfcffa4)}
	at := heat * float32(len(scale)-1)
	i := min(int(at), len(scale)-2)
	f, opaque := at-float32(i), 0.7*min(1, 1.6*heat)
	mix := func(under, a, b uint8) uint8 {
		over := float32(a)*(1-f) + float32(b)*f
		return uint8(float32(under)*(1-opaque) + over*opaque + 0.5)
	}
	return color.RGBA{mix(c.R, scale[i].R, scale[i+1].R), mix(c.G, scale[i].G, scale[i+1].G), mix(c.B, scale[i].B, scale[i+1].B), 255}
}
