package main

import (
	"crypto/tls"
	"encoding/json"
	"net"
	"net/netip"
	"os"

	"botrelay/relay/config"
	"botrelay/relay/queue"
)

// address is where a relay listens. One that runs announces it beside its store:
// the routes file may say something else by now, which counts only after a restart.
type address struct {
	Listen string `json:"listen"`        // host and port
	Secure bool   `json:"https"`         // it speaks HTTPS
	Net    string `json:"net,omitempty"` // the network that the address is of; empty: not known
}

// announce lets commands on this machine know where the relay listens.
func announce(store queue.Store, listener net.Listener, secure *tls.Config) error {
	to, ok := store.(announcer)
	if !ok {
		return nil
	}
	text, err := json.Marshal(address{listener.Addr().String(), secure != nil, network()})
	if err != nil {
		return err
	}
	return to.Announce(string(text))
}

// network names the network of this process, by Linux' word for it: each container
// has one of its own, though they may share a store's folder.
func network() string {
	name, _ := os.Readlink("/proc/self/ns/net")
	return name
}

// addressInUse returns where the relay listens that has the store of a routes
// file, as a URL to reach it on this machine. It is empty if none runs, or none
// that tells. The file may have become bad.
func addressInUse(w *world, file config.File) string {
	env := configEnv(w.getenv)
	outline, _ := config.ParseOutline(file, env)
	if outline == nil {
		outline, _ = config.ParseOutline(config.File{Name: file.Name}, env) // the default
	}
	if outline == nil {
		return ""
	}
	return addressOf(outline.Store.Reveal())
}

// addressOf is addressInUse for a store.
func addressOf(storeURL string) string {
	var at address
	err := json.Unmarshal([]byte(announcedAt(storeURL)), &at)
	if err != nil || at.Net != network() {
		return ""
	}
	// A listener tells an address and a port. A name, or more than that, is written by
	// somebody else, and would have events sent to another machine.
	if _, err := netip.ParseAddrPort(at.Listen); err != nil {
		return ""
	}
	return urlOf(at.Listen, at.Secure)
}

// localURL returns the URL of a relay that has this configuration, seen from the
// machine that it runs on.
func localURL(s config.Server) string { return urlOf(s.Listen, s.TLSCert != "") }

func urlOf(listen string, secure bool) string {
	scheme := "http://"
	if secure {
		scheme = "https://"
	}
	host, port, err := net.SplitHostPort(listen)
	if err != nil {
		return scheme + listen
	}
	if ip := net.ParseIP(host); host == "" || ip != nil && ip.IsUnspecified() {
		host = "127.0.0.1"
	}
	return scheme + net.JoinHostPort(host, port)
}
