package vendors

import (
	"bytes"
	"embed"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
)

//go:embed samples
var sampleFiles embed.FS

// Builtin returns the vendors that are built in, by name. They are new each
// time: the caller may change them.
func Builtin() []*Vendor {
	return []*Vendor{chatbase(), chatdata(), chatzuri(), newoaks()}
}

// Lookup returns the built-in vendor of that name.
func Lookup(name string) (*Vendor, bool) {
	for _, v := range Builtin() {
		if v.Name == name {
			return v, true
		}
	}
	return nil, false
}

// samples reads a vendor's samples. They are written for people and sent as a
// program would, without spaces.
func samples(vendor string, names ...string) []Sample {
	list := make([]Sample, len(names))
	for i, name := range names {
		text, err := sampleFiles.ReadFile("samples/" + vendor + "/" + name + ".json")
		var body bytes.Buffer
		if err == nil {
			err = json.Compact(&body, text)
		}
		if err != nil { // the files are part of the program, and all are tested
			panic(fmt.Sprintf("sample %s of %s: %v", name, vendor, err))
		}
		list[i] = Sample{Name: name, Header: http.Header{}, Body: body.Bytes()}
	}
	return list
}

// lower is for what is compared without regard to case.
func lower(text string) string { return strings.ToLower(strings.TrimSpace(text)) }
