package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"

	"botrelay/relay/queue/sqlite"
)

// TestAnnouncedAddress: only what a listener has is taken for where a relay is. Who
// may write into the store's folder must not have events sent somewhere else.
func TestAnnouncedAddress(t *testing.T) {
	path := filepath.Join(t.TempDir(), "botrelay.db")
	store, err := sqlite.Open(t.Context(), sqlite.Config{Path: path})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = store.Close() }()
	for listen, want := range map[string]string{
		"127.0.0.1:8080":                "http://127.0.0.1:8080",
		"[::]:8080":                     "http://127.0.0.1:8080",
		"":                              "",
		"evil.example:80":               "",
		"evil.example":                  "",
		"127.0.0.1:80@evil.example":     "",
		"user@127.0.0.1:80":             "",
		"127.0.0.1:80/hooks/x?":         "",
		"127.0.0.1:http\r\nX-Evil: yes": "",
	} {
		text, err := json.Marshal(address{Listen: listen, Net: network()})
		if err == nil {
			err = store.Announce(string(text))
		}
		if err != nil {
			t.Fatal(err)
		}
		if got := addressOf("sqlite:" + path); got != want {
			t.Errorf("%q: got %q, want %q", listen, got, want)
		}
	}
}

// TestAnswersOfStrangers: what answers may be anything that listens there. Nothing
// of its answer is obeyed by a terminal.
func TestAnswersOfStrangers(t *testing.T) {
	const evil = "\x1b]0;title\a\x1b[31m\u009b2J\u202eko"
	for _, status := range []int{http.StatusOK, http.StatusTeapot} {
		stranger := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(status)
			_, _ = io.WriteString(w, evil)
		}))
		defer stranger.Close()
		routes := writeRoutes(t, "[sources.a]\nvendor = 'chatbase'\nsecret = 's'\n[sinks.s]\ntype = 'slack'\ntoken = 'xoxb-1'\nchannel = '#s'\n[default]\nto = ['s']\n")
		for _, args := range [][]string{{"health"}, {"send", "--source", "a", "--sample", "lead"}} {
			args = append(args, "--config", routes, "--url", stranger.URL)
			var out bytes.Buffer
			run(t.Context(), args, func(string) (string, bool) { return "", false }, strings.NewReader(""), &out, &out)
			if text := out.String(); strings.ContainsAny(text, "\x1b\a\u009b\u202e") || !strings.Contains(text, "ko") && status == http.StatusOK {
				t.Errorf("%s, %d: %q", args[0], status, text)
			}
		}
	}
}

// TestStrangeStatus: the same of the line that an answer begins with.
func TestStrangeStatus(t *testing.T) {
	listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = listener.Close() }()
	go func() {
		conn, err := listener.Accept()
		if err != nil {
			return
		}
		// Whoever is answered before it has asked takes the connection for a broken one.
		if _, err := http.ReadRequest(bufio.NewReader(conn)); err != nil {
			return
		}
		_, _ = io.WriteString(conn, "HTTP/1.1 503 no\x1b[31m\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
		_, _ = io.Copy(io.Discard, conn)
		_ = conn.Close()
	}()
	var out bytes.Buffer
	run(t.Context(), []string{"health", "--url", "http://" + listener.Addr().String()}, func(string) (string, bool) { return "", false }, strings.NewReader(""), &out, &out)
	if text := out.String(); strings.Contains(text, "\x1b") || !strings.Contains(text, "503") {
		t.Errorf("%q", text)
	}
}

// TestHealthByABadFile: a relay on PostgreSQL announces itself nowhere. It is found
// where its file says, though that has become bad meanwhile.
func TestHealthByABadFile(t *testing.T) {
	web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.WriteString(w, "alive at "+r.URL.Path)
	}))
	defer web.Close()
	address := strings.TrimPrefix(web.URL, "http://")
	getenv := func(name string) (string, bool) { return address, name == "ADDRESS" }
	for about, text := range map[string]string{
		"good but for its variables": "[server]\nlisten = '${ADDRESS}'\n[store]\nurl = 'postgres://db/botrelay'\n[sources.a]\nvendor = 'chatbase'\nsecret = '${NOT_SET}'\n",
		"with mistakes":              "[server]\nlisten = '${ADDRESS}'\nmax_body = 'huge'\nlissen = 1\n[store]\nurl = 'postgres://db/botrelay'\n[sinks]\nx = 1\n",
	} {
		var out bytes.Buffer
		code := run(t.Context(), []string{"health", "--config", writeRoutes(t, text)}, getenv, strings.NewReader(""), &out, &out)
		if code != exitGood || out.String() != "alive at /healthz\n" {
			t.Errorf("a file %s: %d %q", about, code, out.String())
		}
	}
}
