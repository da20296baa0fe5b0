package main

import (
	"bytes"
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

// content is what a file held when it was read, or why it could not be.
type content struct {
	data []byte
	err  error
}

// contentOf reads a file.
func contentOf(name string) content {
	data, err := readFile(name)
	return content{data, err}
}

// same reports whether nothing has changed. A file that cannot be read is like an
// empty one.
func (c content) same(other content) bool { return bytes.Equal(c.data, other.data) }

// reading is a routes file as it was read once, with every file that it names.
type reading struct {
	config   *config.Config // nil: it cannot be used
	problems config.Problems
	err      error // why the file itself could not be read
	path     string
	text     []byte
	files    map[string]content // by name: those that it names, as far as it could be understood
	standIns []string           // for the sandbox: what is not set and has a stand-in
}

// readRoutes reads a routes file. For the sandbox it need not have its secrets.
func readRoutes(path string, getenv func(string) (string, bool), sandbox bool) reading {
	data, err := readFile(path)
	if err != nil {
		return reading{err: unreadable(path, err), path: path, files: make(map[string]content)}
	}
	return parseRoutes(config.File{Name: path, Data: data}, getenv, sandbox, contentOf)
}

// parseRoutes makes a reading of a routes file's text and what the files that it
// names hold.
func parseRoutes(routes config.File, getenv func(string) (string, bool), sandbox bool, file func(name string) content) reading {
	r := reading{path: routes.Name, text: routes.Data, files: make(map[string]content)}
	env := configEnv(getenv)
	env.ReadFile = func(name string) ([]byte, error) {
		c := file(name)
		r.files[name] = c
		return c.data, c.err
	}
	if sandbox {
		r.config, r.problems, r.standIns = sandboxed(routes, env)
	} else {
		r.config, r.problems = config.Parse(routes, env)
	}
	return r
}

// add reads files that the routes file does not name.
func (r *reading) add(names []string) {
	for _, name := range names {
		if _, known := r.files[name]; !known {
			r.files[name] = contentOf(name)
		}
	}
}

// named are the files that the routes file names, in the order of their names.
func (r *reading) named() []string { return slices.Sorted(maps.Keys(r.files)) }

// imprint returns the imprint of all that was read.
func (r *reading) imprint() imprint {
	return printOf(r.path, r.named(), func(name string) content {
		if name == r.path {
			return content{data: r.text}
		}
		return r.files[name]
	})
}

// changed are the files that hold something else than in a former reading: of
// those that both name, and the routes file.
func (r *reading) changed(former *reading) (names []string) {
	if !bytes.Equal(r.text, former.text) {
		names = append(names, r.path)
	}
	for _, name := range r.named() {
		if was, known := former.files[name]; known && !r.files[name].same(was) {
			names = append(names, name)
		}
	}
	return names
}

// printOf returns the imprint of a routes file and of those that it names.
func printOf(path string, named []string, file func(name string) content) (p imprint) {
	h := sha256.New()
	for _, name := range append([]string{path}, named...) {
		add(h, name, file(name).data)
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
