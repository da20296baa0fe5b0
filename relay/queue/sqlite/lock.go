package sqlite

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"
)

// lockPoll is how often a waiting Open asks whether the lock is free. The
// system's own wait cannot be given up when a context ends.
const lockPoll = 100 * time.Millisecond

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
	return nil, unusable(filepath.Dir(path), err)
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
func (l *fileLock) release() error { return l.file.Close() }
