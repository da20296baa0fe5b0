// Package reference writes down what a routes.toml may hold: for editors as a JSON
// Schema, for people as Markdown. It works on the tables that config.Reference
// returns; what it adds of its own is that there must be a source and a sink, and that
// a source has a secret or is pending. It neither reads files nor checks them.
package reference

import (
	"encoding/json"
	"io"
	"slices"

	"botrelay/relay/config"
)

// Offers are names that an editor offers where others may stand too.
type Offers struct {
	Vendors  []string // that are built in
	Types    []string // of events, for match
	Channels []string // for match
}

// WriteSchema writes the JSON Schema of a file with these tables, indented. Its
// errors are those of the writer.
func WriteSchema(to io.Writer, tables []config.Table, offers Offers) error {
	enc := json.NewEncoder(to)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(offers.schema(tables))
}

// schema is a JSON Schema, or a part of one (https://json-schema.org/draft/2020-12).
type schema map[string]any

// variable is what stands in a text in place of anything else.
const variable = `\$\{`

// schema returns the schema of a routes file. Nothing in it is referred to from
// elsewhere, which some editors do not follow; and no table must be there, or they
// would mark every line of a file that is only begun.
func (o Offers) schema(tables []config.Table) schema {
	properties := schema{}
	for _, t := range tables {
		properties[t.Key] = o.table(t)
	}
	return schema{
		"$schema":              "https://json-schema.org/draft/2020-12/schema",
		"title":                "routes.toml of botrelay",
		"type":                 "object",
		"properties":           properties,
		"additionalProperties": false,
	}
}

// table is the schema of what stands under the name of a table: one, or several.
func (o Offers) table(t config.Table) schema {
	one := o.object(t)
	switch {
	case t.Names:
		return schema{
			"type": "object", "description": t.Doc, "minProperties": leastTables(t),
			"propertyNames": schema{"pattern": `^[A-Za-z0-9._-]+$`}, "additionalProperties": one,
		}
	case t.List:
		return schema{"type": "array", "description": t.Doc, "items": one}
	}
	return one
}

// leastTables is how many of a table with names there must be.
func leastTables(t config.Table) int {
	if t.Key == "sources" || t.Key == "sinks" {
		return 1
	}
	return 0
}

// object is the schema of one table.
func (o Offers) object(t config.Table) schema {
	if t.Free {
		return schema{"type": "object", "description": t.Doc, "additionalProperties": o.key(t.Keys[0])}
	}
	keys := slices.Clone(t.Keys)
	for _, kind := range t.Types {
		for _, k := range kind.Keys {
			if i := slices.IndexFunc(keys, func(known config.Key) bool { return known.Name == k.Name }); i < 0 {
				k.Required = false // but for its type, see below
				keys = append(keys, k)
			} else if keys[i].Doc != k.Doc {
				keys[i].Doc += " Or: " + k.Doc
			}
		}
	}
	s := o.keys(keys)
	s["description"] = t.Doc
	all, _ := s["allOf"].([]schema)
	for _, kind := range t.Types {
		all = append(all, ofType(kind, t))
	}
	if t.Key == "sources" {
		s["anyOf"] = []schema{{"required": []string{"secret"}}, {"required": []string{"secret_file"}}, {"required": []string{"pending"}}}
	}
	if len(all) > 0 {
		s["allOf"] = all
	}
	return s
}

// ofType holds for the tables of one type: the other types' keys are not
// theirs.
func ofType(kind config.Type, t config.Table) schema {
	others := schema{}
	for _, other := range t.Types {
		for _, k := range other.Keys {
			if !slices.ContainsFunc(kind.Keys, func(own config.Key) bool { return own.Name == k.Name }) {
				for _, name := range namesOf(k) {
					others[name] = false
				}
			}
		}
	}
	then := schema{"properties": others}
	if required := requiredOf(kind.Keys); len(required) > 0 {
		then["allOf"] = required
	}
	return schema{
		"if":   schema{"properties": schema{"type": schema{"const": kind.Name}}, "required": []string{"type"}},
		"then": then,
	}
}

// keys is the schema of a table with these keys.
func (o Offers) keys(keys []config.Key) schema {
	properties := schema{}
	var all []schema
	for _, k := range keys {
		properties[k.Name] = o.key(k)
		if k.Secret {
			file := config.Key{Name: k.Name, Shape: k.Shape, One: k.One, Doc: "A file that holds " + k.Name + ", which is read anew when it changes."}
			properties[k.Name+"_file"] = o.key(file)
			all = append(all, schema{"not": schema{"required": namesOf(k)}})
		}
	}
	s := schema{"type": "object", "properties": properties, "additionalProperties": false}
	if all = append(all, requiredOf(keys)...); len(all) > 0 {
		s["allOf"] = all
	}
	return s
}

// requiredOf says which keys must be there.
func requiredOf(keys []config.Key) []schema {
	var all []schema
	for _, k := range keys {
		if !k.Required {
			continue
		}
		var either []schema
		for _, name := range namesOf(k) {
			either = append(either, schema{"required": []string{name}})
		}
		if len(either) == 1 {
			either[0]["description"] = k.Name + " must be there"
			all = append(all, either[0])
		} else {
			all = append(all, schema{"anyOf": either})
		}
	}
	return all
}

// namesOf returns the names under which a key may stand.
func namesOf(k config.Key) []string {
	if k.Secret {
		return []string{k.Name, k.Name + "_file"}
	}
	return []string{k.Name}
}
