package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"lungct/alexnet"
	"lungct/internal/atomicfile"
	"lungct/internal/metrics"
)

// The files of a run's folder.
const (
	checkpointName = "checkpoint.safetensors" // F32 weights, momentum, state
	bestName       = "best.safetensors"       // F32 weights of the best epoch
	lastName       = "last.safetensors"       // F32 weights of the last epoch, if they are wanted
	metricsName    = "metrics.csv"            // a row an epoch
)

// state is where a training stands.
type state struct {
	Recipe    recipe `json:"recipe"`
	DataHash  string `json:"data_hash"`
	SplitHash string `json:"split_hash"`

	Epoch   int     `json:"epoch"`    // whole epochs done
	Step    int     `json:"step"`     // steps done of the next one
	LossSum float64 `json:"loss_sum"` // over the slices of those steps
	Right   int     `json:"right"`    // slices of those steps that were called rightly
	Seconds float64 `json:"seconds"`  // spent on those steps
	Total   float64 `json:"total"`    // seconds spent on whole epochs

	Best best `json:"best"`
}

// trainingKey holds the state among what a checkpoint keeps.
const trainingKey = "training"

// keptName is the file of an epoch whose weights are kept.
func keptName(epoch int) string { return fmt.Sprintf("epoch-%d%s", epoch, weightsSuffix) }

// save writes the checkpoint.
func (t *training) save() error {
	text, err := json.Marshal(t.state)
	if err != nil {
		return fmt.Errorf("checkpoint: %w", err)
	}
	return alexnet.SaveCheckpoint(filepath.Join(t.dir, checkpointName), t.model, t.card, map[string]string{trainingKey: string(text)})
}

// load reads the checkpoint.
func (t *training) load() error {
	path := filepath.Join(t.dir, checkpointName)
	m, card, kept, err := alexnet.LoadCheckpoint(path)
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%s: no training has left its %s or %s here", t.dir, checkpointName, configName)
	}
	if err != nil {
		return err
	}
	m.ReadGrey()
	if err := json.Unmarshal([]byte(kept[trainingKey]), &t.state); err != nil {
		return fmt.Errorf("%s: state of the training: %w", path, err)
	}
	if err := t.state.Recipe.check(); err != nil {
		return fmt.Errorf("%s: state of the training: %w", path, err)
	}
	if t.state.Recipe.Network != m.Config() {
		return fmt.Errorf("%s: state of the training: got another network than that of the weights", path)
	}
	t.model, t.card, t.resumed = m, card, true
	return nil
}

// metricsHeader names the columns of metrics.csv.
const metricsHeader = "epoch,lr,train_loss,train_accuracy,val_loss,val_accuracy,val_precision,val_recall,val_specificity,val_f1,val_auc,images_per_s,seconds"

// metricsRow is the row of an epoch; undefined values are empty.
func metricsRow(epoch int, rate, trainLoss, trainAccuracy float64, r metrics.Report, perSecond, seconds float64) string {
	row := fmt.Sprintf("%d,%.6g,%.6f,%.6f", epoch, rate, trainLoss, trainAccuracy)
	for _, v := range []float64{float64(r.LogLoss), r.Accuracy.Value, r.Precision.Value, r.Recall.Value, r.Specificity.Value, r.F1.Value, r.AUC.Value} {
		if v != v {
			row += ","
		} else {
			row += fmt.Sprintf(",%.6f", v)
		}
	}
	return row + fmt.Sprintf(",%.1f,%.1f", perSecond, seconds)
}

// readMetrics takes up the rows of the epochs that the checkpoint knows; what a
// training wrote after its checkpoint is done again.
func (t *training) readMetrics() error {
	text, err := os.ReadFile(filepath.Join(t.dir, metricsName))
	if err != nil && !os.IsNotExist(err) {
		return err
	}
	lines := slices.Collect(strings.Lines(string(text)))
	if len(lines) < 1+t.state.Epoch || strings.TrimSpace(lines[0]) != metricsHeader {
		if t.state.Epoch > 0 {
			warn(t.progress, "%s lacks earlier epochs: it begins anew", filepath.Join(t.dir, metricsName))
		}
		return nil
	}
	for _, line := range lines[1 : 1+t.state.Epoch] {
		t.rows = append(t.rows, strings.TrimSpace(line))
	}
	return nil
}

// writeMetrics writes metrics.csv.
func (t *training) writeMetrics() error {
	return atomicfile.Write(filepath.Join(t.dir, metricsName), func(w io.Writer) error {
		_, err := fmt.Fprintf(w, "%s\n%s\n", metricsHeader, strings.Join(t.rows, "\n"))
		return err
	})
}
