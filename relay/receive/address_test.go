package receive_test

import (
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"

	"botrelay/relay/receive"
	"botrelay/relay/vendors"
)

func networks(texts ...string) receive.Networks {
	var all []netip.Prefix
	for _, text := range texts {
		all = append(all, netip.MustParsePrefix(text))
	}
	return receive.NewNetworks(all)
}

// unread is a body that must not be touched.
type unread struct{ t *testing.T }

func (u unread) Read([]byte) (int, error) {
	u.t.Error("the body was read")
	return 0, http.ErrBodyReadAfterClose
}

// TestAddress: who may send, by the address of the peer and by what proxies say.
func TestAddress(t *testing.T) {
	for _, tc := range []struct {
		allow, trust, peer string
		forwarded          []string // header fields
		admitted           bool
	}{
		{allow: "203.0.113.0/24", peer: "203.0.113.9:1234", admitted: true},
		{allow: "203.0.113.0/24", peer: "203.0.114.9:1234"},
		{allow: "203.0.113.0/24", peer: "[::ffff:203.0.113.9]:1234", admitted: true},
		{allow: "::ffff:203.0.113.0/120", peer: "203.0.113.9:1234", admitted: true},
		{allow: "::ffff:203.0.113.0/120", peer: "203.0.114.9:1234"},
		{allow: "2001:db8::/32", peer: "[2001:db8::7]:1234", admitted: true},
		{allow: "2001:db8::/32", peer: "[2001:db9::7]:1234"},
		{allow: "fe80::/10", peer: "[fe80::1%eth0]:1234", admitted: true},
		{allow: "0.0.0.0/0", peer: "[2001:db8::7]:1234"},
		{allow: "203.0.113.0/24", peer: "pipe"},
		// Nobody's X-Forwarded-For is believed but a trusted proxy's.
		{allow: "203.0.113.0/24", peer: "198.51.100.1:1", forwarded: []string{"203.0.113.9"}},
		{allow: "203.0.113.0/24", peer: "203.0.113.9:1", forwarded: []string{"198.51.100.1"}, admitted: true},
		{allow: "203.0.113.0/24", trust: "10.0.0.0/8", peer: "10.0.0.1:1", forwarded: []string{"203.0.113.9"}, admitted: true},
		{allow: "203.0.113.0/24", trust: "10.0.0.0/8", peer: "[::ffff:10.0.0.1]:1", forwarded: []string{"::ffff:203.0.113.9"}, admitted: true},
		{allow: "203.0.113.0/24", trust: "10.0.0.0/8", peer: "11.0.0.1:1", forwarded: []string{"203.0.113.9"}},
		// The right-most that is no proxy of ours: what stands before it is the client's own word.
		{allow: "203.0.113.0/24", trust: "10.0.0.0/8", peer: "10.0.0.1:1", forwarded: []string{"203.0.113.9, 198.51.100.1"}},
		{allow: "203.0.113.0/24", trust: "10.0.0.0/8", peer: "10.0.0.1:1", forwarded: []string{"198.51.100.1, 203.0.113.9"}, admitted: true},
		{allow: "203.0.113.0/24", trust: "10.0.0.0/8", peer: "10.0.0.1:1", forwarded: []string{"198.51.100.1,203.0.113.9,10.9.9.9 , 10.0.0.7"}, admitted: true},
		{allow: "203.0.113.0/24", trust: "10.0.0.0/8", peer: "10.0.0.1:1", forwarded: []string{"203.0.113.9", "198.51.100.1"}},
		{allow: "203.0.113.0/24", trust: "10.0.0.0/8", peer: "10.0.0.1:1", forwarded: []string{"198.51.100.1", "203.0.113.9", "10.0.0.7"}, admitted: true},
		// Rubbish ends what is believed.
		{allow: "203.0.113.0/24", trust: "10.0.0.0/8", peer: "10.0.0.1:1", forwarded: []string{"203.0.113.9, unknown"}},
		{allow: "203.0.113.0/24", trust: "10.0.0.0/8", peer: "10.0.0.1:1", forwarded: []string{"203.0.113.9,"}},
		{allow: "203.0.113.0/24", trust: "10.0.0.0/8", peer: "10.0.0.1:1", forwarded: []string{"203.0.113.9", ""}},
		{allow: "203.0.113.0/24", trust: "10.0.0.0/8", peer: "10.0.0.1:1", forwarded: []string{"203.0.113.9, 10.0.0.0/8"}},
		{allow: "203.0.113.0/24", trust: "10.0.0.0/8", peer: "10.0.0.1:1", forwarded: []string{"rubbish, 203.0.113.9"}, admitted: true},
		{allow: "10.0.0.0/8", trust: "10.0.0.0/8", peer: "10.0.0.1:1", forwarded: []string{"rubbish"}},
		// Some proxies write the port too.
		{allow: "203.0.113.0/24", trust: "10.0.0.0/8", peer: "10.0.0.1:1", forwarded: []string{"203.0.113.9:55000"}, admitted: true},
		{allow: "2001:db8::/32", trust: "::1/128", peer: "[::1]:1", forwarded: []string{"[2001:db8::7]:55000"}, admitted: true},
		{allow: "2001:db8::/32", trust: "::1/128", peer: "[::1]:1", forwarded: []string{"[2001:db8::7]"}, admitted: true},
		// A proxy that passes nothing on asks for itself.
		{allow: "203.0.113.0/24", trust: "10.0.0.0/8", peer: "10.0.0.1:1"},
		{allow: "10.0.0.0/8", trust: "10.0.0.0/8", peer: "10.0.0.1:1", admitted: true},
		{allow: "10.0.0.0/8", trust: "10.0.0.0/8", peer: "10.0.0.1:1", forwarded: []string{"10.0.0.2"}, admitted: true},
		{allow: "0.0.0.0/0", trust: "0.0.0.0/0", peer: "10.0.0.1:1", forwarded: []string{"1.2.3.4, 5.6.7.8"}, admitted: true},
	} {
		v, _ := vendors.Lookup("chatbase")
		source := receive.Source{Name: "website", Vendor: v, Pending: true, AllowIPs: networks(tc.allow)}
		var trusted receive.Networks
		if tc.trust != "" {
			trusted = networks(tc.trust)
		}
		h, log := handlerOf(source, trusted)
		req := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/hooks/website", strings.NewReader(""))
		if !tc.admitted {
			req = httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/hooks/website", unread{t})
		}
		req.SetPathValue("source", "website")
		req.RemoteAddr = tc.peer
		for _, value := range tc.forwarded {
			req.Header.Add("X-Forwarded-For", value)
		}
		rec := httptest.NewRecorder()
		h.ServeHTTP(rec, req)
		want := http.StatusForbidden
		if tc.admitted {
			want = http.StatusOK
		}
		if rec.Code != want {
			t.Errorf("%+v: got %d %s", tc, rec.Code, log)
		}
		if rubbish := strings.Contains(strings.Join(tc.forwarded, ","), "unknown"); rubbish && !strings.Contains(log.String(), "does not tell") {
			t.Errorf("%+v: the log does not say why: %s", tc, log)
		}
		if !tc.admitted && (rec.Body.String() != "this address may not send to this source\n" || !strings.Contains(log.String(), `"reason":"address"`)) {
			t.Errorf("%+v: got %q %s", tc, rec.Body, log)
		}
	}
}

