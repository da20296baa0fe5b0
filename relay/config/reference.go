package config

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"

	"botrelay/relay"
)

// Table is a table that a routes.toml may have, for documentation and editors.
// What it says comes from the very fields that the file is read into.
type Table struct {
	Key  string // its name in the file: "sources"
	Head string // as it is written: "[sources.NAME]"
	Doc  string
	Keys []Key
	// Types are the keys that only some have, by the value of the key "type".
	Types []Type
	// Names: it holds tables with names. List: it is a list of tables. Free: its
	// keys are names of the writer's own, all with values as Keys[0].
	Names, List, Free bool
}

// Type is the keys of one kind of sink.
type Type struct {
	Name string
	Keys []Key
}

// Key is a key of a table.
type Key struct {
	Name     string
	Shape    Shape
	As       string // what a text stands for: "sink", "vendor", "type", "message", "pattern", "template", "url" or ""
	One      bool   // Texts: a single string will do
	Number   bool   // Text: a number will do
	Required bool
	Secret   bool   // the key with "_file" behind it names a file that holds the value
	Default  string // as it is written, without quotes; may be empty
	Example  string // likewise; of a list, one item
	Doc      string
	Known    []string // Text: all that it may be; nil: anything
	Keys     []Key    // Inner: its own
}

// Shape is the form of a key's value.
type Shape string

// The shapes of values.
const (
	Text     Shape = "text"
	Texts    Shape = "list of texts"
	Flag     Shape = "true or false"
	Number   Shape = "number"
	Duration Shape = "duration"
	Size     Shape = "size"
	Rated    Shape = "rate"
	Zone     Shape = "time zone"
	Networks Shape = "list of addresses and networks"
	Days     Shape = "days"
	Hours    Shape = "hours"
	Color    Shape = "colour"
	Named    Shape = "table of texts"
	Inner    Shape = "table"
)

// Reference returns every table that the file may have, in the order in which
// documentation shows them. Of env it needs Sinks and Described.
func Reference(env Env) []Table {
	all := []Table{
		{Key: "server", Head: "[server]", Doc: "The relay itself.", Keys: keysIn(Server{})},
		{Key: "store", Head: "[store]", Doc: "Where what is accepted is kept.", Keys: keysIn(Store{})},
		{Key: "bots", Head: "[bots]", Doc: "Names to show instead of the vendors' IDs of bots.", Free: true, Keys: []Key{
			{Name: "ID", Shape: Text, Example: "Support bot", Doc: "The name of the bot with this ID."},
		}},
		{Key: "sources", Head: "[sources.NAME]", Doc: "One webhook at a vendor: its requests come to /hooks/NAME.", Names: true, Keys: keysIn(Source{})},
		{Key: "sinks", Head: "[sinks.NAME]", Doc: "One channel or chat that is told.", Names: true, Keys: keysIn(Sink{})},
		{Key: "routes", Head: "[[routes]]", Doc: "Which events go where. Every route that holds applies, from top to bottom, until a final one.", List: true, Keys: keysIn(Route{})},
		{Key: "default", Head: "[default]", Doc: "Events that no route took. Without it they are kept and sent nowhere.", Keys: keysIn(otherwise{})},
		{Key: "messages", Head: "[messages.NAME]", Doc: "How messages look: of a kind of event, such as lead, or of the routes that name it.", Names: true, Keys: keysIn(Message{})},
	}
	if env.Described != nil {
		keys := keysIn(reflect.ValueOf(env.Described()).Elem().Interface())
		all = append(all, Table{Key: "vendors", Head: "[vendors.NAME]", Doc: "A vendor that is not built in, described: a source then has its name as its vendor.", Names: true, Keys: keys})
	}
	for i := range all {
		if all[i].Key == "sinks" {
			all[i].Types = typesOf(env.Sinks)
			kind := named(all[i].Keys, "type")
			for _, t := range all[i].Types {
				kind.Known = append(kind.Known, t.Name)
			}
		}
	}
	return all
}

// typesOf returns the keys of each kind of sink, by name.
func typesOf(sinks map[string]func() SinkOptions) []Type {
	var types []Type
	for name, options := range sinks {
		types = append(types, Type{name, keysIn(reflect.ValueOf(options()).Elem().Interface())})
	}
	slices.SortFunc(types, func(a, b Type) int { return strings.Compare(a.Name, b.Name) })
	return types
}

// keysIn returns the keys that the fields of a struct have. It panics for a type
// that no value of the file can fill.
func keysIn(table any) []Key {
	var keys []Key
	for field := range reflect.TypeOf(table).Fields() {
		tag := strings.Split(field.Tag.Get("toml"), ",")
		if custom := field.Tag.Get("key"); custom != "" {
			tag = []string{custom}
		}
		if tag[0] == "" || tag[0] == "-" {
			continue
		}
		k := Key{
			Name: tag[0], As: field.Tag.Get("as"), Required: field.Tag.Get("must") != "" || slices.Contains(tag, "required"),
			One: slices.Contains(tag, "one"), Number: slices.Contains(tag, "number"),
			Default: field.Tag.Get("default"), Example: field.Tag.Get("example"), Doc: field.Tag.Get("doc"),
		}
		k.shape(reflect.Zero(field.Type).Interface(), slices.Contains(tag, "size"))
		keys = append(keys, k)
	}
	return keys
}

// shape finds out what a key's value looks like from the field that it fills.
func (k *Key) shape(zero any, size bool) {
	switch zero.(type) {
	case relay.Secret:
		k.Shape, k.Secret = Text, true
	case []relay.Secret:
		k.Shape, k.Secret = Texts, true
	case string, *string:
		k.Shape = Text
	case []string:
		k.Shape = Texts
	case bool, *bool:
		k.Shape = Flag
	case int, int64:
		k.Shape = Number
	case time.Duration:
		k.Shape = Duration
	case *time.Location:
		k.Shape = Zone
	case Rate:
		k.Shape = Rated
	case days:
		k.Shape = Days
	case hours:
		k.Shape = Hours
	case relay.Color:
		k.Shape = Color
	case map[string]string, [][2]string, []MessageField:
		k.Shape = Named
	case Active:
		k.Shape, k.Keys = Inner, keysIn(activeKeys{})
	default:
		k.other(zero)
	}
	if size {
		k.Shape = Size
	}
}

// other is shape for types of lists and for tables.
func (k *Key) other(zero any) {
	word, isChoice := zero.(choice)
	switch t := reflect.TypeOf(zero); {
	case isChoice && t.Kind() == reflect.String:
		k.Shape, k.Known = Text, word.Known()
	case t.Kind() == reflect.Slice && t.Elem().Name() == "Prefix":
		k.Shape = Networks
	case t.Kind() == reflect.Struct:
		k.Shape, k.Keys = Inner, keysIn(zero)
	default:
		panic(fmt.Sprintf("config: %q is bound to a %s, which no value can fill", k.Name, t))
	}
}

// named returns the key of a name, or nil.
func named(keys []Key, name string) *Key {
	for i := range keys {
		if keys[i].Name == name || keys[i].Secret && keys[i].Name+fileSuffix == name {
			return &keys[i]
		}
	}
	return nil
}
