package main

import (
	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// packColumns goes along the rows of the matrix, which are read in order, and
// deals them out to the panels.
func (g *generator) packColumns() {
	g.leaf("packColumns", "(dst, src []float32, ld, panels, depth int)")
	dst, src := g.slice("dst"), g.slice("src")
	ld, panels, depth := g.elements("ld"), g.count("panels"), g.count("depth")
	width := g.columns * g.bytes()
	panelSize := g.GP64()
	g.MOVQ(depth, panelSize)
	g.IMUL3Q(imm32(width), panelSize, panelSize)

	g.Label("row")
	from, to, left := g.GP64(), g.GP64(), g.GP64()
	g.MOVQ(src, from)
	g.MOVQ(dst, to)
	g.MOVQ(panels, left)
	g.Label("panel")
	row := g.vectors(g.columns)
	for j := range row {
		g.VMOVUPS(operand.Mem{Base: from, Disp: j * g.bytes()}, row[j])
	}
	for j := range row {
		g.VMOVUPS(row[j], operand.Mem{Base: to, Disp: j * g.bytes()})
	}
	g.ADDQ(imm32(width), from)
	g.ADDQ(panelSize, to)
	g.DECQ(left)
	g.JNZ(operand.LabelRef("panel"))
	g.ADDQ(ld, src)
	g.ADDQ(imm32(width), dst)
	g.DECQ(depth)
	g.JNZ(operand.LabelRef("row"))
	g.VZEROUPPER()
	g.RET()
}

// packRows transposes squares of as many rows as a vector has lanes, and takes
// all of so many rows before it goes on to the next: rows are far apart, and more
// of them at a time would be more pages than the processor keeps addresses of.
func (g *generator) packRows() {
	g.leaf("packRows", "(dst, src []float32, ld, depth int)")
	dst, src := g.slice("dst"), g.slice("src")
	ld, depth := g.elements("ld"), g.count("depth")
	width := g.columns * g.bytes()
	rows, parts := g.GP64(), g.GP64() // the bytes of so many rows, and how often there are so many
	g.MOVQ(ld, rows)
	g.IMUL3Q(imm32(g.lanes), rows, rows)
	g.MOVQ(imm32(g.columns), parts)

	g.Label("part")
	from, to, left := g.GP64(), g.GP64(), g.GP64()
	g.MOVQ(src, from)
	g.MOVQ(dst, to)
	g.MOVQ(depth, left)
	row := g.GP64()
	g.Label("square")
	g.MOVQ(from, row)
	square := g.vectors(g.lanes)
	for i := range square {
		g.VMOVUPS(operand.Mem{Base: row}, square[i])
		g.ADDQ(ld, row)
	}
	for i, column := range g.transpose(square) {
		g.VMOVUPS(column, operand.Mem{Base: to, Disp: i * width})
	}
	g.ADDQ(imm32(g.bytes()), from)
	g.ADDQ(imm32(g.lanes*width), to)
	g.SUBQ(imm32(g.lanes), left)
	g.JNZ(operand.LabelRef("square"))
	g.ADDQ(rows, src)
	g.ADDQ(imm32(g.bytes()), dst)
	g.DECQ(parts)
	g.JNZ(operand.LabelRef("part"))
	g.VZEROUPPER()
	g.RET()
}

// transpose turns the rows of a square into its columns. Pairs, then fours of
// neighbouring rows are interleaved within each 128 bits; then the quarters
// change places.
func (g *generator) transpose(rows []reg.VecVirtual) []reg.VecVirtual {
	n := g.lanes
	pairs := g.vectors(n)
	for i := 0; i < n; i += 2 {
		g.VUNPCKLPS(rows[i+1], rows[i], pairs[i])
		g.VUNPCKHPS(rows[i+1], rows[i], pairs[i+1])
	}
	fours := g.vectors(n) // fours[4i+j]: column j, j+4, ... of rows 4i to 4i+3
	for i := 0; i < n; i += 4 {
		g.VUNPCKLPD(pairs[i+2], pairs[i], fours[i])
		g.VUNPCKHPD(pairs[i+2], pairs[i], fours[i+1])
		g.VUNPCKLPD(pairs[i+3], pairs[i+1], fours[i+2])
		g.VUNPCKHPD(pairs[i+3], pairs[i+1], fours[i+3])
	}
	columns := g.vectors(n)
	for j := range 4 {
		if n == 8 {
			g.VPERM2F128(operand.Imm(0x20), fours[4+j], fours[j], columns[j])
			g.VPERM2F128(operand.Imm(0x31), fours[4+j], fours[j], columns[4+j])
			continue
		}
		even, odd := g.vectors(2), g.vectors(2) // quarters 0 and 2, 1 and 3 of two fours
		for i := range 2 {
			g.VSHUFF32X4(operand.Imm(0x88), fours[8*i+4+j], fours[8*i+j], even[i])
			g.VSHUFF32X4(operand.Imm(0xdd), fours[8*i+4+j], fours[8*i+j], odd[i])
		}
		g.VSHUFF32X4(operand.Imm(0x88), even[1], even[0], columns[j])
		g.VSHUFF32X4(operand.Imm(0x88), odd[1], odd[0], columns[4+j])
		g.VSHUFF32X4(operand.Imm(0xdd), even[1], even[0], columns[8+j])
		g.VSHUFF32X4(operand.Imm(0xdd), odd[1], odd[0], columns[12+j])
	}
	return columns
}
