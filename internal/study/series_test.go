package study

import (
	"fmt"
	"strings"
	"testing"

	"lungct/internal/phantom"
)

// A study of files in memory is what a person hands over: its summary says all of it.
func TestSeries(t *testing.T) {
	ct := func(n int) []byte { return phantom.CT("1.2", n, 1).Bytes() }
	with := func(change func(*phantom.Slice), n int) []byte {
		s := phantom.CT("1.2", n, 1)
		change(&s)
		return s.Bytes()
	}
	scout := func(s *phantom.Slice) { s.ImageType = `ORIGINAL\PRIMARY\LOCALIZER` }
	coronal := func(s *phantom.Slice) { s.Orientation = []float64{1, 0, 0, 0, 0, -1} }
	tests := []struct {
		name  string
		files []entry
		want  string
	}{
		{"a CD with all its files", []entry{{"DICOMDIR", phantom.Directory("CT/IM1", "CT/IM2")}, {"ct/im1", ct(1)}, {"ct/im2", ct(2)}},
			"ct \"CT\": 2\n"},
		{"a CD without some", []entry{{"cd/DICOMDIR", phantom.Directory("CT/IM1", "CT/IM2", "CT/IM3")}, {"cd/CT/IM2", ct(2)}},
			"CT \"CT\": 1\nrejected cd/DICOMDIR: 2 files that it names are not there, such as \"cd/CT/IM1\": open its whole folder, or the whole CD\n"},
		{"the directory alone", []entry{{"DICOMDIR", phantom.Directory("CT/IM1")}},
			"rejected DICOMDIR: 1 file that it names is not there, such as \"CT/IM1\": open its whole folder, or the whole CD\n"},
		{"scout views apart", []entry{{"a/1", ct(1)}, {"a/2", with(scout, 2)}, {"a/3", ct(2)}},
			"a \"CT\": 2\na \"CT\": 1 unscored: it is a scout view, not a slice\n"},
		{"planes of two directions apart", []entry{{"a/1", ct(1)}, {"a/2", with(coronal, 2)}, {"a/3", ct(3)}},
			"a \"CT\": 2\na \"CT\": 1 unscored: its slices are not axial\n"},
		{"other modalities", []entry{{"a/1", with(func(s *phantom.Slice) { s.Modality, s.Series = "MR", "1.3" }, 1)}, {"a/2", with(func(s *phantom.Slice) { s.Modality, s.Series = "PT", "1.4" }, 1)}},
			"a \"MR\": 1 unscored: it is magnetic resonance, not CT\na \"PT\": 1 unscored: it is positron emission, not CT\n"},
		{"screenshots of a workstation", []entry{{"a/1", with(func(s *phantom.Slice) { s.SOPClass = "1.2.840.10008.5.1.4.1.1.7" }, 1)}},
			"a \"CT\": 1 unscored: it is a screenshot (secondary capture), not a slice of the scanner's\n"},
		{"two series in a folder", []entry{{"a/1", ct(1)}, {"a/2", with(func(s *phantom.Slice) { s.Series, s.Description = "1.9", "lung 1.0" }, 1)}},
			"a \"CT\": 1\nlung 1.0 \"CT\": 1\n"},
		{"a folder beside its archive", []entry{{"a/1", ct(1)}, {"a/2", ct(2)}, {"a.zip", archive(entry{"1", ct(1)}, entry{"2", ct(2)})}},
			"a \"CT\": 2 note: 2 copies left out: the same slices are there twice\n"},
		{"packed each by itself", []entry{{"a/1.gz", zipped(ct(1))}, {"a/2.gz", zipped(ct(2))}},
			"a \"CT\": 2\n"},
		{"pictures beside DICOM", []entry{{"a/1", ct(1)}, {"a/shot2.png", noise(64, 64)}, {"a/shot10.png", noise(64, 64)}},
			"a \"CT\": 1\na \"\": 2\n"},
		{"volumes", []entry{{"v.nii.gz", zipped(phantom.Volume(phantom.Chest(1, 1), phantom.Chest(1, 2)))}, {"w.nii", phantom.Volume(phantom.Chest(1, 3))}},
			"v.nii.gz \"\": 2\nw.nii \"\": 1\n"},
		{"a volume without air", []entry{{"mask.nii", phantom.Volume(make([]int16, phantom.Side*phantom.Side))}},
			"mask.nii \"\": 1 unscored: its values go from 0 to 0: without air at -1000 they are not HU\n"},
		{"a gap", []entry{{"a/1", ct(1)}, {"a/2", ct(2)}, {"a/3", ct(3)}, {"a/4", ct(4)}, {"a/8", ct(8)}, {"a/9", ct(9)}},
			"a \"CT\": 6 note: slices are missing: a gap of 4.0 mm after slice 4, 1.00 mm elsewhere\n"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s := New()
			for _, f := range test.files {
				s.Add(bytesFile(f.name, f.data))
			}
			if got := summary(s); got != test.want {
				t.Errorf("got\n%swant\n%s", got, test.want)
			}
		})
	}
}

