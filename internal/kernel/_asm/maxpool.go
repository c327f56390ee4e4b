package main

import (
	"github.com/mmcloughlin/avo/attr"
	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// maxRow looks at as many windows at once as a vector has lanes: it gathers the
// same pixel of each, and where that is larger than the largest so far, or no
// number, keeps it and its index.
func (g *generator) maxRow() {
	ordinals := g.StaticGlobal("ordinals")
	g.DataAttributes(attr.RODATA | attr.NOPTR)
	for i := range g.lanes {
		g.AppendDatum(operand.U32(uint32(i)))
	}
	minusInfinity := g.ConstData("minusInfinity", operand.U32(0xff800000))

	g.leaf("maxRow", "(dst []float32, arg []int32, src []float32, corner, width, k, s int)")
	dst, left, arg := g.slice("dst"), g.length("dst"), g.slice("arg")
	row, width, k := g.slice("src"), g.elements("width"), g.count("k")
	corner := g.count("corner")
	g.LEAQ(operand.Mem{Base: row, Index: corner, Scale: 4}, row)

	lane, stride, one := g.vector(), g.spread("s"), g.vector()
	g.VMOVDQU(ordinals, lane)
	offset := g.vector() // of a lane's window from the first
	g.VPMULLD(lane, stride, offset)
	all := g.vector()
	g.VPCMPEQD(all, all, all)
	g.VPSRLD(operand.Imm(31), all, one)
	// From the end of one row of the window to the start of the next.
	down := g.vector()
	g.VPSUBD(g.spread("k"), g.spread("width"), down)
	// From one vector of windows to the next.
	across := g.vector()
	g.VPSLLD(operand.Imm(3), stride, across)
	acrossBytes := g.elements("s")
	g.SHLQ(operand.Imm(3), acrossBytes)
	first := g.vector()
	g.VPADDD(g.spread("corner"), offset, first)

	g.Label("windows")
	windows, mask := g.spreadCount(left), g.vector()
	g.VPCMPGTD(lane, windows, mask) // lanes that have a window
	value, place, pixel := g.vector(), g.vector(), g.vector()
	g.VBROADCASTSS(minusInfinity, value)
	g.VMOVDQA(first, place)
	g.VMOVDQA(first, pixel)
	line, ky := g.GP64(), g.GP64()
	g.MOVQ(row, line)
	g.MOVQ(k, ky)
	g.Label("line")
	at, kx := g.GP64(), g.GP64()
	g.MOVQ(line, at)
	g.MOVQ(k, kx)
	g.Label("pixel")
	candidate, wanted := g.vector(), g.vector()
	g.VXORPS(candidate, candidate, candidate)
	g.VMOVDQA(mask, wanted) // the gather clears it
	g.VGATHERDPS(wanted, operand.Mem{Base: at, Index: offset, Scale: 4}, candidate)
	larger, none := g.vector(), g.vector()
	g.VCMPPS(operand.Imm(greater), value, candidate, larger)
	g.VCMPPS(operand.Imm(unordered), candidate, candidate, none)
	g.VORPS(none, larger, larger)
	g.VBLENDVPS(larger, candidate, value, value)
	g.VBLENDVPS(larger, pixel, place, place)
	g.VPADDD(one, pixel, pixel)
	g.ADDQ(operand.Imm(4), at)
	g.DECQ(kx)
	g.JNZ(operand.LabelRef("pixel"))
	g.VPADDD(down, pixel, pixel)
	g.ADDQ(width, line)
	g.DECQ(ky)
	g.JNZ(operand.LabelRef("line"))

	g.VMASKMOVPS(value, mask, operand.Mem{Base: dst})
	g.TESTQ(arg, arg)
	g.JZ(operand.LabelRef("next"))
	g.VPMASKMOVD(place, mask, operand.Mem{Base: arg})
	g.ADDQ(imm32(g.bytes()), arg)
	g.Label("next")
	g.VPADDD(across, first, first)
	g.ADDQ(acrossBytes, row)
	g.ADDQ(imm32(g.bytes()), dst)
	g.SUBQ(imm32(g.lanes), left)
	g.JG(operand.LabelRef("windows"))
	g.VZEROUPPER()
	g.RET()
}

// spread loads a count into every lane, as 32 bits.
func (g *generator) spread(name string) reg.VecVirtual {
	count := g.vector()
	part, err := g.Param(name).Resolve()
	if err != nil {
		panic(err)
	}
	g.VPBROADCASTD(part.Addr, count)
	return count
}

// spreadCount copies a count into every lane, as 32 bits.
func (g *generator) spreadCount(n reg.GPVirtual) reg.VecVirtual {
	count := g.vector()
	g.VMOVQ(n, count.AsX())
	g.VPBROADCASTD(count.AsX(), count)
	return count
}
