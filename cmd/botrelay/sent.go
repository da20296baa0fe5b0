package main

import (
	"slices"

	"botrelay/relay/vendors"
)

// sent returns what the built-in vendors are known to send, as their documented
// samples have it: the types of events by vendor, and the channels.
func sent() (types map[string][]string, channels []string) {
	types = make(map[string][]string)
	for _, v := range vendors.Builtin() {
		for _, s := range v.Samples {
			e := v.Decode(s.Header, s.Body)
			if e.EventType != "" && !slices.Contains(types[v.Name], e.EventType) {
				types[v.Name] = append(types[v.Name], e.EventType)
			}
			if e.Channel != "" && !slices.Contains(channels, e.Channel) {
				channels = append(channels, e.Channel)
			}
		}
	}
	return types, channels
}
