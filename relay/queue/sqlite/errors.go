package sqlite

import (
	"errors"
	"fmt"

	"botrelay/relay/queue"

	driver "modernc.org/sqlite"
	lib "modernc.org/sqlite/lib"
)

var (
	errFull   = fmt.Errorf("%w: too little space", queue.ErrUnavailable)
	errClosed = fmt.Errorf("%w: it is closed", queue.ErrUnavailable)
	// errTwice is a mistake of the caller, who makes the IDs.
	errTwice = errors.New("an event with this ID is stored already")
	errBusy  = fmt.Errorf("%w: too many are waiting for the disk", queue.ErrUnavailable)
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
