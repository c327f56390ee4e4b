package kernel

import (
	"fmt"
	"math"
)

// Softmax turns logits into probabilities; src and dst are n × classes, and dst
// may be src itself.
//
//	for i < n, j < classes:
//		dst[i,j] = exp(src[i,j]) / Σ exp(src[i,l])   over l < classes
func Softmax(dst, src []float32, n, classes int) {
	notBelow("Softmax", "n", n, 0)
	notBelow("Softmax", "classes", classes, 1)
	exactly("Softmax", "src", len(src), extent(n, classes, classes))
	exactly("Softmax", "dst", len(dst), len(src))
	for i := range n {
		softmaxRow(dst[i*classes:][:classes], src[i*classes:][:classes])
	}
}

// softmaxRow is Softmax for one row. It returns log Σ exp(src[l]). The largest
// logit is taken off first, so that no exponential overflows.
func softmaxRow(dst, src []float32) (logSum float64) {
	most := math.Inf(-1)
	for _, v := range src {
		most = max(most, float64(v))
	}
	var total float64
	for _, v := range src {
		total += math.Exp(float64(v) - most)
	}
	for j, v := range src {
		dst[j] = float32(math.Exp(float64(v)-most) / total)
	}
	return most + math.Log(total)
}

// SoftmaxCrossEntropy is the mean loss of n ≥ 1 samples; prob and logits are n ×
// classes, and prob may be logits itself. prob keeps the softmax for the
// backward pass.
//
//	prob = Softmax(logits)
//	loss = -1/n * Σ log prob[i,labels[i]]   over i < n
func SoftmaxCrossEntropy(prob, logits []float32, labels []int, n, classes int) (loss float64) {
	checkLabels("SoftmaxCrossEntropy", labels, n, classes)
	exactly("SoftmaxCrossEntropy", "logits", len(logits), extent(n, classes, classes))
	exactly("SoftmaxCrossEntropy", "prob", len(prob), len(logits))
	for i, label := range labels {
		row := logits[i*classes:][:classes]
		logit := float64(row[label])
		loss += softmaxRow(prob[i*classes:][:classes], row) - logit
	}
	return loss / float64(n)
}

// SoftmaxCrossEntropyBackward is the gradient of SoftmaxCrossEntropy, from its
// prob, when the loss has gradient gy. dlogits may be prob itself.
//
//	for i < n, j < classes:
//		dlogits[i,j] = gy/n * (prob[i,j] - (1 if j == labels[i] else 0))
func SoftmaxCrossEntropyBackward(dlogits, prob []float32, labels []int, n, classes int, gy float32) {
	checkLabels("SoftmaxCrossEntropyBackward", labels, n, classes)
	exactly("SoftmaxCrossEntropyBackward", "prob", len(prob), extent(n, classes, classes))
	exactly("SoftmaxCrossEntropyBackward", "dlogits", len(dlogits), len(prob))
	share := gy / float32(n)
	for i, label := range labels {
		dst := dlogits[i*classes:][:classes]
		for j, v := range prob[i*classes:][:classes] {
			if j == label {
				v--
			}
			dst[j] = share * v
		}
	}
}

func checkLabels(function string, labels []int, n, classes int) {
	notBelow(function, "n", n, 1)
	notBelow(function, "classes", classes, 1)
	exactly(function, "labels", len(labels), n)
	for i, label := range labels {
		if label < 0 || label >= classes {
			panic(fmt.Sprintf("kernel: %s: labels[%d] is %d, want 0 to %d", function, i, label, classes-1))
		}
	}
}
