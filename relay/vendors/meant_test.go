package vendors_test

import (
	"fmt"
	"strings"
	"testing"

	"botrelay/relay/vendors"
)

// TestMeant: what is signed, in the words of other programs and pages, is one
// error that says what to write.
func TestMeant(t *testing.T) {
	for signed, want := range map[string]string{
		"${timestamp}.${body}":               "{timestamp}.{body}",
		"{{timestamp}}.{{body}}":             "{timestamp}.{body}",
		"{{ timestamp }}.{{ body }}":         "{timestamp}.{body}",
		"{{ .Timestamp }}.{{ .Body }}":       "{timestamp}.{body}",
		"{{body}}":                           "{body}",
		"%s.%s":                              "{timestamp}.{body}",
		"%s":                                 "{body}",
		"%s.%s.%s":                           "{id}.{timestamp}.{body}",
		"timestamp + body":                   "{timestamp}{body}",
		`timestamp + "." + body`:             "{timestamp}.{body}",
		`"v0:" + ts + ':' + raw_body`:        "v0:{timestamp}:{body}",
		"timestamp.body":                     "{timestamp}.{body}",
		"<timestamp>.<body>":                 "{timestamp}.{body}",
		"$timestamp.$body":                   "{timestamp}.{body}",
		"{t}.{payload}":                      "{timestamp}.{body}",
		"{TIMESTAMP}.{BODY}":                 "{timestamp}.{body}",
		"{timestamp}{ body }":                "{timestamp}{body}",
		"{msg_id}.{msg_timestamp}.{payload}": "{id}.{timestamp}.{body}",
		"${webhook_id}.${webhook_timestamp}.${body}": "{id}.{timestamp}.{body}",
		"{svix_id}.{svix_timestamp}.{body}":          "{id}.{timestamp}.{body}",
		"%(timestamp)s.%(body)s":                     "{timestamp}.{body}",
		"{timestamp}.{rawBody}":                      "{timestamp}.{body}",
		"v0:{timestamp}:body":                        "v0:{timestamp}:{body}",
		"body":                                       "{body}",
		"{raw}":                                      "",
		"{timestamp}":                                "",
		"{url}{body}":                                "",
		"method + url + body":                        "",
		"{body}{body} body":                          "",
		"lead":                                       "",
	} {
		var said []string
		for _, p := range (vendors.Scheme{Header: "S", TimestampHeader: "T", Signed: signed}).Problems() {
			if p.Key == "signed" {
				said = append(said, p.Text)
			}
		}
		if text := strings.Join(said, "\n"); want != "" && (len(said) != 1 || !strings.HasSuffix(text, fmt.Sprintf(": write %q", want))) || want == "" && strings.Contains(text, ": write ") {
			t.Errorf("%q: %q, want %q", signed, said, want)
		}
	}
	for _, good := range []string{"{body}", "[{timestamp};{body}]", "v0:{timestamp}:{body}", "$5{body}", "body:{body}", "{}{body}", `{"x":1}{body}`, "{body} + {timestamp}"} {
		for _, p := range (vendors.Scheme{Header: "S", Signed: good}).Problems() {
			if strings.Contains(p.Text, ": write ") {
				t.Errorf("%q: %s", good, p.Text)
			}
		}
	}
}
