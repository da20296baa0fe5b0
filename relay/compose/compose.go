// Package compose makes of a routes file what the stages work with: its vendors,
// its rules, and what renders its messages. It is pure. What the file says is left
// to package config, and what opens and runs the stages to who uses them.
package compose

import (
	"fmt"
	"net/http"
	"time"

	"botrelay/relay"
	"botrelay/relay/config"
	"botrelay/relay/route"
	"botrelay/relay/vendors"
)

// Env returns what reading a configuration needs to know of the stages. sinks are
// the kinds of sinks. It knows no variable and reads no file: who wants that sets
// Getenv and ReadFile.
func Env(sinks map[string]func() config.SinkOptions) config.Env {
	env := config.Env{
		Sinks:      sinks,
		Globs:      route.CheckPattern,
		Described:  func() config.VendorOptions { return new(vendors.Description) },
		Templates:  templates(),
		Conditions: parseWhen,
		Sent:       sent,
		Channels:   Channels(),
	}
	for _, v := range vendors.Builtin() {
		env.Vendors = append(env.Vendors, v.Name)
	}
	return env
}

// Vendor returns the vendor of that name: a built-in one, or one of those that a
// routes file describes.
func Vendor(described []config.Vendor, name string) (*vendors.Vendor, error) {
	if v, ok := vendors.Lookup(name); ok {
		return v, nil
	}
	for _, v := range described {
		if d, ok := v.Options.(*vendors.Description); ok && v.Name == name {
			return vendors.Describe(name, *d)
		}
	}
	return nil, fmt.Errorf("unknown vendor %q", name)
}

// NoID is what Event gives an event for an ID: no event that came in has it.
const NoID = "00000000-0000-7000-8000-000000000000"

// Event returns the event that a source would make of a vendor's request that came
// in at now. The request's body is JSON.
func Event(v *vendors.Vendor, source string, header http.Header, body []byte, now time.Time) relay.Event {
	e := v.Decode(header, body)
	e.ID, e.Vendor, e.Source = NoID, v.Name, source
	e.ReceivedAt, e.Payload = now, body
	return e
}
