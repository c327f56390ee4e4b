package main

import (
	"strconv"

	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

const cacheLine = 64 // bytes

// micro keeps a tile of sums in registers. A step loads one row of the panel of
// B and multiplies it by one value of A after the other, each spread over a
// vector. Values of A are read where they are: a tile's rows are as many
// streams, and the panel of B stays in the first-level cache.
//
// There is a leaf for each width of the tile up to g.columns vectors, so that the
// last panel of a matrix need not be multiplied as a whole.
func (g *generator) micro() {
	for columns := range g.columns {
		g.tile(columns + 1)
	}
}

// tile writes a micro leaf for tiles of so many vectors.
func (g *generator) tile(columns int) {
	name := "micro"
	if columns < g.columns {
		name += strconv.Itoa(columns*g.lanes) + "Columns"
	}
	g.leaf(name, "(tiles, k int, a []float32, rowStride, stepStride int, b, c []float32, ldc int, accumulate bool)")
	tiles, k := g.count("tiles"), g.count("k")
	a, rowStride, stepStride := g.slice("a"), g.elements("rowStride"), g.elements("stepStride")
	b := g.slice("b")
	c, ldc := g.slice("c"), g.elements("ldc")
	rowStride3 := g.GP64()
	g.LEAQ(operand.Mem{Base: rowStride, Index: rowStride, Scale: 2}, rowStride3)

	g.Label("tile")
	sums := g.vectors(g.rows * columns)
	for _, sum := range sums {
		g.clear(sum)
	}
	// By the time the sums are complete, C should be at hand.
	row := g.GP64()
	g.MOVQ(c, row)
	for i := range g.rows {
		for at := 0; at < columns*g.bytes(); at += cacheLine {
			g.PREFETCHT0(operand.Mem{Base: row, Disp: at})
		}
		if i+1 < g.rows {
			g.ADDQ(ldc, row)
		}
	}
	panel, steps := g.GP64(), g.GP64()
	g.MOVQ(b, panel)
	g.MOVQ(k, steps)

	// Four rows hang on each address.
	anchors := make([]reg.GPVirtual, (g.rows+3)/4)
	for i := range anchors {
		anchors[i] = g.GP64()
		if i == 0 {
			g.MOVQ(a, anchors[0])
		} else {
			g.LEAQ(operand.Mem{Base: anchors[i-1], Index: rowStride, Scale: 4}, anchors[i])
		}
	}
	// Where a row of A lies in one piece, as most do, steps are distances known in
	// advance and the addresses need to move once in a while only.
	valueOfA := func(row, disp int) operand.Mem {
		m := operand.Mem{Base: anchors[row/4], Disp: disp}
		switch row % 4 {
		case 1, 2:
			m.Index, m.Scale = rowStride, uint8(row%4)
		case 3:
			m.Index, m.Scale = rowStride3, 1
		}
		return m
	}
	step := func(n, disp int) {
		values := g.vectors(columns)
		for j := range values {
			g.VMOVUPS(operand.Mem{Base: panel, Disp: (n*g.columns + j) * g.bytes()}, values[j])
		}
		for i := range g.rows {
			factor := g.vector()
			g.VBROADCASTSS(valueOfA(i, disp), factor)
			for j := range values {
				g.VFMADD231PS(values[j], factor, sums[i*columns+j])
			}
		}
	}
	advance := func(by operand.Op) {
		for _, anchor := range anchors {
			g.ADDQ(by, anchor)
		}
	}
	const unrolled = 4
	for _, loop := range []struct {
		label string
		unit  bool
	}{{"unit", true}, {"strided", false}} {
		if loop.unit {
			g.CMPQ(stepStride, operand.Imm(4))
			g.JNE(operand.LabelRef("strided"))
		}
		g.Label(loop.label)
		g.CMPQ(steps, operand.Imm(unrolled))
		g.JL(operand.LabelRef("rest"))
		for n := range unrolled {
			if loop.unit {
				step(n, 4*n)
			} else {
				step(n, 0)
				advance(stepStride)
			}
		}
		if loop.unit {
			advance(operand.Imm(4 * unrolled))
		}
		g.ADDQ(imm32(unrolled*g.columns*g.bytes()), panel)
		g.SUBQ(operand.Imm(unrolled), steps)
		g.JMP(operand.LabelRef(loop.label))
	}
	g.Label("rest")
	g.TESTQ(steps, steps)
	g.JZ(operand.LabelRef("store"))
	step(0, 0)
	advance(stepStride)
	g.ADDQ(imm32(g.columns*g.bytes()), panel)
	g.DECQ(steps)
	g.JMP(operand.LabelRef("rest"))

	g.Label("store")
	accumulate := g.Load(g.Param("accumulate"), g.GP8())
	g.TESTB(accumulate, accumulate)
	g.MOVQ(c, row)
	g.JZ(operand.LabelRef("overwrite"))
	for i := range g.rows {
		for j := range columns {
			g.VADDPS(operand.Mem{Base: row, Disp: j * g.bytes()}, sums[i*columns+j], sums[i*columns+j])
		}
		if i+1 < g.rows {
			g.ADDQ(ldc, row)
		}
	}
	g.Label("overwrite")
	for i := range g.rows {
		for j := range columns {
			g.VMOVUPS(sums[i*columns+j], operand.Mem{Base: c, Disp: j * g.bytes()})
		}
		g.ADDQ(ldc, c)
	}
	next := g.GP64()
	g.MOVQ(rowStride, next)
	g.IMUL3Q(operand.Imm(uint64(g.rows)), next, next)
	g.ADDQ(next, a)
	g.DECQ(tiles)
	g.JNZ(operand.LabelRef("tile"))
	g.VZEROUPPER()
	g.RET()
}
