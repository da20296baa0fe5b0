package sqlite

import (
	"bytes"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestBesideNothing(t *testing.T) {
	for about, prepare := range map[string]func(path string) error{
		"no file":                     func(string) error { return nil },
		"a file that is being made":   func(path string) error { return os.WriteFile(path, nil, fileMode) },
		"a folder":                    func(path string) error { return os.Mkdir(path, folderMode) },
		"a database that has nothing": func(path string) error { return makeDatabase(t, path, "VACUUM") },
	} {
		folder := t.TempDir()
		path := filepath.Join(folder, "botrelay.db")
		if err := prepare(path); err != nil {
			t.Fatal(err)
		}
		before := listing(t, folder)
		_, err := OpenBeside(t.Context(), Config{Path: path})
		want := "there is no store yet: has the relay run here?"
		if about == "a folder" {
			want = "it is a folder"
		}
		if err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), path) {
			t.Errorf("%s: error %v", about, err)
		}
		if after := listing(t, folder); !slices.Equal(after, before) {
			t.Errorf("%s: there are %q now, there were %q", about, after, before)
		}
	}
	folder := filepath.Join(t.TempDir(), "folder")
	if _, err := OpenBeside(t.Context(), Config{Path: filepath.Join(folder, "botrelay.db")}); err == nil {
		t.Error("no error")
	}
	if _, err := os.Stat(folder); err == nil {
		t.Error("it made a folder")
	}
}

// Another's file is left as it is, by who asks and by a relay: to the byte, and
// without a file of SQLite's beside it.
func TestOthersFilesStayAsTheyAre(t *testing.T) {
	newer := fmt.Sprintf("PRAGMA application_id = %d; PRAGMA user_version = 3; CREATE TABLE x (y)", applicationID)
	for about, tc := range map[string]struct{ sql, want string }{
		"another program's":               {"CREATE TABLE x (y)", "not botrelay's"},
		"another program's, with a log":   {"PRAGMA journal_mode = WAL; CREATE TABLE x (y)", "not botrelay's"},
		"another program's, with no word": {"PRAGMA application_id = 7", "not botrelay's"},
		"a newer one's":                   {newer, "run that one"},
		"a newer one's, with a log":       {"PRAGMA journal_mode = WAL;" + newer, "run that one"},
		"no database":                     {"", "not a database"},
	} {
		folder := t.TempDir()
		path := filepath.Join(folder, "other.db")
		err := os.WriteFile(path, bytes.Repeat([]byte("this is no database\n"), 1000), fileMode)
		if tc.sql != "" {
			err = errors.Join(os.Remove(path), makeDatabase(t, path, tc.sql))
		}
		if err != nil {
			t.Fatal(err)
		}
		before := contents(t, path)
		_, err1 := OpenBeside(t.Context(), Config{Path: path})
		_, err2 := Open(t.Context(), Config{Path: path})
		for _, err := range []error{err1, err2} {
			if err == nil || !strings.Contains(err.Error(), tc.want) || !strings.Contains(err.Error(), path) {
				t.Errorf("%s: error %v", about, err)
			}
		}
		if !bytes.Equal(contents(t, path), before) {
			t.Errorf("%s: it is not what it was", about)
		}
		if all := listing(t, folder); !slices.Equal(all, []string{"other.db", "other.db.lock"}) {
			t.Errorf("%s: there are %q now", about, all)
		}
	}
}

// What a killed program left in its write-ahead log is left there for it.
func TestOthersLogsStayAsTheyAre(t *testing.T) {
	killed := filepath.Join(t.TempDir(), "other.db")
	db, err := sql.Open("sqlite", killed)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	const script = "PRAGMA journal_mode = WAL; CREATE TABLE x (y); PRAGMA wal_checkpoint; INSERT INTO x VALUES (1)"
	if _, err := db.ExecContext(t.Context(), script); err != nil {
		t.Fatal(err)
	}
	path := killedCopy(t, killed)
	before := contents(t, path+"-wal")
	_, err1 := OpenBeside(t.Context(), Config{Path: path})
	_, err2 := Open(t.Context(), Config{Path: path})
	if err1 == nil || err2 == nil {
		t.Errorf("errors %v, %v", err1, err2)
	}
	if all := listing(t, filepath.Dir(path)); !slices.Equal(all, []string{"other.db", "other.db-wal", "other.db.lock"}) {
		t.Fatalf("there are %q now", all)
	}
	if !bytes.Equal(contents(t, path+"-wal"), before) {
		t.Error("the log is not what it was")
	}
}

// makeDatabase makes a SQLite file of another program's.
func makeDatabase(t *testing.T, path, script string) error {
	t.Helper()
	db, err := sql.Open("sqlite", path)
	if err != nil {
		return err
	}
	_, err = db.ExecContext(t.Context(), script)
	return errors.Join(err, db.Close())
}

func contents(t *testing.T, path string) []byte {
	t.Helper()
	all, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func listing(t *testing.T, folder string) (names []string) {
	t.Helper()
	entries, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}
