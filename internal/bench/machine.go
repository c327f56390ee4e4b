package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"time"
)

// machine is the computer in words.
func machine() string {
	model := field("/proc/cpuinfo", "model name", ":")
	memory := field("/proc/meminfo", "MemTotal", ":")
	var kib float64
	fmt.Sscanf(memory, "%f kB", &kib)
	return fmt.Sprintf("%s, %d processors, %.0f GiB; vectors: %s", orUnknown(model), runtime.NumCPU(), kib/(1<<20), vectors())
}

// vectors are the instruction sets that matter here.
func vectors() string {
	flags := " " + field("/proc/cpuinfo", "flags", ":") + " "
	var found []string
	for _, set := range []string{"avx2", "fma", "avx512f"} {
		if strings.Contains(flags, " "+set+" ") {
			found = append(found, set)
		}
	}
	return orUnknown(strings.Join(found, " "))
}

func system() string {
	name := strings.Trim(field("/etc/os-release", "PRETTY_NAME", "="), `"`)
	release, _ := os.ReadFile("/proc/sys/kernel/osrelease")
	return fmt.Sprintf("%s, %s %s, %s", orUnknown(name), runtime.GOOS, strings.TrimSpace(string(release)), runtime.GOARCH)
}

// field is what follows the first line's name and separator in a file.
func field(path, name, separator string) string {
	text, _ := os.ReadFile(path)
	for line := range strings.Lines(string(text)) {
		if key, value, ok := strings.Cut(line, separator); ok && strings.TrimSpace(key) == name {
			return strings.TrimSpace(value)
		}
	}
	return ""
}

func orUnknown(s string) string {
	if s == "" {
		return "unknown"
	}
	return s
}

// commit is the state of the source.
func commit(ctx context.Context) string {
	out, err := exec.CommandContext(ctx, "git", "describe", "--always", "--dirty", "--exclude=*").Output()
	if err != nil {
		return "unknown"
	}
	return strings.TrimSpace(string(out))
}

// othersBusy is how many processors are at work while we do nothing.
func othersBusy() float64 {
	const pause = 500 * time.Millisecond
	before := busy()
	time.Sleep(pause)
	return (busy() - before) / pause.Seconds()
}

// busy is how many seconds all processors together have worked.
func busy() float64 {
	var user, nice, system, idle, wait, interrupts, soft, stolen float64
	text, _ := os.ReadFile("/proc/stat")
	fmt.Sscanf(string(text), "cpu %f %f %f %f %f %f %f %f", &user, &nice, &system, &idle, &wait, &interrupts, &soft, &stolen)
	const hertz = 100 // USER_HZ, the same on every Linux that Go runs on
	return (user + nice + system + interrupts + soft + stolen) / hertz
}
