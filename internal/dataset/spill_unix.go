//go:build unix

package dataset

import (
	"os"
	"syscall"
)

// openNameless makes a file in dir that vanishes with the program.
func openNameless(dir string) (*os.File, error) {
	f, err := os.CreateTemp(dir, ".slices-*")
	if err != nil {
		return nil, err
	}
	if err := os.Remove(f.Name()); err != nil {
		f.Close()
		return nil, err
	}
	return f, nil
}

// mapFile maps a file for the rest of the program.
func mapFile(f *os.File, size int64) ([]byte, error) {
	return syscall.Mmap(int(f.Fd()), 0, int(size), syscall.PROT_READ, syscall.MAP_SHARED)
}
