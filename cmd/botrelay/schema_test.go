package main

import (
	"bytes"
	"encoding/json"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"botrelay/relay/config"
	"botrelay/relay/config/reference"

	"github.com/BurntSushi/toml"
	"github.com/rogpeppe/go-internal/txtar"
	"github.com/santhosh-tekuri/jsonschema/v6"
)

// compiled returns the schema that the command prints, which must be one itself.
func compiled(t *testing.T) *jsonschema.Schema {
	t.Helper()
	var out bytes.Buffer
	if err := (&schemaCmd{}).Run(&world{stdout: &out}); err != nil {
		t.Fatal(err)
	}
	doc, err := jsonschema.UnmarshalJSON(&out)
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("routes.schema.json", doc); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile("routes.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// validated returns what the schema says of a file; ok is false if that is no TOML.
func validated(t *testing.T, s *jsonschema.Schema, text string) (ok bool, invalid error) {
	t.Helper()
	var values map[string]any
	if err := toml.Unmarshal([]byte(text), &values); err != nil {
		return false, nil
	}
	data, err := json.Marshal(values)
	if err != nil {
		t.Fatal(err)
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	return true, s.Validate(doc)
}

// TestSchemaTakesGoodFiles: what check takes, an editor does not mark.
func TestSchemaTakesGoodFiles(t *testing.T) {
	s := compiled(t)
	shipped := text(t, "../../routes.toml")
	for name, text := range map[string]string{
		"the shipped file":          shipped,
		"all that is commented out": regexp.MustCompile(`(?m)^# (\[|"?\w+"? *= )`).ReplaceAllString(shipped, "$1"),
		"the demo":                  text(t, "demo.toml"),
		"every key":                 text(t, "testdata/full.toml"),
		"files for secrets": `default.to = ["a"]
			[sources.a]
			vendor = "acme"
			secret_file = ["one", "two"]
			[sinks.a]
			type = "${TYPE}"
			token_file = "/run/token"
			digest = "${DIGEST:-true}"`,
	} {
		if ok, err := validated(t, s, text); err != nil || !ok {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestSchemaAndBrokenFiles: the schema takes what check takes with warnings, and
// refuses what is wrong in form. What it cannot know is listed: names that refer
// to others, the environment, and the grammars of conditions and templates.
func TestSchemaAndBrokenFiles(t *testing.T) {
	s := compiled(t)
	archives, err := filepath.Glob("testdata/broken/*.txtar")
	if err != nil {
		t.Fatal(err)
	}
	beyond := regexp.MustCompile(`there is no|unknown (sink|source|message|name|function|vendor|kind)|the environment variable|"when"|is no pattern|` +
		`has bits beyond|two routes|stands in a file|cannot read|does not hold the name|a variable of the environment|has no closing "}"|fallback|admin|webhook|token|wants at least|` +
		`wants the name of a time zone|channel is a name|take the space out|chat_id|channel_id|api_url|Slack sink|already|not a store|no file|host:port|unexpected "}"|"(title|body|footer|link|fields)": |"signed" is the text|ends when|days such as|means that there is no secret|a Slack|a Discord|a Telegram`)
	refused := 0
	for _, name := range archives {
		archive, err := txtar.ParseFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for i := 0; i+1 < len(archive.Files); i += 2 {
			file, want := archive.Files[i], string(archive.Files[i+1].Data)
			text := string(file.Data)
			if strings.HasSuffix(file.Name, "+.toml") {
				text += "\n" + brokenRest
			}
			isTOML, invalid := validated(t, s, text)
			isError := slices.ContainsFunc(strings.Split(want, "\n"), func(line string) bool {
				return strings.HasPrefix(line, "routes.toml:") && !strings.Contains(line, ": warning: ")
			})
			switch {
			case !isTOML, strings.Contains(file.Name, ".utf16"), strings.Contains(file.Name, ".latin1"):
			case !isError && invalid != nil:
				t.Errorf("%s: only warnings, and yet the schema refuses it: %v", file.Name, invalid)
			case isError && invalid == nil && !beyond.MatchString(want):
				t.Errorf("%s: the schema takes it\n%s", file.Name, want)
			case invalid != nil:
				refused++
			}
		}
	}
	if refused < 60 {
		t.Errorf("the schema refuses %d broken files", refused)
	}
}

// TestSchemaFile: the schema that the shipped file names is what the program makes.
func TestSchemaFile(t *testing.T) {
	var out bytes.Buffer
	must(t, (&schemaCmd{}).Run(&world{stdout: &out}))
	if out.String() != text(t, "../../"+schemaFile) {
		t.Error("botrelay schema > .routes.schema.json")
	}
	if first, _, _ := strings.Cut(text(t, "../../routes.toml"), "\n"); first != "#:schema ./"+schemaFile {
		t.Errorf("the shipped file begins with %s", first)
	}
}

// TestSchemaOffers: an editor has something to offer in a match, takes whatever
// check takes there, and marks a kind that there is not.
func TestSchemaOffers(t *testing.T) {
	s := compiled(t)
	const rest = "default.to = ['a']\nsinks.a = { type = 'slack', webhook_url = '${X}' }\nsources.a = { vendor = 'acme', pending = true }\nroutes = [{ to = ['a'], "
	for match, good := range map[string]bool{
		`kind = "lead", channel = "whatsapp", vendor = "chatbase", event_type = "leads.submit"`: true,
		`kind = ["lead", "!other"], channel = ["my-app", "!web"], vendor = ["acme", "chat*"]`:   true,
		`kind = "${KIND}", event_type = "order.*", source = "a", bot_id = "?*"`:                 true,
		`kind = "leed"`: false, `kind = ["lead", "leads"]`: false, `chanel = "web"`: false, `channel = 3`: false,
	} {
		if ok, err := validated(t, s, rest+"match = { "+match+" } }]"); !ok || (err == nil) != good {
			t.Errorf("%s: %v", match, err)
		}
	}
	for days, good := range map[string]bool{"mon-fri": true, "sat, mon-wed": true, "weekdays": false} {
		if ok, err := validated(t, s, rest+"match = {}, active = { days = '"+days+"' } }]"); !ok || (err == nil) != good {
			t.Errorf("%s: %v", days, err)
		}
	}
}

// TestFull: the file with every key is good, and has every key there is.
func TestFull(t *testing.T) {
	full := text(t, "testdata/full.toml")
	folder := filepath.ToSlash(t.TempDir())
	must(t, writePair(folder, 1))
	_, problems := config.Parse(config.File{
		Name: "full.toml",
		Data: []byte(strings.NewReplacer(`"cert.pem"`, `"`+folder+`/cert.pem"`, `"key.pem"`, `"`+folder+`/key.pem"`).Replace(full)),
	}, configEnv(shippedEnv))
	if problems.Failed() {
		t.Errorf("%s", problems)
	}
}

// TestReference: the reference is what the program makes, and every key says what
// it means.
func TestReference(t *testing.T) {
	tables := config.Reference(configEnv(nil))
	if got := reference.Markdown(tables); got != text(t, "../../.github/reference.md") {
		t.Error("botrelay schema --reference > .github/reference.md")
	}
	var look func(where string, keys []config.Key)
	look = func(where string, keys []config.Key) {
		for _, k := range keys {
			if k.Doc == "" {
				t.Errorf("%s: %q has no tag doc", where, k.Name)
			}
			look(where+" "+k.Name, k.Keys)
		}
	}
	for _, table := range tables {
		look(table.Head, table.Keys)
		for _, kind := range table.Types {
			look(kind.Name, kind.Keys)
		}
	}
}
