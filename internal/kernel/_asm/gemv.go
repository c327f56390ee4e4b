package main

import (
	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// gemvN keeps some columns of c in registers while it goes down the rows of b:
// four vectors of columns as long as there are so many, then one, then a value.
func (g *generator) gemvN() {
	g.leaf("gemvN", "(c, a, b []float32, ldb int)")
	c, left := g.slice("c"), g.length("c")
	a, k := g.slice("a"), g.length("a")
	b, ldb := g.slice("b"), g.elements("ldb")

	for _, pass := range []struct {
		label   string
		vectors int
	}{{"four", 4}, {"one", 1}} {
		columns := pass.vectors * g.lanes
		g.Label(pass.label)
		g.CMPQ(left, imm32(columns))
		g.JL(operand.LabelRef(pass.label + "Done"))
		sums := g.vectors(pass.vectors)
		for j := range sums {
			g.VMOVUPS(operand.Mem{Base: c, Disp: j * g.bytes()}, sums[j])
		}
		row, value, steps := g.GP64(), g.GP64(), g.GP64()
		g.MOVQ(b, row)
		g.MOVQ(a, value)
		g.MOVQ(k, steps)
		g.Label(pass.label + "Step")
		factor := g.vector()
		g.VBROADCASTSS(operand.Mem{Base: value}, factor)
		for j := range sums {
			g.VFMADD231PS(operand.Mem{Base: row, Disp: j * g.bytes()}, factor, sums[j])
		}
		g.ADDQ(operand.Imm(4), value)
		g.ADDQ(ldb, row)
		g.DECQ(steps)
		g.JNZ(operand.LabelRef(pass.label + "Step"))
		for j := range sums {
			g.VMOVUPS(sums[j], operand.Mem{Base: c, Disp: j * g.bytes()})
		}
		g.ADDQ(imm32(4*columns), c)
		g.ADDQ(imm32(4*columns), b)
		g.SUBQ(imm32(columns), left)
		g.JMP(operand.LabelRef(pass.label))
		g.Label(pass.label + "Done")
	}

	g.Label("single")
	g.TESTQ(left, left)
	g.JZ(operand.LabelRef("done"))
	sum, factor := g.XMM(), g.XMM()
	g.VMOVSS(operand.Mem{Base: c}, sum)
	row, value, steps := g.GP64(), g.GP64(), g.GP64()
	g.MOVQ(b, row)
	g.MOVQ(a, value)
	g.MOVQ(k, steps)
	g.Label("singleStep")
	g.VMOVSS(operand.Mem{Base: value}, factor)
	g.VFMADD231SS(operand.Mem{Base: row}, factor, sum)
	g.ADDQ(operand.Imm(4), value)
	g.ADDQ(ldb, row)
	g.DECQ(steps)
	g.JNZ(operand.LabelRef("singleStep"))
	g.VMOVSS(sum, operand.Mem{Base: c})
	g.ADDQ(operand.Imm(4), c)
	g.ADDQ(operand.Imm(4), b)
	g.DECQ(left)
	g.JMP(operand.LabelRef("single"))
	g.Label("done")
	g.VZEROUPPER()
	g.RET()
}

// gemvT and gemvHalf multiply a by one stored row of b after the other, in four
// running sums.
func (g *generator) gemvT() {
	g.leaf("gemvT", "(c, a, b []float32, ldb int)")
	g.dotRows(4, func(at operand.Mem, factor, sum reg.VecVirtual) {
		g.VFMADD231PS(at, factor, sum)
	}, func(at operand.Mem, factor, sum reg.Register) {
		g.VFMADD231SS(at, factor, sum)
	})
}

// gemvHalf widens b on its way. Processors with FMA have the conversion (F16C),
// too.
func (g *generator) gemvHalf() {
	g.leaf("gemvHalf", "(c, a []float32, b []uint16, ldb int)")
	g.dotRows(2, func(at operand.Mem, factor, sum reg.VecVirtual) {
		wide := g.vector()
		g.VCVTPH2PS(at, wide)
		g.VFMADD231PS(wide, factor, sum)
	}, func(at operand.Mem, factor, sum reg.Register) {
		bits, wide := g.GP32(), g.XMM()
		g.MOVWLZX(at, bits)
		g.VMOVD(bits, wide)
		g.VCVTPH2PS(wide, wide)
		g.VFMADD231SS(wide, factor, sum)
	})
}

// dotRows adds to every c the product of a with a row of b, whose values take
// size bytes. The functions add the product of what is at an address with a
// factor, for a vector of values and for one.
func (g *generator) dotRows(size int, vector func(at operand.Mem, factor, sum reg.VecVirtual), single func(at operand.Mem, factor, sum reg.Register)) {
	c, rows := g.slice("c"), g.length("c")
	a, k := g.slice("a"), g.length("a")
	b, ldb := g.slice("b"), g.count("ldb")
	g.SHLQ(operand.Imm(uint64(size/2)), ldb) // 2 for 4 bytes, 1 for 2

	g.Label("row")
	g.TESTQ(rows, rows)
	g.JZ(operand.LabelRef("done"))
	sums := g.vectors(4)
	for _, sum := range sums {
		g.clear(sum)
	}
	x, y, left := g.GP64(), g.GP64(), g.GP64()
	g.MOVQ(a, x)
	g.MOVQ(b, y)
	g.MOVQ(k, left)
	for _, pass := range []struct {
		label   string
		vectors int
	}{{"four", 4}, {"one", 1}} {
		columns := pass.vectors * g.lanes
		g.Label(pass.label)
		g.CMPQ(left, imm32(columns))
		g.JL(operand.LabelRef(pass.label + "Done"))
		for j := range pass.vectors {
			values := g.vector()
			g.VMOVUPS(operand.Mem{Base: x, Disp: j * g.bytes()}, values)
			vector(operand.Mem{Base: y, Disp: j * size * g.lanes}, values, sums[j])
		}
		g.ADDQ(imm32(4*columns), x)
		g.ADDQ(imm32(size*columns), y)
		g.SUBQ(imm32(columns), left)
		g.JMP(operand.LabelRef(pass.label))
		g.Label(pass.label + "Done")
	}
	g.VADDPS(sums[1], sums[0], sums[0])
	g.VADDPS(sums[3], sums[2], sums[2])
	g.VADDPS(sums[2], sums[0], sums[0])
	total := sums[0].AsY()
	if g.lanes == 16 {
		upper := g.YMM()
		g.VEXTRACTF64X4(operand.Imm(1), sums[0], upper)
		g.VADDPS(upper, total, total)
	}
	upper := g.XMM()
	sum := sums[0].AsX()
	g.VEXTRACTF128(operand.Imm(1), total, upper)
	g.VADDPS(upper, sum, sum)
	g.VHADDPS(sum, sum, sum)
	g.VHADDPS(sum, sum, sum)

	g.Label("single")
	g.TESTQ(left, left)
	g.JZ(operand.LabelRef("store"))
	value := g.XMM()
	g.VMOVSS(operand.Mem{Base: x}, value)
	single(operand.Mem{Base: y}, value, sum)
	g.ADDQ(operand.Imm(4), x)
	g.ADDQ(operand.Imm(uint64(size)), y)
	g.DECQ(left)
	g.JMP(operand.LabelRef("single"))
	g.Label("store")
	g.VADDSS(operand.Mem{Base: c}, sum, sum)
	g.VMOVSS(sum, operand.Mem{Base: c})
	g.ADDQ(operand.Imm(4), c)
	g.ADDQ(ldb, b)
	g.DECQ(rows)
	g.JMP(operand.LabelRef("row"))
	g.Label("done")
	g.VZEROUPPER()
	g.RET()
}

// gemvInt8 multiplies pairs of 16-bit values and adds them up, which is exact,
// in four running sums. A row's remainder goes one value at a time.
func (g *generator) gemvInt8() {
	g.leaf("gemvInt8", "(c []float32, a []int16, b []int8, ldb int)")
	c, rows := g.slice("c"), g.length("c")
	a, k := g.slice("a"), g.length("a")
	b, ldb := g.slice("b"), g.count("ldb")
	values := g.bytes() / 2 // of 16 bits in a vector

	g.Label("row")
	g.TESTQ(rows, rows)
	g.JZ(operand.LabelRef("done"))
	sums := g.vectors(4)
	for _, sum := range sums {
		g.clear(sum)
	}
	x, y, left := g.GP64(), g.GP64(), g.GP64()
	g.MOVQ(a, x)
	g.MOVQ(b, y)
	g.MOVQ(k, left)
	for _, pass := range []struct {
		label   string
		vectors int
	}{{"four", 4}, {"one", 1}} {
		g.Label(pass.label)
		g.CMPQ(left, imm32(pass.vectors*values))
		g.JL(operand.LabelRef(pass.label + "Done"))
		for j := range pass.vectors {
			wide := g.vector()
			g.VPMOVSXBW(operand.Mem{Base: y, Disp: j * values}, wide)
			g.VPMADDWD(operand.Mem{Base: x, Disp: j * 2 * values}, wide, wide)
			g.VPADDD(wide, sums[j], sums[j])
		}
		g.ADDQ(imm32(pass.vectors*2*values), x)
		g.ADDQ(imm32(pass.vectors*values), y)
		g.SUBQ(imm32(pass.vectors*values), left)
		g.JMP(operand.LabelRef(pass.label))
		g.Label(pass.label + "Done")
	}
	g.VPADDD(sums[1], sums[0], sums[0])
	g.VPADDD(sums[3], sums[2], sums[2])
	g.VPADDD(sums[2], sums[0], sums[0])
	upper, sum := g.XMM(), sums[0].AsX()
	g.VEXTRACTI128(operand.Imm(1), sums[0], upper)
	g.VPADDD(upper, sum, sum)
	g.VPHADDD(sum, sum, sum)
	g.VPHADDD(sum, sum, sum)
	total := g.GP32()
	g.VMOVD(sum, total)

	g.Label("single")
	g.TESTQ(left, left)
	g.JZ(operand.LabelRef("store"))
	factor, value := g.GP32(), g.GP32()
	g.MOVWLSX(operand.Mem{Base: x}, factor)
	g.MOVBLSX(operand.Mem{Base: y}, value)
	g.IMULL(factor, value)
	g.ADDL(value, total)
	g.ADDQ(operand.Imm(2), x)
	g.INCQ(y)
	g.DECQ(left)
	g.JMP(operand.LabelRef("single"))
	g.Label("store")
	g.VCVTSI2SSL(total, sum, sum)
	g.VMOVSS(sum, operand.Mem{Base: c})
	g.ADDQ(operand.Imm(4), c)
	g.ADDQ(ldb, b)
	g.DECQ(rows)
	g.JMP(operand.LabelRef("row"))
	g.Label("done")
	g.VZEROUPPER()
	g.RET()
}
