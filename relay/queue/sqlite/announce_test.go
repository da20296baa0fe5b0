//go:build unix

package sqlite_test

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"botrelay/relay/queue/sqlite"
)

// TestAnnounced: what is announced can be read while the store is open, and only
// then, whatever a process that was killed has left.
func TestAnnounced(t *testing.T) {
	path := filepath.Join(t.TempDir(), "botrelay.db")
	announced := func(about, want string) {
		t.Helper()
		if got, err := sqlite.Announced(path); got != want || err != nil && want != "" {
			t.Errorf("%s: %q, %v", about, got, err)
		}
	}
	announced("no store", "")
	if err := os.WriteFile(path+".lock", []byte("left by a kill"), 0o600); err != nil {
		t.Fatal(err)
	}
	announced("nobody has it", "")
	store, err := sqlite.Open(t.Context(), sqlite.Config{Path: path})
	if err != nil {
		t.Fatal(err)
	}
	announced("nothing yet", "")
	for _, text := range []string{"a long text", "short"} {
		if err := store.Announce(text); err != nil {
			t.Fatal(err)
		}
		announced("open", text)
	}
	if err := store.Close(); err != nil {
		t.Fatal(err)
	}
	announced("closed", "")
	if left, err := os.ReadFile(path + ".lock"); err != nil || len(left) > 0 {
		t.Errorf("left %q, %v", left, err)
	}
}

// TestPipeForALock: who opens a pipe waits for its other end. It is refused instead.
func TestPipeForALock(t *testing.T) {
	path := filepath.Join(t.TempDir(), "botrelay.db")
	if err := syscall.Mkfifo(path+".lock", 0o600); err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 2)
	go func() {
		_, err := sqlite.Announced(path)
		done <- err
		store, err := sqlite.Open(t.Context(), sqlite.Config{Path: path})
		if err == nil {
			_ = store.Close()
		}
		done <- err
	}()
	for _, about := range []string{"asking", "opening"} {
		select {
		case err := <-done:
			if err == nil || !strings.Contains(err.Error(), "no regular file") {
				t.Errorf("%s: %v", about, err)
			}
		case <-time.After(10 * time.Second):
			t.Fatalf("%s hangs", about)
		}
	}
}
