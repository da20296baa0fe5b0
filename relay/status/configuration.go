package status

import (
	"slices"
	"time"

	"botrelay/relay/config"
)

// Configuration is which routes file is in use, and what of the one on disk is not.
type Configuration struct {
	File     string    `json:"file"`               // the routes file, as the relay was told of it
	LoadedAt time.Time `json:"loaded_at,omitzero"` // when what is in use was taken up
	// Files are those whose change was taken up then, and Changes says in words what
	// was new: empty if the relay has used nothing else since it started.
	Files    []string  `json:"files"`
	Changes  string    `json:"changes"`
	Warnings []Problem `json:"warnings"` // of what is in use
	Later    []string  `json:"later"`    // keys of it that wait for a restart
	Sandbox  bool      `json:"sandbox"`  // all messages go to a local stand-in for the platforms
	Failure  *Failure  `json:"failure"`  // nil: what is on disk is in use
}

// Failure is why what is on disk is not in use.
type Failure struct {
	Since    time.Time `json:"since"`    // when that began
	At       time.Time `json:"at"`       // when it was tried last
	Text     string    `json:"text"`     // what is going on, as a sentence without its full stop
	Files    []string  `json:"files"`    // whose change may be what is wrong
	Error    string    `json:"error"`    // what is wrong beside the problems; empty: nothing
	Problems []Problem `json:"problems"` // what keeps the file from being used, in its order
}

// Problem is something wrong with a routes file, and where.
type Problem struct {
	File    string `json:"file"`
	Line    int    `json:"line"`   // from 1
	Column  int    `json:"column"` // in characters, from 1
	Warning bool   `json:"warning"`
	Text    string `json:"text"`
	// Source is the line, each secret as ***, and Caret what is written below it to
	// mark the place; both are empty if the line is better not shown.
	Source string `json:"source,omitempty"`
	Caret  string `json:"caret,omitempty"`
}

// Problems returns problems of a routes file as they are told.
func Problems(all config.Problems) []Problem {
	told := make([]Problem, len(all))
	for i, p := range all {
		told[i] = Problem{p.File, p.Line, p.Col, p.Warning, p.Text, p.Source, p.Caret()}
	}
	return told
}

// Warnings returns those of problems that are warnings.
func Warnings(all config.Problems) []Problem {
	return slices.DeleteFunc(Problems(all), func(p Problem) bool { return !p.Warning })
}

// Errors returns those of problems that are more than warnings.
func Errors(all config.Problems) []Problem {
	return slices.DeleteFunc(Problems(all), func(p Problem) bool { return p.Warning })
}

// clone returns a copy that shares nothing, and whose lists are never nil.
func (c Configuration) clone() Configuration {
	c.Files, c.Warnings, c.Later = cloned(c.Files), cloned(c.Warnings), cloned(c.Later)
	if c.Failure != nil {
		f := *c.Failure
		f.Files, f.Problems = cloned(f.Files), cloned(f.Problems)
		c.Failure = &f
	}
	return c
}

func cloned[T any](list []T) []T { return append([]T{}, list...) }
