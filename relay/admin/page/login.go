package page

import (
	"fmt"
	"net/http"

	"botrelay/relay/admin/door"
)

// Login returns what shows the form that asks for the token.
func (s *Shell) Login() (func(http.ResponseWriter, *http.Request, door.Form), error) {
	base, err := s.base.Clone()
	if err == nil {
		_, err = base.New("content").Parse(`{{template "login" .}}`)
	}
	if err != nil {
		return nil, fmt.Errorf("parsing the login page: %w", err)
	}
	p := &Page{shell: s.stranger(), sheet: base, tab: "-"}
	return func(w http.ResponseWriter, r *http.Request, f door.Form) { write(p, w, r, f.Status, f) }, nil
}

// stranger returns a Shell that tells nothing but how to come in.
func (s *Shell) stranger() *Shell {
	return &Shell{cfg: Config{Zone: s.cfg.Zone}, base: s.base, assets: s.assets}
}
