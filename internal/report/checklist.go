package report

import (
	"cmp"
	"fmt"
	"strings"

	"lungct/internal/metrics"
)

// The guidelines whose checklists a report fills: Tejani et al. 2024 (Radiology:
// Artificial Intelligence 6(4), e240300) and Collins et al. 2024 (BMJ 385,
// e078378). Items have the guidelines' numbers and our words.
const (
	claim  = "CLAIM 2024"
	tripod = "TRIPOD+AI"
)

// notAvailable is the answer to what a run does not tell.
const notAvailable = "not available"

// answer is how an item is answered from a run; empty for not available.
type answer func(*Run) string

// checklist answers every item of both guidelines.
func checklist(r *Run) []Item {
	var items []Item
	for _, list := range []struct {
		guideline string
		questions []question
	}{{claim, claimItems}, {tripod, tripodItems}} {
		for _, q := range list.questions {
			text := ""
			if q.answer != nil {
				text = q.answer(r)
			}
			items = append(items, Item{list.guideline, q.number, q.topic, cmp.Or(text, notAvailable)})
		}
	}
	return items
}

// question is one item of a guideline.
type question struct {
	number, topic string
	answer        answer
}

// fixed answers what is the same for every run.
func fixed(text string) answer { return func(*Run) string { return text } }

// join is what the parts say, those that say something.
func joined(parts ...string) string {
	var said []string
	for _, p := range parts {
		if p != "" {
			said = append(said, strings.TrimSuffix(p, "."))
		}
	}
	return strings.Join(said, ". ")
}

// each says the same of every data set.
func each(r *Run, say func(Data) string) string {
	var all []string
	for _, d := range r.Data {
		if text := say(d); text != "" {
			if len(r.Data) > 1 {
				text = d.Name + ": " + text
			}
			all = append(all, text)
		}
	}
	return strings.Join(all, "; ")
}

func sources(r *Run) string {
	return each(r, func(d Data) string {
		if d.Source == "" {
			return ""
		}
		return d.Source + " (licence: " + cmp.Or(d.Licence, "not stated") + ")"
	})
}

func counts(r *Run) string {
	return each(r, func(d Data) string {
		var parts []string
		for _, c := range d.Parts {
			parts = append(parts, fmt.Sprintf("%s %d slices (%d covid) of %s", c.Part, c.Slices, c.Positives, count(c.Groups, "group")))
		}
		return strings.Join(parts, ", ")
	})
}

func excluded(r *Run) string {
	return each(r, func(d Data) string { return fmt.Sprintf("%s left out as unreadable", count(len(d.Skipped), "file")) })
}

func preprocessing(r *Run) string { return r.Network.Preprocessing }

func partition(r *Run) string {
	text := r.Split.Text
	if r.Split.Folds > 0 {
		text = joined(text, fmt.Sprintf("fold %d of %d", r.Split.Fold, r.Split.Folds))
	}
	return text
}

func disjoint(r *Run) string {
	switch {
	case r.Split.Text == "":
		return ""
	case r.Split.Optimistic:
		return "slices: groups stand on both sides of the split, so that the scores are optimistic"
	}
	return joined("groups (patients or scans): none stands on both sides", r.LeakCheck, leaks(r))
}

func leaks(r *Run) string {
	if len(r.Leaks) == 0 {
		return ""
	}
	return fmt.Sprintf("%s between parts found and let pass", count(len(r.Leaks), "leak"))
}

func network(r *Run) string {
	if r.Network.Text == "" {
		return ""
	}
	return fmt.Sprintf("%s; %d parameters", r.Network.Text, r.Network.Parameters)
}

func initial(r *Run) string { return r.Network.Initial }

func recipe(r *Run) string { return r.Recipe }

func software(r *Run) string {
	return joined(r.Program, cmp.Or(r.Machine.Go, ""), r.Machine.System)
}

func selection(r *Run) string {
	if len(r.Models) == 0 {
		return ""
	}
	return r.Models[0].Chosen
}

func measures(r *Run) string {
	return "accuracy, precision, recall (sensitivity), specificity, F1, MCC, AUC, average precision, Brier score, calibration error, log loss, confusion matrix; ROC, precision-recall and reliability curves"
}

