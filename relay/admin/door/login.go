package door

import (
	"net/http"
	"strings"
	"time"
)

// longestForm is how much a login form may send, in bytes.
const longestForm = 64 << 10

// form shows the form to who asked for it.
func (d *door) form(w http.ResponseWriter, r *http.Request) {
	if d.hasSession(w, r) {
		goOn(w, r.URL.Query().Get("next"))
		return
	}
	d.show(w, r, Form{Status: http.StatusOK, Next: r.URL.Query().Get("next")})
}

func (d *door) show(w http.ResponseWriter, r *http.Request, f Form) {
	if d.Form == nil {
		refuse(w, r)
		return
	}
	d.Form(w, r, f)
}

// login lets in who sends the token, and remembers it.
func (d *door) login(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, longestForm)
	if err := r.ParseForm(); err != nil {
		d.show(w, r, Form{Status: http.StatusBadRequest, Wrong: "The form did not arrive whole. Please try again."})
		return
	}
	next := r.PostForm.Get("next")
	switch wait := d.try(r, strings.TrimSpace(r.PostForm.Get("token"))); {
	case wait > 0:
		w.Header().Set("Retry-After", seconds(wait))
		d.show(w, r, Form{http.StatusTooManyRequests, next, "There were too many wrong tokens. Wait " + seconds(wait) + " seconds, then try again."})
	case wait < 0:
		d.show(w, r, Form{http.StatusUnauthorized, next, "This is not the admin_token of routes.toml."})
	default:
		d.remember(w, r, time.Now().Add(sessionTime))
		goOn(w, next)
	}
}

// logout lets the browser forget what stands for the token.
func (d *door) logout(w http.ResponseWriter, r *http.Request) {
	d.remember(w, r, time.Time{})
	goOn(w, "login")
}

// goOn sends a browser to a path from the root, where it is now. The dot keeps it
// there: what follows it names no other host.
func goOn(w http.ResponseWriter, next string) {
	next = strings.Map(func(c rune) rune {
		if c < ' ' || c == '\\' {
			return -1
		}
		return c
	}, next)
	w.Header().Set("Location", "./"+strings.TrimLeft(next, "/."))
	w.WriteHeader(http.StatusSeeOther)
}
