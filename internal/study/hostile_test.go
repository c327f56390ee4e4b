package study

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"lungct/internal/phantom"
)

// patched is data with a little-endian number of so many bytes written at an
// offset from the last occurrence of a mark.
func patched(data []byte, mark string, offset, size int, value uint64) []byte {
	data = bytes.Clone(data)
	at := bytes.LastIndex(data, []byte(mark)) + offset
	for i := range size {
		data[at+i] = byte(value >> (8 * i))
	}
	return data
}

const (
	directoryEntry = "PK\x01\x02"
	directoryEnd   = "PK\x05\x06"
)

// overlapping is an archive all of whose entries are the same bytes (Fifield,
// "A better zip bomb", 2019).
func overlapping(n int) []byte {
	inner := make([]byte, 1<<20)
	whole := archive(entry{"a", inner})
	first, end := bytes.Index(whole, []byte(directoryEntry)), bytes.Index(whole, []byte(directoryEnd))
	out := append([]byte(nil), whole[:first]...)
	for range n {
		out = append(out, whole[first:end]...)
	}
	tail := bytes.Clone(whole[end:])
	binary.LittleEndian.PutUint16(tail[8:], uint16(n))
	binary.LittleEndian.PutUint16(tail[10:], uint16(n))
	binary.LittleEndian.PutUint32(tail[12:], uint32(n*(end-first)))
	return append(out, tail...)
}

// zip64 is the end of an archive whose directory is said to be elsewhere and to
// hold so many entries of so many bytes (APPNOTE.TXT 4.3.14).
func zip64(entries, size uint64) []byte {
	o := binary.LittleEndian
	d := o.AppendUint32(nil, 0x06064b50)
	d = o.AppendUint64(d, 44)
	d = append(d, 45, 0, 45, 0, 0, 0, 0, 0, 0, 0, 0, 0)
	d = o.AppendUint64(o.AppendUint64(d, entries), entries)
	d = o.AppendUint64(o.AppendUint64(d, size), 0)
	d = o.AppendUint32(d, 0x07064b50)
	d = o.AppendUint64(o.AppendUint32(d, 0), 0)
	d = o.AppendUint32(d, 1)
	d = append(d, directoryEnd...)
	return append(d, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0, 0)
}

func TestHostileArchives(t *testing.T) {
	picture := noise(64, 64)
	one := archive(entry{"a.png", picture})
	for name, test := range map[string]struct {
		data []byte
		want string
	}{
		"overlapping entries":         {overlapping(10_000), "times its own size"},
		"few overlapping entries":     {overlapping(3), "not a picture"},
		"ten million entries claimed": {append([]byte("PK\x03\x04"), zip64(10_000_000, 460_000_000)...), "the archive is damaged"},
		"directory of 2^63 bytes":     {append([]byte("PK\x03\x04"), zip64(1, 1<<63)...), "the archive is damaged"},
		"more entries than there are": {patched(one, directoryEnd, 10, 2, 60_000), "the archive is damaged"},
		"directory beyond the end":    {patched(one, directoryEnd, 16, 4, 1<<30), "it is damaged in the archive: it ends early"},
		"entry beyond the end":        {patched(one, directoryEntry, 42, 4, 1<<30), "it is damaged in the archive"},
		"entry larger than claimed":   {patched(one, directoryEntry, 24, 4, 100), "it is damaged in the archive"},
		"entry smaller than claimed":  {patched(one, directoryEntry, 24, 4, 1<<20), "it is damaged in the archive"},
		"wrong checksum":              {patched(one, directoryEntry, 16, 4, 1), "it is damaged in the archive"},
		"unknown method":              {patched(one, directoryEntry, 10, 2, 99), "packed by method 99"},
		"only the end":                {[]byte(directoryEnd + strings.Repeat("\x00", 18)), "the archive is empty"},
		"only the beginning":          {[]byte("PK\x03\x04"), "directory is missing"},
	} {
		s := New()
		s.Add(bytesFile("x.zip", test.data))
		got := summary(s)
		all, rejected := s.Arrange()
		for _, series := range all {
			for _, slice := range series.Slices {
				if decoded, err := s.Decode(slice); err != nil || decoded.Width != 64 {
					t.Errorf("%s: %s: %v", name, slice.Name, err)
				}
				got += fmt.Sprintf("%q %d", slice.Name[len("x.zip/"):], len(series.Slices))
			}
		}
		if !strings.Contains(got, test.want) {
			t.Errorf("%s: got %swant %q", name, got, test.want)
		}
		for _, r := range rejected {
			if strings.ContainsAny(r.Err.Error(), "\n\x00") || len(r.Err.Error()) > 200 {
				t.Errorf("%s: got %q, want one clear line", name, r.Err)
			}
		}
	}
}

