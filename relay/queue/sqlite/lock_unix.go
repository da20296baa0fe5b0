//go:build unix

package sqlite

import (
	"errors"
	"io"
	"os"
	"syscall"
)

// tryLock takes the lock or returns errLocked. The lock belongs to the open
// file, so it also excludes a second Open in this process.
func tryLock(path string) (*os.File, error) {
	file, err := openRegular(path, os.O_RDWR|os.O_CREATE)
	if err != nil {
		return nil, err
	}
	for {
		err = syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		if !errors.Is(err, syscall.EINTR) {
			break
		}
	}
	switch {
	case err == nil:
		return file, nil
	case errors.Is(err, syscall.EWOULDBLOCK):
		err = errLocked
	default:
		err = &os.PathError{Op: "lock", Path: path, Err: err}
	}
	return nil, errors.Join(err, file.Close())
}

// openRegular opens a file, and nothing else that has its name: whoever opens a pipe
// waits until somebody has its other end.
func openRegular(path string, flag int) (*os.File, error) {
	file, err := os.OpenFile(path, flag|syscall.O_NONBLOCK, fileMode)
	if err != nil {
		return nil, err
	}
	info, err := file.Stat()
	if err == nil && !info.Mode().IsRegular() {
		err = &os.PathError{Op: "open", Path: path, Err: errors.New("it is no regular file")}
	}
	if err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return file, nil
}

// isLocked reports whether another process has the lock at path. It makes no
// file, and holds the lock itself for no longer than it takes to ask.
func isLocked(path string) (bool, error) {
	file, err := openRegular(path, os.O_RDONLY)
	if err != nil {
		return false, err
	}
	defer func() { _ = file.Close() }() // which gives the lock free
	for {
		err = syscall.Flock(int(file.Fd()), syscall.LOCK_SH|syscall.LOCK_NB)
		if !errors.Is(err, syscall.EINTR) {
			break
		}
	}
	switch {
	case err == nil:
		return false, nil
	case errors.Is(err, syscall.EWOULDBLOCK):
		return true, nil
	}
	return false, &os.PathError{Op: "lock", Path: path, Err: err}
}

// readLocked reads the file of a lock that another process has.
func readLocked(path string) (string, error) {
	file, err := openRegular(path, os.O_RDONLY)
	if err != nil {
		return "", err
	}
	defer func() { _ = file.Close() }()
	text, err := io.ReadAll(io.LimitReader(file, maxAnnounced))
	return string(text), err
}

// syncFolder makes a folder's entries durable.
func syncFolder(path string) error {
	folder, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(folder.Sync(), folder.Close())
}
