package setup

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"botrelay/relay"
	"botrelay/relay/admin/glance"
	"botrelay/relay/compose"
	"botrelay/relay/config"
	"botrelay/relay/status"
	"botrelay/relay/vendors"
)

// List is every source.
type List struct {
	Missing []string `json:"missing"` // what is to be seen to for all of them, as sentences
	Lines   string   `json:"lines"`   // what the routes file should say for that; empty: nothing
	Sources []Source `json:"sources"`
}

// Source is one, and how its vendor is told to send.
type Source struct {
	Name    string       `json:"name"`
	Vendor  string       `json:"vendor"`
	Title   string       `json:"title"` // the vendor, as the company writes it
	URL     string       `json:"url"`
	Whole   bool         `json:"whole"` // the URL is; else compose.NoHost stands in it
	Pending bool         `json:"pending"`
	Missing []string     `json:"missing"` // what is to be seen to, as sentences
	Steps   []string     `json:"steps"`   // what to do at the vendor, in order
	Samples []string     `json:"samples"`
	Last    *glance.Last `json:"last_event"` // nil: none is kept
	Refused *Refused     `json:"refused"`    // nil: the last request was not, or for nothing that is to be mended
	State   State        `json:"state"`
	// Tested is when a test of the vendor's came last, if nothing else has come since the
	// relay started; zero: none did, or something has.
	Tested time.Time `json:"tested_at,omitzero"`
	// Lines are what routes.toml says of the source, or, where Written is false, could
	// say: it has no secret yet, or one in clear. Environment is what the environment has
	// then: the secrets belong behind it; empty: nothing.
	Lines       string `json:"lines"`
	Environment string `json:"environment"`
	Written     bool   `json:"written"`
}

// State is how a source stands.
type State string

// The states.
const (
	Waiting State = "waiting" // nothing has ever come
	Works   State = "works"
	Refuses State = "refused" // the last request was
	Pending State = "pending" // it has no secret yet
)

// Refused is why the last request was turned away, since the relay started.
type Refused struct {
	relay.Advice

	Count int       `json:"count"` // for that reason
	At    time.Time `json:"at"`    // the last time
}

// list shows every source.
func (r *room) list(q *http.Request) (List, error) {
	l := List{Missing: reach(r.Routes), Sources: []Source{}}
	if len(l.Missing) > 0 {
		l.Lines = "[server]\npublic_url = \"https://hooks.example.com\"\n"
	}
	var names []string
	for _, s := range r.Routes.Sources {
		names = append(names, s.Name)
	}
	last, err := r.Last.Last(q.Context(), names, r.mask)
	if err != nil {
		return List{}, err
	}
	fared := r.fared()
	for _, s := range r.Routes.Sources {
		v, err := r.tell(s, last[s.Name], fared[s.Name])
		if err != nil {
			return List{}, err
		}
		l.Sources = append(l.Sources, v)
	}
	return l, nil
}

// fared returns how the sources have fared, by their names.
func (r *room) fared() map[string]status.Source {
	fared := make(map[string]status.Source)
	for _, s := range r.Seen() {
		fared[s.Name] = s
	}
	return fared
}

// tell says what there is to say of a source, which has sent this last, and has fared so.
func (r *room) tell(s config.Source, last *glance.Last, fared status.Source) (Source, error) {
	v, err := compose.Vendor(r.Routes.Vendors, s.Vendor)
	if err != nil {
		return Source{}, err
	}
	out := Source{
		Name: s.Name, Vendor: s.Vendor, Title: v.Title, Pending: s.Pending,
		Steps: v.Steps("sources." + s.Name + ".secret"), Missing: missing(s, v), Samples: []string{},
	}
	out.lines(r.written()[s.Name])
	out.URL, out.Whole = compose.HookURL(r.Routes, s.Name)
	for _, one := range v.Samples {
		out.Samples = append(out.Samples, one.Name)
	}
	out.Last = last
	out.stand(fared)
	return out, nil
}

// stand fills in how a source stands that has fared so.
func (out *Source) stand(fared status.Source) {
	if amiss := fared.Amiss(); amiss != nil {
		out.Refused = &Refused{amiss.Advice, amiss.Count, amiss.LastAt}
	} else if fared.Tests > 0 && fared.Accepted+fared.Duplicates == 0 {
		out.Tested = fared.LastAt
	}
	switch {
	case out.Refused != nil:
		out.State = Refuses
	case out.Pending:
		out.State = Pending
	case out.Last != nil:
		out.State = Works
	default:
		out.State = Waiting
	}
}

// lines fills in what routes.toml and the environment have for a source, by how its secret
// is written there.
func (out *Source) lines(is config.Written) {
	out.Written = is.Line != ""
	if !out.Written {
		variable := variableOf(out.Name)
		is = config.Written{Line: fmt.Sprintf("secret = \"${%s}\"", variable), Variables: []string{variable}}
	}
	name := out.Name
	if strings.Contains(name, ".") {
		name = strconv.Quote(name)
	}
	out.Lines = fmt.Sprintf("[sources.%s]\nvendor = %q\n%s\n", name, out.Vendor, is.Line)
	for _, v := range is.Variables {
		out.Environment += v + "=\n"
	}
}

// variableOf is a variable for a source's secret, as a shell takes it.
func variableOf(source string) string {
	name := strings.Map(func(c rune) rune {
		if c == '-' || c == '.' {
			return '_'
		}
		return c
	}, strings.ToUpper(source)) + "_SECRET"
	if c := name[0]; c >= '0' && c <= '9' {
		return "S_" + name
	}
	return name
}

// reach says what is amiss with the name by which vendors reach the relay.
func reach(cfg *config.Config) []string {
	switch {
	case cfg.Server.PublicURL == "":
		return []string{fmt.Sprintf("routes.toml does not say by which name the internet reaches this relay. Set public_url in [server], or put the name in place of %s.", compose.NoHost)}
	case strings.HasPrefix(cfg.Server.PublicURL, "http://"):
		return []string{"public_url begins with http. Vendors want https, and who listens on the way can read what customers write."}
	}
	return []string{}
}

// missing says what is to be seen to before a source takes all that its vendor sends.
func missing(s config.Source, v *vendors.Vendor) []string {
	all := []string{}
	if s.Pending {
		all = append(all, fmt.Sprintf("It has no secret yet (pending = true). What %s sends to try the URL is answered, and events are refused.", v.Title))
	}
	if len(s.AllowIPs) > 0 {
		all = append(all, "It listens to some addresses only (allow_ips). That of "+v.Title+" has to be among them, and a sample from here is refused unless this machine's is.")
	}
	return all
}

// Copied is a text that a reader copies.
type Copied struct{ Name, Text string }

// Copied is for the template of that name.
func (Source) Copied(name, text string) Copied { return Copied{name, text} }

// Copied is for the template of that name.
func (List) Copied(name, text string) Copied { return Copied{name, text} }
