package main

import (
	"strings"

	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// Predicates of VCMPPS that do not signal. An operand that is not a number makes
// the first two true and the last one false.
const (
	notLessOrEqual = 0x16
	unordered      = 0x03
	greater        = 0x1e
)

// relu keeps what is not ≤ 0, so that NaN stays and -0 becomes 0.

func (g *generator) relu() {
	g.elementwise("relu", []string{"dst", "src"}, func(v []reg.VecVirtual, zero reg.Register) {
		g.VCMPPS(operand.Imm(notLessOrEqual), zero, v[1], v[0])
		g.VANDPS(v[1], v[0], v[0])
	})
}

func (g *generator) reluBackward() {
	g.elementwise("reluBackward", []string{"dx", "dy", "y"}, func(v []reg.VecVirtual, zero reg.Register) {
		g.VCMPPS(operand.Imm(greater), zero, v[2], v[0])
		g.VANDPS(v[1], v[0], v[0])
	})
}

func (g *generator) addTo() {
	g.elementwise("addTo", []string{"dst", "src"}, func(v []reg.VecVirtual, zero reg.Register) {
		g.VADDPS(v[1], v[0], v[0])
	})
}

func (g *generator) addReLU() {
	g.leaf("addReLU", "(x []float32, value float32)")
	left, at := g.length("x"), []reg.GPVirtual{g.slice("x")}
	value, zeros := g.factor("value"), g.vector()
	g.clear(zeros)
	g.passes(left, at, 1, func(p elementPass, v []reg.VecVirtual) {
		sum := p.vector()
		g.VADDPS(p.as(value), v[0], sum)
		g.VCMPPS(operand.Imm(notLessOrEqual), p.as(zeros), sum, v[0])
		g.VANDPS(sum, v[0], v[0])
	})
}

// sgd rounds as its plain twin does, without fused operations.
func (g *generator) sgd() {
	g.leaf("sgd", "(w, v, g []float32, lr, momentum, decay float32)")
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
		g.VMULPS(velocity, lr, step)
		g.VSUBPS(step, weight, weight)
	})
}

// factor loads a parameter into every lane.
func (g *generator) factor(name string) reg.VecVirtual {
	part, err := g.Param(name).Resolve()
	if err != nil {
		panic(err)
	}
	v := g.vector()
	g.VBROADCASTSS(part.Addr, v)
	return v
}

// elementwise writes a leaf that goes through slices of one length and computes
// the first, v[0], from all.
func (g *generator) elementwise(name string, slices []string, compute func(v []reg.VecVirtual, zero reg.Register)) {
	g.leaf(name, "("+strings.Join(slices, ", ")+" []float32)")
	left := g.length(slices[0])
	var at []reg.GPVirtual
	for _, name := range slices {
		at = append(at, g.slice(name))
	}
	zeros := g.vector()
	g.clear(zeros)
	g.passes(left, at, 1, func(p elementPass, v []reg.VecVirtual) { compute(v, p.as(zeros)) })
}

// passes goes through slices of one length, four vectors at a time, then one,
// then a value, and ends the leaf. It loads a vector of each slice, calls compute
// and stores the first results of them.
func (g *generator) passes(left reg.GPVirtual, at []reg.GPVirtual, results int, compute func(p elementPass, v []reg.VecVirtual)) {
	whole := func(v reg.VecVirtual) reg.Register { return v }
	first := func(v reg.VecVirtual) reg.Register { return v.AsX() }
	for _, pass := range []struct {
		label  string
		values int
		elementPass
	}{
		{"four", 4 * g.lanes, elementPass{g.vector, whole, g.vmovups}},
		{"one", g.lanes, elementPass{g.vector, whole, g.vmovups}},
		{"single", 1, elementPass{g.XMM, first, g.vmovss}},
	} {
		g.Label(pass.label)
		g.CMPQ(left, imm32(pass.values))
		g.JL(operand.LabelRef(pass.label + "Done"))
		for n := 0; n < pass.values; n += g.lanes {
			v := make([]reg.VecVirtual, len(at))
			for i := range v {
				v[i] = pass.vector()
				pass.move(operand.Mem{Base: at[i], Disp: 4 * n}, v[i])
			}
			compute(pass.elementPass, v)
			for i := range results {
				pass.move(v[i], operand.Mem{Base: at[i], Disp: 4 * n})
			}
		}
		for i := range at {
			g.ADDQ(imm32(4*pass.values), at[i])
		}
		g.SUBQ(imm32(pass.values), left)
		g.JMP(operand.LabelRef(pass.label))
		g.Label(pass.label + "Done")
	}
	g.VZEROUPPER()
	g.RET()
}

// elementPass is how one pass names its registers and moves them: whole vectors
// or their first value.
type elementPass struct {
	vector func() reg.VecVirtual
	as     func(v reg.VecVirtual) reg.Register
	move   func(from, to operand.Op)
}

func (g *generator) vmovups(from, to operand.Op) { g.VMOVUPS(from, to) }

func (g *generator) vmovss(from, to operand.Op) { g.VMOVSS(from, to) }
