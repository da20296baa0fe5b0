package page

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"net/http"
	"path"
	"strings"
	"time"
)

// asset is a file that pages use.
type asset struct {
	content []byte
	kind    string
	version string // tells its content from another one's
}

// Add offers the style sheets, scripts and pictures of a folder at assets/NAME. A
// second file of a name is an error, unless it is the same.
func (s *Shell) Add(files fs.FS, folder string) error {
	all, err := fs.ReadDir(files, folder)
	if err != nil {
		return fmt.Errorf("reading assets: %w", err)
	}
	for _, f := range all {
		kind := kindOf(f.Name())
		if kind == "" {
			continue
		}
		content, err := fs.ReadFile(files, path.Join(folder, f.Name()))
		if err != nil {
			return fmt.Errorf("reading asset %s: %w", f.Name(), err)
		}
		if former, known := s.assets[f.Name()]; known && !bytes.Equal(former.content, content) {
			return fmt.Errorf("two assets are named %s", f.Name())
		}
		sum := sha256.Sum256(content)
		s.assets[f.Name()] = asset{content, kind, hex.EncodeToString(sum[:6])}
	}
	return nil
}

// kindOf returns a file's media type by its name; empty: it is no asset.
func kindOf(name string) string {
	switch path.Ext(name) {
	case ".css":
		return "text/css; charset=utf-8"
	case ".js":
		return "text/javascript; charset=utf-8"
	case ".svg":
		return "image/svg+xml"
	}
	return ""
}

// link returns where an asset is, from the root. Its address changes with its
// content, so that a browser may keep it for ever.
func (s *Shell) link(name string) string { return "assets/" + name + "?" + s.assets[name].version }

// Assets answers GET /assets/NAME.
func (s *Shell) Assets() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		a, known := s.assets[strings.TrimPrefix(r.URL.Path, "/assets/")]
		if !known {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Content-Type", a.kind)
		if r.URL.RawQuery == a.version {
			w.Header().Set("Cache-Control", "private, max-age=31536000, immutable")
		}
		http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(a.content))
	})
}
