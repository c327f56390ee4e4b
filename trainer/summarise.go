package main

import (
	"github.com/spf13/cobra"

	"lungct/internal/report"
)

// summariseCommand is "trainer summarise".
func summariseCommand() *cobra.Command {
	var (
		page   string
		asJSON bool
	)
	cmd := &cobra.Command{
		Use:   "summarise RUNS...",
		Short: "Pool the folds of a cross-validation",
		Long: `Pool the folds of a cross-validation, which were trained with --fold i/k, each
a process of its own: mean and standard deviation over the folds, and scores and
curves of all slices together, each judged by the model that had not seen it.

Runs of different data, different splits or different recipes, and runs that were
tested on the same slices, are refused, and the difference is named.`,
		Example: `  trainer summarise runs/fold-*.run -o summary.html`,
		Args:    cobra.ArbitraryArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) < 2 {
				return usageErrorf(cmd, "got %s, want two or more", count(len(args), "run"))
			}
			var runs []report.Sourced
			for _, path := range args {
				run, err := report.Read(path)
				if err != nil {
					return err
				}
				runs = append(runs, report.Sourced{Run: run, Source: sourceName(path)})
			}
			s, err := report.Summarise(runs)
			if err != nil {
				return err
			}
			return publish(cmd, s, s.Print, s.WritePage, page, asJSON)
		},
	}
	cmd.Flags().StringVarP(&page, "output", "o", "", "also write plots and tables to this HTML file")
	cmd.Flags().BoolVar(&asJSON, "json", false, "write the summary as JSON")
	return cmd
}
