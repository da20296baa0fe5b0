package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"botrelay/relay/queue"
)

func TestSecondOpenWaits(t *testing.T) {
	path := filepath.Join(t.TempDir(), "botrelay.db")
	first, err := Open(t.Context(), Config{Path: path})
	if err != nil {
		t.Fatal(err)
	}
	mustPut(t, first, "1")

	waiting := make(chan struct{}, 2)
	opened := make(chan error)
	var second *Store
	go func() {
		second, err = Open(t.Context(), Config{Path: path, Waiting: func() { waiting <- struct{}{} }})
		opened <- err
	}()
	<-waiting
	select {
	case err := <-opened:
		t.Fatalf("a second store was opened beside the first: %v", err)
	case <-time.After(3 * lockPoll): // long enough to have tried more than once
	}
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	if err := <-opened; err != nil {
		t.Fatal(err)
	}
	defer func() { _ = second.Close() }()
	if len(waiting) != 0 {
		t.Error("waiting was told more than once")
	}
	if !stored(t, second, "1") {
		t.Error("the second store has not what the first one stored")
	}
}

func TestWaitingEndsWithItsContext(t *testing.T) {
	path := filepath.Join(t.TempDir(), "botrelay.db")
	first := openAt(t, path, nil)
	ctx, cancel := context.WithCancel(t.Context())
	_, err := Open(ctx, Config{Path: path, Waiting: cancel})
	if !errors.Is(err, context.Canceled) || !strings.Contains(err.Error(), path+".lock") {
		t.Errorf("error %v", err)
	}
	mustPut(t, first, "1") // it goes on
}

func TestFilesAreForThisUserAlone(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("Windows has no such modes")
	}
	folder := filepath.Join(t.TempDir(), "new", "data")
	s := openAt(t, filepath.Join(folder, "botrelay.db"), nil)
	mustPut(t, s, "1")
	want := map[string]os.FileMode{
		"": 0o700, "botrelay.db": 0o600, "botrelay.db-wal": 0o600, "botrelay.db-shm": 0o600, "botrelay.db.lock": 0o600,
	}
	for name, mode := range want {
		info, err := os.Stat(filepath.Join(folder, name))
		if err != nil {
			t.Error(err)
		} else if info.Mode().Perm() != mode {
			t.Errorf("%q has mode %o, want %o", name, info.Mode().Perm(), mode)
		}
	}
}

// A path is a path, whatever SQLite's URLs or SQL would make of it.
func TestOddPaths(t *testing.T) {
	for _, name := range []string{"a b", "50%25", "what?mode=memory&x=1", "c#d", "it's", `quo"te`, "é☃", ":memory:", "file:x"} {
		folder := t.TempDir()
		path := filepath.Join(folder, name, name)
		s := openAt(t, path, nil)
		mustPut(t, s, "1")
		for _, file := range []string{path, path + "-wal"} {
			if info, err := os.Stat(file); err != nil || info.Size() == 0 {
				t.Errorf("%s: not there, or empty: %v", file, err)
			}
		}
		if files, _ := os.ReadDir(folder); len(files) != 1 {
			t.Errorf("%q: there are other files beside its folder: %v", name, files)
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
		if !stored(t, openAt(t, path, nil), "1") {
			t.Errorf("%q: the event is gone", name)
		}
	}
}

func TestRelativePath(t *testing.T) {
	t.Chdir(t.TempDir())
	s := openAt(t, "data/botrelay.db", nil)
	mustPut(t, s, "1")
	if _, err := os.Stat("data/botrelay.db"); err != nil {
		t.Error(err)
	}
}

func TestFolderThatCannotBeUsed(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	user := fmt.Sprint("user id ", os.Geteuid())
	for _, tc := range []struct {
		about, path string
		words       []string
	}{
		{"a file in its place", filepath.Join(file, "botrelay.db"), []string{"data folder " + file + " cannot", user, "a file stands in its place"}},
		{"a file in its parent's place", filepath.Join(file, "data", "botrelay.db"), []string{"data folder " + filepath.Join(file, "data"), user, "name another folder"}},
		{"a folder in the database's place", filepath.Dir(file), []string{"data folder " + filepath.Dir(filepath.Dir(file)), user, "is a directory"}},
	} {
		s, err := Open(t.Context(), Config{Path: tc.path})
		if err == nil {
			_ = s.Close()
			t.Errorf("%s: no error", tc.about)
			continue
		}
		for _, word := range tc.words {
			if !strings.Contains(err.Error(), word) {
				t.Errorf("%s: error %q lacks %q", tc.about, err, word)
			}
		}
	}
}

func TestFilesThatAreNotOurs(t *testing.T) {
	for _, tc := range []struct {
		about, sql, word string
	}{
		{"another program's", "CREATE TABLE x (y); PRAGMA user_version = 1", "not botrelay's"},
		{"another program's, without a version", "CREATE TABLE x (y)", "not botrelay's"},
		{"a newer botrelay's", fmt.Sprintf("PRAGMA application_id = %d; PRAGMA user_version = 3; CREATE TABLE x (y)", applicationID), "newer botrelay (its version is 3, this one knows 2)"},
	} {
		path := filepath.Join(t.TempDir(), "other.db")
		db, err := sql.Open("sqlite", path)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := db.ExecContext(t.Context(), tc.sql); err != nil {
			t.Fatal(err)
		}
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
		refused(t, tc.about, path, tc.word)
	}
	path := filepath.Join(t.TempDir(), "text.db")
	if err := os.WriteFile(path, []byte(strings.Repeat("this is no database\n", 1000)), 0o600); err != nil {
		t.Fatal(err)
	}
	refused(t, "no database", path, "not a database")
}

// refused checks that a file cannot be opened, and that a try leaves no lock.
func refused(t *testing.T, about, path, word string) {
	t.Helper()
	for range 2 {
		s, err := Open(t.Context(), Config{Path: path, Waiting: func() { t.Errorf("%s: the first try left its lock", about) }})
		if err == nil {
			_ = s.Close()
			t.Fatalf("%s: no error", about)
		}
		if !strings.Contains(err.Error(), word) || !strings.Contains(err.Error(), path) || errors.Is(err, queue.ErrUnavailable) {
			t.Errorf("%s: error %q, want %q in it", about, err, word)
		}
	}
}