// An entry's name says where it is shown, and is no path on any disk.
func TestEntryNames(t *testing.T) {
	picture := noise(64, 64)
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, h := range []zip.FileHeader{
		{Name: "../../etc/passwd"}, {Name: "/root/a"}, {Name: `C:\scan\b`}, {Name: "caf\x82.png", NonUTF8: true}, {Name: "a\x00b\n.png"}, {Name: ""},
	} {
		f, err := w.CreateHeader(&h)
		if err != nil {
			t.Fatal(err)
		}
		f.Write(picture)
	}
	w.Close()
	s := New()
	s.Add(bytesFile("x.zip", b.Bytes()))
	all, rejected := s.Arrange()
	n, accent := 0, false
	for _, series := range all {
		for _, slice := range series.Slices {
			n++
			accent = accent || slice.Name == "x.zip/café.png"
			if !strings.HasPrefix(slice.Name, "x.zip/") || strings.ContainsAny(slice.Name, "\x00\n\\") || !utf8.ValidString(slice.Name) || strings.Contains(slice.Name, "..") {
				t.Errorf("got the name %q", slice.Name)
			}
			if _, err := s.Decode(slice); err != nil {
				t.Errorf("%q: %v", slice.Name, err)
			}
		}
	}
	if n != 6 || len(rejected) != 0 || !accent {
		t.Errorf("got %d slices, want 6, café.png among them: %s", n, summary(s))
	}
}

// Whatever a file holds, it is read or refused in one line, and what was listed
// can be decoded or not, but nothing breaks.
func FuzzAdd(f *testing.F) {
	chest := phantom.CT("1.2", 1, 1)
	multi := chest
	multi.Frames = [][]int16{phantom.Chest(1, 1), phantom.Chest(1, 2)}
	multi.Positions = [][]float64{{0, 0, 2}, {0, 0, 1}}
	for _, seed := range [][]byte{
		chest.Bytes(), multi.Bytes(), zipped(chest.Bytes()), noise(64, 64), phantom.Directory("a", "b/c"), phantom.Volume(phantom.Chest(1, 1)),
		zipped(phantom.Volume(phantom.Chest(1, 1))), archive(entry{"a/b", chest.Bytes()}, entry{"c.png", noise(40, 40)}, entry{"d.nii", phantom.Volume(phantom.Chest(1, 1))}),
		overlapping(3), zip64(10_000_000, 460_000_000),
	} {
		f.Add(seed, false)
		f.Add(seed, true)
	}
	f.Fuzz(func(t *testing.T, data []byte, packed bool) {
		if len(data) > 1<<20 {
			return
		}
		if packed {
			data = archive(entry{"dir/x", data}, entry{"dir/y", data})
		}
		s := New()
		s.Add(bytesFile("file", data))
		all, rejected := s.Arrange()
		for _, r := range rejected {
			if r.Err == nil || r.Err.Error() == "" || strings.Contains(r.Err.Error(), "\n") {
				t.Errorf("%q: got %q, want one line", r.Name, r.Err)
			}
		}
		decoded := 0
		for _, series := range all {
			if len(series.Slices) == 0 {
				t.Errorf("series %q is empty", series.Name)
			}
			for _, slice := range series.Slices {
				if decoded++; decoded > 20 {
					return
				}
				if d, err := s.Decode(slice); err == nil && len(d.Grey) != d.Width*d.Height {
					t.Errorf("%s: got %d pixels of %dx%d", slice.Name, len(d.Grey), d.Width, d.Height)
				}
			}
		}
	})
}
