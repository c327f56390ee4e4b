package kernel

import "math"

// AdamStep is what one step of Adam has in common for all weights, its bias
// corrections worked into Rate and Scale.
type AdamStep struct {
	Beta1, Beta2 float32
	Rate         float32 // learning rate / (1 - Beta1^step)
	Scale        float32 // 1 / sqrt(1 - Beta2^step)
	Epsilon      float32
	Decay        float32 // weight decay added to the gradient
	Keep         float32 // 1 - learning rate * decoupled weight decay
}

// Adam takes one step of Adam (Kingma and Ba 2015) or AdamW as PyTorch does. w
// are the weights, m and s the moments of their gradients g, zero before the
// first step.
//
//	d := g[i] + Decay*w[i]
//	m[i] = Beta1*m[i] + (1-Beta1)*d
//	s[i] = Beta2*s[i] + (1-Beta2)*d*d
//	w[i] = Keep*w[i] - Rate*m[i]/(sqrt(s[i])*Scale + Epsilon)
func Adam(w, m, s, g []float32, c AdamStep) {
	exactly("Adam", "m", len(m), len(w))
	exactly("Adam", "s", len(s), len(w))
	exactly("Adam", "g", len(g), len(w))
	active.adam(w, m, s, g, c.Beta1, 1-c.Beta1, c.Beta2, 1-c.Beta2, c.Rate, c.Scale, c.Epsilon, c.Decay, c.Keep)
}

// adamGeneric is the adam leaf.
func adamGeneric(w, m, s, g []float32, beta1, rest1, beta2, rest2, rate, scale, epsilon, decay, keep float32) {
	m, s, g = m[:len(w)], s[:len(w)], g[:len(w)]
	for i, weight := range w {
		d := g[i] + decay*weight
		mean := beta1*m[i] + rest1*d
		raw := beta2*s[i] + rest2*d*d
		m[i], s[i] = mean, raw
		root := float32(math.Sqrt(float64(raw)))
		w[i] = keep*weight - rate*mean/(root*scale+epsilon)
	}
}
