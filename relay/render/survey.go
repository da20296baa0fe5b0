package render

import (
	"reflect"
	"slices"
	"strings"
	"text/template/parse"
)

// surveyor looks for names in a template that nothing has, also in branches that
// no event may ever take.
type surveyor struct {
	functions []string
	fault     *Fault // the first
	warning   *Fault // the first
}

func newSurveyor() *surveyor {
	return &surveyor{functions: append(ownFunctions(),
		"and", "call", "eq", "ge", "gt", "html", "index", "js", "le", "len", "lt", "ne", "not", "or",
		"print", "printf", "println", "slice", "urlquery",
	)}
}

// eventType is the type of the dot that a template begins with. A nil type
// stands for one that is not known: what comes out of functions and variables.
func eventType() reflect.Type { return reflect.TypeFor[*view]() }

func (s *surveyor) list(list *parse.ListNode, dot reflect.Type) {
	if list == nil {
		return
	}
	for _, n := range list.Nodes {
		switch n := n.(type) {
		case *parse.ActionNode:
			s.pipe(n.Pipe, dot)
		case *parse.IfNode:
			s.pipe(n.Pipe, dot)
			s.list(n.List, dot)
			s.list(n.ElseList, dot)
		case *parse.WithNode:
			s.list(n.List, s.pipe(n.Pipe, dot))
			s.list(n.ElseList, dot)
		case *parse.RangeNode:
			s.list(n.List, element(s.pipe(n.Pipe, dot)))
			s.list(n.ElseList, dot)
		case *parse.TemplateNode:
			s.report(n.Pos, &Fault{Text: "a template cannot call another one"})
		}
	}
}

// element is the type of what a loop goes through.
func element(list reflect.Type) reflect.Type {
	if list != nil && list.Kind() == reflect.Slice {
		return list.Elem()
	}
	return nil
}

// pipe returns the type of a pipeline that is nothing but a name.
func (s *surveyor) pipe(p *parse.PipeNode, dot reflect.Type) (result reflect.Type) {
	for i, c := range p.Cmds {
		types := make([]reflect.Type, len(c.Args))
		for j, arg := range c.Args {
			types[j] = s.argument(arg, dot)
			result = types[j]
		}
		if name, ok := c.Args[0].(*parse.IdentifierNode); ok && slices.Contains(ownFunctions(), name.Ident) {
			s.call(c, i > 0, types)
		}
	}
	if len(p.Cmds) != 1 || len(p.Cmds[0].Args) != 1 {
		return nil
	}
	return result
}

// argument looks at one argument and returns its type.
func (s *surveyor) argument(n parse.Node, dot reflect.Type) reflect.Type {
	switch n := n.(type) {
	case *parse.DotNode:
		return dot
	case *parse.FieldNode:
		at := n.Pos
		if len(n.Ident) > 1 { // it is where the second name stands
			at -= parse.Pos(len("." + n.Ident[0]))
		}
		return s.fields(at, dot, n.Ident)
	case *parse.NumberNode:
		if strings.HasPrefix(n.Text, "'") {
			s.report(n.Pos, &Fault{Text: "a text within {{ }} stands between \" or `"})
		}
	case *parse.VariableNode:
		if n.Ident[0] == "$" {
			return s.fields(n.Pos, eventType(), n.Ident[1:])
		}
	case *parse.ChainNode:
		return s.fields(n.Pos, s.argument(n.Node, dot), n.Field)
	case *parse.PipeNode:
		return s.pipe(n, dot)
	case *parse.IdentifierNode:
		if !slices.Contains(s.functions, n.Ident) {
			s.report(n.Pos, s.noFunction(n.Ident))
		}
	}
	return nil
}

// noFunction is the fault of a function that there is not.
func (s *surveyor) noFunction(name string) *Fault {
	f := &Fault{What: "function", Name: name, Known: s.functions, Like: functionLike(name)}
	if action := actionOf(name); action != "" {
		return &Fault{Text: "there is no {{ " + name + " }}: write {{ " + action + " }}"}
	}
	if f.Like == "" && name == strings.ToLower(name) {
		f.Like = pathOf(name)
	}
	return f
}

// fields follows a chain of names, as far as the types are ours.
func (s *surveyor) fields(at parse.Pos, t reflect.Type, names []string) reflect.Type {
	for i, name := range names {
		if t != nil && t.Kind() == reflect.Pointer {
			t = t.Elem()
		}
		if i > 0 {
			at += parse.Pos(len("." + names[i-1]))
		}
		if t == nil || t.Kind() != reflect.Struct || t.PkgPath() != eventType().Elem().PkgPath() {
			return nil
		}
		known := namesOf(t)
		if !slices.Contains(known, name) {
			s.report(at, &Fault{What: "name", Name: "." + name, Known: known, Like: elsewhere(t, name)})
			return nil
		}
		field, found := t.FieldByName(name)
		if !found { // a method
			return nil
		}
		t = field.Type
	}
	return t
}

// elsewhere returns where an event has a name that t does not have, or "".
func elsewhere(t reflect.Type, name string) string {
	event := eventType().Elem()
	if t == event {
		for _, n := range namesOf(reflect.TypeFor[person]()) {
			if strings.EqualFold(n, name) {
				return ".Contact." + n
			}
		}
		if like := pathOf(name); like != "" {
			return like
		}
	} else if slices.Contains(namesOf(event), name) {
		return "$." + name
	}
	return ""
}

// namesOf returns what templates may ask of a type.
func namesOf(t reflect.Type) []string {
	var names []string
	for field := range t.Fields() {
		if field.IsExported() {
			names = append(names, field.Name)
		}
	}
	for method := range reflect.PointerTo(t).Methods() {
		names = append(names, method.Name)
	}
	return names
}

func (s *surveyor) report(at parse.Pos, f *Fault) {
	if s.fault == nil {
		f.Offset = int(at)
		s.fault = f
	}
}
