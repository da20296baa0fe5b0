package main

import "testing"

// TestCapture: a request is the same in whatever way it was written down, and its
// body stays as it came.
func TestCapture(t *testing.T) {
	for text, body := range map[string]string{
		"X-Sig: ab\n\n{}\n":                               "{}\n",
		"X-Sig: ab\r\n\r\n{\"a\":1}\r\n\r\n":              "{\"a\":1}\r\n\r\n",
		"\n\r\nPOST /hook HTTP/1.1\nx-sig:ab\n\n> {}":     "> {}",
		"POST /hook\nX-Sig: ab\n\n{}":                     "{}",
		"> POST /hook HTTP/2\n> X-Sig: ab\n>\n{}":         "{}",
		"> POST /hook HTTP/2\r\n> X-Sig: ab \r\n> \r\n{}": "{}",
		"X-Sig: ab": "",
		"X-Sig: ab\nContent-Length: 2\n\n{}\r\n\n":               "{}",
		"X-Sig: ab\nContent-Length: 2\n\n{} \n":                  "{} \n", // a space is no editor's: a note says that it differs
		"X-Sig: ab\nContent-Length: many\n\n{}\n":                "{}\n",
		"X-Sig: ab\nContent-Length: 2\nContent-Encoding: br\n\n": "",
	} {
		c, err := parseCapture([]byte(text))
		if err != nil {
			t.Errorf("%q: %v", text, err)
			continue
		}
		c.measure()
		if c.header.Get("X-Sig") != "ab" || string(c.body) != body || (len(c.notes) > 0) != (body == "{} \n") {
			t.Errorf("%q: %q, %q, %q", text, c.header, c.body, c.notes)
		}
	}
	for _, text := range []string{"", "\n\n", "{}", "{\"a\": 1}\n\n{}", "POST /hook HTTP/1.1\n\n{}", "X-Sig: ab\nPOST /hook\n\n{}", "X-Sig: ab\n{}"} {
		if c, err := parseCapture([]byte(text)); err == nil {
			t.Errorf("%q is taken: %+v", text, c)
		}
	}
}
