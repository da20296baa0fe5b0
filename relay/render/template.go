package render

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"text/template"
	"text/template/parse"
)

// Template is a text with actions in the language of Go's text/template. It is
// read-only and may be used from several goroutines.
//
// Whatever an action inserts is put in by a placeholder, and only after the text
// around it has been understood as Markdown or as an address. That is not for
// the template's author to remember: parsing rewrites every action.
type Template struct {
	text    string
	ready   *template.Template
	warning *Fault // nil: there is none
}

// Fault is what is wrong with a template, and where.
type Fault struct {
	Offset int    // in the template's text, in bytes
	Text   string // what is wrong
	// If a name is not known: what it should be the name of, the name, and
	// those that there are. Text is empty then.
	What, Name string
	Known      []string
	Like       string // the name that is probably meant; empty: one of Known may be
	Warning    bool   // it works, but hardly as it is meant
}

// Error says what is wrong.
func (f *Fault) Error() string {
	if f.Name != "" {
		return "unknown " + f.What + " " + strconv.Quote(f.Name)
	}
	return f.Text
}

const (
	templateName = "template"
	placeName    = "_place" // ends every pipeline whose value is inserted
	stepName     = "_step"  // begins every round of a loop
)

// ParseTemplate reads a template. It knows the names of an event, so that one
// that is misspelt is found wherever it stands.
func ParseTemplate(text string) (*Template, *Fault) {
	tree := parse.New(templateName)
	tree.Mode = parse.SkipFuncCheck
	all := make(map[string]*parse.Tree)
	if _, err := tree.Parse(text, "", "", all); err != nil {
		return nil, syntaxFault(text, err)
	}
	if len(all) > 1 {
		return nil, &Fault{Offset: max(0, strings.Index(text, "define")), Text: "a template cannot define another one"}
	}
	s := newSurveyor()
	s.list(tree.Root, eventType())
	if s.fault != nil {
		return nil, s.fault
	}
	if s.warning == nil {
		s.warning = foreign(tree.Root)
	}
	rewrite(tree.Root)
	ready, err := template.New(templateName).Funcs(new(execution).functions()).Funcs(new(execution).builtins()).AddParseTree(templateName, tree)
	if err != nil {
		return nil, &Fault{Text: err.Error()}
	}
	return &Template{text: text, ready: ready, warning: s.warning}, nil
}

// executionFault puts an error of an execution in place.
func executionFault(text string, err error) *Fault {
	message := err.Error()
	f := &Fault{Text: reason(message)}
	rest, found := strings.CutPrefix(message, "template: "+templateName+":")
	if !found {
		return f
	}
	place, _, _ := strings.Cut(rest, ": ")
	number, column, _ := strings.Cut(place, ":")
	line, _ := strconv.Atoi(number)
	col, _ := strconv.Atoi(column)
	f.Offset = min(lineOffset(text, line)+col, len(text))
	return f
}

// reason returns what an error of an execution says, without where.
func reason(message string) string {
	if i := strings.LastIndex(message, ">: "); i >= 0 {
		message = message[i+len(">: "):]
	}
	if field, found := strings.CutPrefix(message, "can't evaluate field "); found {
		if name, isText := strings.CutSuffix(field, " in type string"); isText {
			if function := cmp.Or(functionLike(name), name); slices.Contains(append(ownFunctions(), "len"), function) {
				return fmt.Sprintf("a text has no %s of its own: write %s before it, as in %s .Contact.Name", name, function, function)
			}
		}
	}
	if rest, found := strings.CutPrefix(message, "error calling "); found {
		name, said, _ := strings.Cut(rest, ": ")
		said = strings.TrimPrefix(said, "reflect: ")
		if message = name + ": " + said; strings.HasPrefix(name, "_") || strings.HasPrefix(said, name+":") || strings.HasPrefix(said, name+" wants") {
			message = said
		}
	}
	return strings.ReplaceAll(message, "render.", "")
}

// rewrite makes every action of a list place what it inserts, and every loop
// count its rounds.
func rewrite(list *parse.ListNode) {
	if list == nil {
		return
	}
	for _, n := range list.Nodes {
		switch n := n.(type) {
		case *parse.TextNode:
			c := cleaner{tabs: true}
			n.Text = []byte(c.clean(string(n.Text)))
		case *parse.ActionNode:
			if len(n.Pipe.Decl) == 0 {
				n.Pipe.Cmds = append(n.Pipe.Cmds, command(placeName, n.Pos))
			}
		case *parse.IfNode:
			rewrite(n.List)
			rewrite(n.ElseList)
		case *parse.WithNode:
			rewrite(n.List)
			rewrite(n.ElseList)
		case *parse.RangeNode:
			rewrite(n.List)
			rewrite(n.ElseList)
			pipe := &parse.PipeNode{NodeType: parse.NodePipe, Pos: n.Pos, Line: n.Line, Cmds: []*parse.CommandNode{command(stepName, n.Pos)}}
			step := &parse.ActionNode{NodeType: parse.NodeAction, Pos: n.Pos, Line: n.Line, Pipe: pipe}
			n.List.Nodes = append([]parse.Node{step}, n.List.Nodes...)
		}
	}
}

func command(name string, at parse.Pos) *parse.CommandNode {
	return &parse.CommandNode{NodeType: parse.NodeCommand, Pos: at, Args: []parse.Node{parse.NewIdentifier(name).SetPos(at)}}
}

// execute runs the template. text is what it writes, with a placeholder for each
// of the values; of each at most limit runes are taken.
func (t *Template) execute(v *view, limit int) (text string, values []value, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("the template panics: %v", p)
		}
	}()
	run := &execution{zone: v.zone, limit: limit}
	ready, err := t.ready.Clone()
	if err != nil {
		return "", nil, err
	}
	if err := ready.Funcs(run.functions()).Funcs(run.builtins()).Execute(run, v); err != nil {
		return "", nil, executionFault(t.text, err)
	}
	return run.out.String(), run.values, nil
}
