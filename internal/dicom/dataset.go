package dicom

import (
	"encoding/binary"
	"math"
	"slices"
	"strconv"
	"strings"
)

// A DataSet is a list of elements, ordered by tag.
type DataSet struct {
	elements   []Element
	order      binary.ByteOrder // of numbers
	pixelOrder binary.ByteOrder // of pixels where it is another one, else nil
	charset    []byte           // of texts, where the data set itself names none
}

// An Element is one attribute.
type Element struct {
	Tag   Tag
	vr    vr
	Value []byte // as it stands in the file; nil for what has undefined length

	nested *nested
}

// nested is the content of an element of undefined length.
type nested struct {
	items     []*DataSet
	fragments [][]byte
}

// Find returns the element of a tag, nil if there is none.
func (ds *DataSet) Find(tag Tag) *Element {
	i, ok := slices.BinarySearchFunc(ds.elements, tag, func(e Element, t Tag) int {
		return int(int64(e.Tag) - int64(t))
	})
	if !ok {
		return nil
	}
	return &ds.elements[i]
}

// Has reports whether the tag is there and has a value.
func (ds *DataSet) Has(tag Tag) bool {
	e := ds.Find(tag)
	return e != nil && (len(e.Value) > 0 || e.nested != nil)
}

func (ds *DataSet) value(tag Tag) []byte {
	if e := ds.Find(tag); e != nil {
		return e.Value
	}
	return nil
}

