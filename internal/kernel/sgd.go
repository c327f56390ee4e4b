package kernel

// SGD takes one step of gradient descent with momentum and coupled weight
// decay, as PyTorch's SGD does (dampening 0, no Nesterov). w are the weights, v
// their velocities, zero before the first step, g their gradients.
//
//	v[i] = momentum*v[i] + (g[i] + decay*w[i])
//	w[i] -= lr*v[i]
func SGD(w, v, g []float32, lr, momentum, decay float32) {
	exactly("SGD", "v", len(v), len(w))
	exactly("SGD", "g", len(g), len(w))
	active.sgd(w, v, g, lr, momentum, decay)
}

// sgdGeneric is the sgd leaf.
func sgdGeneric(w, v, g []float32, lr, momentum, decay float32) {
	v, g = v[:len(w)], g[:len(w)]
	for i, weight := range w {
		velocity := momentum*v[i] + (g[i] + decay*weight)
		v[i] = velocity
		w[i] = weight - lr*velocity
	}
}
