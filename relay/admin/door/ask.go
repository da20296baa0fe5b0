package door

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// ask lets a request in that shows the token, or what stands for it.
func (d *door) ask(w http.ResponseWriter, r *http.Request) {
	if d.Token.IsZero() || d.hasSession(w, r) {
		d.inside.ServeHTTP(w, r)
		return
	}
	shown, bears := bearer(r)
	if bears {
		wait := d.try(r, shown)
		switch {
		case wait > 0:
			tooMany(w, r, wait)
		case wait == 0:
			d.inside.ServeHTTP(w, r)
		default:
			refuse(w, r)
		}
		return
	}
	if d.Form != nil && r.Method == http.MethodGet && wantsPage(r) {
		d.Form(w, r, Form{Status: http.StatusUnauthorized, Next: strings.TrimPrefix(r.URL.RequestURI(), "/")})
		return
	}
	refuse(w, r)
}

// try compares a token that was shown. The result is 0 if it is right, less if it
// is wrong, and else for how long nothing more is compared for this client.
func (d *door) try(r *http.Request, shown string) time.Duration {
	now, who := time.Now(), d.client(r)
	if wait := d.Guesses.wait(who, now); wait > 0 {
		return wait
	}
	if d.token.is(shown) {
		d.Guesses.right(who)
		return 0
	}
	d.Guesses.wrong(who, now)
	return -1
}

// bearer returns the token that a program shows, and whether it shows any.
func bearer(r *http.Request) (shown string, bears bool) {
	values := r.Header.Values("Authorization")
	if len(values) != 1 {
		return "", len(values) > 1
	}
	scheme, shown, _ := strings.Cut(values[0], " ")
	if !strings.EqualFold(scheme, "Bearer") {
		return "", false
	}
	return strings.TrimLeft(shown, " "), true
}

// wantsPage reports whether a request is a browser's for a page.
func wantsPage(r *http.Request) bool { return strings.Contains(r.Header.Get("Accept"), "text/html") }

func refuse(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("WWW-Authenticate", `Bearer realm="botrelay"`)
	say(w, r, http.StatusUnauthorized, "this needs the admin_token of routes.toml, as in: Authorization: Bearer TOKEN")
}

func tooMany(w http.ResponseWriter, r *http.Request, wait time.Duration) {
	w.Header().Set("Retry-After", seconds(wait))
	say(w, r, http.StatusTooManyRequests, "too many wrong tokens: wait "+seconds(wait)+" seconds")
}

// seconds writes d in whole seconds, rounded up.
func seconds(d time.Duration) string {
	return strconv.FormatInt(int64((d+time.Second-1)/time.Second), 10)
}

// hasSession reports whether a request's cookie stands for the token. One that has
// lasted for a while is made anew, so that who comes each day stays in.
func (d *door) hasSession(w http.ResponseWriter, r *http.Request) bool {
	now := time.Now()
	for _, c := range r.CookiesNamed(d.token.cookie) {
		if until, good := d.token.until(c.Value, now); good {
			if until.Sub(now) < sessionTime-24*time.Hour && strings.Count(r.URL.Path, "/") == 1 {
				d.remember(w, r, now.Add(sessionTime))
			}
			return true
		}
	}
	return false
}

// remember gives the browser what stands for the token until a time; a time that
// has passed takes it away. It is good below the folder of the request, as browsers
// have it where no path is named: so it is only for requests directly below the root,
// wherever a proxy has that.
func (d *door) remember(w http.ResponseWriter, r *http.Request, until time.Time) {
	c := &http.Cookie{
		Name: d.token.cookie, HttpOnly: true, SameSite: http.SameSiteStrictMode, Secure: isSecure(r),
		Value: d.token.session(until), Expires: until,
	}
	if !until.After(time.Now()) {
		c.Value, c.MaxAge = "", -1
	}
	http.SetCookie(w, c)
}

// isSecure reports whether the browser speaks HTTPS, to the relay or to a proxy
// before it. A form says itself where it comes from; whoever lies about it harms
// but himself.
func isSecure(r *http.Request) bool {
	origin, err := url.Parse(r.Header.Get("Origin"))
	return r.TLS != nil || r.Header.Get("X-Forwarded-Proto") == "https" || err == nil && origin.Scheme == "https"
}
