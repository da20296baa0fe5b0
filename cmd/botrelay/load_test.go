//go:build unix

package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestReadFile: what is no file, or has no end, is neither waited for nor read.
func TestReadFile(t *testing.T) {
	folder := t.TempDir()
	in := func(name string) string { return filepath.Join(folder, name) }
	must(t, os.WriteFile(in("empty"), nil, 0o600))
	must(t, os.WriteFile(in("whole"), bytes.Repeat([]byte("x"), maxFile), 0o600))
	must(t, os.WriteFile(in("large"), bytes.Repeat([]byte("x"), maxFile+1), 0o600))
	must(t, os.Symlink("whole", in("link")))
	must(t, syscall.Mkfifo(in("pipe"), 0o600))
	must(t, os.Symlink("pipe", in("link to a pipe")))
	for path, want := range map[string]string{
		in("empty"):          "",
		in("whole"):          "",
		in("link"):           "",
		in("large"):          "it is larger than 2 MiB",
		in("pipe"):           "it is no file",
		in("link to a pipe"): "it is no file",
		in("."):              "it is no file",
		"/dev/zero":          "it is no file",
		in("none"):           "no such file",
	} {
		var err error
		done := make(chan struct{})
		go func() {
			_, err = readFile(path)
			close(done)
		}()
		select {
		case <-done:
			if (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
				t.Errorf("%s: %v, want %q", path, err, want)
			}
		case <-time.After(10 * time.Second):
			t.Errorf("%s: it waits", path)
		}
	}
}

// TestReadFileSwapped: a pipe that takes the place of a file again and again is
// never waited for.
func TestReadFileSwapped(t *testing.T) {
	folder := t.TempDir()
	path, pipe, text := filepath.Join(folder, "routes.toml"), filepath.Join(folder, "pipe"), filepath.Join(folder, "text")
	must(t, os.WriteFile(path, []byte("text"), 0o600))
	stop, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		for {
			select {
			case <-stop:
				return
			default:
			}
			_ = syscall.Mkfifo(pipe, 0o600)
			_ = os.Rename(pipe, path)
			_ = os.WriteFile(text, []byte("text"), 0o600)
			_ = os.Rename(text, path)
		}
	}()
	read := make(chan struct{})
	go func() {
		defer close(read)
		for range 5000 {
			if data, err := readFile(path); err == nil && string(data) != "text" {
				t.Errorf("read %q", data)
				return
			}
		}
	}()
	select {
	case <-read:
	case <-time.After(time.Minute):
		t.Error("it waits")
	}
	close(stop)
	<-stopped
}
