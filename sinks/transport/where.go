package transport

import "net/url"

// HostOf returns the host and port of a URL, which is not a secret; "" if it has
// none.
func HostOf(text string) string {
	u, err := url.Parse(text)
	if err != nil {
		return ""
	}
	return u.Host
}

// Instead says, for a person, that a sink's requests go to the server of apiURL;
// "" if that is not set.
func Instead(apiURL string) string {
	if apiURL == "" {
		return ""
	}
	return ", by way of " + HostOf(apiURL)
}
