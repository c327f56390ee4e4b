package main

import (
	"fmt"
	"slices"

	"github.com/spf13/cobra"

	"lungct/internal/ct"
	"lungct/internal/dataset"
)

// completionCommand is "trainer completion".
func completionCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "completion bash|zsh|fish|powershell",
		Short: "Write a script that completes trainer's command lines in a shell",
		Long: `Write a script that completes trainer's command lines in a shell: commands,
flags, and the values of flags that have a few.`,
		Example: `  source <(trainer completion bash)
  trainer completion fish > ~/.config/fish/completions/trainer.fish`,
		Args:      exactArgs("bash|zsh|fish|powershell"),
		ValidArgs: []string{"bash", "zsh", "fish", "powershell"},
		RunE: func(cmd *cobra.Command, args []string) error {
			root, w := cmd.Root(), cmd.OutOrStdout()
			switch args[0] {
			case "bash":
				return root.GenBashCompletionV2(w, true)
			case "zsh":
				return root.GenZshCompletion(w)
			case "fish":
				return root.GenFishCompletion(w, true)
			case "powershell":
				return root.GenPowerShellCompletionWithDesc(w)
			}
			return usageErrorf(cmd, "got %q, want bash, zsh, fish or powershell", args[0])
		},
	}
}

// completeValues tells the shell which values flags of train have.
func completeValues(cmd *cobra.Command) {
	for name, values := range map[string][]string{
		"optimizer": optimizerNames, "schedule": scheduleNames, "metric": metricNames,
		"select": {selectBest, selectLast}, "init": initNames, "augment": augmentationNames(), "balance": dataset.Balances,
		"class-weights": {"none", "balanced"}, "crop": {ct.CropNone, ct.CropBody}, "recipe": recipeNames(),
		"split": dataset.Schemes, "leaks": leaksModes, "compact": compactNames,
	} {
		if err := cmd.RegisterFlagCompletionFunc(name, cobra.FixedCompletions(slices.Clone(values), cobra.ShellCompDirectiveNoFileComp)); err != nil {
			panic(fmt.Sprint("trainer: completion of a flag that is not there: ", err))
		}
	}
}
