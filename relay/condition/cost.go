package condition

import (
	"fmt"
	"reflect"
	"regexp/syntax"
	"slices"
	"strings"

	"github.com/expr-lang/expr/ast"
)

// meterName is what conditions know their meter as. People cannot write it.
const meterName = "$spend"

// pricing puts a price on everything in a condition that may take long or make
// much: it has each such part tell the meter what it is about to work on. What is
// left without a price takes a short time, whatever the event is, and a condition
// is short, so that only loops, growing texts and patterns have to be paid for.
//
// A part f(x) becomes let $1 = x; $spend("f", $1); f($1), which keeps its type
// and its place in the text.
type pricing struct {
	names int // how many it has made up
	err   *Error
	at    int // where err is, in characters
}

// Visit implements ast.Visitor. It comes to the parts of a part first.
func (p *pricing) Visit(node *ast.Node) {
	switch n := (*node).(type) {
	case *ast.IdentifierNode:
		p.reserve(n.Value, n)
	case *ast.VariableDeclaratorNode:
		p.reserve(n.Name, n)
	case *ast.BuiltinNode:
		p.builtin(node, n)
	case *ast.BinaryNode:
		p.binary(node, n)
	case *ast.CallNode:
		p.charge(node, "call", n.Arguments)
	}
}

// reserve keeps names that are not the author's to use: $env, which would get
// round what a condition says it uses, and the meter's.
func (p *pricing) reserve(name string, n ast.Node) {
	if strings.HasPrefix(name, "$") {
		p.refuse(n, &Error{Unknown: name})
	}
}

func (p *pricing) refuse(n ast.Node, err *Error) {
	if p.err == nil {
		p.err, p.at = err, n.Location().From
	}
}

func (p *pricing) builtin(node *ast.Node, n *ast.BuiltinNode) {
	for i, arg := range n.Arguments {
		if predicate, ok := arg.(*ast.PredicateNode); ok {
			predicate.Node = p.turn(n.Name, predicate.Node)
			n.Arguments[i] = predicate
			return
		}
	}
	switch n.Name {
	case "type", "abs", "ceil", "floor", "round", "first", "last", "get", "take",
		"bitand", "bitor", "bitxor", "bitnand", "bitshl", "bitshr", "bitushr", "bitnot":
		return
	case "len":
		if len(n.Arguments) == 0 { // which the language refuses later
			return
		}
		if kind := n.Arguments[0].Type().Kind(); kind == reflect.Slice || kind == reflect.Map {
			return
		}
	}
	p.charge(node, n.Name, n.Arguments)
}

// turn prices one turn of a loop. What it sorts or groups by counts with it.
func (p *pricing) turn(loop string, body ast.Node) ast.Node {
	if loop != "sortBy" && loop != "groupBy" {
		return &ast.SequenceNode{Nodes: []ast.Node{p.spend(body, "turn"), body}}
	}
	args := []ast.Node{body}
	names := p.bind(args)
	return names.let(&ast.SequenceNode{Nodes: []ast.Node{p.spend(body, loop, args...), args[0]}})
}

func (p *pricing) binary(node *ast.Node, n *ast.BinaryNode) {
	sides := []ast.Node{n.Left, n.Right}
	switch n.Operator {
	case "matches":
		if pattern, ok := n.Right.(*ast.StringNode); ok { // which the language compiles once
			sides = []ast.Node{n.Left}
			p.charge(node, "matches", sides, &ast.IntegerNode{Value: states(pattern.Value)})
			n.Left = sides[0]
			return
		}
	case "==", "!=", "<", ">", "<=", ">=":
		if cheap(n.Left) || cheap(n.Right) {
			return
		}
	case "+":
		if number(n.Left) || number(n.Right) {
			return
		}
	case "..", "contains", "startsWith", "endsWith", "in":
	default:
		return
	}
	p.charge(node, n.Operator, sides)
	n.Left, n.Right = sides[0], sides[1]
}

// charge prices one part before it is done, by its arguments and by what else the
// price depends on. It replaces the arguments by names for them.
func (p *pricing) charge(node *ast.Node, name string, args []ast.Node, more ...ast.Node) {
	if !slices.ContainsFunc(args, made) && name != ".." && name != "repeat" {
		return
	}
	part := *node
	names := p.bind(args)
	told := append(append([]ast.Node(nil), args...), more...)
	priced := names.let(&ast.SequenceNode{Nodes: []ast.Node{p.spend(part, name, told...), part}})
	priced.SetLocation(part.Location())
	priced.SetType(part.Type())
	*node = priced
}

// spend is a call of the meter.
func (p *pricing) spend(at ast.Node, name string, args ...ast.Node) ast.Node {
	callee := &ast.IdentifierNode{Value: meterName}
	callee.SetLocation(at.Location())
	call := &ast.CallNode{Callee: callee, Arguments: append([]ast.Node{&ast.StringNode{Value: name}}, args...)}
	call.SetLocation(at.Location())
	return call
}

// bound are values that have been given names.
type bound []*ast.VariableDeclaratorNode

// bind gives names to what must not be told twice, and puts them in its place.
func (p *pricing) bind(args []ast.Node) bound {
	var names bound
	for i, arg := range args {
		switch arg.(type) {
		case *ast.IdentifierNode, *ast.PointerNode:
			continue
		}
		if constant(arg) {
			continue
		}
		p.names++
		let := &ast.VariableDeclaratorNode{Name: fmt.Sprint("$", p.names), Value: arg}
		let.SetLocation(arg.Location())
		name := &ast.IdentifierNode{Value: let.Name}
		name.SetLocation(arg.Location())
		name.SetType(arg.Type())
		args[i] = name
		names = append(names, let)
	}
	return names
}

// let says what the names stand for, and then n.
func (names bound) let(n ast.Node) ast.Node {
	for _, name := range slices.Backward(names) {
		name.Expr = n
		n = name
	}
	return n
}

// states is how much a pattern has to keep in mind for each character: the
// regular expressions are RE2's, so nothing worse can happen.
func states(pattern string) int {
	parsed, err := syntax.Parse(pattern, syntax.Perl)
	if err != nil {
		return 1 // the compiler says what is wrong
	}
	program, err := syntax.Compile(parsed.Simplify())
	if err != nil {
		return 1
	}
	return len(program.Inst)
}

// constant says whether a part stands written out.
func constant(n ast.Node) bool {
	switch n := n.(type) {
	case *ast.StringNode, *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode, *ast.NilNode, *ast.ConstantNode:
		return true
	case *ast.ArrayNode:
		return !slices.ContainsFunc(n.Nodes, made)
	}
	return false
}

func made(n ast.Node) bool { return !constant(n) }

// cheap says whether comparing with a part takes no time to speak of.
func cheap(n ast.Node) bool {
	_, list := n.(*ast.ArrayNode)
	return constant(n) && !list || number(n) || n.Type().Kind() == reflect.Bool
}

func number(n ast.Node) bool {
	switch n.Type().Kind() {
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64, reflect.Float32, reflect.Float64,
		reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return true
	default:
		return false
	}
}
