package postgres

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"net"
	"slices"
	"strings"
	"syscall"

	"botrelay/relay/queue"

	"github.com/jackc/pgx/v5/pgconn"
)

var (
	errBusy   = fmt.Errorf("%w: too many are waiting for the database", queue.ErrUnavailable)
	errClosed = fmt.Errorf("%w: it is closed", queue.ErrUnavailable)
	errOld    = fmt.Errorf("%w: a newer botrelay has changed the tables, and this one is too old for them: start the newer version in its place", queue.ErrUnavailable)
)

// inTheWay reports whether a transaction failed because of another, and would
// succeed if tried again.
func inTheWay(err error) bool {
	failure, ok := errors.AsType[*pgconn.PgError](err)
	return ok && (failure.Code == "40001" || failure.Code == "40P01") // serialization failure, deadlock
}

// classify makes an error wrap queue.ErrUnavailable if a later try may succeed:
// everything but what the server says of the statement itself. The codes are of
// PostgreSQL's appendix A.
func classify(err error) error {
	if err == nil || errors.Is(err, queue.ErrUnavailable) || errors.Is(err, context.Canceled) ||
		errors.Is(err, queue.ErrTaken) || errors.Is(err, queue.ErrLost) || errors.Is(err, queue.ErrNoRoom) {
		return err
	}
	if failure, ok := errors.AsType[*pgconn.PgError](err); ok {
		switch failure.Code[:2] {
		case "08", "25", "40", "53", "54", "55", "57", "58", "XX", "28", "3D":
			return fmt.Errorf("%w: %w", queue.ErrUnavailable, short(err))
		}
		return err
	}
	if isNetwork(err) {
		return fmt.Errorf("%w: %w", queue.ErrUnavailable, short(err))
	}
	return err
}

// short makes one line of what the driver says of each try to connect: the last of
// them.
func short(err error) error {
	failure, ok := errors.AsType[*pgconn.ConnectError](err)
	if !ok {
		return err
	}
	tries := strings.Split(failure.Error(), "\n")
	return unreached{"cannot connect to the database: " + strings.TrimSpace(tries[len(tries)-1]), err}
}

// unreached is an error of connecting, in fewer words.
type unreached struct {
	text string
	err  error
}

func (u unreached) Error() string { return u.text }

func (u unreached) Unwrap() error { return u.err }

// isNetwork reports whether the server was not reached, or not heard of in time.
func isNetwork(err error) bool {
	if errors.Is(err, context.Canceled) { // nobody waits for it any more
		return false
	}
	if _, ok := errors.AsType[*pgconn.ConnectError](err); ok {
		return true
	}
	if _, ok := errors.AsType[net.Error](err); ok {
		return true
	}
	return errors.Is(err, context.DeadlineExceeded) || pgconn.Timeout(err) || pgconn.SafeToRetry(err) ||
		errors.Is(err, net.ErrClosed) ||
		errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, driver.ErrBadConn) || errors.Is(err, sql.ErrConnDone) ||
		errors.Is(err, syscall.ECONNRESET) || errors.Is(err, syscall.EPIPE)
}

// tooMany is too_many_connections.
const tooMany = "53300"

// Absent reports whether an error of Open says that the server is not there, or not
// yet, or has no room for us, so that it is worth waiting for it.
func Absent(err error) bool {
	failure, ok := errors.AsType[*pgconn.PgError](err)
	return ok && (failure.Code[:2] == "57" || failure.Code == tooMany) || !ok && isNetwork(err)
}

// isStopped reports whether the server had no room for a connection, did not let it
// in, ended it, or could only be read: whatever a look at it meets as well.
func isStopped(err error) bool {
	failure, ok := errors.AsType[*pgconn.PgError](err)
	return ok && (failure.Code == tooMany || slices.Contains([]string{"08", "25", "28", "3D", "57"}, failure.Code[:2]))
}

// Reason says in a few words why the store cannot do what it was asked to, for
// anybody to read: without a name of the database, or anything that was stored. It
// is empty for an error that tells nothing of that kind.
func Reason(err error) string {
	switch {
	case err == nil:
		return ""
	case errors.Is(err, errBusy):
		return "too many requests are waiting for the database"
	case errors.Is(err, errOld):
		return "this relay is too old for the database"
	}
	if failure, ok := errors.AsType[*pgconn.PgError](err); ok {
		switch failure.Code {
		case tooMany:
			return "the database has no room for more connections"
		case "53100":
			return "the database's disk is full"
		case "42P01", "3F000", "42883":
			return "the relay's tables are gone from the database"
		case "57014", "55P03": // a timeout of a statement, or of its wait for a lock
			return "something holds the database up"
		case "42501":
			return "the database does not let the relay's user have its tables"
		}
		switch failure.Code[:2] {
		case "28":
			return "the database refuses the relay's user or password"
		case "3D":
			return "there is no such database"
		case "53":
			return "the database has too little memory or space"
		case "57":
			return "the database stops or starts"
		case "25":
			return "the database cannot be written"
		}
		return "the database reports an error"
	}
	if isNetwork(err) {
		return "the database cannot be reached"
	}
	return ""
}
