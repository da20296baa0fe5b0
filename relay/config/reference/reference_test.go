package reference_test

import (
	"bytes"
	"strings"
	"testing"

	"botrelay/relay/config"
	"botrelay/relay/config/reference"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// compiled returns the schema of a file with these tables.
func compiled(t *testing.T, tables []config.Table, offers reference.Offers) *jsonschema.Schema {
	t.Helper()
	var out bytes.Buffer
	if err := reference.WriteSchema(&out, tables, offers); err != nil {
		t.Fatal(err)
	}
	doc, err := jsonschema.UnmarshalJSON(&out)
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("schema.json", doc); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile("schema.json")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// takes reports whether a schema takes a file, which is written as JSON.
func takes(t *testing.T, s *jsonschema.Schema, file string) bool {
	t.Helper()
	doc, err := jsonschema.UnmarshalJSON(strings.NewReader(file))
	if err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	return s.Validate(doc) == nil
}

// TestSchemaOfValues: what a key of each form takes, and what it does not.
func TestSchemaOfValues(t *testing.T) {
	for _, tt := range []struct {
		key       config.Key
		good, bad string // values in JSON, between spaces
	}{
		{config.Key{Shape: config.Text}, `"a" ""`, `1 true ["a"]`},
		{config.Key{Shape: config.Text, Number: true}, `"@channel" -100`, `1.5 true`},
		{config.Key{Shape: config.Text, Known: []string{"hex", "base64"}}, `"hex" "${X}"`, `"Hex" ""`},
		{config.Key{Shape: config.Text, As: "url"}, `"https://a" "${X}"`, `"a.example"`},
		{config.Key{Shape: config.Text, Secret: true}, `"a" "${X}"`, `"" 1`},
		{config.Key{Shape: config.Texts}, `["a"] []`, `"a" [1]`},
		{config.Key{Shape: config.Texts, One: true}, `["a"] "a"`, `1`},
		{config.Key{Shape: config.Texts, Secret: true, One: true}, `"a" ["a"]`, `[]`},
		{config.Key{Shape: config.Texts, As: "pattern", One: true}, `"a*" ["!web"]`, `3`},
		{config.Key{Shape: config.Networks}, `["203.0.113.0/24","::1"] ["${X}"]`, `["example.com"] "::1"`},
		{config.Key{Shape: config.Flag}, `true "false" "${X}"`, `"yes" 1`},
		{config.Key{Shape: config.Number}, `3 "-3" "${X}"`, `1.5 "three"`},
		{config.Key{Shape: config.Duration}, `"72h" "1h30m" "${X}"`, `"72" 72`},
		{config.Key{Shape: config.Size}, `"1MiB" "500kB"`, `"1M" 1048576`},
		{config.Key{Shape: config.Rated}, `"20/1m"`, `"20" "1m/20"`},
		{config.Key{Shape: config.Days}, `"mon-fri" "mon,wed,sat" "${X}"`, `"weekdays" 1`},
		{config.Key{Shape: config.Hours}, `"18:00-08:00" "00:00-24:00"`, `"18-8" "18:00"`},
		{config.Key{Shape: config.Color}, `"#d83a3a" "#fff"`, `"red" "#d83a3"`},
		{config.Key{Shape: config.Named}, `{"a":"b"}`, `{"a":1} "a"`},
		{config.Key{Shape: config.Inner, Keys: []config.Key{{Name: "within", Shape: config.Flag}}}, `{"within":true}`, `{"without":true}`},
	} {
		tt.key.Name = "key"
		s := compiled(t, []config.Table{{Key: "table", Keys: []config.Key{tt.key}}}, reference.Offers{})
		for value := range strings.FieldsSeq(tt.good) {
			if !takes(t, s, `{"table":{"key":`+value+`}}`) {
				t.Errorf("%+v does not take %s", tt.key, value)
			}
		}
		for value := range strings.FieldsSeq(tt.bad) {
			if takes(t, s, `{"table":{"key":`+value+`}}`) {
				t.Errorf("%+v takes %s", tt.key, value)
			}
		}
	}
}

// TestSchemaOfTables: which keys may, must and must not stand together.
func TestSchemaOfTables(t *testing.T) {
	s := compiled(t, []config.Table{{
		Key: "sinks", Names: true,
		Keys: []config.Key{{Name: "type", Shape: config.Text, Required: true}},
		Types: []config.Type{
			{Name: "one", Keys: []config.Key{{Name: "token", Shape: config.Text, Secret: true, Required: true}}},
			{Name: "two", Keys: []config.Key{{Name: "room", Shape: config.Text}}},
		},
	}, {Key: "list", List: true, Keys: []config.Key{{Name: "to", Shape: config.Texts}}}}, reference.Offers{})
	for file, good := range map[string]bool{
		`{}`:           true,
		`{"sinks":{}}`: false,
		`{"sinks":{"a":{"type":"one","token":"x"}}}`:                  true,
		`{"sinks":{"a":{"type":"one","token_file":"x"}}}`:             true,
		`{"sinks":{"a":{"type":"one","token":"x","token_file":"x"}}}`: false,
		`{"sinks":{"a":{"type":"one"}}}`:                              false,
		`{"sinks":{"a":{"type":"one","token":"x","room":"x"}}}`:       false,
		`{"sinks":{"a":{"type":"two","room":"x"}}}`:                   true,
		`{"sinks":{"a":{"room":"x"}}}`:                                false,
		`{"sinks":{"a b":{"type":"two"}}}`:                            false,
		`{"list":[{"to":["a"]}]}`:                                     true,
		`{"list":{"to":["a"]}}`:                                       false,
		`{"lists":[]}`:                                                false,
	} {
		if takes(t, s, file) != good {
			t.Errorf("%s: taken: %t", file, !good)
		}
	}
}

// TestSchemaWithoutOffers: where there is nothing to offer, whatever may stand in
// a file is taken.
func TestSchemaWithoutOffers(t *testing.T) {
	s := compiled(t, config.Reference(config.Env{}), reference.Offers{})
	if !takes(t, s, `{"sources":{"a":{"vendor":"acme","secret":"x"}},"sinks":{"a":{"type":"pager"}},"routes":[{"match":{"channel":"web"},"to":["a"]}]}`) {
		t.Error("a good file is refused")
	}
	if takes(t, s, `{"sources":{"a":{"vendor":"acme"}}}`) {
		t.Error("a source without a secret is taken")
	}
}

// TestMarkdown: how keys are told to people.
func TestMarkdown(t *testing.T) {
	got := reference.Markdown([]config.Table{
		{Key: "a", Head: "[a]", Doc: "What it is.", Keys: []config.Key{
			{Name: "secret", Shape: config.Texts, Secret: true, Required: true, Doc: "One | or more."},
			{Name: "wait", Shape: config.Duration, Default: "5m", Doc: "How long."},
			{Name: "when", Shape: config.Text, Example: `text == "a"`, Doc: "If."},
			{Name: "list", Shape: config.Texts, Example: "x", Doc: "Some."},
			{Name: "form", Shape: config.Text, Known: []string{"hex", "base64"}, Default: "hex", Doc: "How."},
		}, Types: []config.Type{{Name: "one", Keys: []config.Key{{Name: "flag", Shape: config.Flag, Default: "true", Doc: "Whether."}}}}},
	})
	const head = "\n| key | value | default | meaning |\n| --- | --- | --- | --- |\n"
	want := "\n## `[a]`\n\nWhat it is.\n" + head +
		"| `secret`, `secret_file` | secret, or a list of them | must be there | One \\| or more. |\n" +
		"| `wait` | duration | `\"5m\"` | How long. |\n" +
		"| `when` | text | – | If. Such as `'text == \"a\"'`. |\n" +
		"| `list` | list of texts | – | Some. Such as `[\"x\"]`. |\n" +
		"| `form` | hex, base64 | `\"hex\"` | How. |\n" +
		"\n### With `type = \"one\"`\n" + head +
		"| `flag` | true or false | `true` | Whether. |\n"
	if !strings.HasSuffix(got, want) {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}
