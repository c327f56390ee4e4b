package dicom

import (
	"bytes"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/korean"
	"golang.org/x/text/encoding/simplifiedchinese"
)

// charsets are the defined terms of Specific Character Set (PS3.3 C.12.1.1.2).
// Terms with and without code extensions share their sets.
var charsets = map[string]encoding.Encoding{
	"13":      japanese.ShiftJIS, // JIS X 0201: katakana and Latin
	"100":     charmap.ISO8859_1,
	"101":     charmap.ISO8859_2,
	"109":     charmap.ISO8859_3,
	"110":     charmap.ISO8859_4,
	"126":     charmap.ISO8859_7,
	"127":     charmap.ISO8859_6,
	"138":     charmap.ISO8859_8,
	"144":     charmap.ISO8859_5,
	"148":     charmap.ISO8859_9,
	"149":     korean.EUCKR,
	"166":     charmap.Windows874,
	"203":     charmap.ISO8859_15,
	"58":      simplifiedchinese.GBK,
	"GB18030": simplifiedchinese.GB18030,
	"GBK":     simplifiedchinese.GBK,
}

// decodeText reads a text by the value of Specific Character Set. Writers often
// name none, or Latin 1 for whatever they write: what is UTF-8 then is read as
// UTF-8, and what no rule fits is taken for ISO 8859-1.
func decodeText(value, charset []byte) string {
	if ascii(value) && !bytes.ContainsRune(value, 0x1b) {
		return string(value)
	}
	var terms []string
	for _, term := range strings.Split(string(charset), `\`) {
		term = strings.ToUpper(strings.Trim(term, "\x00 "))
		for _, prefix := range []string{"ISO_IR ", "ISO_IR_", "ISO-IR ", "ISO IR ", "ISO 2022 IR ", "ISO 2022-IR "} {
			term = strings.TrimPrefix(term, prefix)
		}
		terms = append(terms, term)
	}
	if bytes.ContainsRune(value, 0x1b) {
		return decodeExtended(value, charsets[terms[0]])
	}
	if set := charsets[terms[0]]; (set == nil || set == charmap.ISO8859_1) && utf8.Valid(value) {
		return string(value)
	}
	for _, term := range terms {
		if set := charsets[term]; set != nil {
			return decoded(value, set)
		}
	}
	return decoded(value, charmap.ISO8859_1)
}

// escapes are the sequences of ISO 2022 that DICOM allows (PS3.3 tables C.12-3
// and C.12-4). Sets of two bytes in G0 are read with the high bits set, as in
// their EUC form.
var escapes = []struct {
	sequence string
	set      encoding.Encoding // nil: ASCII
	g0       bool
}{
	{"$)C", korean.EUCKR, false},
	{"$)A", simplifiedchinese.GBK, false},
	{"$(D", jisX0212{}, true},
	{"$B", japanese.EUCJP, true},
	{"$@", japanese.EUCJP, true},
	{"(B", nil, true},
	{"(J", nil, true},
	{")I", japanese.ShiftJIS, false},
	{"-A", charmap.ISO8859_1, false},
	{"-B", charmap.ISO8859_2, false},
	{"-C", charmap.ISO8859_3, false},
	{"-D", charmap.ISO8859_4, false},
	{"-F", charmap.ISO8859_7, false},
	{"-G", charmap.ISO8859_6, false},
	{"-H", charmap.ISO8859_8, false},
	{"-L", charmap.ISO8859_5, false},
	{"-M", charmap.ISO8859_9, false},
	{"-T", charmap.Windows874, false},
	{"-b", charmap.ISO8859_15, false},
}

// decodeExtended reads a text with escape sequences. Every run between two of
// them has one set in each half of the code table.
func decodeExtended(value []byte, g1 encoding.Encoding) string {
	var text strings.Builder
	var g0 encoding.Encoding
	first := true
	for run := range bytes.SplitSeq(value, []byte{0x1b}) {
		if !first {
			for _, e := range escapes {
				if rest, ok := bytes.CutPrefix(run, []byte(e.sequence)); ok {
					if run = rest; e.g0 {
						g0 = e.set
					} else {
						g1 = e.set
					}
					break
				}
			}
		}
		first = false
		text.WriteString(decodeRun(run, g0, g1))
	}
	return text.String()
}

func decodeRun(run []byte, g0, g1 encoding.Encoding) string {
	switch {
	case g0 != nil && ascii(run):
		high := bytes.Clone(run)
		for i, c := range high {
			if c > ' ' {
				high[i] = c | 0x80
			}
		}
		return decoded(high, g0)
	case g1 != nil:
		return decoded(run, g1)
	case ascii(run):
		return string(run)
	}
	return decoded(run, charmap.ISO8859_1)
}

// jisX0212 is the supplementary set of Japanese, which EUC-JP has behind 0x8f.
type jisX0212 struct{ encoding.Encoding }

// NewDecoder returns one that takes pairs of bytes with their high bits set.
func (jisX0212) NewDecoder() *encoding.Decoder { return japanese.EUCJP.NewDecoder() }

func decoded(value []byte, set encoding.Encoding) string {
	if _, ok := set.(jisX0212); ok {
		var euc []byte
		for i := 0; i+1 < len(value); i += 2 {
			euc = append(euc, 0x8f, value[i], value[i+1])
		}
		value = euc
	}
	text, err := set.NewDecoder().Bytes(value)
	if err != nil {
		return strings.ToValidUTF8(string(value), "\ufffd")
	}
	return string(text)
}

func ascii(value []byte) bool {
	for _, c := range value {
		if c >= 0x80 {
			return false
		}
	}
	return true
}

// printable makes control characters spaces.
func printable(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return ' '
		}
		return r
	}, text)
}