// Strings returns the values of a text element in the default repertoire, such
// as a code string or a UID, without their padding and control characters.
func (ds *DataSet) Strings(tag Tag) []string {
	value := strings.TrimRight(string(ds.value(tag)), "\x00 ")
	if value == "" {
		return nil
	}
	values := strings.Split(value, `\`)
	for i, v := range values {
		values[i] = strings.TrimSpace(printable(v))
	}
	return values
}

// String returns the first of Strings.
func (ds *DataSet) String(tag Tag) string {
	if values := ds.Strings(tag); len(values) > 0 {
		return values[0]
	}
	return ""
}

// Texts returns the values of a text element, decoded by the data set's
// character sets, on one line and without control characters.
func (ds *DataSet) Texts(tag Tag) []string {
	value := ds.value(tag)
	if len(value) == 0 {
		return nil
	}
	values := strings.Split(decodeText(value, ds.ownCharset()), `\`)
	for i, v := range values {
		values[i] = strings.TrimSpace(printable(v))
	}
	return values
}

// Text returns the first of Texts.
func (ds *DataSet) Text(tag Tag) string {
	if values := ds.Texts(tag); len(values) > 0 {
		return values[0]
	}
	return ""
}

// Floats returns the numbers of a decimal or integer string or of a binary
// element. What is no finite number is NaN.
func (ds *DataSet) Floats(tag Tag) []float64 {
	e := ds.Find(tag)
	if e == nil || len(e.Value) == 0 {
		return nil
	}
	var numbers []float64
	switch string(e.vr[:]) {
	case "US", "SS", "UL", "SL":
		for _, n := range ds.Ints(tag) {
			numbers = append(numbers, float64(n))
		}
	case "FL":
		for b := e.Value; len(b) >= 4; b = b[4:] {
			numbers = append(numbers, float64(math.Float32frombits(ds.order.Uint32(b))))
		}
	case "FD":
		for b := e.Value; len(b) >= 8; b = b[8:] {
			numbers = append(numbers, math.Float64frombits(ds.order.Uint64(b)))
		}
	default:
		for _, s := range ds.Strings(tag) {
			numbers = append(numbers, number(s))
		}
	}
	for i, n := range numbers {
		if math.IsInf(n, 0) {
			numbers[i] = math.NaN()
		}
	}
	return numbers
}

// number reads a decimal string, also with a decimal comma.
func number(s string) float64 {
	n, err := strconv.ParseFloat(strings.Replace(s, ",", ".", 1), 64)
	if err != nil {
		return math.NaN()
	}
	return n
}

// Float returns the first number of an element; ok is false where there is none.
func (ds *DataSet) Float(tag Tag) (n float64, ok bool) {
	if numbers := ds.Floats(tag); len(numbers) > 0 && !math.IsNaN(numbers[0]) {
		return numbers[0], true
	}
	return 0, false
}

// Ints returns the whole numbers of a binary element or an integer string.
// Binary numbers of unknown VR are unsigned, of 16 bits, or of 32 where the value
// is a multiple of four and its tag is not in group 0028.
func (ds *DataSet) Ints(tag Tag) []int {
	e := ds.Find(tag)
	if e == nil {
		return nil
	}
	var numbers []int
	if width := binaryWidth(e); width > 0 {
		for b := e.Value; len(b) >= width; b = b[width:] {
			numbers = append(numbers, ds.integer(b[:width], e.vr[0] == 'S'))
		}
		return numbers
	}
	for _, s := range ds.Strings(tag) {
		n := number(s)
		if math.IsNaN(n) || math.Abs(n) > 1<<53 {
			return numbers
		}
		numbers = append(numbers, int(n))
	}
	return numbers
}

// binaryWidth returns the bytes of each number of an element, 0 for texts.
func binaryWidth(e *Element) int {
	switch string(e.vr[:]) {
	case "US", "SS", "OW":
		return 2
	case "UL", "SL", "OL", "AT":
		return 4
	case "OV", "SV", "UV":
		return 8
	case "OB":
		return 1
	case "\x00\x00", "UN":
		switch {
		case e.Tag == NumberOfFrames || e.Tag == InstanceNumber || e.Tag == SeriesNumber || e.Tag == AcquisitionNumber:
			return 0
		case e.Tag == ExtendedOffsetTable || e.Tag == ExtendedOffsetTableLengths:
			return 8
		case len(e.Value)%2 == 0 && !decimal(e.Value):
			return 2
		}
	}
	return 0
}

// decimal reports whether a value of unknown VR reads as an integer string. Two
// digits are also a binary number; the tags that are asked for are binary, so
// that only longer ones are taken for text.
func decimal(b []byte) bool {
	if len(b) < 3 {
		return false
	}
	for _, c := range b {
		if (c < '0' || c > '9') && c != ' ' && c != '-' && c != '\\' {
			return false
		}
	}
	return true
}

func (ds *DataSet) integer(b []byte, signed bool) int {
	switch {
	case len(b) == 1:
		return int(b[0])
	case len(b) == 2 && signed:
		return int(int16(ds.order.Uint16(b)))
	case len(b) == 2:
		return int(ds.order.Uint16(b))
	case len(b) == 4 && signed:
		return int(int32(ds.order.Uint32(b)))
	case len(b) == 4:
		return int(ds.order.Uint32(b))
	}
	return int(ds.order.Uint64(b))
}

// Int returns the first number of Ints; ok is false where there is none.
func (ds *DataSet) Int(tag Tag) (n int, ok bool) {
	if numbers := ds.Ints(tag); len(numbers) > 0 {
		return numbers[0], true
	}
	return 0, false
}

// Items returns the items of a sequence, of which those of defined length are
// read only now.
func (ds *DataSet) Items(tag Tag) []*DataSet {
	e := ds.Find(tag)
	if e == nil {
		return nil
	}
	if e.nested != nil {
		return e.nested.items
	}
	budget := maxElements
	p := &parser{data: e.Value, order: ds.order, explicit: e.vr != (vr{}), budget: &budget, charset: ds.ownCharset()}
	items, _, err := p.items(header{tag: tag}, len(e.Value), 1)
	if err != nil {
		return nil
	}
	return items
}

func (ds *DataSet) ownCharset() []byte {
	if own := ds.value(SpecificCharacterSet); own != nil {
		return own
	}
	return ds.charset
}

// item returns the first item of a sequence, nil if there is none.
func (ds *DataSet) item(tag Tag) *DataSet {
	if items := ds.Items(tag); len(items) > 0 {
		return items[0]
	}
	return nil
}
