package labels

import (
	"io/fs"
	"strings"
	"testing"
)

func TestParseManifest(t *testing.T) {
	for name, text := range map[string]string{
		"plain":                "path,label,group,fold\na/1.png,covid,p1,0\nb/2.png,noncovid,p2,1\n",
		"byte order mark":      "\ufeffpath,label,group,fold\na/1.png,covid,p1,0\nb/2.png,noncovid,p2,1\n",
		"CRLF":                 "path,label,group,fold\r\na/1.png,covid,p1,0\r\nb/2.png,noncovid,p2,1\r\n",
		"another order":        "fold,group,label,path\n0,p1,covid,a/1.png\n1,p2,noncovid,b/2.png\n",
		"extra columns":        "path,age,label,group,fold,note\na/1.png,55,covid,p1,0,\nb/2.png,,noncovid,p2,1,\"a, b\"\n",
		"upper case, spaces":   " Path, Label ,GROUP,Fold\na/1.png, COVID ,p1,0\nb/2.png,non-COVID,p2,1\n",
		"empty lines, no end":  "path,label,group,fold\n\na/1.png,covid,p1,0\n\nb/2.png,noncovid,p2,1",
		"paths with detours":   "path,label,group,fold\n./a/1.png,covid,p1,0\nx/../b/2.png,noncovid,p2,1\n",
		"quoted, CRLF, marked": "\ufeff\"path\",\"label\",\"group\",\"fold\"\r\n\"a/1.png\",\"covid\",\"p1\",\"0\"\r\n\"b/2.png\",\"noncovid\",\"p2\",\"1\"\r\n",
	} {
		rows, grouped, err := ParseManifest([]byte(text))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		want := []Row{{Path: "a/1.png", Class: 1, Group: "p1", Fold: "0"}, {Path: "b/2.png", Group: "p2", Fold: "1"}}
		if len(rows) != 2 || !grouped {
			t.Errorf("%s: got %v, grouped %v", name, rows, grouped)
			continue
		}
		for i, s := range rows {
			if s.Path != want[i].Path || s.Class != want[i].Class || s.Group != want[i].Group || s.Fold != want[i].Fold {
				t.Errorf("%s: row %d: got %+v, want %+v", name, i, s, want[i])
			}
		}
	}
	rows, grouped, err := ParseManifest([]byte("path,label\na.png,covid\n"))
	if err != nil || grouped || rows[0].Group != "a.png" {
		t.Errorf("without groups: got %v, %v, %v; want each file its own group", rows, grouped, err)
	}
}

func TestParseManifestRejects(t *testing.T) {
	for _, tt := range []struct{ text, want string }{
		{"", "empty file"},
		{"file,label\n", `header: got columns ["file" "label"], want path and label`},
		{"path;label\na;covid\n", "separated by commas"},
		{"path,label,path\n", `column "path" twice`},
		{"path,label\na.png\n", "line 2: got 1 fields, want 2"},
		{"path,label\na.png,covid\n\nb.png,flu\n", `line 4: label: got "flu", want covid or noncovid`},
		{"path,label\n,covid\n", "line 2: path: got nothing"},
		{"path,label,group\na.png,covid,\n", "line 2: group: got nothing"},
		{"path,label\na.png,covid\n./a.png,covid\n", `line 3: path: got "a.png" again, which line 2 has`},
		{"path,label\n/etc/passwd,covid\n", `line 2: path: got "/etc/passwd", want a path inside`},
		{"path,label\na/../../b.png,covid\n", `got "a/../../b.png", want a path inside`},
		{"path,label\n.,covid\n", "want a path inside"},
		{"path,label\n\"a,covid\n", "line 2"},
	} {
		_, _, err := ParseManifest([]byte(tt.text))
		if err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%q: got %v, want %q", tt.text, err, tt.want)
		}
		if err != nil && strings.Contains(err.Error(), "\n") {
			t.Errorf("%q: got an error of several lines: %v", tt.text, err)
		}
	}
}

func FuzzParseManifest(f *testing.F) {
	f.Add([]byte("\ufeffpath,label,group,fold,split\r\na/1.png,covid,p1,0,train\r\n"))
	f.Add([]byte("label,path\n\"non-covid\",\"a\"\"b\"\n"))
	f.Add([]byte("path,label\n../x,covid\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		rows, _, err := ParseManifest(text)
		if err != nil {
			return
		}
		for _, s := range rows {
			if !fs.ValidPath(s.Path) || s.Path == "." || s.Group == "" || s.Class < 0 || s.Class > 1 {
				t.Errorf("%q: got sample %+v", text, s)
			}
		}
	})
}