// TestAddressBeforeAll: a stranger learns nothing else, and the log tells who it
// was.
func TestAddressBeforeAll(t *testing.T) {
	v, _ := vendors.Lookup("chatbase")
	h, log := handlerOf(receive.Source{Name: "website", Vendor: v, Pending: true, AllowIPs: networks("203.0.113.0/24")}, nil)
	for _, method := range []string{"GET", "PUT", "POST", "HEAD"} {
		req := httptest.NewRequestWithContext(t.Context(), method, "/hooks/website", strings.NewReader("{}"))
		req.SetPathValue("source", "website")
		req.RemoteAddr = "198.51.100.77:4"
		rec := httptest.NewRecorder()
		h.ServeHTTP(rec, req)
		if rec.Code != http.StatusForbidden {
			t.Errorf("%s: got %d", method, rec.Code)
		}
	}
	if n := strings.Count(log.String(), "198.51.100.77 is not in allow_ips"); n != 4 {
		t.Errorf("the log:\n%s", log)
	}
}

func handlerOf(source receive.Source, trusted receive.Networks) (*receive.Handler, fmt.Stringer) {
	log := &strings.Builder{}
	return receive.New(receive.Config{
		Sources: []receive.Source{source}, MaxBody: 4096, TrustedProxies: trusted, Log: slog.New(slog.NewJSONHandler(log, nil)),
	}), log
}
