package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// rendererMemory is the proportional set size, in MiB, of the largest renderer
// process below a browser; 0 where there is no /proc.
func rendererMemory(browser int) float64 {
	var largest float64
	folders, _ := filepath.Glob("/proc/[0-9]*")
	for _, folder := range folders {
		command, _ := os.ReadFile(filepath.Join(folder, "cmdline"))
		pid, _ := strconv.Atoi(filepath.Base(folder))
		if !strings.Contains(string(command), "--type=renderer") || !below(pid, browser) {
			continue
		}
		text, _ := os.ReadFile(filepath.Join(folder, "smaps_rollup"))
		for line := range strings.Lines(string(text)) {
			var kib float64
			if _, err := fmt.Sscanf(line, "Pss: %f kB", &kib); err == nil {
				largest = max(largest, kib/1024)
			}
		}
	}
	return largest
}

// below tells whether a process descends from another.
func below(pid, ancestor int) bool {
	for pid > 1 && pid != ancestor {
		stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
		if err != nil {
			return false
		}
		// The name, in brackets, may hold anything.
		fields := strings.Fields(string(stat[strings.LastIndexByte(string(stat), ')')+1:]))
		pid, _ = strconv.Atoi(fields[1])
	}
	return pid == ancestor
}
