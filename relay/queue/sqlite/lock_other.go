//go:build !unix

package sqlite

import (
	"errors"
	"os"
	"syscall"
)

// errSharing is Windows' ERROR_SHARING_VIOLATION.
const errSharing = syscall.Errno(32)

// tryLock takes the lock or returns errLocked. Windows, the only other system
// that the SQLite library runs on, refuses to open a file that another process
// has opened without sharing it.
func tryLock(path string) (*os.File, error) {
	name, err := syscall.UTF16PtrFromString(path)
	if err != nil {
		return nil, &os.PathError{Op: "lock", Path: path, Err: err}
	}
	handle, err := syscall.CreateFile(name, syscall.GENERIC_READ|syscall.GENERIC_WRITE, 0, nil,
		syscall.OPEN_ALWAYS, syscall.FILE_ATTRIBUTE_NORMAL, 0)
	switch {
	case err == nil:
		return os.NewFile(uintptr(handle), path), nil
	case errors.Is(err, errSharing):
		return nil, errLocked
	}
	return nil, &os.PathError{Op: "lock", Path: path, Err: err}
}

// isLocked reports whether another process has the lock at path. It makes no
// file, and keeps none open for longer than it takes to ask.
func isLocked(path string) (bool, error) {
	file, err := os.Open(path)
	switch {
	case err == nil:
		return false, file.Close()
	case errors.Is(err, errSharing):
		return true, nil
	}
	return false, err
}

// readLocked reads nothing: no other process can open the file.
func readLocked(string) (string, error) { return "", nil }

// syncFolder does nothing: Windows journals a folder's entries itself.
func syncFolder(string) error { return nil }
