package main

import (
	"encoding/json"
	"io"
	"slices"

	"botrelay/relay"
	"botrelay/relay/config"
	"botrelay/relay/vendors"
)

type schemaCmd struct {
	Reference bool `help:"The same for people: every key, as Markdown."`
}

// Help is what --help adds to the flags.
func (*schemaCmd) Help() string {
	return `With the schema an editor completes routes.toml, explains its keys and marks mistakes, before "botrelay check" does.

  botrelay schema > routes.schema.json

and then, as the first line of routes.toml, for Even Better TOML, Taplo and Tombi:

  #:schema ./routes.schema.json`
}

// Run prints the schema, or the reference.
func (c *schemaCmd) Run(w *world) error {
	tables := config.Reference(configEnv(w.getenv))
	if c.Reference {
		_, err := io.WriteString(w.stdout, keyReference(tables))
		return err
	}
	enc := json.NewEncoder(w.stdout)
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

// keySchema is the schema of a key's value.
func keySchema(k config.Key) schema {
	s := shapeSchema(k)
	s["description"] = k.Doc
	if k.Default != "" {
		s["default"] = plainValue(k, k.Default)
	}
	if k.Example != "" {
		s["examples"] = []any{plainValue(k, k.Example)}
	}
	return s
}

// shapeSchema is the schema of a value's form.
func shapeSchema(k config.Key) schema {
	switch k.Shape {
	case config.Text:
		return textSchema(k)
	case config.Texts:
		list := schema{"type": "array", "items": textSchema(k)}
		if k.Required || k.Secret {
			list["minItems"] = 1
		}
		if k.One {
			return schema{"anyOf": []schema{textSchema(k), list}}
		}
		return list
	case config.Networks:
		return schema{"type": "array", "items": schema{"type": "string", "pattern": `^[0-9A-Fa-f.:]+(/[0-9]+)?$|` + variable}}
	case config.Flag:
		return schema{"anyOf": []schema{{"type": "boolean"}, {"type": "string", "pattern": `^(true|false)$|` + variable}}}
	case config.Number:
		return schema{"anyOf": []schema{{"type": "integer"}, {"type": "string", "pattern": `^[+-]?[0-9]+$|` + variable}}}
	case config.Named:
		return schema{"type": "object", "additionalProperties": textSchema(config.Key{Shape: config.Text, As: k.As})}
	case config.Inner:
		return keysSchema(k.Keys)
	default:
		return schema{"type": "string", "pattern": "^" + shapePattern(k.Shape) + "$|" + variable}
	}
}

// shapePattern is how a text of a shape is written.
func shapePattern(shape config.Shape) string {
	const (
		day  = `\s*[A-Za-z]{3}\s*(-\s*[A-Za-z]{3}\s*)?`
		time = `\s*[0-9]{1,2}:[0-9]{2}\s*`
		span = `([0-9.]+(ms|s|m|h|d))+`
	)
	switch shape {
	case config.Duration:
		return span
	case config.Size:
		return `[0-9.]+(B|[kK]B|MB|GB|KiB|MiB|GiB)`
	case config.Rated:
		return `[0-9]+/` + span
	case config.Days:
		return day + `(,` + day + `)*`
	case config.Hours:
		return time + `-` + time
	case config.Color:
		return `#([0-9A-Fa-f]{3}|[0-9A-Fa-f]{6})`
	default: // any text
		return `.+`
	}
}

// textSchema is the schema of one text.
func textSchema(k config.Key) schema {
	s := schema{"type": "string"}
	if k.Number {
		s = schema{"type": []string{"string", "integer"}}
	}
	known := k.Known
	switch k.As {
	case "type":
		for name := range configEnv(nil).Sinks {
			known = append(known, name)
		}
		slices.Sort(known)
	case "kind":
		for _, kind := range relay.Kinds() {
			known = append(known, string(kind))
		}
	case "vendor": // or one that the file describes
		var builtin []string
		for _, v := range vendors.Builtin() {
			builtin = append(builtin, v.Name)
		}
		return schema{"anyOf": []schema{{"enum": builtin}, {"type": "string", "pattern": `^[A-Za-z0-9._-]+$|` + variable}}}
	case "url":
		s["pattern"] = `^https?://|` + variable
	}
	if known != nil {
		return schema{"anyOf": []schema{{"enum": known}, {"type": "string", "pattern": variable}}}
	}
	if k.Secret {
		s["minLength"] = 1
	}
	return s
}

// plainValue is a default or an example as JSON has it.
func plainValue(k config.Key, text string) any {
	switch k.Shape {
	case config.Flag:
		return text == "true"
	case config.Number:
		return json.Number(text)
	case config.Texts, config.Networks:
		if !k.One {
			return []string{text}
		}
	case config.Named:
		return map[string]string{exampleName(k): text}
	default:
	}
	return text
}

// exampleName is a key for the example of a table of texts.
func exampleName(k config.Key) string {
	if k.As == "kind" {
		return "lead.*"
	}
	return "From"
}
