//go:build !unix

package dataset

import (
	"errors"
	"os"
)

var errNoMap = errors.New("this system maps no files: a smaller input or fewer slices may fit")

func openNameless(string) (*os.File, error)   { return nil, errNoMap }
func mapFile(*os.File, int64) ([]byte, error) { return nil, errNoMap }