func uncertainty(r *Run) string {
	return "95 % intervals: Wilson's for proportions, bootstrap over whole groups for all others"
}

// headlineOf is the part of the first page, nil for none.
func headlineOf(r *Run) *Part {
	if len(r.Models) == 0 {
		return nil
	}
	return r.Models[0].headline()
}

func performance(r *Run) string {
	p := headlineOf(r)
	if p == nil {
		return ""
	}
	return fmt.Sprintf("%s: AUC %s, accuracy %v, sensitivity %v, specificity %v", p.Text, p.Half.AUC.Decimal(), p.Half.Accuracy, p.Half.Recall, p.Half.Specificity)
}

func internalTest(r *Run) string {
	if r.Kind == Evaluation && r.Seen == "" {
		return ""
	}
	return joined(performance(r), r.Seen)
}

// externalTest is for data that the model does not come from, as far as their
// hashes tell.
func externalTest(r *Run) string {
	if r.Kind != Evaluation || r.Seen != "" {
		return ""
	}
	return joined(performance(r), "the model was trained on "+r.TrainedOn)
}

func failures(r *Run) string {
	p := headlineOf(r)
	if p == nil || len(r.Models[0].Predictions) == 0 {
		return ""
	}
	return fmt.Sprintf("%d false positives and %d false negatives of %s; the worst are shown with heat maps, groups are listed", p.Half.FalsePositives, p.Half.FalseNegatives, count(p.Half.Cases, "slice"))
}

func robustness(r *Run) string {
	if len(r.Baselines) == 0 {
		return ""
	}
	var names []string
	for _, b := range r.Baselines {
		if h := headlineOf(r); h != nil && b.Part == h.Part && b.Set == h.Set {
			names = append(names, fmt.Sprintf("%s: AUC %s", b.Name, b.Report.AUC.Decimal()))
		}
	}
	return "shortcut baselines on the same slices: " + strings.Join(names, "; ")
}

func balance(r *Run) string {
	positives, slices := 0, 0
	for _, d := range r.Data {
		for _, c := range d.Parts {
			if c.Part == TrainPart {
				positives, slices = positives+c.Positives, slices+c.Slices
			}
		}
	}
	if slices == 0 {
		return ""
	}
	share := metrics.Wilson(positives, slices)
	weights := cmp.Or(r.Settings["class-weights"], "none")
	return fmt.Sprintf("%s of the training slices are covid; class weights: %s", share.Percent(), weights)
}

func heterogeneity(r *Run) string {
	if len(r.Models) == 0 {
		return ""
	}
	var all []string
	for _, p := range r.Models[0].Parts {
		if p.Set != "" && p.Part != TrainPart {
			all = append(all, fmt.Sprintf("%s, %s: AUC %s", p.Set, p.Part, p.Half.AUC.Decimal()))
		}
	}
	if len(all) == 0 && headlineOf(r) != nil {
		return "by group: shown in the report"
	}
	return strings.Join(all, "; ")
}

func output(r *Run) string {
	text := "probability of covid, by softmax; called covid from 0.5"
	if len(r.Models) > 0 {
		m := &r.Models[0]
		if m.Temperature > 0 && m.Temperature != 1 {
			text += fmt.Sprintf("; logits divided by the temperature %.3g", m.Temperature)
		}
		if m.OperatingPoint.Threshold > 0 {
			text += fmt.Sprintf("; operating point %.3f: %s", m.OperatingPoint.Threshold, m.OperatingPoint.How)
		}
	}
	return text
}

func files256(r *Run) string {
	if len(r.Models) == 0 || r.Models[0].SHA256 == "" {
		return ""
	}
	return fmt.Sprintf("weights %s, SHA-256 %s", r.Models[0].File, r.Models[0].SHA256)
}

func limits(r *Run) string   { return r.Limits }
func intended(r *Run) string { return r.IntendedUse }

func aim(r *Run) string {
	return joined("tell slices of patients with COVID-19 from others by one axial CT slice", r.Description)
}

func sampleSize(r *Run) string {
	p := headlineOf(r)
	if p == nil {
		return ""
	}
	return fmt.Sprintf("%d slices of %s, as many as the data set has; no calculation beforehand", p.Half.Cases, count(p.Half.Groups, "group"))
}
