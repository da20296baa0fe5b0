package reference

import (
	"encoding/json"

	"botrelay/relay"
	"botrelay/relay/config"
)

// key is the schema of a key's value.
func (o Offers) key(k config.Key) schema {
	s := o.shape(k)
	s["description"] = k.Doc
	if k.Default != "" {
		s["default"] = plainValue(k, k.Default)
	}
	if k.Example != "" {
		s["examples"] = []any{plainValue(k, k.Example)}
	}
	return s
}

// shape is the schema of a value's form.
func (o Offers) shape(k config.Key) schema {
	switch k.Shape {
	case config.Text:
		return o.text(k)
	case config.Texts:
		list := schema{"type": "array", "items": o.text(k)}
		if k.Required || k.Secret {
			list["minItems"] = 1
		}
		if k.One {
			return schema{"anyOf": []schema{o.text(k), list}}
		}
		return list
	case config.Networks:
		return schema{"type": "array", "items": schema{"type": "string", "pattern": `^[0-9A-Fa-f.:]+(/[0-9]+)?$|` + variable}}
	case config.Flag:
		return schema{"anyOf": []schema{{"type": "boolean"}, {"type": "string", "pattern": `^(true|false)$|` + variable}}}
	case config.Number:
		return schema{"anyOf": []schema{{"type": "integer"}, {"type": "string", "pattern": `^[+-]?[0-9]+$|` + variable}}}
	case config.Named:
		return schema{"type": "object", "additionalProperties": o.text(config.Key{Shape: config.Text, As: k.As})}
	case config.Inner:
		return o.keys(k.Keys)
	case config.Days:
		return schema{"anyOf": []schema{
			{"enum": []string{"mon-fri", "sat-sun", "mon,wed,fri"}}, // to be offered
			{"type": "string", "pattern": "^" + shapePattern(k.Shape) + "$|" + variable},
		}}
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

// text is the schema of one text.
func (o Offers) text(k config.Key) schema {
	s := schema{"type": "string"}
	if k.Number {
		s = schema{"type": []string{"string", "integer"}}
	}
	known := k.Known
	switch k.As {
	case "kind":
		known = relay.KindNames()
	case "vendor": // or one that the file describes
		return offered(o.Vendors, schema{"type": "string", "pattern": `^[A-Za-z0-9._-]+$|` + variable})
	case "pattern":
		return o.pattern(k.Name)
	case "url":
		s["pattern"] = `^https?://|` + variable
	}
	if known != nil {
		return offered(known, schema{"type": "string", "pattern": variable})
	}
	if k.Secret {
		s["minLength"] = 1
	}
	return s
}

// pattern is the schema of one item of a match: what an editor offers, beside
// which there is whatever a pattern may be.
func (o Offers) pattern(key string) schema {
	var known []string
	other := schema{"type": "string"}
	switch key {
	case "kind": // there are no others
		known = relay.KindNames()
		other["pattern"] = `[*?!\\]|` + variable
	case "vendor":
		known = o.Vendors
	case "event_type":
		known = o.Types
	case "channel":
		known = o.Channels
	default:
		return other
	}
	return offered(known, other)
}

// offered is the schema of a text that is one of those that are known, or other.
func offered(known []string, other schema) schema {
	if len(known) == 0 { // no schema may have an empty choice
		return other
	}
	return schema{"anyOf": []schema{{"enum": known}, other}}
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
