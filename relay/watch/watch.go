// Package watch says when one of a few files may have changed: as soon as the
// system tells of it, and otherwise every few seconds. Whether one has, and what
// that means, is left to who looks.
package watch

import (
	"context"
	"errors"
	"io/fs"
	"log/slog"
	"maps"
	"os"
	"path/filepath"
	"time"

	"github.com/fsnotify/fsnotify"
)

const (
	// poll is how often is looked anyway: network and overlay file systems, and a
	// single file that is mounted into a container, tell of nothing.
	poll = 2 * time.Second
	// together is how long is waited for what else belongs to one change: an
	// editor makes half a dozen events of it.
	together = 20 * time.Millisecond
)

// Config is what Run needs.
type Config struct {
	// Look looks at the files, and returns which are to be watched from now on and
	// after how long to look again even if nothing is told; 0: when it is time
	// anyway. asked: because of Asked, not because something may have changed.
	Look func(asked bool) (files []string, again time.Duration)
	// Asked receives when somebody wants a look at once. nil: nobody does.
	Asked <-chan os.Signal
	Log   *slog.Logger
}

// Run calls Look at once and whenever one of the files may have changed, and
// blocks until ctx ends. What is watched are the files' folders, and those of the
// links that lead there: a file may be written anew, another may be renamed to
// its name, or a link on the way may come to lead elsewhere, as Kubernetes does.
func Run(ctx context.Context, cfg Config) {
	w := &watcher{cfg: cfg}
	defer w.close()
	asked := false
	for ctx.Err() == nil {
		files, again := cfg.Look(asked)
		if w.follow(files) && again <= 0 {
			again = together // what changed before it was watched
		}
		asked = w.wait(ctx, again)
	}
}

// watcher is what Run knows.
type watcher struct {
	cfg     Config
	notify  *fsnotify.Watcher // nil: the system tells of nothing
	names   map[string]bool   // the paths that matter
	folders int               // how many are watched; one that is moved away is no longer
	failed  bool              // which has been logged
}

// follow watches these files from now on, and reports whether that is new.
func (w *watcher) follow(files []string) (anew bool) {
	names := make(map[string]bool)
	for _, file := range files {
		for _, place := range places(file) {
			names[place] = true
		}
	}
	if w.notify != nil && maps.Equal(names, w.names) && len(w.notify.WatchList()) == w.folders {
		return false
	}
	w.close()
	w.names = names
	notify, err := fsnotify.NewWatcher()
	if err != nil {
		w.fail(err)
		return false
	}
	w.notify = notify
	for name := range names {
		if err := notify.Add(filepath.Dir(name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			w.fail(err)
		}
	}
	w.folders = len(notify.WatchList())
	return true
}

// fail logs once that changes are seen later than they could be.
func (w *watcher) fail(err error) {
	if !w.failed {
		w.failed = true
		w.cfg.Log.Warn("the system does not tell when a file changes, so it is looked at every few seconds", "error", err)
	}
}

func (w *watcher) close() {
	if w.notify != nil {
		_ = w.notify.Close() // nothing depends on it any more
		w.notify = nil
	}
}

// wait blocks until it is time to look, or ctx ends, and reports whether somebody
// asked for it.
func (w *watcher) wait(ctx context.Context, again time.Duration) (asked bool) {
	if again <= 0 {
		again = poll
	}
	timer := time.NewTimer(min(again, poll))
	defer timer.Stop()
	var events <-chan fsnotify.Event
	var errs <-chan error
	if w.notify != nil {
		events, errs = w.notify.Events, w.notify.Errors
	}
	for {
		select {
		case <-ctx.Done():
			return false
		case <-w.cfg.Asked:
			return true
		case <-timer.C:
			return false
		case e := <-events:
			if w.names[e.Name] {
				timer.Reset(together)
				events = nil // those that come meanwhile are seen by the same look
			}
		case err := <-errs: // events were lost
			w.fail(err)
			return false
		}
	}
}
