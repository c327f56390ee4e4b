package ct

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"image"
	"image/png"
	"math/rand/v2"
	"os"
	"reflect"
	"slices"
	"testing"
)

// checkPlainPNG compares plainPNG with png.Decode and says whether it took the
// file: then both give the same image of the same type.
func checkPlainPNG(t *testing.T, data []byte) bool {
	t.Helper()
	got, ok := plainPNG(data)
	if !ok {
		return false
	}
	want, err := png.Decode(bytes.NewReader(data))
	if err != nil {
		t.Fatalf("took a file of which package png says: %v", err)
	}
	if !reflect.DeepEqual(got, want) {
		t.Fatalf("%T of %v, want %T of %v with the same pixels", got, got.Bounds(), want, want.Bounds())
	}
	return true
}

// A rawPNG is a PNG of given rows, each of them a filter type and bytes.
type rawPNG struct {
	width, height uint32
	depth, colour byte
	rows          []byte
	level         int
	chunk         int    // bytes of an IDAT chunk at most; 0 for one chunk
	before, after []byte // chunks before and after the IDAT chunks
}

func (p rawPNG) encode() []byte {
	var b bytes.Buffer
	w, _ := zlib.NewWriterLevel(&b, p.level)
	w.Write(p.rows)
	w.Close()
	return p.enclose(b.Bytes())
}

// enclose returns the PNG around the zlib stream.
func (p rawPNG) enclose(stream []byte) []byte {
	header := binary.BigEndian.AppendUint32(nil, p.width)
	header = binary.BigEndian.AppendUint32(header, p.height)
	header = append(header, p.depth, p.colour, 0, 0, 0)
	data := append([]byte("\x89PNG\r\n\x1a\n"), pngChunk("IHDR", header)...)
	data = append(data, p.before...)
	if p.chunk == 0 {
		data = append(data, pngChunk("IDAT", stream)...)
	} else {
		for part := range slices.Chunk(stream, p.chunk) {
			data = append(data, pngChunk("IDAT", part)...)
		}
	}
	data = append(data, p.after...)
	return append(data, pngChunk("IEND", nil)...)
}

// randomPNG returns a file with all filters.
func randomPNG(rnd *rand.Rand, width, height, pixel int) rawPNG {
	kind := map[int][2]byte{1: {8, 0}, 2: {16, 0}, 3: {8, 2}, 4: {8, 6}}[pixel]
	p := rawPNG{width: uint32(width), height: uint32(height), depth: kind[0], colour: kind[1], level: zlib.DefaultCompression}
	for range height {
		p.rows = append(p.rows, byte(rnd.IntN(5)))
		smooth := rnd.IntN(2) == 0
		for range width * pixel {
			v := byte(rnd.Uint32())
			if smooth {
				v %= 4
			}
			p.rows = append(p.rows, v)
		}
	}
	return p
}

func TestPlainPNG(t *testing.T) {
	rnd := rand.New(rand.NewPCG(15, 16))
	for pixel := 1; pixel <= 4; pixel++ {
		for _, side := range []image.Point{{1, 1}, {1, 9}, {2, 5}, {3, 4}, {32, 40}, {61, 33}} {
			t.Run(fmt.Sprintf("%d/%v", pixel, side), func(t *testing.T) {
				for _, level := range []int{zlib.NoCompression, zlib.DefaultCompression, zlib.HuffmanOnly} {
					p := randomPNG(rnd, side.X, side.Y, pixel)
					p.level = level
					for _, p.chunk = range []int{0, 1, 7, 100} {
						p.before, p.after = nil, nil
						if p.chunk == 7 {
							p.before = slices.Concat(pngChunk("gAMA", []byte{0, 0, 1, 2}), pngChunk("IDAT", nil))
							p.after = pngChunk("tEXt", []byte("comment"))
						}
						if !checkPlainPNG(t, p.encode()) {
							t.Error("a plain file is not taken")
						}
					}
				}
			})
		}
	}
}

