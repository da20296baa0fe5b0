package ondisk_test

import (
	"testing"

	"botrelay/relay/admin/ondisk"
	"botrelay/relay/status"
)

// TestOf: it is told only where something on disk is not in use, by the names that people
// know: the file without its folder, the files to blame, and the keys that wait.
func TestOf(t *testing.T) {
	if told := ondisk.Of(status.Configuration{File: "/etc/botrelay/routes.toml", Warnings: []status.Problem{{}}}); told != nil {
		t.Errorf("all is in use: %+v", told)
	}
	waits := ondisk.Of(status.Configuration{File: "/etc/botrelay/routes.toml", Later: []string{"store.url", "server.listen"}})
	if waits == nil || waits.Name() != "routes.toml" || waits.Waits() != "store.url and server.listen" || waits.Blame() != "" {
		t.Errorf("%+v", waits)
	}
	bad := ondisk.Of(status.Configuration{File: "routes.toml", Failure: &status.Failure{Files: []string{"routes.toml", "token.txt"}}})
	if bad == nil || bad.Blame() != "routes.toml, token.txt" || bad.Later == nil || bad.Waits() != "" {
		t.Errorf("%+v", bad)
	}
	if shown := bad.On("../", "These are the routes"); shown.Root != "../" || shown.Failure != bad.Failure {
		t.Errorf("%+v", shown)
	}
}
