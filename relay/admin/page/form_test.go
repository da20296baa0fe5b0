package page_test

import (
	"errors"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/iotest"

	"botrelay/relay/admin/page"
)

// TestReadForm: a form of the size that it may have is read, and of any other it is said
// what is wrong with it.
func TestReadForm(t *testing.T) {
	for name, tc := range map[string]struct {
		query, body string
		most        int64
		status      int
		text        string
	}{
		"as large as it may be": {"", "sink=" + strings.Repeat("x", 1019), 1 << 10, 0, ""},
		"a byte more":           {"", "sink=" + strings.Repeat("x", 1020), 1 << 10, 413, "larger than 1 KiB"},
		"many":                  {"", strings.Repeat("x", 3<<20), 2 << 20, 413, "larger than 2 MiB"},
		"no form":               {"", "sink=%zz", 1 << 10, 400, `cannot be read: invalid URL escape "%zz". It is sent`},
		"no address":            {"?a=%zz", "sink=x", 1 << 10, 400, "cannot be read"},
	} {
		r := httptest.NewRequestWithContext(t.Context(), "POST", "/"+tc.query, strings.NewReader(tc.body))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		err := page.ReadForm(r, tc.most)
		if tc.status == 0 {
			if err != nil || "sink="+r.PostForm.Get("sink") != tc.body {
				t.Errorf("%s: %v, %.40q", name, err, r.PostForm)
			}
			continue
		}
		if e, ok := errors.AsType[*page.Error](err); !ok || e.Status != tc.status || !strings.Contains(e.Text, tc.text) {
			t.Errorf("%s: %+v", name, err)
		}
	}
	r := httptest.NewRequestWithContext(t.Context(), "POST", "/", iotest.ErrReader(errors.New("it broke off")))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if err := page.ReadForm(r, 10); err == nil || !strings.Contains(err.Error(), "it broke off") {
		t.Errorf("%v", err)
	}
}
