package main

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// autoFold, in the place of i of --fold i/k, takes the fold from the job array that
// the process belongs to.
const autoFold = "auto"

// resolveFold replaces auto by the number of this process in a Kubernetes indexed
// Job or a Slurm job array, so that what is recorded says which fold it was.
// lookup is os.LookupEnv.
func (s *splitting) resolveFold(lookup func(string) (string, bool)) error {
	rest, auto := strings.CutPrefix(s.Fold, autoFold+"/")
	if !auto {
		return nil
	}
	index, err := arrayIndex(lookup)
	if err != nil {
		return fmt.Errorf("--fold %s: %w", s.Fold, err)
	}
	s.Fold = fmt.Sprintf("%d/%s", index, rest)
	return nil
}

// arrayIndex is the number of this process among those of its job array, counted
// from 0.
func arrayIndex(lookup func(string) (string, bool)) (int, error) {
	const kubernetes, slurm, first = "JOB_COMPLETION_INDEX", "SLURM_ARRAY_TASK_ID", "SLURM_ARRAY_TASK_MIN"
	number := func(name string) (int, bool, error) {
		text, ok := lookup(name)
		if !ok || text == "" {
			return 0, false, nil
		}
		n, err := strconv.Atoi(text)
		if err != nil || n < 0 {
			return 0, false, fmt.Errorf("%s: got %q, want a number from 0", name, text)
		}
		return n, true, nil
	}
	index, inKubernetes, err := number(kubernetes)
	if err != nil {
		return 0, err
	}
	task, inSlurm, err := number(slurm)
	if err != nil {
		return 0, err
	}
	switch {
	case inKubernetes && inSlurm:
		return 0, fmt.Errorf("got both %s and %s, want one", kubernetes, slurm)
	case inKubernetes:
		return index, nil
	case !inSlurm:
		return 0, errors.New("got neither " + kubernetes + " nor " + slurm + " in the environment: this process is part of no job array")
	}
	// An array may begin anywhere, most often at 1.
	least, _, err := number(first)
	if err != nil {
		return 0, err
	}
	if task < least {
		return 0, fmt.Errorf("%s: got %d, less than %s %d", slurm, task, first, least)
	}
	return task - least, nil
}
