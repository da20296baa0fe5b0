package main

import (
	"encoding/json"
	"io"
	"slices"

	"botrelay/relay/config"
)

type schemaCmd struct {
	Reference bool `help:"The same for people: every key, as Markdown."`
}

// Help is what --help adds to the flags.
func (*schemaCmd) Help() string {
	return `With the schema an editor completes routes.toml, explains its keys and marks mistakes, before "botrelay check" does.

  botrelay schema > .routes.schema.json

and then, as the first line of routes.toml, for Even Better TOML, Taplo and Tombi:

  #:schema ./.routes.schema.json

botrelay init writes both.`
}

// schemaFile is where a routes file looks for its schema: in its own folder.
const schemaFile = ".routes.schema.json"

// Run prints the schema, or the reference.
func (c *schemaCmd) Run(w *world) error {
	tables := config.Reference(configEnv(w.getenv))
	if c.Reference {
		_, err := io.WriteString(w.stdout, keyReference(tables))
		return err
	}
	return writeSchema(w.stdout, tables)
}

func writeSchema(to io.Writer, tables []config.Table) error {
	enc := json.NewEncoder(to)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(schemaOf(tables))
}

// schema is a JSON Schema, or a part of one (https://json-schema.org/draft/2020-12).
type schema map[string]any

// variable is what stands in a text in place of anything else.
const variable = `\$\{`

// schemaOf returns the schema of a routes file. Nothing in it is referred to from
// elsewhere, which some editors do not follow; and no table must be there, or they would
// mark every line of a file that is only begun.
func schemaOf(tables []config.Table) schema {
	properties := schema{}
	for _, t := range tables {
		properties[t.Key] = tableSchema(t)
	}
	return schema{
		"$schema":              "https://json-schema.org/draft/2020-12/schema",
		"title":                "routes.toml of botrelay",
		"type":                 "object",
		"properties":           properties,
		"additionalProperties": false,
	}
}

func tableSchema(t config.Table) schema {
	one := objectSchema(t)
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

// objectSchema is the schema of one table.
func objectSchema(t config.Table) schema {
	if t.Free {
		return schema{"type": "object", "description": t.Doc, "additionalProperties": keySchema(t.Keys[0])}
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
	s := keysSchema(keys)
	s["description"] = t.Doc
	all, _ := s["allOf"].([]schema)
	for _, kind := range t.Types {
		all = append(all, typeSchema(kind, t))
	}
	if t.Key == "sources" {
		s["anyOf"] = []schema{{"required": []string{"secret"}}, {"required": []string{"secret_file"}}, {"required": []string{"pending"}}}
		s["allOf"] = all
	}
	if len(all) > 0 {
		s["allOf"] = all
	}
	return s
}

// typeSchema holds for the tables of one type: the other types' keys are not
// theirs.
func typeSchema(kind config.Type, t config.Table) schema {
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

// keysSchema is the schema of a table with these keys.
func keysSchema(keys []config.Key) schema {
	properties := schema{}
	var all []schema
	for _, k := range keys {
		properties[k.Name] = keySchema(k)
		if k.Secret {
			file := config.Key{Name: k.Name, Shape: k.Shape, One: k.One, Doc: "A file that holds " + k.Name + ", which is read anew when it changes."}
			properties[k.Name+"_file"] = keySchema(file)
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
		var any []schema
		for _, name := range namesOf(k) {
			any = append(any, schema{"required": []string{name}})
		}
		if len(any) == 1 {
			any[0]["description"] = k.Name + " must be there"
			all = append(all, any[0])
		} else {
			all = append(all, schema{"anyOf": any})
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
