// Command trainer turns a folder of labelled CT slices into a weights file for
// lungct and an honest report, and reads slices with such a file.
//
// Results go to stdout, progress and warnings to stderr. The exit status is 0
// when all went well, 1 when something failed, 2 when the command line was
// wrong, and 130 when training was interrupted and can be resumed.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/spf13/cobra"
)

// Exit statuses.
const (
	failed      = 1
	usage       = 2
	interrupted = 128 + int(syscall.SIGINT) // what shells report for a program ended by Ctrl-C
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	// The first signal asks for a tidy end; a second one ends the program.
	context.AfterFunc(ctx, stop)
	err := run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr)
	if err != nil {
		fmt.Fprintf(os.Stderr, "trainer: %v\n", err)
	}
	os.Exit(status(err))
}

// status is the exit status for the outcome of run.
func status(err error) int {
	var u usageError
	switch {
	case err == nil:
		return 0
	case errors.As(err, &u):
		return usage
	case errors.Is(err, errInterrupted):
		return interrupted
	}
	return failed
}

// run does what args ask for.
func run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) error {
	root := &cobra.Command{
		Use:   "trainer",
		Short: "Train and examine AlexNet on lung CT slices, COVID-19 or not",
		Long: `trainer turns a folder of labelled CT slices into a weights file for lungct
and an honest report, and reads slices with such a file.

For research use only. Not for use in diagnostic procedures.`,
		Version:       version(),
		SilenceErrors: true,
		SilenceUsage:  true,
		Args:          cobra.ArbitraryArgs, // judged below, so that a wrong command is a usage error
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) > 0 {
				return usageErrorf(cmd, "unknown command %q", args[0])
			}
			cmd.SetOut(stderr)
			cmd.Help()
			return usageErrorf(cmd, "got no command")
		},
	}
	root.CompletionOptions.DisableDefaultCmd = true
	root.AddCommand(trainCommand(), evalCommand(), predictCommand(), inspectCommand(), checkCommand(), convertCommand(), joinCommand(), indexCommand(), compareCommand(), summariseCommand(), completionCommand())
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error { return usageErrorf(cmd, "%w", err) })
	root.SetArgs(args)
	root.SetIn(stdin)
	root.SetOut(stdout)
	root.SetErr(stderr)
	return root.ExecuteContext(ctx)
}

// usageError is a mistake in the command line.
type usageError struct{ error }

func (e usageError) Unwrap() error { return e.error }

// usageErrorf makes a usageError that says where help is found.
func usageErrorf(cmd *cobra.Command, format string, args ...any) error {
	path := cmd.CommandPath()
	where := strings.TrimSpace(strings.TrimPrefix(path, "trainer"))
	if where != "" {
		where += ": "
	}
	return usageError{fmt.Errorf("%s%w\n%s --help shows how it is used", where, fmt.Errorf(format, args...), path)}
}

// exactArgs wants the named arguments, no more and no fewer.
func exactArgs(names ...string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) != len(names) {
			return usageErrorf(cmd, "got %s, want %s", count(len(args), "argument"), strings.Join(names, " "))
		}
		return nil
	}
}
