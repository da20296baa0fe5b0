package sqlite

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
)

const (
	folderMode = 0o700
	fileMode   = 0o600
)

// prepareFolder makes the data folder if it is missing, durably.
func prepareFolder(folder string) error {
	if info, err := os.Stat(folder); err == nil && info.IsDir() {
		return nil
	}
	if err := os.MkdirAll(folder, folderMode); err != nil {
		return unusable(folder, err)
	}
	// The entry of a new folder is on disk only when its parent is.
	if err := syncFolder(filepath.Dir(folder)); err != nil {
		return unusable(folder, err)
	}
	return nil
}

// prepareFile makes the database file if it is missing, so that SQLite need
// not, which would let everyone read it. SQLite gives its other files the same
// mode.
func prepareFile(path string) error {
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, fileMode)
	if err != nil {
		return unusableFile(path, err)
	}
	return file.Close()
}

// unusableFile says what is wrong with a file of the store, or with the data
// folder if there is no such file in it, and how to mend it.
func unusableFile(path string, err error) error {
	if _, statErr := os.Stat(path); statErr != nil || !errors.Is(err, fs.ErrPermission) {
		return unusable(filepath.Dir(path), err)
	}
	user := os.Geteuid()
	return fmt.Errorf("file %s cannot be read and written by user id %d: let that user, e.g. \"chown %d %s\" and \"chmod u+rw %s\": %w",
		path, user, user, path, path, err)
}

// unusable says what is wrong with the data folder and how to mend it.
func unusable(folder string, err error) error {
	user := os.Geteuid()
	switch {
	case errors.Is(err, fs.ErrPermission):
		return fmt.Errorf("data folder %s cannot be written by user id %d: chown it to that user, e.g. \"chown %d <host folder>\", "+
			"or mount a volume that this user owns: %w", folder, user, user, err)
	case errors.Is(err, syscall.EROFS):
		return fmt.Errorf("data folder %s cannot be written by user id %d, because its file system is read-only: mount it writable: %w", folder, user, err)
	case errors.Is(err, syscall.ENOTDIR):
		return fmt.Errorf("data folder %s cannot be used by user id %d, because a file stands in its place: name another folder: %w", folder, user, err)
	case errors.Is(err, syscall.ENOSPC):
		return fmt.Errorf("data folder %s cannot be written by user id %d: free some space: %w", folder, user, errors.Join(err, errFull))
	}
	return fmt.Errorf("data folder %s cannot be used by user id %d: name a folder that this user can create and write: %w", folder, user, err)
}
