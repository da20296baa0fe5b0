package overview

import (
	"fmt"
	"path/filepath"
	"strings"
	"time"

	"botrelay/relay/wording"
)

const (
	// lateTime is how long something may wait in a lane without trouble: a burst takes
	// some minutes at a platform's pace.
	lateTime = 15 * time.Minute
	// indexTime is for how long the search index may be behind: it catches up in the
	// background.
	indexTime = time.Minute
)

// parts returns what is not well.
func (v *view) parts(now time.Time) (all []part) {
	all = append(all, v.storeParts()...)
	for _, l := range v.Lanes {
		all = append(all, l.parts(now)...)
	}
	for _, g := range v.Gone {
		text := fmt.Sprintf("%s for %s, which is gone", wording.MessagesWait(g.Pending), g.Sink)
		all = append(all, part{true, wording.Timed{Before: text}, fmt.Sprintf("Put the sink %s back into routes.toml, or deliver by today's rules.", g.Sink), "dead#gone-" + g.Sink})
	}
	if v.Dead > 0 {
		all = append(all, part{true, wording.Timed{Before: wording.Count(v.Dead, "dead letter")}, "See under Dead letters what they died of, mend that, and replay them.", "dead"})
	}
	for _, s := range v.Sources {
		all = append(all, s.parts()...)
	}
	return append(all, v.restParts(now)...)
}

// storeParts returns what is not well with the store, and with the routes file.
func (v *view) storeParts() (all []part) {
	if v.Trouble != "" {
		all = append(all, part{true, wording.Timed{Before: "the store does not answer"}, "See that its disk or database can be reached. Vendors are told to send again meanwhile.", "#trouble"})
	}
	if v.Full != "" {
		all = append(all, part{true, wording.Timed{Before: "no event can be stored"}, "See that the disk or database has room to spare, and may be written. Vendors are told to send again meanwhile.", "#full"})
	}
	if f := v.Configuration.Failure; f != nil {
		said := wording.Timed{Before: filepath.Base(v.Configuration.File) + " cannot be used since ", At: f.Since}
		all = append(all, part{true, said, "Mend routes.toml at the marks below. Until then the relay goes on by the last one that was good.", "#configuration"})
	}
	return all
}

// parts returns what is not well with the lane.
func (l lane) parts(now time.Time) []part {
	link := "#lane-" + l.Name
	do := brief(l.Advice.Cure)
	switch l.State {
	case stateHeld:
		if do == "" {
			do = fmt.Sprintf("Mend its channel, or [sinks.%s] in routes.toml.", l.Name)
		}
		return []part{{true, wording.Timed{Before: since(l.Name+" is held", l.Since), At: l.Since}, do, link}}
	case stateFailing:
		if do == "" {
			do = "Nothing, if it ends soon: it is tried again and again."
		}
		return []part{{false, wording.Timed{Before: since(l.Name+" fails", l.Since), At: l.Since}, do, link}}
	case stateWay, stateRests:
		if now.Sub(l.Oldest) >= lateTime {
			said := wording.Timed{Before: l.Name + " is behind: the oldest message waits since ", At: l.Oldest}
			return []part{{false, said, "Nothing, if much came in at once: it is sent at the platform's pace.", link}}
		}
	case stateIdle, stateFailed:
	}
	return nil
}

// parts returns what is not well with the source.
func (s source) parts() []part {
	link := "#source-" + s.Name
	switch {
	case s.Amiss() != nil:
		amiss := s.Amiss()
		said := wording.Timed{Before: s.Name + " refuses what comes (last ", At: amiss.LastAt.UTC(), After: ")"}
		return []part{{s.Grave(), said, brief(amiss.Cure), link}}
	case s.Pending:
		return []part{{false, wording.Timed{Before: s.Name + " has no secret yet"}, s.SecretCure(), link}}
	}
	return nil
}

// restParts returns what else is not well: nothing of it is urgent.
func (v *view) restParts(now time.Time) (all []part) {
	for _, n := range v.noRoute {
		if n.missed() {
			do := "See whether somebody should get them: add a route, or a [default], and deliver them by today's rules."
			all = append(all, part{false, wording.Timed{Before: n.text() + " had no route"}, do, n.link(v.Span)})
		}
	}
	if v.Relay.Lost > 0 {
		said := wording.Timed{Before: wording.Count(v.Relay.Lost, "relay") + " went without a word, the last ", At: v.Relay.LostAt}
		all = append(all, part{false, said, "See why it stopped, and start it again. The others have taken its sinks over.", "#configuration"})
	}
	if i := v.Index; !i.Behind.IsZero() && (i.Error != "" || now.Sub(i.Behind) >= indexTime) {
		do := "Nothing: it catches up by itself. What is found meanwhile is right, and takes longer."
		if i.Error != "" {
			do = "See why below: what is found is right all the same, and takes longer."
		}
		all = append(all, part{false, wording.Timed{Before: "the search index is behind since ", At: i.Behind.UTC()}, do, "#configuration"})
	}
	if later := v.Later(); later != "" {
		all = append(all, part{false, wording.Timed{Before: "a change of " + later + " waits for a restart"}, "Restart the relay when it suits: nothing is lost by that.", "#configuration"})
	}
	return all
}

// brief returns the first sentence of a text, with the second if that says little. All of
// it stands where the link leads.
func brief(text string) string {
	first, rest, more := strings.Cut(text, ". ")
	if !more {
		return text
	}
	const little = 15 // as "Nothing" is
	if second, _, further := strings.Cut(rest, ". "); len(first) < little {
		first += ". " + second
		if !further {
			return first
		}
	}
	return first + "."
}
