package sqlite

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"
)

// lockPoll is how often a waiting Open asks whether the lock is free. The
// system's own wait cannot be given up when a context ends.
const lockPoll = 100 * time.Millisecond

const (
	// glance is how long Open tries in silence: one that asks whether a relay
	// runs has the lock for a moment. glancePoll is how often it does.
	glance     = 50 * time.Millisecond
	glancePoll = 5 * time.Millisecond
)

// errLocked: another process has the lock.
var errLocked = errors.New("locked by another process")

// fileLock is a lock that ends with the process that has it, however it ends.
// Its file stays: were it removed, a third process could lock a new one beside
// the second.
type fileLock struct{ file *os.File }

// lockFile takes the lock at path. While another has it, it calls waiting once
// and blocks until the lock is free or ctx ends.
func lockFile(ctx context.Context, path string, waiting func()) (*fileLock, error) {
	file, err := tryLock(path)
	for patience := time.Duration(0); errors.Is(err, errLocked) && patience < glance; patience += glancePoll {
		select {
		case <-ctx.Done():
			err = ctx.Err()
		case <-time.After(glancePoll):
			file, err = tryLock(path)
		}
	}
	if errors.Is(err, errLocked) {
		if waiting != nil {
			waiting()
		}
		file, err = awaitLock(ctx, path)
	}
	switch {
	case err == nil:
		return &fileLock{file}, nil
	case ctx.Err() != nil:
		return nil, fmt.Errorf("waiting for the relay that has %s: %w", path, ctx.Err())
	}
	return nil, unusableFile(path, err)
}

func awaitLock(ctx context.Context, path string) (*os.File, error) {
	tick := time.NewTicker(lockPoll)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-tick.C:
		}
		file, err := tryLock(path)
		if !errors.Is(err, errLocked) {
			return file, err
		}
	}
}

// release gives the lock free.
func (l *fileLock) release() error {
	_ = l.write("") // nobody believes a file without its lock
	return l.file.Close()
}

// write makes text what the lock's file holds.
func (l *fileLock) write(text string) error {
	if err := l.file.Truncate(0); err != nil {
		return err
	}
	_, err := l.file.WriteAt([]byte(text), 0)
	return err
}
