package main

import (
	"bytes"
	"image"
	"image/png"
	"math"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"lungct/alexnet"
	"lungct/internal/ct"
	"lungct/internal/study"
)

const realSeries = "../../shared/data/dicom/series"

// realScans are two real chest scans in HU, in anatomical order.
func realScans(t *testing.T) map[string][]*ct.Slice {
	t.Helper()
	if _, err := os.Stat(realSeries); err != nil {
		if os.Getenv("CI") != "" {
			t.Fatal(err)
		}
		t.Skip(err)
	}
	s := study.New()
	for file, err := range walk(realSeries) {
		if err != nil {
			t.Fatal(err)
		}
		size, err := regularSize(file)
		if err != nil {
			t.Fatal(err)
		}
		s.Add(study.File{Name: filepath.ToSlash(file), Size: size, Data: diskFile(file)})
	}
	scans := make(map[string][]*ct.Slice)
	all, _ := s.Arrange()
	for _, series := range all {
		for _, slice := range series.Slices {
			decoded, err := s.Decode(slice)
			if err != nil {
				t.Fatal(err)
			}
			scans[series.Name] = append(scans[series.Name], decoded)
		}
	}
	return scans
}

// screenshot is the part of a slice within the box, as a viewer in the lung window
// saves it.
func screenshot(t *testing.T, s *ct.Slice, box image.Rectangle) *ct.Slice {
	t.Helper()
	whole := &image.Gray{Pix: ct.LungWindow.Grey(s.HU), Stride: s.Width, Rect: image.Rect(0, 0, s.Width, s.Height)}
	var b bytes.Buffer
	if err := png.Encode(&b, whole.SubImage(box)); err != nil {
		t.Fatal(err)
	}
	picture, err := ct.Decode(b.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	return picture
}

// tight is the box of the rows about the middle of which tissue takes a tenth, which
// ends above the table, found without what it is to test.
func tight(s *ct.Slice) image.Rectangle {
	ends := func(y, step int) int {
		for ; y > 0 && y < s.Height; y += step {
			tissue := 0
			for _, v := range s.HU[y*s.Width : (y+1)*s.Width] {
				if v > -300 {
					tissue++
				}
			}
			if 10*tissue < s.Width {
				break
			}
		}
		return y
	}
	return image.Rect(0, ends(s.Height/2, -1), s.Width, ends(s.Height/2, 1))
}

// wide is the slice in a field of view a third larger, with air around it.
func wide(t *testing.T, s *ct.Slice) *ct.Slice {
	t.Helper()
	hu := make([]int16, len(s.HU))
	for y := range s.Height {
		for x := range s.Width {
			hu[y*s.Width+x] = valueAt(s, float64(x-s.Width/8)*4/3, float64(y-s.Height/8)*4/3)
		}
	}
	field, err := ct.NewSlice(hu, s.Width, s.Height, nil)
	if err != nil {
		t.Fatal(err)
	}
	return field
}

// valueAt is the value at a place between pixels, air outside.
func valueAt(s *ct.Slice, x, y float64) int16 {
	if x < 0 || y < 0 || x >= float64(s.Width-1) || y >= float64(s.Height-1) {
		return -1000
	}
	at := int(y)*s.Width + int(x)
	_, fx := math.Modf(x)
	_, fy := math.Modf(y)
	top := float64(s.HU[at])*(1-fx) + float64(s.HU[at+1])*fx
	bottom := float64(s.HU[at+s.Width])*(1-fx) + float64(s.HU[at+s.Width+1])*fx
	return int16(top*(1-fy) + bottom*fy)
}

// A slice in HU and what people make of it are nearly one to the network: a
// screenshot of the whole stack, one cropped tightly, and a larger field of view. The
// limits guard what was measured: they do not say that it is good enough.
func TestLookAlike(t *testing.T) {
	scans := realScans(t)
	classifier, p := shippedClassifier(t)
	for name, scan := range scans {
		viewer := image.Rect(0, 24, 512, 474) // one crop for the whole stack
		for kind, test := range map[string]struct {
			of          func(*ct.Slice) *ct.Slice
			grey, moved float64 // mean absolute difference of 255 greys, of probabilities, at most
		}{
			"viewer":     {func(s *ct.Slice) *ct.Slice { return screenshot(t, s, viewer) }, 0.5, 0.01},
			"tight":      {func(s *ct.Slice) *ct.Slice { return screenshot(t, s, tight(s)) }, 16, 0.2},
			"wide field": {func(s *ct.Slice) *ct.Slice { return wide(t, s) }, 14, 0.17},
		} {
			var grey, moved, worst float64
			n := 0
			for i := 0; i < len(scan); i += 8 {
				other := test.of(scan[i])
				a, b := p.Resize(scan[i], p.Size), p.Resize(other, p.Size)
				sum := 0.0
				for j := range a {
					sum += math.Abs(float64(a[j]) - float64(b[j]))
				}
				d := math.Abs(probability(t, classifier, scan[i]) - probability(t, classifier, other))
				grey, moved, worst, n = grey+sum/float64(len(a)), moved+d, max(worst, d), n+1
			}
			grey, moved = grey/float64(n), moved/float64(n)
			t.Logf("%s, %s: greys differ by %.2f of 255, probabilities by %.3f, %.3f at most", name, kind, grey, moved, worst)
			if grey > test.grey || moved > test.moved {
				t.Errorf("%s, %s: greys differ by %.2f and probabilities by %.3f, want at most %v and %v", name, kind, grey, moved, test.grey, test.moved)
			}
		}
	}
}

// Neighbours show nearly the same, and so must their verdicts.
func TestNeighboursAgree(t *testing.T) {
	scans := realScans(t)
	classifier, _ := shippedClassifier(t)
	for name, scan := range scans {
		var steps []float64
		before := math.NaN()
		for _, s := range scan {
			p := probability(t, classifier, s)
			if !math.IsNaN(before) {
				steps = append(steps, math.Abs(p-before))
			}
			before = p
		}
		slices.Sort(steps)
		median, largest := steps[len(steps)/2], steps[len(steps)-1]
		t.Logf("%s: steps between neighbours: median %.3f, largest %.3f", name, median, largest)
		if median > 0.05 || largest > 0.25 {
			t.Errorf("%s: steps between neighbours: got median %.3f and largest %.3f, want at most 0.05 and 0.25", name, median, largest)
		}
	}
}

func probability(t *testing.T, c *alexnet.Classifier, s *ct.Slice) float64 {
	t.Helper()
	v, err := c.Classify(s)
	if err != nil {
		t.Fatal(err)
	}
	return v.Probability
}

// shippedClassifier is the model that ships.
func shippedClassifier(t *testing.T) (*alexnet.Classifier, ct.Preprocessing) {
	t.Helper()
	data, err := os.ReadFile("../weights/default.safetensors")
	if err != nil {
		t.Fatal(err)
	}
	c, err := alexnet.NewClassifier(data)
	if err != nil {
		t.Fatal(err)
	}
	return c, c.Card().Preprocessing
}
