// Package report writes down what a training or an evaluation has found: as
// report.json for programs, as tables in CSV, and as one HTML file for people,
// with its plots and pictures inside. It compares runs and pools the folds of a
// cross-validation.
//
// What a report says follows CLAIM 2024 (Tejani et al., Radiology: Artificial
// Intelligence 6(4), e240300) and TRIPOD+AI (Collins et al., BMJ 385, e078378).
// Probabilities are those of class 1, covid, between 0 and 1, after temperature
// scaling where the model has any. A value that is not known is NaN here and null
// in JSON; a text that is not known is empty.
package report

import (
	"lungct/internal/metrics"
)

// Format is what Run.Format says of files that this package writes.
const Format = "lungct-report/1"

// Kinds of Run.
const (
	Training   = "training"
	Evaluation = "evaluation"
)

// Parts of a split as they are called in a Run.
const (
	TrainPart      = "train"
	ValidationPart = "validation"
	TestPart       = "test"
)

// Run is report.json: everything about one training, or about one measurement of
// finished weights.
type Run struct {
	Format      string `json:"format"`
	Kind        string `json:"kind"` // Training or Evaluation
	Name        string `json:"name"`
	Description string `json:"description"`
	IntendedUse string `json:"intended_use"`
	Limits      string `json:"limits"`

	Program  string            `json:"program"`  // name and version
	Command  string            `json:"command"`  // that repeats the run
	Settings map[string]string `json:"settings"` // every flag that decides the result, with its value, given or not
	Recipe   string            `json:"recipe"`   // the same in words
	Seed     uint64            `json:"seed"`
	Created  string            `json:"created"` // RFC 3339
	Seconds  float64           `json:"seconds"` // wall time of the training
	Machine  Machine           `json:"machine"`
	Network  Network           `json:"network"`

	TrainedOn string  `json:"trained_on"` // of an Evaluation: the model's data and split, in words
	Seen      string  `json:"seen"`       // of an Evaluation: what speaks for the model having learnt from these slices
	Data      []Data  `json:"data"`
	DataHash  string  `json:"data_hash"` // SHA-256 over all slices of all sets, used or not: paths, labels, groups and contents
	Split     Split   `json:"split"`
	Leaks     []Leak  `json:"leaks"`      // what the leak guard found and --allow-leaks let pass
	LeakCheck string  `json:"leak_check"` // what was looked for, in words; empty if nothing was
	Epochs    []Epoch `json:"epochs"`

	Models    []Model    `json:"models"`    // the one that ships first, then those of the epochs kept
	Baselines []Baseline `json:"baselines"` // beside Models[0]
	Checklist []Item     `json:"checklist"` // filled by Write
}

// Machine is where the run was made.
type Machine struct {
	System  string `json:"system"` // such as linux/amd64
	Threads int    `json:"threads"`
	Go      string `json:"go"` // version of the compiler
}

// Network is the architecture.
type Network struct {
	Text          string `json:"text"` // in words
	Parameters    int64  `json:"parameters"`
	Input         int    `json:"input"`         // side in pixels
	Preprocessing string `json:"preprocessing"` // in words
	Initial       string `json:"initial"`       // where the first weights came from, in words
}

// Data describes one data set.
type Data struct {
	Name    string   `json:"name"`
	Source  string   `json:"source"`
	Licence string   `json:"licence"`
	Hash    string   `json:"hash"`
	Parts   []Count  `json:"parts"`   // train, validation, test; those that are not empty
	Width   Range    `json:"width"`   // pixels of the pictures as stored
	Height  Range    `json:"height"`  // likewise
	Grouped string   `json:"grouped"` // what a group is, in words, such as "patient" or "block of 40"
	Skipped []string `json:"skipped"` // files left out because they cannot be read
	Notes   []string `json:"notes"`   // warnings of the reader: copies and the like
}

// Count is the size of one part of a data set.
type Count struct {
	Part      string `json:"part"`
	Slices    int    `json:"slices"`
	Positives int    `json:"positives"`
	Groups    int    `json:"groups"`
}

// Range is the spread of a size.
type Range struct {
	Low    int `json:"low"`
	Median int `json:"median"`
	High   int `json:"high"`
}

