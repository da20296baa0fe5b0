package main

import (
	"crypto/sha256"
	"encoding/binary"
	"hash"
	"maps"
	"slices"

	"botrelay/relay/config"
)

// imprint is what files hold, in a form that can be compared and tells nothing of
// it.
type imprint [sha256.Size]byte

// reading is a routes file as it was read once, with every file that it names.
type reading struct {
	config   *config.Config // nil: it cannot be used
	problems config.Problems
	err      error    // why the file itself could not be read
	imprint  imprint  // of all that was read
	named    []string // the files that it names, as far as it could be understood
	standIns []string // for the sandbox: what is not set and has a stand-in
}

// readRoutes reads a routes file. For the sandbox it need not have its secrets.
func readRoutes(path string, getenv func(string) (string, bool), sandbox bool) reading {
	data, err := readFile(path)
	if err != nil {
		return reading{err: unreadable(path, err), imprint: printOf(path, nil)}
	}
	seen := make(map[string][]byte) // nil: it cannot be read
	env := configEnv(getenv)
	env.ReadFile = func(name string) ([]byte, error) {
		data, err := readFile(name)
		seen[name] = data
		return data, err
	}
	var r reading
	if file := (config.File{Name: path, Data: data}); sandbox {
		r.config, r.problems, r.standIns = sandboxed(file, env)
	} else {
		r.config, r.problems = config.Parse(file, env)
	}
	r.named = slices.Sorted(maps.Keys(seen))
	h := sha256.New()
	add(h, path, data)
	for _, name := range r.named {
		add(h, name, seen[name])
	}
	h.Sum(r.imprint[:0])
	return r
}

// printOf reads a routes file and those that it names.
func printOf(path string, named []string) (p imprint) {
	h := sha256.New()
	for _, name := range append([]string{path}, named...) {
		data, err := readFile(name)
		if err != nil {
			data = nil
		}
		add(h, name, data)
	}
	h.Sum(p[:0])
	return p
}

// add adds a file's name and content, each with its length so that no two sets of
// files are alike. A file that cannot be read is like an empty one.
func add(h hash.Hash, name string, data []byte) {
	for _, part := range [][]byte{[]byte(name), data} {
		_, _ = h.Write(binary.BigEndian.AppendUint64(nil, uint64(len(part))))
		_, _ = h.Write(part)
	}
}
