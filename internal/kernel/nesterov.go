package kernel

// Nesterov takes one step as SGD does, with Nesterov's momentum by PyTorch's
// definition.
//
//	d := g[i] + decay*w[i]
//	v[i] = momentum*v[i] + d
//	w[i] -= lr*(d + momentum*v[i])
func Nesterov(w, v, g []float32, lr, momentum, decay float32) {
	exactly("Nesterov", "v", len(v), len(w))
	exactly("Nesterov", "g", len(g), len(w))
	active.nesterov(w, v, g, lr, momentum, decay)
}

// nesterovGeneric is the nesterov leaf.
func nesterovGeneric(w, v, g []float32, lr, momentum, decay float32) {
	v, g = v[:len(w)], g[:len(w)]
	for i, weight := range w {
		d := g[i] + decay*weight
		velocity := momentum*v[i] + d
		v[i] = velocity
		w[i] = weight - lr*(d+momentum*velocity)
	}
}
