package sandbox_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"botrelay/sinks/sandbox"
)

// serve runs a sandbox on loopback for one test.
func serve(t *testing.T, cfg sandbox.Config) (*sandbox.Sandbox, *httptest.Server) {
	t.Helper()
	s := sandbox.New(cfg)
	server := httptest.NewServer(s)
	t.Cleanup(func() {
		s.Close()
		server.Close()
	})
	return s, server
}

// reply is what the sandbox answered.
type reply struct {
	status int
	header http.Header
	body   string
}

// field returns a value of a JSON answer by its keys, as text.
func (r reply) field(t *testing.T, keys ...string) string {
	t.Helper()
	var v any
	if err := json.Unmarshal([]byte(r.body), &v); err != nil {
		t.Fatalf("not JSON: %q", r.body)
	}
	for _, key := range keys {
		m, _ := v.(map[string]any)
		v = m[key]
	}
	if s, ok := v.(string); ok {
		return s
	}
	out, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

func send(t *testing.T, method, address, kind, body string, headers ...string) reply {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, address, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	if kind != "" {
		req.Header.Set("Content-Type", kind)
	}
	for i := 0; i+1 < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	return do(t, req)
}

func do(t *testing.T, req *http.Request) reply {
	t.Helper()
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return reply{resp.StatusCode, resp.Header, string(body)}
}

func postJSON(t *testing.T, address, body string, headers ...string) reply {
	t.Helper()
	return send(t, http.MethodPost, address, "application/json", body, headers...)
}

func postForm(t *testing.T, address string, form url.Values) reply {
	t.Helper()
	return send(t, http.MethodPost, address, "application/x-www-form-urlencoded", form.Encode())
}

func get(t *testing.T, address string, headers ...string) reply {
	t.Helper()
	return send(t, http.MethodGet, address, "", "", headers...)
}

// one returns the only message that arrived.
func one(t *testing.T, s *sandbox.Sandbox) sandbox.Message {
	t.Helper()
	messages := s.Messages()
	if len(messages) != 1 {
		t.Fatalf("%d messages arrived, want 1", len(messages))
	}
	return messages[0]
}

// mustJSON is v as JSON.
func mustJSON(t *testing.T, v any) string {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}
