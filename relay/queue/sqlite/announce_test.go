//go:build unix

package sqlite_test

import (
	"os"
	"path/filepath"
	"testing"

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
