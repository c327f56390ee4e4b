package dicom

import "testing"

// TestCharsets has the examples of PS3.5 annexes H to K and the names of places.
func TestCharsets(t *testing.T) {
	for _, c := range []struct{ charset, value, want string }{
		{"", "plain", "plain"},
		{"ISO_IR 6", "plain", "plain"},
		{"ISO_IR 100", "\xc4neas^R\xfcdiger", "Äneas^Rüdiger"},
		{"ISO_IR 101", "Dvo\xf8\xe1k", "Dvořák"},
		{"ISO_IR 109", "\xa6\xe6", "Ĥĉ"},
		{"ISO_IR 110", "R\xefga", "Rīga"},
		{"ISO_IR 126", "\xc4\xe9\xef\xed\xf5\xf3\xe9\xef\xf2", "Διονυσιος"},
		{"ISO_IR 127", "\xe2\xc8\xc7\xe6\xea", "قباني"},
		{"ISO_IR 138", "\xf9\xf8\xe5\xef", "שרון"},
		{"ISO_IR 144", "\xbb\xee\xdace\xdc\xd1yp\xd3", "Люкceмбypг"},
		{"ISO_IR 148", "\xc7a\xf0lar", "Çağlar"},
		{"ISO_IR 166", "\xb9\xd2\xc2", "นาย"},
		{"ISO_IR 192", "Wang^XiaoDong=王^小東", "Wang^XiaoDong=王^小東"},
		{"ISO_IR 13", "\xd4\xcf\xc0\xde^\xc0\xdb\xb3", "ﾔﾏﾀﾞ^ﾀﾛｳ"},
		{"GB18030", "Wang^XiaoDong=\xcd\xf5^\xd0\xa1\xb6\xab", "Wang^XiaoDong=王^小东"},
		{"GBK", "\xcd\xf5", "王"},
		{`\ISO 2022 IR 87`, "Yamada^Tarou=\x1b$B;3ED\x1b(B^\x1b$BB@O:\x1b(B=\x1b$B$d$^$@\x1b(B^\x1b$B$?$m$&\x1b(B", "Yamada^Tarou=山田^太郎=やまだ^たろう"},
		{`ISO 2022 IR 13\ISO 2022 IR 87`, "\xd4\xcf\xc0\xde^\xc0\xdb\xb3=\x1b$B;3ED\x1b(J^\x1b$BB@O:\x1b(J", "ﾔﾏﾀﾞ^ﾀﾛｳ=山田^太郎"},
		{`\ISO 2022 IR 159`, "\x1b$(D\x30\x21", "丂"},
		{`\ISO 2022 IR 149`, "Hong^Gildong=\x1b$)C\xfb\xf3^\x1b$)C\xd1\xce\xd4\xd7=\x1b$)C\xc8\xab^\x1b$)C\xb1\xe6\xb5\xbf", "Hong^Gildong=洪^吉洞=홍^길동"},
		{`\ISO 2022 IR 58`, "Zhang^XiaoDong=\x1b$)A\xd5\xc5^\x1b$)A\xd0\xa1\xb6\xab", "Zhang^XiaoDong=张^小东"},
		{`ISO 2022 IR 6\ISO 2022 IR 100`, "\x1b-AR\xfcdiger", "Rüdiger"},
		{`ISO 2022 IR 100\ISO 2022 IR 144`, "\xc4\x1b-L\xbb\xee", "ÄЛю"},
		{"ISO_IR 100", "Ärzte", "Ärzte"}, // wrong: UTF-8
		{"", "\xc4rzte", "Ärzte"},        // said to be ASCII
		{"NO SUCH SET", "\xc4rzte", "Ärzte"},
		{"ISO_IR 192", "\xff\xfe", "ÿþ"},
		{"", "\x1b\x1b$B\x1b", ""},
		{"", "a\x00b\r\nc ", "a b  c"},
	} {
		w := little()
		w.text(SpecificCharacterSet, "CS", c.charset).text(SeriesDescription, "LO", c.value)
		if got := mustParse(t, file(explicitLittleEndian, w.Bytes())).Text(SeriesDescription); got != c.want {
			t.Errorf("%q in %q: got %q, want %q", c.value, c.charset, got, c.want)
		}
	}
}

// TestCharsetOfItems reads texts of items, which have the data set's set unless
// they name their own.
func TestCharsetOfItems(t *testing.T) {
	for _, defined := range []bool{true, false} {
		heir := little().text(SeriesDescription, "LO", "\xd0\xa1")
		own := little().text(SpecificCharacterSet, "CS", "ISO_IR 100").text(SeriesDescription, "LO", "\xc4")
		w := little().text(SpecificCharacterSet, "CS", "ISO_IR 144")
		w.sequence(0x00081115, "SQ", defined, heir.Bytes(), own.Bytes())
		items := mustParse(t, file(explicitLittleEndian, w.Bytes())).Items(0x00081115)
		if len(items) != 2 || items[0].Text(SeriesDescription) != "аЁ" || items[1].Text(SeriesDescription) != "Ä" {
			t.Errorf("defined %v: got %q and %q", defined, items[0].Text(SeriesDescription), items[1].Text(SeriesDescription))
		}
	}
}
