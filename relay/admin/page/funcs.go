package page

import (
	"fmt"
	"html/template"
	"time"

	"botrelay/relay/wording"
)

// funcs are what templates may call beside what html/template has:
//
//	when T     a time as shortly as is clear, the exact one at hand
//	ago T      how long ago it was
//	in T       how long it is yet
//	exact T    with date, seconds and zone
//	clock T    its hour and minute
//	day T      its day
//	number N   a count, in groups of three digits
//	link NAME  where an asset is, from the root
func (s *Shell) funcs() template.FuncMap {
	return template.FuncMap{
		"when":   func(t time.Time) template.HTML { return s.time(t, "short") },
		"ago":    func(t time.Time) template.HTML { return s.time(t, "ago") },
		"in":     func(t time.Time) template.HTML { return s.time(t, "in") },
		"exact":  func(t time.Time) template.HTML { return s.time(t, "exact") },
		"clock":  func(t time.Time) template.HTML { return s.time(t, "clock") },
		"day":    func(t time.Time) template.HTML { return s.time(t, "day") },
		"number": wording.Thousands,
		"link":   s.link,
	}
}

// time writes a time for people and machines. The page's script writes it in the
// reader's zone.
func (s *Shell) time(t time.Time, as string) template.HTML {
	if t.IsZero() {
		return ""
	}
	const exact = "Mon 2006-01-02 15:04:05 MST"
	local := t.In(s.cfg.Zone)
	text := local.Format("Jan 2 15:04")
	switch as {
	case "exact":
		text = local.Format(exact)
	case "clock":
		text = local.Format("15:04")
	case "day":
		text = local.Format("Mon 2")
	}
	return template.HTML(fmt.Sprintf(`<time datetime="%s" title="%s" data-as="%s">%s</time>`,
		t.UTC().Format("2006-01-02T15:04:05.000Z"), template.HTMLEscapeString(local.Format(exact)), as, template.HTMLEscapeString(text)))
}
