package main

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"math"
	"os"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"lungct/alexnet"
	"lungct/internal/dicom"
	"lungct/internal/metrics"
	"lungct/internal/study"
)

// inspection is what "trainer inspect" reports.
type inspection struct {
	File    string            `json:"file"`
	Bytes   int               `json:"bytes"`
	Valid   bool              `json:"valid"` // whether lungct can use it
	Problem string            `json:"problem,omitempty"`
	Card    map[string]string `json:"card"` // the metadata as it stands in the file
	Tensors []tensorSummary   `json:"tensors"`
}

// tensorSummary describes a tensor. Minimum, maximum and mean are over the
// finite values, null where there are none or the type is unknown.
type tensorSummary struct {
	Name      string         `json:"name"`
	Type      string         `json:"type"`
	Shape     []int          `json:"shape"`
	Min       metrics.Number `json:"min"`
	Max       metrics.Number `json:"max"`
	Mean      metrics.Number `json:"mean"`
	NotFinite int            `json:"not_finite"` // NaN and infinities
}

// inspectCommand is "trainer inspect".
func inspectCommand() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:     "inspect FILE",
		Short:   "Show a weights file's card and tensors, or what a DICOM file holds",
		Example: "  trainer inspect weights/lung.safetensors\n  trainer inspect --json CT/IM0001",
		Args:    exactArgs("FILE"),
		RunE: func(cmd *cobra.Command, args []string) error {
			data, err := os.ReadFile(args[0])
			if err != nil {
				return err
			}
			in, err := inspectAny(args[0], data)
			if err != nil {
				return err
			}
			if asJSON {
				encoder := json.NewEncoder(cmd.OutOrStdout())
				encoder.SetIndent("", "  ")
				err = encoder.Encode(in)
			} else {
				err = in.print(cmd.OutOrStdout())
			}
			if problem := in.problem(); err == nil && problem != "" {
				err = fmt.Errorf("%s: %s", args[0], problem)
			}
			return err
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "write the report as JSON")
	return cmd
}

// inspected is a report on a file of one kind. Its fields are what --json shows.
type inspected interface {
	print(w io.Writer) error
	problem() string // why lungct cannot use the file, or ""
}

func inspectAny(file string, data []byte) (inspected, error) {
	if dicom.IsDICOM(data) {
		return inspectDICOM(file, data)
	}
	if len(data) < 9 || data[8] != '{' {
		return nil, fmt.Errorf("%s: neither a DICOM file nor weights: not a safetensors file", file)
	}
	return inspect(file, data)
}

// inspect describes any safetensors file, also one that the network refuses.
func inspect(file string, data []byte) (*inspection, error) {
	tensors, metadata, err := alexnet.ReadTensors(data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	in := &inspection{File: file, Bytes: len(data), Valid: true, Card: metadata}
	if _, _, err := alexnet.Read(data); err != nil {
		in.Valid, in.Problem = false, err.Error()
	}
	for _, t := range tensors {
		in.Tensors = append(in.Tensors, summarise(t))
	}
	slices.SortFunc(in.Tensors, func(a, b tensorSummary) int { return study.NaturalOrder(a.Name, b.Name) })
	return in, nil
}

func summarise(t alexnet.Tensor) tensorSummary {
	nan := metrics.Number(math.NaN())
	s := tensorSummary{Name: t.Name, Type: t.DType.String(), Shape: t.Shape, Min: nan, Max: nan, Mean: nan}
	values, err := t.Values()
	if err != nil {
		return s
	}
	low, high, sum, n := math.Inf(1), math.Inf(-1), 0.0, 0
	for _, w := range values {
		v := float64(w)
		if math.IsNaN(v) || math.IsInf(v, 0) {
			s.NotFinite++
			continue
		}
		low, high, sum, n = min(low, v), max(high, v), sum+v, n+1
	}
	if n > 0 {
		s.Min, s.Max, s.Mean = metrics.Number(low), metrics.Number(high), metrics.Number(sum/float64(n))
	}
	return s
}

func (in *inspection) problem() string { return in.Problem }

// print writes the inspection for people.
func (in *inspection) print(w io.Writer) error {
	fmt.Fprintf(w, "%s: %s\n\n", in.File, megabytes(int64(in.Bytes)))
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, key := range slices.Sorted(maps.Keys(in.Card)) {
		value := in.Card[key]
		// A card made elsewhere may hold anything: a line each, no control characters.
		value = strings.Map(func(r rune) rune {
			if r < ' ' || r == 0x7f {
				return ' '
			}
			return r
		}, value)
		fmt.Fprintf(t, "%s\t%s\n", key, value)
	}
	fmt.Fprintln(t)
	if err := t.Flush(); err != nil {
		return err
	}
	fmt.Fprintln(t, "tensor\ttype\tshape\tmin\tmax\tmean\tnot finite")
	for _, s := range in.Tensors {
		fmt.Fprintf(t, "%s\t%s\t%s\t%v\t%v\t%v\t%d\n", s.Name, s.Type, strings.Trim(strings.ReplaceAll(fmt.Sprint(s.Shape), " ", "x"), "[]"), s.Min, s.Max, s.Mean, s.NotFinite)
	}
	return t.Flush()
}
