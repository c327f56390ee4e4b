package kernel

// TargetCrossEntropy is the loss of n ≥ 1 samples whose targets are shares of
// classes instead of one class each; prob, logits and targets are n × classes,
// and prob may be logits itself. prob keeps the softmax for the backward pass.
//
//	prob = Softmax(logits)
//	loss = -1/total * Σ targets[i,j] * log prob[i,j]   over i < n, j < classes
func TargetCrossEntropy(prob, logits, targets []float32, n, classes int, total float64) (loss float64) {
	notBelow("TargetCrossEntropy", "n", n, 1)
	notBelow("TargetCrossEntropy", "classes", classes, 1)
	exactly("TargetCrossEntropy", "logits", len(logits), extent(n, classes, classes))
	exactly("TargetCrossEntropy", "prob", len(prob), len(logits))
	exactly("TargetCrossEntropy", "targets", len(targets), len(logits))
	for i := range n {
		row := logits[i*classes:][:classes]
		var dot, sum float64
		for j, t := range targets[i*classes:][:classes] {
			dot += float64(t) * float64(row[j])
			sum += float64(t)
		}
		loss += sum*softmaxRow(prob[i*classes:][:classes], row) - dot
	}
	return loss / total
}

// TargetCrossEntropyBackward is the gradient of TargetCrossEntropy, from its prob,
// when the loss has gradient gy. dlogits may be prob itself.
//
//	for i < n, j < classes:
//		dlogits[i,j] = gy/total * (prob[i,j] * Σ targets[i,l] - targets[i,j])   over l < classes
func TargetCrossEntropyBackward(dlogits, prob, targets []float32, n, classes int, total, gy float64) {
	notBelow("TargetCrossEntropyBackward", "n", n, 1)
	notBelow("TargetCrossEntropyBackward", "classes", classes, 1)
	exactly("TargetCrossEntropyBackward", "prob", len(prob), extent(n, classes, classes))
	exactly("TargetCrossEntropyBackward", "dlogits", len(dlogits), len(prob))
	exactly("TargetCrossEntropyBackward", "targets", len(targets), len(prob))
	share := gy / total
	for i := range n {
		target, dst := targets[i*classes:][:classes], dlogits[i*classes:][:classes]
		var sum float64
		for _, t := range target {
			sum += float64(t)
		}
		for j, p := range prob[i*classes:][:classes] {
			dst[j] = float32(share * (float64(p)*sum - float64(target[j])))
		}
	}
}
