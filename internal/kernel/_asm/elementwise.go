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

// elementwise writes a leaf that goes through slices of one length and computes
// the first, v[0], from all: four vectors at a time, then one, then a value.
func (g *generator) elementwise(name string, slices []string, compute func(v []reg.VecVirtual, zero reg.Register)) {
	g.leaf(name, "("+strings.Join(slices, ", ")+" []float32)")
	left := g.length(slices[0])
	var at []reg.GPVirtual
	for _, name := range slices {
		at = append(at, g.slice(name))
	}
	zeros := g.vector()
	g.clear(zeros)
	for _, pass := range []struct {
		label  string
		values int
	}{{"four", 4 * g.lanes}, {"one", g.lanes}, {"single", 1}} {
		vector, zero, move := g.vector, reg.Register(zeros), g.vmovups
		if pass.values == 1 {
			vector, zero, move = g.XMM, zeros.AsX(), g.vmovss
		}
		g.Label(pass.label)
		g.CMPQ(left, imm32(pass.values))
		g.JL(operand.LabelRef(pass.label + "Done"))
		for n := 0; n < pass.values; n += g.lanes {
			v := make([]reg.VecVirtual, len(at))
			for i := range v {
				v[i] = vector()
				move(operand.Mem{Base: at[i], Disp: 4 * n}, v[i])
			}
			compute(v, zero)
			move(v[0], operand.Mem{Base: at[0], Disp: 4 * n})
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

func (g *generator) vmovups(from, to operand.Op) { g.VMOVUPS(from, to) }

func (g *generator) vmovss(from, to operand.Op) { g.VMOVSS(from, to) }
