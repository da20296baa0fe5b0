package config_test

import (
	"testing"

	"botrelay/relay/config"
)

func TestBadAdmin(t *testing.T) {
	server := func(line string, want ...string) bad { return bad{"[server]\n" + line + rest, want} }
	const (
		open    = `the network can reach the admin page: it needs an "admin_token", or an address such as "127.0.0.1:8081"`
		shared  = `the admin page shares the address of the webhooks: it needs an "admin_token"`
		taken   = `the admin page wants a port that the webhooks have already: write another port, or the very address of "listen"`
		unused  = `warning: "admin_token" guards nothing: there is no "admin_listen"`
		inClear = `warning: "admin_token" is written in clear: take it from the environment, as in "${NAME}", or name a file with "admin_token_file"`
		unsent  = `"admin_token" wants letters, digits and signs without spaces: it is sent in a line of a request`
	)
	testBad(t, []bad{
		server(`admin_listen = ‸8081`, `"admin_listen" wants host:port, such as ":8080" or "127.0.0.1:8081", got an integer: did you mean ":8081"?`),
		server(`admin_listen = ‸"8081"`, `"admin_listen" `+noAddress+`, got "8081": did you mean ":8081"?`),
		server(`admin_listen = ‸""`, `"admin_listen" `+noAddress+`, got ""`),
		// An address of its own that only this machine can reach needs no token.
		server(`admin_listen = "127.0.0.1:8081"`),
		server(`admin_listen = "localhost:8081"`),
		server(`admin_listen = "[::1]:8081"`),
		server("listen = '127.0.0.1:80'\nadmin_listen = '127.0.0.2:80'"),
		server("listen = ':0'\nadmin_listen = '127.0.0.1:0'"), // which are two ports
		// Any other does.
		server(`admin_listen = ‸":8081"`, open),
		server(`admin_listen = ‸"0.0.0.0:8081"`, open),
		server(`admin_listen = ‸"192.0.2.1:8081"`, open),
		server(`admin_listen = ‸"admin.example.com:8081"`, open),
		server("admin_listen = ':8081'\nadmin_token = '${TOKEN}'"),
		server("admin_listen = ':8081'\nadmin_token_file = '/run/secrets/one'"),
		server("listen = ‸'80'\nadmin_listen = ‸':8081'", `"listen" `+noAddress+`, got "80": did you mean ":80"?`, open),
		// So does the address of the webhooks, also where a proxy is before it.
		server("listen = '127.0.0.1:80'\nadmin_listen = ‸'127.0.0.1:80'", shared),
		server("listen = '127.0.0.1:80'\nadmin_listen = ‸'localhost:080'", shared),
		server(`admin_listen = ‸"0.0.0.0:8080"`, shared),
		server("admin_listen = ':8080'\nadmin_token = '${TOKEN}'"),
		// A port that one of the two has of every address.
		server(`admin_listen = ‸"127.0.0.1:8080"`, taken),
		server("listen = '127.0.0.1:80'\nadmin_listen = ‸':80'\nadmin_token = '${TOKEN}'", taken),
		server("listen = '0.0.0.0:80'\nadmin_listen = ‸'127.0.0.1:80'", taken),
		server("listen = '0.0.0.0:80'\nadmin_listen = '[::1]:80'"),
		// Tokens.
		server("admin_listen = ':8081'\nadmin_token = ‸''", `"admin_token" is empty: write "${NAME}" for a variable of the environment, or name a file with "admin_token_file"`),
		server("admin_listen = ':8081'\nadmin_token = ‸'${NOBODY}'", `the environment variable NOBODY is not set: set it before the start, or name a file with "admin_token_file"`),
		server("admin_listen = ':8081'\nadmin_token = ‸'${SHORT}'", `warning: "admin_token" can be guessed, and the network can reach the admin page: take 16 characters or more, at random`),
		server("admin_listen = '127.0.0.1:8081'\nadmin_token = '${SHORT}'"),
		server(`‸admin_token = "${TOKEN}"`, unused),
		server(`‸admin_token_file = "/run/secrets/one"`, unused),
		server("admin_listen = ':8081'\nadmin_token = ‸'in-clear'", inClear),
		server("admin_listen = ':8081'\nadmin_token_file = ‸'/run/secrets/blank'", unsent),
	})
}

// TestAdminShared: two ways to write one address are one address.
func TestAdminShared(t *testing.T) {
	for _, tc := range []struct {
		listen, admin string
		want          bool
	}{
		{":8080", "", false},
		{":8080", ":8080", true},
		{":8080", "0.0.0.0:8080", true},
		{"[::]:8080", ":08080", true},
		{"localhost:8080", "LOCALHOST:8080", true},
		{"127.0.0.1:8080", "localhost:8080", true},
		{"127.0.0.1:8080", "[::ffff:127.0.0.1]:8080", true},
		{"[::1]:8080", "[0:0:0:0:0:0:0:1]:8080", true},
		{":8080", ":8081", false},
		{":8080", "127.0.0.1:8080", false},
		{"127.0.0.1:8080", "127.0.0.2:8080", false},
		{"127.0.0.1:0", "127.0.0.1:0", false},
		{"[::1]:8080", "127.0.0.1:8080", false},
	} {
		s := config.Server{Listen: tc.listen, AdminListen: tc.admin}
		if got := s.AdminShared(); got != tc.want {
			t.Errorf("%q and %q: %v", tc.listen, tc.admin, got)
		}
	}
}
