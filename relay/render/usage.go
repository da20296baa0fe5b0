package render

import (
	"fmt"
	"reflect"
	"text/template/parse"
)

// ownFunctions are the names of the functions that we add to Go's own, those that
// are wanted most first.
func ownFunctions() []string {
	return []string{"default", "truncate", "date", "phone", "digits", "host", "json", "md", "upper", "lower"}
}

// usage says how to call one of them.
func usage(name string) string {
	switch name {
	case "default":
		return `default wants what stands in for a value, and the value: default "someone" .Contact.Name`
	case "truncate":
		return "truncate wants a number and a text: truncate 80 .Text"
	case "date":
		return `date wants a layout, perhaps a time zone, and a time: date "15:04" "Europe/Berlin" .ReceivedAt`
	case "phone", "digits":
		return name + " wants one number: " + name + " .Contact.Phone"
	case "host":
		return "host wants one address: host .PageURL"
	case "json":
		return "json wants one value: json .Payload"
	case "md":
		return "md wants one text: md .Answer"
	}
	return name + " wants one text: " + name + " .Bot"
}

// argumentCount returns how many arguments one of our functions takes.
func argumentCount(name string) (least, most int) {
	switch name {
	case "default", "truncate":
		return 2, 2
	case "date":
		return 2, 3
	}
	return 1, 1
}

// call looks at the arguments of one of our functions. types are those that are
// known; the function's own is the first.
func (s *surveyor) call(c *parse.CommandNode, piped bool, types []reflect.Type) {
	name, n := c.Args[0].String(), len(c.Args)-1
	if piped {
		n++
	}
	least, most := argumentCount(name)
	wrong := n < least || n > most
	if !wrong && len(c.Args) > 1 {
		switch name {
		case "truncate": // no name of an event is a number
			wrong = types[1] != nil || c.Args[1].Type() == parse.NodeString
		case "date": // nor a layout
			wrong = types[1] != nil || c.Args[1].Type() == parse.NodeNumber
		case "default":
			s.swapped(c)
		}
	}
	if wrong {
		s.report(c.Args[0].Position(), &Fault{Text: usage(name)})
	}
}

// swapped notes a default whose fallback is a name, and whose value is not.
func (s *surveyor) swapped(c *parse.CommandNode) {
	if s.warning != nil || len(c.Args) != 3 || c.Args[1].Type() != parse.NodeField || c.Args[2].Type() != parse.NodeString {
		return
	}
	s.warning = &Fault{
		Offset:  int(c.Args[0].Position()),
		Text:    fmt.Sprintf("this is always %s: the fallback comes first, as in default %s %s", c.Args[2], c.Args[2], c.Args[1]),
		Warning: true,
	}
}
