package study

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"

	"lungct/internal/ct"
)

// What an archive may claim. A CT of 512x512x2 bytes takes half a megabyte, and
// the largest multi-frame files some hundred.
const (
	// MaxFileBytes bounds a file that is read into memory.
	MaxFileBytes = 512 << 20
	// maxEntries bounds the files of an archive: a CD has some thousands.
	maxEntries = 100_000
	// maxDirectoryBytes bounds an archive's directory, which is read whole.
	maxDirectoryBytes = 32 << 20
	// maxArchiveBytes bounds what an archive holds in all.
	maxArchiveBytes = 16 << 30
	// maxRatio bounds how much smaller an archive may be than what it holds: CTs
	// shrink to a half or a third, blank slices in between to a thousandth.
	maxRatio = 200
)

// isArchive is whether a file begins like a zip archive, which may be empty.
func isArchive(head []byte) bool {
	return bytes.HasPrefix(head, []byte("PK\x03\x04")) || bytes.HasPrefix(head, []byte("PK\x05\x06"))
}

// openArchive reads an archive's directory and refuses bombs.
func openArchive(f File) (*zip.Reader, error) {
	if err := checkDirectory(f); err != nil {
		return nil, err
	}
	// A section, since damaged directories lead outside of the file.
	archive, err := zip.NewReader(io.NewSectionReader(f.Data, 0, f.Size), f.Size)
	if err != nil {
		return nil, ct.FormatError("the archive is damaged: " + plainDamage(err))
	}
	if n := len(archive.File); n > maxEntries {
		return nil, ct.UnsupportedError(fmt.Sprintf("the archive holds %d files, more than the limit of %d", n, maxEntries))
	}
	var total uint64
	for _, entry := range archive.File {
		if total += entry.UncompressedSize64; total > maxArchiveBytes || entry.UncompressedSize64 > maxArchiveBytes {
			return nil, ct.UnsupportedError(fmt.Sprintf("the archive claims to hold more than the limit of %d GB", maxArchiveBytes>>30))
		}
	}
	if total > MaxFileBytes/4 && total/uint64(f.Size) > maxRatio {
		return nil, ct.UnsupportedError(fmt.Sprintf("the archive claims to hold %d times its own size: no CT can be packed so tightly", total/uint64(f.Size)))
	}
	return archive, nil
}

// checkDirectory looks at how large the directory claims to be, before it is
// read (APPNOTE.TXT 4.3.16).
func checkDirectory(f File) error {
	tail := make([]byte, min(f.Size, 22+65535))
	if _, err := f.Data.ReadAt(tail, f.Size-int64(len(tail))); err != nil && err != io.EOF {
		return err
	}
	at := bytes.LastIndex(tail, []byte("PK\x05\x06"))
	if at < 0 || len(tail)-at < 22 {
		return ct.FormatError("the archive is damaged: its directory is missing; it may be cut short")
	}
	// Beyond 4 GB the size stands elsewhere; f.Size bounds it then.
	size := int64(binary.LittleEndian.Uint32(tail[at+12:]))
	if size == 0xffffffff {
		size = f.Size
	}
	if size > maxDirectoryBytes {
		return ct.UnsupportedError(fmt.Sprintf("the archive's directory claims %d MB, more than the limit of %d", size>>20, maxDirectoryBytes>>20))
	}
	return nil
}

// addArchive adds what an archive holds. Archives in it are not opened: each
// level would multiply what a bomb takes.
func (s *Study) addArchive(f File) {
	archive, err := openArchive(f)
	if err != nil {
		s.reject(f.Name, err)
		return
	}
	found := false
	for _, entry := range archive.File {
		name := f.Name + "/" + entryName(entry)
		if entry.FileInfo().IsDir() || Litter(name) {
			continue
		}
		found = true
		s.added = append(s.added, name)
		data, err := readEntry(entry)
		switch {
		case err != nil:
			s.reject(name, err)
		case isArchive(data):
			s.reject(name, ct.UnsupportedError("it is an archive in an archive: unpack it first"))
		default:
			s.addData(name, data, packed{entry})
		}
	}
	if !found {
		s.reject(f.Name, ct.UnsupportedError("the archive is empty"))
	}
}

// entryName is the name of an entry, below the archive and without what is no
// letter. Names that are not UTF-8 are in code page 437 (APPNOTE.TXT, appendix D);
// where they are in another, they still tell files apart.
func entryName(entry *zip.File) string {
	name := entry.Name
	if !utf8.ValidString(name) {
		name, _ = charmap.CodePage437.NewDecoder().String(name) // knows every byte
	}
	name = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || r == unicode.ReplacementChar {
			return '?'
		}
		return r
	}, name)
	return strings.TrimPrefix(path.Clean("/"+strings.ReplaceAll(name, `\`, "/")), "/")
}

// readEntry unpacks an entry, up to the size that the directory claims.
func readEntry(entry *zip.File) ([]byte, error) {
	if entry.Flags&1 != 0 {
		return nil, ct.UnsupportedError("it is encrypted: unpack the archive with its password first")
	}
	if entry.UncompressedSize64 > MaxFileBytes {
		return nil, tooLarge(entry.UncompressedSize64)
	}
	r, err := entry.Open()
	if err == zip.ErrAlgorithm {
		return nil, ct.UnsupportedError(fmt.Sprintf("it is packed by method %d: pack the archive with the usual one (deflate)", entry.Method))
	} else if err != nil {
		return nil, damagedEntry(err)
	}
	defer r.Close()
	// Grown as data arrives: the claim alone takes no memory.
	var data bytes.Buffer
	data.Grow(int(min(entry.UncompressedSize64, 1<<20)))
	if _, err := data.ReadFrom(r); err != nil {
		return nil, damagedEntry(err)
	}
	return data.Bytes(), nil
}

func damagedEntry(err error) error {
	return ct.FormatError("it is damaged in the archive: " + plainDamage(err))
}

// plainDamage words an error of package zip or flate.
func plainDamage(err error) string {
	switch {
	case errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF):
		return "it ends early"
	case errors.Is(err, zip.ErrFormat):
		return "its directory is wrong"
	case errors.Is(err, zip.ErrChecksum):
		return "its checksum is wrong"
	}
	return err.Error()
}

func tooLarge(size uint64) error {
	return ct.UnsupportedError(fmt.Sprintf("it has %d MB, more than the limit of %d", size>>20, MaxFileBytes>>20))
}

// isGzip is whether data begins like a gzip file.
func isGzip(head []byte) bool { return len(head) > 2 && head[0] == 0x1f && head[1] == 0x8b }

// unzipped is what a gzip file holds, such as scan.dcm.gz, at most MaxFileBytes.
func unzipped(data []byte) ([]byte, error) {
	r, err := gzip.NewReader(bytes.NewReader(data))
	if err != nil {
		return nil, ct.FormatError("the gzip file is damaged: " + strings.TrimPrefix(err.Error(), "gzip: "))
	}
	var out bytes.Buffer
	if _, err := out.ReadFrom(io.LimitReader(r, MaxFileBytes+1)); err != nil {
		return nil, ct.FormatError("the gzip file is damaged: " + strings.TrimPrefix(err.Error(), "gzip: "))
	}
	if out.Len() > MaxFileBytes {
		return nil, tooLarge(uint64(out.Len()))
	}
	return out.Bytes(), nil
}
