package ct

import (
	"bytes"
	"compress/flate"
	"io"
	"math/rand/v2"
	"slices"
	"testing"
)

// checkInflate compares inflate with package compress/flate: both read the
// stream, to the same end, or neither does.
func checkInflate(t *testing.T, src []byte, size int) {
	t.Helper()
	r := bytes.NewReader(src) // of which flate reads no byte too many
	want, err := io.ReadAll(io.LimitReader(flate.NewReader(r), int64(size)+1))
	got := slices.Repeat([]byte{0xa5}, size+8)
	used, ok := inflate(got[:size:size], src)
	if !bytes.Equal(got[size:], slices.Repeat([]byte{0xa5}, 8)) {
		t.Fatal("wrote beyond the end")
	}
	if ok != (err == nil && len(want) == size) {
		t.Fatalf("size %d: got %v, but compress/flate reads %d bytes, error %v", size, ok, len(want), err)
	}
	if ok && (!bytes.Equal(got[:size], want) || used != len(src)-r.Len()) {
		t.Fatalf("size %d: other bytes than those of compress/flate, or %d used instead of %d", size, used, len(src)-r.Len())
	}
}

// deflated returns contents of many kinds, compressed in every way that package
// compress/flate has: stored, fixed and dynamic codes.
func deflated(t testing.TB) (streams [][]byte, sizes []int) {
	rnd := rand.New(rand.NewPCG(11, 12))
	random := func(n, values int) []byte {
		b := make([]byte, n)
		for i := range b {
			b[i] = byte(rnd.IntN(values))
		}
		return b
	}
	skewed := make([]byte, 60_000) // codes of all lengths
	for i := range skewed {
		for skewed[i] < 255 && rnd.IntN(3) > 0 {
			skewed[i] += byte(rnd.IntN(3))
		}
	}
	far := append(random(32768, 256), random(32768, 256)...)
	copy(far[32768:], far[:500])
	for _, content := range [][]byte{
		nil, {7}, []byte("abcabcabcabcabcd"), make([]byte, 3000), random(500, 4), random(70_000, 256), random(20_000, 3), skewed, far,
		bytes.Repeat(random(259, 256), 40), chest{90, 70, phantom64(t).Rect, 30, true, true}.draw().Grey,
	} {
		for _, level := range []int{flate.HuffmanOnly, flate.NoCompression, flate.BestSpeed, flate.BestCompression} {
			var b bytes.Buffer
			w, err := flate.NewWriter(&b, level)
			if err != nil {
				t.Fatal(err)
			}
			w.Write(content[:len(content)/2])
			w.Flush() // an empty stored block
			w.Write(content[len(content)/2:])
			w.Close()
			streams, sizes = append(streams, b.Bytes()), append(sizes, len(content))
		}
	}
	return streams, sizes
}

func TestInflate(t *testing.T) {
	rnd := rand.New(rand.NewPCG(13, 14))
	streams, sizes := deflated(t)
	for i, src := range streams {
		size := sizes[i]
		checkInflate(t, src, size)
		checkInflate(t, append(slices.Clone(src), "what follows the stream"...), size)
		for _, wrong := range []int{size - 1, size + 1, size / 2} {
			checkInflate(t, src, max(0, wrong))
		}
		for n := 0; n < len(src); n += 1 + n/2 {
			checkInflate(t, src[:n], size)
		}
		checkInflate(t, src[:max(0, len(src)-1)], size)
		// Damage near the beginning hits the codes.
		for range 60 {
			bad := slices.Clone(src)
			at := rnd.IntN(min(len(bad), 120))
			bad[at] ^= 1 << rnd.IntN(8)
			checkInflate(t, bad, size)
		}
	}
}

func FuzzInflate(f *testing.F) {
	streams, sizes := deflated(f)
	for i, src := range streams {
		if len(src) < 4000 {
			f.Add(src, uint16(sizes[i]))
		}
	}
	f.Fuzz(func(t *testing.T, src []byte, size uint16) {
		checkInflate(t, src, int(size))
		// At the size that the stream has, most of it is read.
		if all, err := io.ReadAll(io.LimitReader(flate.NewReader(bytes.NewReader(src)), 1<<20)); err == nil {
			checkInflate(t, src, len(all))
		}
	})
}
