package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"

	"botrelay/relay/config"

	"golang.org/x/term"
)

// read reads a routes file. It prints what makes the file unusable, and leaves
// the warnings to its caller.
func read(w *world, path string) (*config.Config, config.Problems, error) {
	data, err := readFile(path)
	if err != nil {
		return nil, nil, unreadable(path, err)
	}
	return parse(w, config.File{Name: path, Data: data})
}

// parse is read for a file that is in memory.
func parse(w *world, file config.File) (*config.Config, config.Problems, error) {
	cfg, problems := config.Parse(file, configEnv(w.getenv))
	if cfg == nil {
		_, _ = fmt.Fprintln(w.stderr, problems)
		return nil, nil, silent{fmt.Errorf("%s is not good", file.Name)}
	}
	return cfg, problems, nil
}

// maxFile is the most that is read of a file, in bytes: more than any routes
// file or secret has.
const maxFile = 2 << 20

// readFile reads a file of the configuration. It does not wait for a pipe, and
// reads no device without an end.
func readFile(path string) ([]byte, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, &fs.PathError{Op: "open", Path: path, Err: errors.New("it is no file")}
	}
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() { _ = file.Close() }()
	return io.ReadAll(io.LimitReader(file, maxFile))
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
