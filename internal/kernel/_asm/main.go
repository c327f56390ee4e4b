// Command asm writes the amd64 leaves of package kernel, for AVX2 with FMA and
// for AVX-512. See the fields of kernel's implementation for what each computes.
package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/mmcloughlin/avo/attr"
	"github.com/mmcloughlin/avo/build"
	"github.com/mmcloughlin/avo/gotypes"
	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/pass"
	"github.com/mmcloughlin/avo/printer"
	"github.com/mmcloughlin/avo/reg"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "asm:", err)
		os.Exit(1)
	}
}

// run writes the leaves and their Go declarations into the folder args[0].
func run(args []string) error {
	if len(args) != 1 {
		return errors.New("usage: asm FOLDER")
	}
	context := build.NewContext()
	context.ConstraintExpr("!purego")
	for _, set := range []isa{
		{suffix: "AVX2", lanes: 8, rows: 6, columns: 2, vector: context.YMM},
		{suffix: "AVX512", lanes: 16, rows: 6, columns: 4, vector: context.ZMM},
	} {
		g := generator{context, set}
		g.micro()
		g.packColumns()
		g.packRows()
		g.gemvN()
		g.gemvT()
		g.gemvHalf()
		if set.suffix == "AVX2" {
			// Wider vectors would gain nothing: memory sets the pace.
			g.relu()
			g.reluBackward()
			g.addTo()
			g.addReLU()
			g.sgd()
			g.nesterov()
			g.adam()
			g.maxRow()
			g.gemvInt8()
		}
	}
	file, err := context.Result()
	if err != nil {
		return err
	}
	if err := pass.Compile.Execute(file); err != nil {
		return err
	}
	config := printer.Config{Argv: []string{"go", "generate", "./internal/kernel"}, Pkg: "kernel"}
	for name, form := range map[string]printer.Printer{
		"leaves_amd64.s":  printer.NewGoAsm(config),
		"leaves_amd64.go": printer.NewStubs(config),
	} {
		text, err := form.Print(file)
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(args[0], name), text, 0o644); err != nil {
			return err
		}
	}
	return nil
}

// isa is an instruction set and the shape of its matrix tile. A step of micro
// loads rows+columns times for rows*columns multiplications: where loads slow
// these down, as they do with AVX-512, the tile had best be square in vectors.
type isa struct {
	suffix  string
	lanes   int // float32 values in a vector
	rows    int // of a tile
	columns int // of a tile, in vectors
	vector  func() reg.VecVirtual
}

// generator writes leaves for one instruction set.
type generator struct {
	*build.Context
	isa
}

// leaf begins a function.
func (g *generator) leaf(name, signature string) {
	g.Function(name + g.suffix)
	g.Attributes(attr.NOSPLIT)
	g.SignatureExpr("func" + signature)
	g.Pragma("noescape")
}

// bytes is the size of a vector.
func (g *generator) bytes() int { return 4 * g.lanes }

func (g *generator) vectors(n int) []reg.VecVirtual {
	all := make([]reg.VecVirtual, n)
	for i := range all {
		all[i] = g.vector()
	}
	return all
}

// clear sets a vector to zeros.
func (g *generator) clear(v reg.VecVirtual) {
	if g.lanes == 16 {
		g.VPXORD(v, v, v) // VXORPS of this width is no part of AVX512F
	} else {
		g.VXORPS(v, v, v)
	}
}

// count, slice and length load a parameter, a slice's address and its length.
func (g *generator) count(name string) reg.GPVirtual { return g.load(g.Param(name)) }

func (g *generator) slice(name string) reg.GPVirtual { return g.load(g.Param(name).Base()) }

func (g *generator) length(name string) reg.GPVirtual { return g.load(g.Param(name).Len()) }

// elements loads a parameter that counts float32 values, as bytes.
func (g *generator) elements(name string) reg.GPVirtual {
	n := g.count(name)
	g.SHLQ(operand.Imm(2), n)
	return n
}

func (g *generator) load(part gotypes.Component) reg.GPVirtual {
	v := g.GP64()
	g.Load(part, v)
	return v
}

// imm32 is a constant of the width that additions and comparisons take.
func imm32(n int) operand.Op { return operand.U32(uint32(n)) }
