package config

import (
	"fmt"
	"strconv"
	"strings"
)

// Written is how the file has a source's secret.
type Written struct {
	Line      string   // as TOML, such as `secret = "${CHATBASE_SECRET}"`
	Variables []string // that Line names, in its order
}

// SecretLines returns how the file that the configuration was read from has its sources'
// secrets, by the sources' names. One that has none is left out, and so is one that
// stands there in clear, or with a default: it holds nothing that must not be shown.
// It reads the whole file anew.
func (c *Config) SecretLines() map[string]Written {
	all := make(map[string]Written)
	if c.read == nil {
		return all // it was not read from a file
	}
	root, _, refused := parseTOML(c.read().Data)
	if refused != nil {
		return all
	}
	for _, s := range c.Sources {
		n := root.get("sources").get(s.Name)
		if file := n.get("secret_file"); file != nil && file.text() != "" {
			all[s.Name] = Written{Line: "secret_file = " + strconv.Quote(file.text())}
		} else if w, ok := open(n.get("secret")); ok {
			all[s.Name] = w
		}
	}
	return all
}

// open returns how a secret is written, if nothing of it must be hidden.
func open(n *node) (Written, bool) {
	if n == nil {
		return Written{}, false
	}
	items := n.items
	if n.kind != listKind {
		items = []*node{n}
	}
	var w Written
	var texts []string
	for _, item := range items {
		named := func(name string) (string, bool) {
			w.Variables = append(w.Variables, name)
			return "set", true
		}
		if e := expand(item.text(), named); !e.sheer {
			return Written{}, false
		}
		texts = append(texts, strconv.Quote(item.text()))
	}
	w.Line = "secret = " + strings.Join(texts, ", ")
	if n.kind == listKind {
		w.Line = fmt.Sprintf("secret = [%s]", strings.Join(texts, ", "))
	}
	return w, len(texts) > 0
}
