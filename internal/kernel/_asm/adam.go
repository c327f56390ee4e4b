package main

import "github.com/mmcloughlin/avo/reg"

// nesterov and adam round as their plain twins do, without fused operations.

func (g *generator) nesterov() {
	g.leaf("nesterov", "(w, v, g []float32, lr, momentum, decay float32)")
	left := g.length("w")
	at := []reg.GPVirtual{g.slice("w"), g.slice("v"), g.slice("g")}
	rate, inertia, shrink := g.factor("lr"), g.factor("momentum"), g.factor("decay")
	g.passes(left, at, 2, func(p elementPass, x []reg.VecVirtual) {
		weight, velocity, gradient := x[0], x[1], x[2]
		lr, momentum, decay := p.as(rate), p.as(inertia), p.as(shrink)
		step := p.vector()
		g.VMULPS(weight, decay, step)
		g.VADDPS(step, gradient, gradient)
		g.VMULPS(velocity, momentum, velocity)
		g.VADDPS(gradient, velocity, velocity)
		g.VMULPS(velocity, momentum, step)
		g.VADDPS(step, gradient, gradient)
		g.VMULPS(gradient, lr, step)
		g.VSUBPS(step, weight, weight)
	})
}

func (g *generator) adam() {
	g.leaf("adam", "(w, m, s, g []float32, beta1, rest1, beta2, rest2, rate, scale, epsilon, decay, keep float32)")
	left := g.length("w")
	at := []reg.GPVirtual{g.slice("w"), g.slice("m"), g.slice("s"), g.slice("g")}
	factors := make(map[string]reg.VecVirtual)
	for _, name := range []string{"beta1", "rest1", "beta2", "rest2", "rate", "scale", "epsilon", "decay", "keep"} {
		factors[name] = g.factor(name)
	}
	g.passes(left, at, 3, func(p elementPass, x []reg.VecVirtual) {
		weight, mean, raw, d := x[0], x[1], x[2], x[3]
		factor := func(name string) reg.Register { return p.as(factors[name]) }
		step := p.vector()
		g.VMULPS(weight, factor("decay"), step)
		g.VADDPS(step, d, d)
		g.VMULPS(mean, factor("beta1"), mean)
		g.VMULPS(d, factor("rest1"), step)
		g.VADDPS(step, mean, mean)
		g.VMULPS(d, factor("rest2"), step)
		g.VMULPS(d, step, step)
		g.VMULPS(raw, factor("beta2"), raw)
		g.VADDPS(step, raw, raw)
		g.VSQRTPS(raw, step)
		g.VMULPS(step, factor("scale"), step)
		g.VADDPS(step, factor("epsilon"), step)
		g.VMULPS(mean, factor("rate"), d)
		g.VDIVPS(step, d, d)
		g.VMULPS(weight, factor("keep"), weight)
		g.VSUBPS(d, weight, weight)
	})
}
