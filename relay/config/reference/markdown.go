package reference

import (
	"fmt"
	"strings"

	"botrelay/relay/config"
)

// Markdown returns what people read about every key.
func Markdown(tables []config.Table) string {
	var b strings.Builder
	b.WriteString(referenceHead)
	for _, t := range tables {
		fmt.Fprintf(&b, "\n## `%s`\n\n%s\n", t.Head, t.Doc)
		if t.Free {
			fmt.Fprintf(&b, "\n    \"agent_abc123\" = %q\n", t.Keys[0].Example)
			continue
		}
		writeKeys(&b, t.Keys)
		for _, kind := range t.Types {
			fmt.Fprintf(&b, "\n### With `type = %q`\n", kind.Name)
			writeKeys(&b, kind.Keys)
		}
		for _, k := range t.Keys {
			if len(k.Keys) > 0 {
				fmt.Fprintf(&b, "\n### `%s`\n", k.Name)
				writeKeys(&b, k.Keys)
			}
		}
	}
	return b.String()
}

const referenceHead = `# Every key of routes.toml

Made by ` + "`botrelay schema --reference`" + ` from the program itself. Unknown keys are errors; case counts.

A text may hold ${NAME}, a variable of the environment; ${NAME:-text} has a default, $$ is a dollar sign. Where a number or true or
false is wanted, such a text will do. A duration is a number with ms, s, m, h or d; a size one with B, kB, MB, GB, KiB, MiB or GiB.
A secret KEY may stand in a file instead, which KEY_file names. Names are letters, digits, "-", "_" and ".".
`

func writeKeys(b *strings.Builder, keys []config.Key) {
	b.WriteString("\n| key | value | default | meaning |\n| --- | --- | --- | --- |\n")
	for _, k := range keys {
		name := "`" + k.Name + "`"
		if k.Secret {
			name += ", `" + k.Name + "_file`"
		}
		usual := "–"
		switch {
		case k.Required:
			usual = "must be there"
		case k.Default != "":
			usual = code(literal(k, k.Default))
		}
		doc := cell(k.Doc)
		if k.Example != "" {
			doc += " Such as " + code(literal(k, k.Example)) + "."
		}
		fmt.Fprintf(b, "| %s | %s | %s | %s |\n", name, cell(wantedShape(k)), usual, doc)
	}
}

// wantedShape says what a value is.
func wantedShape(k config.Key) string {
	switch {
	case len(k.Known) > 0:
		return strings.Join(k.Known, ", ")
	case k.As == "sink" && k.Shape == config.Texts:
		return "list of sinks"
	case k.As == "sink", k.As == "vendor", k.As == "template":
		return k.As
	case k.As == "pattern":
		return "pattern, or a list of them"
	case k.As == "templates":
		return "table of templates"
	case k.As == "url":
		return "URL"
	case k.Shape == config.Texts && k.Secret:
		return "secret, or a list of them"
	case k.Shape == config.Texts && k.One:
		return "text, or a list of them"
	case k.Shape == config.Text && k.Number:
		return "text or number"
	case k.Secret:
		return "secret"
	}
	return string(k.Shape)
}

// literal is a value as it is written in the file.
func literal(k config.Key, text string) string {
	quoted := `"` + text + `"`
	if strings.Contains(text, `"`) {
		quoted = `'` + text + `'`
	}
	switch k.Shape {
	case config.Flag, config.Number:
		return text
	case config.Texts, config.Networks:
		if !k.One {
			return "[" + quoted + "]"
		}
	case config.Named:
		name := exampleName(k)
		if strings.ContainsAny(name, ".*") {
			name = `"` + name + `"`
		}
		return "{ " + name + " = " + quoted + " }"
	default:
	}
	return quoted
}

func code(text string) string { return "`" + cell(text) + "`" }

// cell is text for a cell of a table in Markdown.
func cell(text string) string { return strings.ReplaceAll(text, "|", `\|`) }
