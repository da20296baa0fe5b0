package compose

import (
	"slices"

	"botrelay/relay/config"
	"botrelay/relay/vendors"
)

// sent returns what a vendor sends; nil for one that is neither built in nor well
// described.
func sent(vendor string, options config.VendorOptions) *config.Sent {
	v, found := vendors.Lookup(vendor)
	if d, ok := options.(*vendors.Description); ok && !found {
		var err error
		v, err = vendors.Describe(vendor, *d)
		found = err == nil
	}
	if !found {
		return nil
	}
	return &config.Sent{Kinds: v.Sends.Kinds, Fold: v.Sends.Fold, No: v.Sends.No, Timed: v.Timed()}
}

// EventTypes returns the types of events that the built-in vendors are known to
// send, sorted.
func EventTypes() []string {
	var types []string
	for _, v := range vendors.Builtin() {
		for _, pair := range v.Sends.Kinds {
			types = append(types, pair[0])
		}
	}
	slices.Sort(types)
	return slices.Compact(types)
}

// Channels returns the channels of the built-in vendors, as their documented
// samples have them.
func Channels() []string {
	var channels []string
	for _, v := range vendors.Builtin() {
		for _, s := range v.Samples {
			if e := v.Decode(s.Header, s.Body); e.Channel != "" && !slices.Contains(channels, e.Channel) {
				channels = append(channels, e.Channel)
			}
		}
	}
	return channels
}