// Frames come in the order of the body, whatever the file's is, and each has its
// own pixels.
func TestFrames(t *testing.T) {
	multi := phantom.CT("1.2", 0, 1)
	for i := range 3 {
		multi.Frames = append(multi.Frames[:i:i], phantom.Chest(1, 10*i))
		multi.Positions = append(multi.Positions, []float64{0, 0, float64([]int{5, 10, 0}[i])})
	}
	for name, data := range map[string][]byte{"multi": multi.Bytes(), "multi.gz": zipped(multi.Bytes())} {
		s := New()
		s.Add(bytesFile(name, data))
		all, rejected := s.Arrange()
		if len(all) != 1 || len(rejected) != 0 {
			t.Fatalf("got %s", summary(s))
		}
		var order []int
		for _, slice := range all[0].Slices {
			order = append(order, slice.Frame)
			decoded, err := s.Decode(slice)
			if err != nil {
				t.Fatal(err)
			}
			if got, want := fmt.Sprint(decoded.HU), fmt.Sprint(multi.Frames[slice.Frame]); got != want {
				t.Errorf("%s: frame %d has other values", name, slice.Frame)
			}
		}
		if fmt.Sprint(order) != "[2 0 1]" {
			t.Errorf("%s: got the order %v, want 2 0 1", name, order)
		}
	}
}

// Decoders are apart from one another and from the study, so that several files can
// be read at once; the file's bytes come as they were before packing.
func TestDecoders(t *testing.T) {
	volume := phantom.Volume(phantom.Chest(1, 1), phantom.Chest(1, 2))
	s := New()
	s.Add(bytesFile("v.nii", volume))
	s.Add(bytesFile("a/1.gz", zipped(phantom.CT("1.2", 1, 1).Bytes())))
	s.Add(bytesFile("a/p.png", noise(64, 64)))
	var one, other Decoder
	for _, id := range []int{0, 2, 1, 3, 0} {
		slice := s.Slice(id)
		if _, err := one.Bytes(slice); err != nil {
			t.Fatal(err)
		}
		a, err := one.Decode(slice)
		if err != nil {
			t.Fatal(err)
		}
		b, err := other.Decode(slice)
		if err != nil {
			t.Fatal(err)
		}
		if string(a.Grey) != string(b.Grey) || slice.Picture() != (id == 3) {
			t.Errorf("slice %d: two decoders differ", id)
		}
	}
	if data, err := one.Bytes(s.Slice(2)); err != nil || string(data) != string(phantom.CT("1.2", 1, 1).Bytes()) {
		t.Errorf("got %d bytes, %v; want the file unpacked", len(data), err)
	}
}

func TestRuleNames(t *testing.T) {
	for rule, want := range map[Rule]string{DefaultRule: "mean of all", {0.25, 5}: "highest 25 % of the slices with lung, of 5 at least"} {
		if !strings.Contains(rule.String(), want) {
			t.Errorf("got %q, want %q in it", rule, want)
		}
	}
}
