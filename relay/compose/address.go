package compose

import "botrelay/relay/config"

// NoHost stands in a hook's address for the name that nobody has told.
const NoHost = "<this machine>"

// HookURL returns the address to paste at a source's vendor. whole is false if the
// routes file does not say by which name the relay is reached: then NoHost stands there.
func HookURL(cfg *config.Config, source string) (url string, whole bool) {
	base := cfg.Server.PublicURL
	if whole = base != ""; !whole {
		base = "https://" + NoHost
	}
	return base + "/hooks/" + source, whole
}