// Split says how the parts came about.
type Split struct {
	Text       string `json:"text"`
	Hash       string `json:"hash"`
	Scheme     string `json:"scheme"`     // "group", "random", "official", "folds" ...
	Optimistic bool   `json:"optimistic"` // groups are cut: scores flatter
	Fold       int    `json:"fold"`       // i of --fold i/k, counted from 0
	Folds      int    `json:"folds"`      // k, 0 where the run is no fold of a cross-validation
}

// Leak is a pair of slices, or a group, on both sides of the split.
type Leak struct {
	Kind  string `json:"kind"` // "copy", "near copy" or "group"
	A     string `json:"a"`    // path, or the group's name
	B     string `json:"b"`
	PartA string `json:"part_a"`
	PartB string `json:"part_b"`
}

// Epoch is a row of metrics.csv.
type Epoch struct {
	Epoch           int            `json:"epoch"` // counted from 1
	LearningRate    float64        `json:"learning_rate"`
	TrainLoss       metrics.Number `json:"train_loss"`
	TrainAccuracy   metrics.Number `json:"train_accuracy"` // on the varied slices, as they were learnt from
	ValLoss         metrics.Number `json:"val_loss"`
	ValAccuracy     metrics.Number `json:"val_accuracy"`
	ValPrecision    metrics.Number `json:"val_precision"`
	ValRecall       metrics.Number `json:"val_recall"`
	ValAUC          metrics.Number `json:"val_auc"`
	ImagesPerSecond float64        `json:"images_per_second"`
	Seconds         float64        `json:"seconds"`
}

// Model is one weights file and what it was measured to do.
type Model struct {
	Name   string `json:"name"`
	Epoch  int    `json:"epoch"`  // whose weights these are, 0 where that is not known
	Chosen string `json:"chosen"` // why this epoch, in words
	File   string `json:"file"`   // base name
	SHA256 string `json:"sha256"` // of the file
	Bytes  int64  `json:"bytes"`
	Type   string `json:"type"` // of the weights, such as F16

	Temperature    float64        `json:"temperature"` // logits are divided by it; 1 or 0 for none
	OperatingPoint OperatingPoint `json:"operating_point"`
	Parts          []Part         `json:"parts"`
	Predictions    []Prediction   `json:"predictions"`
}

// OperatingPoint is the threshold chosen on validation data.
type OperatingPoint struct {
	Threshold float64 `json:"threshold"` // 0 for none
	How       string  `json:"how"`       // such as "Youden's index on the validation part"
}

// Part is what a model does on one part of the data.
type Part struct {
	Part string          `json:"part"` // ValidationPart, TestPart or TrainPart
	Set  string          `json:"set"`  // name of one data set, empty for all together
	Text string          `json:"text"` // which slices, and what they had been used for
	Half metrics.Report  `json:"at_half"`
	At   *metrics.Report `json:"at_operating_point"` // nil without one
}

// Prediction is what a model says of one slice.
type Prediction struct {
	Path        string  `json:"path"` // relative to the set's folder
	Set         string  `json:"set"`  // name of the data set
	Group       string  `json:"group"`
	Part        string  `json:"part"`
	Class       int     `json:"class"` // what the slice is: 1 covid, 0 noncovid
	Probability float64 `json:"probability"`
}

// Case is the prediction as package metrics has it. Groups of two sets are never
// the same.
func (p Prediction) Case() metrics.Case {
	return metrics.Case{Positive: p.Class == 1, Probability: p.Probability, Group: p.Set + "\x00" + p.Group}
}

// Baseline is a way to judge slices that cannot know the disease, measured on the
// same slices as the model.
type Baseline struct {
	Name       string           `json:"name"` // such as "file metadata only"
	How        string           `json:"how"`  // in a sentence
	Part       string           `json:"part"`
	Set        string           `json:"set"` // empty for all together
	Report     metrics.Report   `json:"report"`
	Difference metrics.Estimate `json:"auc_difference"` // model's AUC less the baseline's, resampled by group
	Beaten     bool             `json:"beaten"`         // the model is better, and the interval says so
	Verdict    string           `json:"verdict"`        // in words: "beats ..." or "does not beat ..."
}

// Item is one item of a reporting guideline.
type Item struct {
	Guideline string `json:"guideline"` // "CLAIM 2024" or "TRIPOD+AI"
	Number    string `json:"number"`
	Topic     string `json:"topic"`  // in our words
	Answer    string `json:"answer"` // "not available" where the run does not tell
}