// What is not plain, or not in order, is left to package png.
func TestPlainPNGLeaves(t *testing.T) {
	rnd := rand.New(rand.NewPCG(17, 18))
	good := randomPNG(rnd, 9, 8, 1)
	with := func(change func(*rawPNG)) []byte {
		p := good
		p.rows = slices.Clone(good.rows)
		change(&p)
		return p.encode()
	}
	flipped := func(data []byte, at int) []byte {
		data = slices.Clone(data)
		data[(at+len(data))%len(data)] ^= 1
		return data
	}
	var zipped bytes.Buffer
	w := zlib.NewWriter(&zipped)
	w.Write(good.rows)
	w.Close()
	stream := zipped.Bytes()
	all := pictures(t)
	tests := map[string][]byte{
		"empty":             nil,
		"signature":         good.encode()[:8],
		"no signature":      good.encode()[8:],
		"palette":           all["palette.png"].data,
		"interlaced":        all["interlaced.png"].data,
		"transparent grey":  all["key.png"].data,
		"4 bits":            all["grey4.png"].data,
		"filter 5":          with(func(p *rawPNG) { p.rows[10] = 5 }),
		"a row too few":     with(func(p *rawPNG) { p.height++ }),
		"a row too many":    with(func(p *rawPNG) { p.height-- }),
		"no rows":           with(func(p *rawPNG) { p.height, p.rows = 0, nil }),
		"no columns":        with(func(p *rawPNG) { p.width, p.rows = 0, make([]byte, 8) }),
		"negative":          with(func(p *rawPNG) { p.width = 1 << 31 }),
		"huge":              with(func(p *rawPNG) { p.width, p.height = 1<<31-1, 1<<31-1 }),
		"second header":     with(func(p *rawPNG) { p.before = good.encode()[8:33] }),
		"palette of a grey": with(func(p *rawPNG) { p.before = pngChunk("PLTE", make([]byte, 3)) }),
		"key after pixels":  with(func(p *rawPNG) { p.after = pngChunk("tRNS", make([]byte, 2)) }),
		"scattered pixels":  with(func(p *rawPNG) { p.after = append(pngChunk("tEXt", nil), pngChunk("IDAT", nil)...) }),
		"scattered, empty":  with(func(p *rawPNG) { p.before = append(pngChunk("IDAT", nil), pngChunk("tEXt", nil)...) }),
		"bad header check":  flipped(good.encode(), 30),
		"bad end check":     flipped(good.encode(), -1),
		"bad pixels check":  flipped(good.encode(), -14),
		"cut":               good.encode()[:60],
		"no end":            good.encode()[:len(good.encode())-12],
		"bad adler":         good.enclose(flipped(stream, -1)),
		"bad zlib method":   good.enclose(flipped(stream, 0)),
		"zlib dictionary":   good.enclose(append([]byte{0x78, 0xbb}, stream[2:]...)),
		"bytes after adler": good.enclose(append(slices.Clone(stream), 0)),
		"no adler":          good.enclose(stream[:len(stream)-4]),
		"no stream":         good.enclose(nil),
		"end before pixels": append(slices.Clone(good.encode()[:33]), pngChunk("IEND", nil)...),
		"end with content":  append(slices.Clone(good.encode()[:len(good.encode())-12]), pngChunk("IEND", []byte{0})...),
	}
	for name, data := range tests {
		if checkPlainPNG(t, data) {
			t.Errorf("%s: taken", name)
		}
	}
	if !checkPlainPNG(t, append(good.encode(), "what follows the end"...)) {
		t.Error("bytes after the end: not taken")
	}
}

// A header alone must not make memory be set aside.
func TestPlainPNGMemory(t *testing.T) {
	data := bomb(t, "png", 8000, 8000)
	if n := allocated(func() { plainPNG(data) }); n > 64<<10 {
		t.Errorf("allocated %d bytes", n)
	}
}

func TestPlainPNGRealData(t *testing.T) {
	for _, set := range []string{"sars-cov-2-ct", "covid-ct"} {
		t.Run(set, func(t *testing.T) {
			for _, file := range realSlices(t, set, 15) {
				data, err := os.ReadFile(file)
				if err != nil {
					t.Fatal(err)
				}
				if !checkPlainPNG(t, data) {
					t.Errorf("%s: not taken", file)
				}
			}
		})
	}
}

// FuzzPlainPNG changes what is behind the checksums: chunks get right ones.
func FuzzPlainPNG(f *testing.F) {
	rnd := rand.New(rand.NewPCG(19, 20))
	for pixel := 1; pixel <= 4; pixel++ {
		p := randomPNG(rnd, 5, 6, pixel)
		p.chunk = 40
		f.Add(p.encode())
		f.Add(p.encode()[:50])
	}
	for _, p := range pictures(f) {
		if p.format == "png" {
			f.Add(p.data)
		}
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		if config, err := png.DecodeConfig(bytes.NewReader(data)); err == nil && config.Width*config.Height > 1<<20 {
			t.Skip("large pictures are slow")
		}
		checkPlainPNG(t, data)
		data = slices.Clone(data)
		for at := 8; at+12 <= len(data); {
			n := binary.BigEndian.Uint32(data[at:])
			if uint64(n) > uint64(len(data)-at-12) {
				break
			}
			end := at + 8 + int(n)
			binary.BigEndian.PutUint32(data[end:], crc32.ChecksumIEEE(data[at+4:end]))
			at = end + 4
		}
		checkPlainPNG(t, data)
	})
}

func BenchmarkPNG(b *testing.B) {
	data := encoded(b, chest{512, 512, image.Rect(40, 110, 472, 420), 40, true, true}.draw().grey(), "png")
	b.Run("package png", func(b *testing.B) {
		for b.Loop() {
			png.Decode(bytes.NewReader(data))
		}
	})
	b.Run("plain", func(b *testing.B) {
		for b.Loop() {
			plainPNG(data)
		}
	})
}
