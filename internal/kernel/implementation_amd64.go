//go:build !purego

package kernel

import "golang.org/x/sys/cpu"

//go:generate go -C _asm run . ..

// native are the implementations in leaves_amd64.s. HasAVX2 and HasAVX512F say
// that the operating system keeps the registers, too.
var native = []*implementation{
	{
		name:         "AVX-512",
		supported:    cpu.X86.HasAVX512F && cpu.X86.HasAVX2 && cpu.X86.HasFMA,
		mr:           6,
		nr:           64,
		micro:        []micro{micro16ColumnsAVX512, micro32ColumnsAVX512, micro48ColumnsAVX512, microAVX512},
		packColumns:  packColumnsAVX512,
		packRows:     packRowsAVX512,
		square:       16,
		skinny:       6,
		gemvN:        gemvNAVX512,
		gemvT:        gemvTAVX512,
		gemvHalf:     gemvHalfAVX512,
		gemvInt8:     gemvInt8AVX2,
		widenHalf:    widenHalfGeneric,
		finiteHalf:   finiteHalfGeneric,
		relu:         reluAVX2,
		reluBackward: reluBackwardAVX2,
		addTo:        addToAVX2,
		addReLU:      addReLUAVX2,
		sgd:          sgdAVX2,
		nesterov:     nesterovAVX2,
		adam:         adamAVX2,
		maxRow:       maxRowAVX2,
	},
	{
		name:         "AVX2",
		supported:    cpu.X86.HasAVX2 && cpu.X86.HasFMA,
		mr:           6,
		nr:           16,
		micro:        []micro{micro8ColumnsAVX2, microAVX2},
		packColumns:  packColumnsAVX2,
		packRows:     packRowsAVX2,
		square:       8,
		skinny:       6,
		gemvN:        gemvNAVX2,
		gemvT:        gemvTAVX2,
		gemvHalf:     gemvHalfAVX2,
		gemvInt8:     gemvInt8AVX2,
		widenHalf:    widenHalfGeneric,
		finiteHalf:   finiteHalfGeneric,
		relu:         reluAVX2,
		reluBackward: reluBackwardAVX2,
		addTo:        addToAVX2,
		addReLU:      addReLUAVX2,
		sgd:          sgdAVX2,
		nesterov:     nesterovAVX2,
		adam:         adamAVX2,
		maxRow:       maxRowAVX2,
	},
}
