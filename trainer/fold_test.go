package main

import (
	"strings"
	"testing"
)

func TestResolveFold(t *testing.T) {
	for _, test := range []struct {
		fold, env  string // NAME=value ...
		want, fail string
	}{
		{fold: "", want: ""},
		{fold: "2/5", env: "JOB_COMPLETION_INDEX=4", want: "2/5"},
		{fold: "auto/5", env: "JOB_COMPLETION_INDEX=4", want: "4/5"},
		{fold: "auto/5", env: "SLURM_ARRAY_TASK_ID=3 SLURM_ARRAY_TASK_MIN=0", want: "3/5"},
		{fold: "auto/5", env: "SLURM_ARRAY_TASK_ID=3 SLURM_ARRAY_TASK_MIN=1", want: "2/5"},
		{fold: "auto/5", env: "SLURM_ARRAY_TASK_ID=3", want: "3/5"},
		{fold: "auto/5", fail: "no job array"},
		{fold: "auto/5", env: "JOB_COMPLETION_INDEX=", fail: "no job array"},
		{fold: "auto/5", env: "JOB_COMPLETION_INDEX=-1", fail: "JOB_COMPLETION_INDEX"},
		{fold: "auto/5", env: "SLURM_ARRAY_TASK_ID=x", fail: "SLURM_ARRAY_TASK_ID"},
		{fold: "auto/5", env: "SLURM_ARRAY_TASK_ID=0 SLURM_ARRAY_TASK_MIN=1", fail: "less than"},
		{fold: "auto/5", env: "SLURM_ARRAY_TASK_ID=0 JOB_COMPLETION_INDEX=0", fail: "both"},
	} {
		lookup := func(name string) (string, bool) {
			for pair := range strings.FieldsSeq(test.env) {
				if key, value, _ := strings.Cut(pair, "="); key == name {
					return value, true
				}
			}
			return "", false
		}
		s := splitting{Fold: test.fold}
		err := s.resolveFold(lookup)
		switch {
		case test.fail == "" && (err != nil || s.Fold != test.want):
			t.Errorf("%q with %q: got %q, %v, want %q", test.fold, test.env, s.Fold, err, test.want)
		case test.fail != "" && (err == nil || !strings.Contains(err.Error(), test.fail)):
			t.Errorf("%q with %q: got %v, want %q", test.fold, test.env, err, test.fail)
		}
	}
}
