package metrics

import "math"

// ROCPoint is a point of the ROC curve: what is called positive from Threshold on.
type ROCPoint struct {
	Threshold         float64 // +Inf for the first point, where nothing is called
	Sensitivity       float64
	FalsePositiveRate float64 // 1 - specificity
}

// ROC is the curve from (0, 0) to (1, 1), a point a distinct probability. Nil when a
// class is absent.
func ROC(cases []Case) []ROCPoint {
	steps, positives, negatives := descend(cases)
	if positives == 0 || negatives == 0 {
		return nil
	}
	points := []ROCPoint{{Threshold: math.Inf(1)}}
	for _, s := range steps {
		points = append(points, ROCPoint{s.threshold, ratio(s.tp, positives), ratio(s.fp, negatives)})
	}
	return points
}

// PRPoint is a point of the precision-recall curve.
type PRPoint struct {
	Threshold, Recall, Precision float64
}

// PrecisionRecall is the curve, a point a distinct probability, by rising recall.
// Between two points precision is not interpolated: the curve goes in steps. Nil
// without a positive case.
func PrecisionRecall(cases []Case) (points []PRPoint) {
	steps, positives, _ := descend(cases)
	if positives == 0 {
		return nil
	}
	for _, s := range steps {
		points = append(points, PRPoint{s.threshold, ratio(s.tp, positives), ratio(s.tp, s.tp+s.fp)})
	}
	return points
}

// step is how many cases are called rightly and wrongly from a threshold on.
type step struct {
	threshold float64
	tp, fp    int
}

// descend counts from the most probable case down, a step a distinct probability.
func descend(cases []Case) (steps []step, positives, negatives int) {
	ranked := rank(cases).cases
	for i := len(ranked) - 1; i >= 0; {
		threshold := ranked[i].Probability
		for ; i >= 0 && ranked[i].Probability == threshold; i-- {
			if ranked[i].Positive {
				positives++
			} else {
				negatives++
			}
		}
		steps = append(steps, step{threshold, positives, negatives})
	}
	return steps, positives, negatives
}
