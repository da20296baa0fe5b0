package sqlite

import (
	"context"
	"errors"
	"fmt"

	"botrelay/relay/queue"

	driver "modernc.org/sqlite"
	lib "modernc.org/sqlite/lib"
)

var (
	errFull   = fmt.Errorf("%w: too little space", queue.ErrUnavailable)
	errClosed = fmt.Errorf("%w: it is closed", queue.ErrUnavailable)
	errBusy   = fmt.Errorf("%w: too many are waiting for the disk", queue.ErrUnavailable)
	errGone   = fmt.Errorf("%w: a file of it was removed or replaced while in use", queue.ErrUnavailable)
)

// classify makes an error wrap queue.ErrUnavailable if a later try may succeed.
func classify(err error) error {
	var failure *driver.Error
	if !errors.As(err, &failure) || errors.Is(err, queue.ErrUnavailable) {
		return err
	}
	switch failure.Code() & 0xff { // the rest tells the variety
	case lib.SQLITE_FULL, lib.SQLITE_IOERR, lib.SQLITE_READONLY, lib.SQLITE_BUSY, lib.SQLITE_LOCKED,
		lib.SQLITE_CANTOPEN, lib.SQLITE_NOMEM, lib.SQLITE_PROTOCOL:
		return fmt.Errorf("%w: %w", queue.ErrUnavailable, err)
	case lib.SQLITE_CORRUPT, lib.SQLITE_NOTADB:
		return fmt.Errorf("the file is damaged: put a backup in its place, or move it away to start with an empty store: %w", err)
	}
	return err
}

// Reason says in a few words why the store cannot do what it was asked to, for
// anybody to read: without a path, or anything that was stored. It is empty for
// an error that tells nothing of that kind.
func Reason(err error) string {
	switch {
	case err == nil:
		return ""
	case errors.Is(err, errFull):
		return "the disk is full"
	case errors.Is(err, errGone):
		return "a file of the store was removed or replaced while in use"
	case errors.Is(err, errBusy):
		return "too many requests are waiting for the disk"
	case errors.Is(err, errClosed):
		return "the store is closed"
	}
	failure, ok := errors.AsType[*driver.Error](err)
	if !ok {
		if errors.Is(err, context.DeadlineExceeded) {
			return "the store does not answer in time"
		}
		return ""
	}
	switch failure.Code() & 0xff {
	case lib.SQLITE_FULL:
		return "the disk is full"
	case lib.SQLITE_IOERR:
		return "the disk reports errors"
	case lib.SQLITE_READONLY, lib.SQLITE_CANTOPEN, lib.SQLITE_PERM:
		return "the store's file may not be opened or written"
	case lib.SQLITE_BUSY, lib.SQLITE_LOCKED, lib.SQLITE_PROTOCOL:
		return "another program keeps the store's file locked"
	case lib.SQLITE_NOMEM:
		return "there is too little memory"
	case lib.SQLITE_CORRUPT, lib.SQLITE_NOTADB:
		return "the store's file is damaged"
	}
	return ""
}
