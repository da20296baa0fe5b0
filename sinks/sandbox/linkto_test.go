package sandbox_test

import (
	"net/http/httptest"
	"strings"
	"testing"

	"botrelay/sinks/sandbox"
)

// TestLinkTo: the page leads to that of the relay once somebody has said where it is.
func TestLinkTo(t *testing.T) {
	box := sandbox.New(sandbox.Config{})
	defer box.Close()
	page := func() string {
		w := httptest.NewRecorder()
		box.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), "GET", "/", nil))
		return w.Body.String()
	}
	if strings.Contains(page(), "The relay's page") {
		t.Error("nobody has said where it is")
	}
	box.LinkTo("http://127.0.0.1:8081/")
	if text := page(); !strings.Contains(text, `<a href="http://127.0.0.1:8081/">The relay's page</a>`) {
		t.Errorf("no link in\n%s", text)
	}
}
