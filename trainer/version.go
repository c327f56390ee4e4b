package main

import (
	"fmt"
	"os"
	"runtime/debug"
	"strconv"
	"time"
)

// version is the program's version as the Go toolchain recorded it: a module
// version, or the commit it was built from.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	v := info.Main.Version
	if v == "" || v == "(devel)" {
		v = "devel"
		for _, s := range info.Settings {
			if s.Key == "vcs.revision" {
				v += " " + s.Value[:min(12, len(s.Value))]
			}
		}
	}
	return v
}

// now is the date for a weights file and whether it is the true one.
// SOURCE_DATE_EPOCH, seconds since 1970, replaces it where files must come out
// the same byte for byte (reproducible-builds.org).
func now() (t time.Time, genuine bool, err error) {
	text, ok := os.LookupEnv("SOURCE_DATE_EPOCH")
	if !ok || text == "" {
		return time.Now().UTC(), true, nil
	}
	seconds, err := strconv.ParseInt(text, 10, 64)
	if err != nil || seconds < 0 || seconds > 253402300799 { // the year 9999, RFC 3339's last
		return t, false, fmt.Errorf("SOURCE_DATE_EPOCH: got %q, want seconds since 1970", text)
	}
	return time.Unix(seconds, 0).UTC(), false, nil
}
