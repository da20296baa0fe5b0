package sqlite

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"botrelay/relay/queue"
)

// A child process opens a store in a folder that it must not write.
func TestFolderOfAnotherUser(t *testing.T) {
	folder := folderOfAnotherUser(t)
	out, user := asAnotherUser(t, "^TestChildOpens$", "BOTRELAY_TEST_OPEN="+filepath.Join(folder, "botrelay.db"))
	for _, word := range []string{
		"data folder " + folder + " cannot be written by user id ", fmt.Sprintf(`"chown %d <host folder>"`, user),
		"mount a volume that this user owns", "permission denied",
	} {
		if !strings.Contains(out, word) {
			t.Errorf("error %q lacks %q", out, word)
		}
	}
}

// The folder is fine, and a file in it is not.
func TestFileOfAnotherUser(t *testing.T) {
	for _, name := range []string{"botrelay.db", "botrelay.db.lock"} {
		folder := folderOfAnotherUser(t)
		path := filepath.Join(folder, name)
		err := errors.Join(os.Chmod(folder, 0o777), os.WriteFile(path, nil, 0o444), os.Chmod(path, 0o444)) //nolint:gosec // others must be able to write there
		if err != nil {
			t.Fatal(err)
		}
		out, user := asAnotherUser(t, "^TestChildOpens$", "BOTRELAY_TEST_OPEN="+filepath.Join(folder, "botrelay.db"))
		want := fmt.Sprintf("file %s cannot be read and written by user id %d", path, user)
		if !strings.Contains(out, want) || !strings.Contains(out, "chmod u+rw "+path) || strings.Contains(out, "data folder") {
			t.Errorf("error %q, want %q", out, want)
		}
	}
}

// Who asks whether a relay runs has the lock for a moment. A relay that starts
// in that moment does not take it for another relay.
func TestOpenWhileSomebodyLooks(t *testing.T) {
	path := filepath.Join(t.TempDir(), "botrelay.db")
	look, err := os.Create(path + ".lock")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = look.Close() }()
	if err := syscall.Flock(int(look.Fd()), syscall.LOCK_SH); err != nil {
		t.Fatal(err)
	}
	time.AfterFunc(2*glancePoll, func() { _ = look.Close() })
	s, err := Open(t.Context(), Config{Path: path, Waiting: func() { t.Error("who looks was taken for a relay") }})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
}

// folderOfAnotherUser returns a folder that asAnotherUser can enter and read,
// unlike those of t.TempDir, and not write.
func folderOfAnotherUser(t *testing.T) string {
	t.Helper()
	folder, err := os.MkdirTemp("/tmp", "botrelay-") //nolint:usetesting // see above
	if err == nil {
		err = os.Chmod(folder, 0o555)
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = errors.Join(os.Chmod(folder, 0o700), os.RemoveAll(folder)) })
	return folder
}

// asAnotherUser runs a test in a child process, and returns what it says and
// under which user: not as root, who may write everywhere.
func asAnotherUser(t *testing.T, test string, env ...string) (said string, user int) {
	t.Helper()
	user = os.Geteuid()
	child := exec.CommandContext(t.Context(), "/proc/self/exe", "-test.run="+test)
	child.Env = append(os.Environ(), env...)
	child.Dir = "/"
	if user == 0 {
		user = 65532
		child.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: uint32(user), Gid: uint32(user)}}
	}
	out, err := child.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return string(out), user
}

func TestChildOpens(t *testing.T) {
	path := os.Getenv("BOTRELAY_TEST_OPEN")
	if path == "" {
		t.Skip("only for TestFolderOfAnotherUser")
	}
	s, err := Open(t.Context(), Config{Path: path})
	if err == nil {
		_ = s.Close()
	}
	fmt.Println(err)
}

// Who may not read the store, or not write it or beside it, is told so.
func TestBesideAsAnotherUser(t *testing.T) {
	stopped := filepath.Join(t.TempDir(), "botrelay.db")
	s := openAt(t, stopped, nil)
	mustPut(t, s, "1")
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	for _, mode := range []os.FileMode{0o400, 0o444, 0o666} {
		folder := folderOfAnotherUser(t)
		path := filepath.Join(folder, "botrelay.db")
		if os.Geteuid() != 0 { // it is a folder that this user must not write either
			if err := os.Chmod(folder, 0o755); err != nil {
				t.Fatal(err)
			}
		}
		if err := errors.Join(os.WriteFile(path, contents(t, stopped), mode), os.Chmod(path, mode), os.Chmod(folder, 0o555)); err != nil {
			t.Fatal(err)
		}
		out, user := asAnotherUser(t, "^TestChildLooks$", "BOTRELAY_TEST_LOOK="+path)
		want := fmt.Sprintf("opening store %s: user id %d cannot read and write it and its folder", path, user)
		if !strings.Contains(out, want) || strings.Contains(out, "looked") {
			t.Errorf("mode %o: error %q, want %q", mode, out, want)
		}
		if all := listing(t, folder); len(all) != 1 || !bytes.Equal(contents(t, path), contents(t, stopped)) {
			t.Errorf("mode %o: it was changed, or there is more than it: %q", mode, all)
		}
	}
}

func TestChildLooks(t *testing.T) {
	path := os.Getenv("BOTRELAY_TEST_LOOK")
	if path == "" {
		t.Skip("only for TestBesideAsAnotherUser")
	}
	b, err := OpenBeside(t.Context(), Config{Path: path})
	if err == nil {
		fmt.Println("looked")
		_ = b.Close()
	}
	fmt.Println(err)
}

// The system lets no file grow beyond what the write-ahead log has now, so that
// it is the commit itself that fails.
func TestCommitThatCannotBeWritten(t *testing.T) {
	path := filepath.Join(t.TempDir(), "botrelay.db")
	s := openAt(t, path, nil)
	mustPut(t, s, "before")
	large := testEvent("large") // so that the limit is beyond other files, such as the test's own log
	large.Payload = []byte(`"` + strings.Repeat("x", 4<<20) + `"`)
	if err := putCall(t, s, large)(); err != nil {
		t.Fatal(err)
	}
	log, err := os.Stat(path + "-wal")
	if err != nil {
		t.Fatal(err)
	}
	var old syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_FSIZE, &old); err != nil {
		t.Fatal(err)
	}
	signal.Ignore(syscall.SIGXFSZ)
	defer signal.Reset(syscall.SIGXFSZ)
	setLimit := func(bytes uint64) {
		if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &syscall.Rlimit{Cur: bytes, Max: old.Max}); err != nil {
			t.Fatal(err)
		}
	}
	defer setLimit(old.Cur)
	setLimit(uint64(log.Size()) + 1000)
	for i, err := range together(t, s, putCall(t, s, testEvent("1")), putCall(t, s, testEvent("2"))) {
		if !errors.Is(err, queue.ErrUnavailable) {
			t.Errorf("put %d: error %v", i+1, err)
		}
		if reason := Reason(err); reason != "the disk reports errors" {
			t.Errorf("put %d: %q", i+1, reason)
		}
	}
	if n := count(t, s, "count(*) FROM events"); n != 2 {
		t.Errorf("%d events, want 2", n)
	}
	setLimit(old.Cur)
	mustPut(t, s, "1")
	again := openAt(t, killedCopy(t, path), nil)
	if !stored(t, again, "before") || !stored(t, again, "1") || stored(t, again, "2") {
		t.Error("what was acknowledged and what was not, is not what is there")
	}
}
