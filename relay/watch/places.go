package watch

import (
	"os"
	"path/filepath"
	"strings"
)

// maxLinks is how many links are followed, as Linux does.
const maxLinks = 40

// places returns the paths whose change may change what stands at path: each link
// on the way there, and where it ends. What is not there ends it too.
func places(path string) []string {
	path, err := filepath.Abs(path)
	if err != nil {
		return nil
	}
	var all []string
	root := filepath.VolumeName(path) + string(filepath.Separator)
	at, rest := root, split(path[len(root):])
	for links := 0; len(rest) > 0; {
		next := filepath.Join(at, rest[0])
		rest = rest[1:]
		info, err := os.Lstat(next)
		if err != nil {
			return append(all, next)
		}
		if info.Mode()&os.ModeSymlink == 0 || links == maxLinks {
			at = next
			continue
		}
		links++
		all = append(all, next)
		target, err := os.Readlink(next)
		if err != nil {
			return all
		}
		if filepath.IsAbs(target) {
			at = filepath.VolumeName(target) + string(filepath.Separator)
			target = target[len(at):]
		}
		rest = append(split(target), rest...)
	}
	return append(all, at)
}

// split returns the names in a path.
func split(path string) []string {
	return strings.FieldsFunc(filepath.ToSlash(path), func(c rune) bool { return c == '/' })
}
