package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"syscall"

	"botrelay/relay/config"

	"golang.org/x/term"
)

// read reads a routes file. It prints what makes the file unusable, and leaves
// the warnings to its caller.
func read(w *world, path string) (*config.Config, config.Problems, error) {
	return usable(w, readRoutes(path, w.getenv, false))
}

// readSandboxed is read for the sandbox.
func readSandboxed(w *world, path string) (*config.Config, config.Problems, error) {
	return usable(w, readRoutes(path, w.getenv, true))
}

// parse is read for a file that is in memory.
func parse(w *world, file config.File) (*config.Config, config.Problems, error) {
	return usable(w, parseRoutes(file, w.getenv, false, contentOf))
}

// usable returns what was read. It prints what makes that unusable.
func usable(w *world, r reading) (*config.Config, config.Problems, error) {
	if r.err != nil {
		return nil, nil, r.err
	}
	if r.config == nil {
		_, _ = fmt.Fprintln(w.stderr, r.problems)
		return nil, nil, silent{fmt.Errorf("%s is not good", r.path)}
	}
	return r.config, r.problems, nil
}

// maxFile is how large a file of the configuration may be, in bytes: larger than
// any routes file or secret is.
const maxFile = 2 << 20

// readFile reads a file of the configuration. It does not wait for a pipe, and
// reads no device without an end: what was opened is looked at, since something
// else may have taken the place of what stood there a moment ago.
func readFile(path string) ([]byte, error) {
	file, err := os.OpenFile(path, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		return nil, err
	}
	defer func() { _ = file.Close() }()
	info, err := file.Stat()
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, &fs.PathError{Op: "open", Path: path, Err: errors.New("it is no file")}
	}
	data, err := io.ReadAll(io.LimitReader(file, maxFile+1))
	if err == nil && len(data) > maxFile {
		return nil, &fs.PathError{Op: "read", Path: path, Err: fmt.Errorf("it is larger than %d MiB", maxFile>>20)}
	}
	return data, err
}

// maxInput is how much is read of a file that the command line names: far more than
// any vendor sends, and less than a machine has.
const maxInput = 64 << 20

// input reads a file that the command line names; - is standard input.
func (w *world) input(name string) ([]byte, error) {
	from := w.stdin
	if name != "-" {
		file, err := os.Open(name)
		if err != nil {
			return nil, err
		}
		defer func() { _ = file.Close() }()
		from = file
	}
	data, err := io.ReadAll(io.LimitReader(from, maxInput+1))
	if err == nil && len(data) > maxInput {
		return nil, fmt.Errorf("%s is larger than %d MiB, which no vendor's event is", name, maxInput>>20)
	}
	return data, err
}

// unreadable says what to do about a routes file that cannot be read.
func unreadable(path string, err error) error {
	cure := "name the file with --config, or write one with botrelay init"
	if info, statErr := os.Stat(path); statErr == nil && info.IsDir() {
		cure = "it is a folder: Docker makes one where the file to mount does not exist"
	} else if errors.Is(err, fs.ErrPermission) {
		cure = fmt.Sprintf("user id %d may not read it: chmod a+r %s", os.Getuid(), path)
	}
	return fmt.Errorf("%w\n%s", err, cure)
}

// newLog returns a logger that writes for people on a terminal, JSON elsewhere.
func newLog(to io.Writer) *slog.Logger {
	if file, ok := to.(*os.File); ok && term.IsTerminal(int(file.Fd())) {
		return slog.New(slog.NewTextHandler(to, nil))
	}
	return slog.New(slog.NewJSONHandler(to, nil))
}
