package sqlite

import (
	"fmt"
	"os"
)

// openFile is a file of the store as it was when it was opened.
type openFile struct {
	path string
	info os.FileInfo
}

// remember notes which files stand at paths.
func remember(paths ...string) (files []openFile, err error) {
	for _, path := range paths {
		info, err := os.Stat(path)
		if err != nil {
			return nil, err
		}
		files = append(files, openFile{path, info})
	}
	return files, nil
}

// present returns an error if a file of the store was removed or replaced. The
// system lets an open file be written to after that, without a word, and what
// is written is gone with the process: it must not be acknowledged.
func (s *Store) present() error {
	for _, f := range s.files {
		info, err := os.Stat(f.path)
		if err != nil || !os.SameFile(info, f.info) {
			s.gone.Do(func() {
				s.log.Error("a file of the store was removed or replaced while in use: nothing more is accepted; put it back, or start botrelay anew",
					"path", f.path)
			})
			return fmt.Errorf("%w: %s", errGone, f.path)
		}
	}
	return nil
}
