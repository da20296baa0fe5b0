package sqlite

import (
	"fmt"
	"path/filepath"
)

// maxAnnounced is how much is read of what a relay announces, in bytes.
const maxAnnounced = 1 << 10

// Announce lets others on this machine read text by Announced for as long as the
// Store is open. It stands in the file of the lock, so what a relay that was
// killed announced is not taken for that of one that runs. text has at most 1 KiB.
func (s *Store) Announce(text string) error {
	if err := s.lock.write(text); err != nil {
		return fmt.Errorf("announcing beside the store: %w", err)
	}
	return nil
}

// Announced returns what the relay that has the store at path announces; empty if
// none has it, or if that one announces nothing. It makes no file. On Windows,
// where nobody can read a file that is locked, it is always empty.
func Announced(path string) (string, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return "", fmt.Errorf("reading what a relay announces: %w", err)
	}
	lock := path + lockSuffix
	if locked, err := isLocked(lock); err != nil || !locked {
		return "", err
	}
	return readLocked(lock)
}
