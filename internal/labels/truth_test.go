package labels

import (
	"slices"
	"strings"
	"testing"
)

func TestTruthOf(t *testing.T) {
	const manifest = "path,label,group\ncovid/a.png,covid,p1\nnoncovid/a.png,noncovid,p2\nnoncovid/b.png,normal,p2\n"
	for _, test := range []struct {
		name   string
		tables []Table
		file   string
		want   Truth
	}{
		{"class folder", nil, "set/covid/a.png", Truth{1, "set/covid/a.png"}},
		{"class folder by another name", nil, "set/CT_NonCOVID/a.png", Truth{0, "set/CT_NonCOVID/a.png"}},
		{"patient in a class folder", nil, "set/covid/p7/1.dcm", Truth{1, "set/covid/p7"}},
		{"series of a patient", nil, "set/normal/p7/s1/1.dcm", Truth{0, "set/normal/p7/s1"}},
		{"the nearest of two", nil, "covid/noncovid/a.png", Truth{0, "covid/noncovid/a.png"}},
		{"archive in a class folder", nil, "set/covid/p7.zip/s1/1.dcm", Truth{1, "set/covid/p7.zip"}},
		{"slice of a file", nil, "set/covid/scan.nii#37", Truth{1, "set/covid/scan.nii"}},
		{"folder in a table", []Table{{"set/manifest.csv", "path,label\np7,covid\n"}}, "set/p7/s1/1.dcm", Truth{1, "p7"}},
		{"archive in a table", []Table{{"manifest.csv", "path,label,group\np7.zip,normal,g\n"}}, "p7.zip/1.dcm", Truth{0, "g"}},
		{"volume in a table", []Table{{"manifest.csv", "path,label\nscan.nii,covid\n"}}, "scan.nii#37", Truth{1, "scan.nii"}},
		{"slice in a table", []Table{{"manifest.csv", "path,label\nscan.nii#36,covid\nscan.nii#37,normal\n"}}, "scan.nii#37", Truth{0, "scan.nii"}},
		{"other slice of a table", []Table{{"manifest.csv", "path,label\nscan.nii#36,covid\n"}}, "scan.nii#37", Truth{-1, "scan.nii"}},
		{"archive of class folders", nil, "set.zip/covid/a.png", Truth{1, "set.zip/covid/a.png"}},
		{"a file's name says nothing", nil, "covid", Truth{-1, "covid"}},
		{"other folders say nothing", nil, "scans/p7/1.dcm", Truth{-1, "scans/p7/1.dcm"}},
		{"table", []Table{{"set/manifest.csv", manifest}}, "set/covid/a.png", Truth{1, "p1"}},
		{"table before folder", []Table{{"set/manifest.csv", "path,label\ncovid/a.png,noncovid\n"}}, "set/covid/a.png", Truth{0, "covid/a.png"}},
		{"table of another folder", []Table{{"other/manifest.csv", manifest}}, "set/b.png", Truth{-1, "set/b.png"}},
		{"table without folder", []Table{{"manifest.csv", manifest}}, "covid/a.png", Truth{1, "p1"}},
		{"only name in the table", []Table{{"manifest.csv", manifest}}, "b.png", Truth{0, "p2"}},
		{"name twice in the table", []Table{{"manifest.csv", manifest}}, "a.png", Truth{-1, "a.png"}},
		{"first of two tables", []Table{{"x.csv", "path,label\nb.png,covid\n"}, {"y.csv", "path,label\nb.png,normal\n"}}, "b.png", Truth{1, "b.png"}},
	} {
		got, err := TruthOf([]string{test.file}, test.tables)
		if err != nil || !slices.Equal(got, []Truth{test.want}) {
			t.Errorf("%s: got %v, %v, want %v", test.name, got, err, test.want)
		}
	}
	_, err := TruthOf(nil, []Table{{"m.csv", "path,label\na.png,maybe\n"}})
	if err == nil || !strings.Contains(err.Error(), `m.csv: line 2: label: got "maybe"`) {
		t.Errorf("a label that means nothing: got %v", err)
	}
}
