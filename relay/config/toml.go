package config

import (
	"bytes"
	"errors"
	"unicode/utf8"

	"github.com/BurntSushi/toml"
)

// finding is a problem whose place is still an offset.
type finding struct {
	offset  int
	text    string
	warning bool
}

// parseTOML decodes data. The findings, if there are any, say why it cannot; they
// are put in words of our own, since the libraries' show parts of the file.
func parseTOML(data []byte) (*node, *source, []finding) {
	data = bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))
	src := &source{data: data}
	if f := unreadable(data); f != nil {
		src.data = nil // nothing of it can be shown
		return nil, src, []finding{*f}
	}
	if at := invalidUTF8(data); at >= 0 {
		return nil, src, []finding{{offset: at, text: "not UTF-8: save the file in this encoding"}}
	}
	w, err := newWalk(data)
	src.tokens = w.tokens
	if err != nil {
		return nil, src, badSyntax(data)
	}
	if w.deep != nil {
		return nil, src, []finding{{offset: w.deep.start, text: "this is nested too deeply, or within too long a name"}}
	}
	values, err := decode(data)
	if err != nil {
		return nil, src, []finding{*w.refused(err)}
	}
	file := span{0, 0}
	return w.tree("", "", place{key: file, at: file}, values), src, nil
}

// unreadable tells of data that is no text at all.
func unreadable(data []byte) *finding {
	switch {
	case len(data) > maxFile:
		return &finding{text: "the file is larger than 1 MiB: this cannot be a routes.toml"}
	case bytes.HasPrefix(data, []byte("\xff\xfe")), bytes.HasPrefix(data, []byte("\xfe\xff")),
		bytes.IndexByte(data, 0) >= 0:
		return &finding{text: "not a text in UTF-8, perhaps one in UTF-16: save the file as UTF-8"}
	}
	return nil
}

// invalidUTF8 returns the offset of the first byte that is not UTF-8, or -1.
func invalidUTF8(data []byte) int {
	for i := 0; i < len(data); {
		c, size := utf8.DecodeRune(data[i:])
		if c == utf8.RuneError && size == 1 {
			return i
		}
		i += size
	}
	return -1
}

// decode decodes data, whose syntax the walk has found to be good. The decoder
// panics on some input that it did not foresee; that is an error too.
func decode(data []byte) (values map[string]any, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = errors.New("the decoder failed")
		}
	}()
	return values, toml.Unmarshal(data, &values)
}
