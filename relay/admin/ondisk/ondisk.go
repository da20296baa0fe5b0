// Package ondisk shows what of the routes file on disk is not in use, on any page of
// the admin side: so that nobody takes what runs for what stands in the file.
package ondisk

import (
	"embed"
	"path/filepath"
	"strings"

	"botrelay/relay/status"
)

//go:embed *.html
var files embed.FS

// Files are the templates: "ondisk", a card that wants a Shown; "failure", why the file
// is not in use, which wants a Told with a Failure; and "problems", which wants a list of
// status.Problem.
func Files() embed.FS { return files }

// Told is what of the files on disk is not in use.
type Told struct {
	File    string          `json:"file"`    // the routes file, as the relay was told of it
	Failure *status.Failure `json:"failure"` // why what is on disk is not in use; nil: it is, but for Later
	Later   []string        `json:"later"`   // keys whose change waits for a restart; never nil
}

// Of returns what there is to tell of a configuration; nil if all that stands on disk
// is in use.
func Of(c status.Configuration) *Told {
	if c.Failure == nil && len(c.Later) == 0 {
		return nil
	}
	return &Told{c.File, c.Failure, append([]string{}, c.Later...)}
}

// Name is the file's, without its folder.
func (t Told) Name() string { return filepath.Base(t.File) }

// Blame names the files whose change may be what is wrong.
func (t Told) Blame() string {
	if t.Failure == nil {
		return ""
	}
	return strings.Join(t.Failure.Files, ", ")
}

// Waits names what waits for a restart.
func (t Told) Waits() string { return strings.Join(t.Later, " and ") }

// Shown is a Told on a page.
type Shown struct {
	Told

	Root string // as a page's Sheet has it
	What string // what the page shows of what is in use, as its reader sees it: "These are the routes"
}

// On returns a Told for a page whose Sheet has this root, in the page's template:
// {{with .View.OnDisk}}{{template "ondisk" (.On $.Root "These are the routes")}}{{end}}.
func (t Told) On(root, what string) Shown { return Shown{t, root, what} }
