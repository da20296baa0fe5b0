package main

import (
	"net"
	"testing"

	"botrelay/relay/config"
)

// listening is a listener at an address, which accepts nobody.
type listening struct {
	net.Listener

	at string
}

func (l listening) Addr() net.Addr {
	at, err := net.ResolveTCPAddr("tcp", l.at)
	if err != nil {
		panic(err)
	}
	return at
}

// TestAdminAt: what the log names is a URL that a browser opens.
func TestAdminAt(t *testing.T) {
	for _, c := range []struct {
		server        config.Server
		public, admin string
		secure        bool
		want          string
	}{
		{config.Server{}, "127.0.0.1:8080", "", false, ""},
		{config.Server{AdminListen: "x"}, "0.0.0.0:8080", "127.0.0.1:8081", false, "http://127.0.0.1:8081/"},
		{config.Server{AdminListen: "x"}, "0.0.0.0:8443", "127.0.0.1:8081", true, "http://127.0.0.1:8081/"}, // see server.adminTLS
		{config.Server{AdminListen: "x"}, "0.0.0.0:8443", "[::]:8444", true, "https://127.0.0.1:8444/"},
		{config.Server{AdminListen: "x"}, "[::]:8080", "", false, "http://127.0.0.1:8080/admin/"},
		{config.Server{AdminListen: "x"}, "[::1]:8443", "", true, "https://[::1]:8443/admin/"},
		{config.Server{AdminListen: "x", PublicURL: "https://hooks.example.com/"}, "[::]:8080", "", false, "https://hooks.example.com/admin/"},
	} {
		var admin net.Listener
		if c.admin != "" {
			admin = listening{at: c.admin}
		}
		if got := adminAt(c.server, listening{at: c.public}, admin, c.secure); got != c.want {
			t.Errorf("%+v: %q, want %q", c, got, c.want)
		}
	}
}
