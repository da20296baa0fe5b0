package main

import (
	"encoding/json"
	"net/http"
	"os"
	"regexp"
	"strings"
	"testing"
)

// TestDocumentedPaths: every path that the document names for programs is there, and
// answers JSON.
func TestDocumentedPaths(t *testing.T) {
	text, err := os.ReadFile("../../.github/admin.md")
	if err != nil {
		t.Fatal(err)
	}
	documented := regexp.MustCompile("`(GET|POST) (/[^` ]*)`").FindAllStringSubmatch(string(text), -1)
	if len(documented) < 14 {
		t.Fatalf("only %d paths are documented: %q", len(documented), documented)
	}
	port, err := freePort()
	if err != nil {
		t.Fatal(err)
	}
	routes := writeRoutes(t, strings.NewReplacer("PORT", port, "SHARED", ownAddress).Replace(pageRoutes))
	h := &pageHouse{t: t, routes: routes, env: []string{"SANDBOX=http://127.0.0.1:9"}, vendor: newVendor(t)}
	h.start()
	h.lead("Mira", "x")
	for _, m := range documented {
		path := strings.NewReplacer("ID", "x", "SOURCE", "website", "SINK", "night").Replace(m[2])
		req, err := http.NewRequestWithContext(t.Context(), m[1], h.pages+strings.TrimPrefix(path, "/"), nil)
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Accept", "application/json")
		answer, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		var told map[string]any
		err = json.NewDecoder(answer.Body).Decode(&told)
		_ = answer.Body.Close()
		if path == "/metrics" && answer.StatusCode == http.StatusOK {
			continue
		}
		if err != nil || answer.StatusCode >= 500 || answer.StatusCode == http.StatusMethodNotAllowed || told["error"] == "There is no such page here." {
			t.Errorf("%s %s: %d %v %v", m[1], m[2], answer.StatusCode, told, err)
		}
	}
}
