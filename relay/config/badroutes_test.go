package config_test

import (
	"strings"
	"testing"
)

func TestBadRoutes(t *testing.T) {
	inner := func(lines string, want ...string) bad { return bad{rest + "[[routes]]\n" + lines, want} }
	const kinds = "(known: appointment, chat, escalation, lead, message, other)"
	testBad(t, []bad{
		{strings.Replace(rest, "[[routes]]", "‸[routes]", 1), []string{`"routes" is a list: write [[routes]] above each route`}},
		{"routes = [‸5]" + rest[:strings.Index(rest, "[[routes]]")], []string{`"routes" wants tables, as in [[routes]], got an integer`}},
		{rest + "[[routes]]\nmatch = { kind = ‸[] }\nto = ['sales']", []string{`warning: "kind" is an empty list, which every event matches: leave it out, or say what it is to match`}},
		{rest + "‸[[routes]]\nto = ['sales']", []string{`missing key "match": match = {} takes every event`}},
		{rest + "‸[[routes]]\nmatch = {}", []string{`missing key "to": name the sinks, as in to = ["sales"]`}},
		inner("‸macth = {}\nto = ['sales']", `unknown key "macth": did you mean "match"?`),
		inner("match = ‸'lead'\nto = ['sales']", `"match" wants a table, got a string: write match = { kind = "lead" }`),
		inner("match = { kind = 'lead', ‸when = 'text != \"\"' }\nto = ['sales']", `the key "when" is the route's, not its match's: write it on a line of its own, outside the braces of match`),
		inner("match = {}\nto = ‸[]", `"to" is empty: name at least one sink`),
		inner("match = {}\nto = ‸'sales'", `"to" wants a list of strings, got a string: write ["sales"]`),
		inner("match = {}\nto = ['sales', ‸5]", `"to" wants a string, got an integer: write "5"`),
		inner("match = {}\nto = ‸[['sales']]", `"to" wants a string, got a list: write "sales"`),
		inner("match = {}\nto = [\n  'sales',\n  ‸'sale', # no\n]", `unknown sink "sale": did you mean "sales"? (known: sales)`),
		inner("match = {}\nto = [‸'${SOME}']", `unknown sink "${SOME}" (known: sales)`),
		inner("match = {}\nto = ['sales', ‸'sales']", `warning: "sales" stands here twice: a sink gets an event once`),
		inner("name = ‸'all'\nmatch = {}\nto = ['sales']", `two routes have the name "all"`),
		inner("name = ‸5\nmatch = {}\nto = ['sales']", `"name" wants a string, got an integer: write "5"`),
		inner("match = {}\nto = ['sales']\nfinal = ‸'x'", `"final" wants true or false, got "x"`),
		inner("match = {}\nto = ['sales']\nwhen = 'kind == \"lead\" and ‸kin == 3'", `"when": unknown name "kin": did you mean kind?`),
		inner("match = {}\nto = ['sales']\nwhen = 'kind ‸= \"lead\"'", `"when": unexpected "=": write == to compare`),
		inner("match = {}\nto = ['sales']\nwhen = '‸  '", `"when": is empty: leave it out, or write what is to hold, such as text contains "urgent"`),
		inner("match = {}\nto = ['sales']\nwhen = ‸true", `"when" wants a string, got a boolean: write "true"`),
		inner("match = {}\nto = ['sales']\nwhen = \"text contains ‸'\"", `"when": the text that begins here has no closing quote`),
		inner("match = {}\nto = ['sales']\nactive = ‸'night'", `"active" wants a table, as in { days = "mon-fri", hours = "09:00-17:00" }, got a string`),
		inner("match = {}\nto = ['sales']\nactive = ‸{}", `warning: "active" says nothing: a route without it applies at any time`),
		inner("match = {}\nto = ['sales']\nactive = { days = ‸'mo-fri', ‸hour = '1', tz = ‸5 }",
			`"days" wants days such as "mon-fri" or "mon,wed,sat", got "mo-fri": did you mean "mon-fri"?`, `unknown key "hour": did you mean "hours"?`,
			`"tz" wants the name of a time zone, such as "Europe/Berlin" or "UTC", got an integer`),
		inner("match = {}\nto = ['sales']\nactive = { days = ‸'', hours = ‸'9-17' }",
			`"days" wants days such as "mon-fri" or "mon,wed,sat", got ""`, `"hours" wants two times of day such as "09:00-17:30" or "18:00-08:00", got "9-17": did you mean "09:00-17:00"?`),
		inner("match = {}\nto = ['sales']\nactive = { hours = ‸'24:00-08:00' }", `"hours" wants two times of day such as "09:00-17:30" or "18:00-08:00", got "24:00-08:00": did you mean "00:00-08:00"?`),
		inner("match = {}\nto = ['sales']\nactive = { hours = ‸'08:00-08:00' }", `"hours" ends when it begins: leave it out for all day, got "08:00-08:00"`),
		inner("match = {}\nto = ['sales']\nactive = { tz = ‸'Europe/Berln' }", `"tz" wants the name of a time zone, such as "Europe/Berlin" or "UTC", got "Europe/Berln": did you mean "Europe/Berlin"?`),
		inner("match = {}\nto = ['sales']\nmessage = ‸'urgent'", `unknown message "urgent": describe it in a table of its own, as in [messages.urgent]`),
		inner("match = {}\nto = ['sales']\nmessage = ‸5", `"message" wants a string, got an integer: write "5"`),
		inner("match = {}\nto = ['sales']\nmessage = ‸'leed'\n[messages.lead]\ntitle = 'x'", `unknown message "leed": did you mean "lead"? (known: lead)`),
		inner("match = { ‸kid = 'lead' }\nto = ['sales']", `unknown key "kid": did you mean "kind"?`),
		inner("match = { ‸event-type = 'lead' }\nto = ['sales']", `unknown key "event-type": did you mean "event_type"?`),
		inner("match = { kind = ‸5 }\nto = ['sales']", `"kind" wants a string or a list of strings, got an integer`),
		inner("match = { kind = ['lead', ‸5] }\nto = ['sales']", `"kind" wants a string, got an integer: write "5"`),
		inner("match = { kind = ‸'leads' }\nto = ['sales']", `unknown kind "leads": did you mean "lead"? `+kinds),
		inner("match = { kind = ‸'Lead' }\nto = ['sales']", `unknown kind "Lead": did you mean "lead"? `+kinds),
		inner("match = { kind = ['le*', ‸'!leads', 'l?ad'] }\nto = ['sales']", `unknown kind "!leads": did you mean "lead"? `+kinds),
		inner("match = { kind = ‸'' }\nto = ['sales']", `unknown kind "" `+kinds),
		inner("match.kind = ‸'leads'\nmatch.vendor = ‸'chatbas'\nto = ['sales']", `unknown kind "leads": did you mean "lead"? `+kinds,
			`unknown vendor "chatbas": did you mean "chatbase"? (known: chatbase, chatdata, chatzuri, newoaks)`),
		inner("to = ['sales']\n[routes.match]\nsource = ['website', ‸'websit']", `unknown source "websit": did you mean "website"? (known: website)`),
		inner("match = { vendor = 'chat\\base', source = ‸'web\\*' }\nto = ['sales']", `unknown source "web\\*" (known: website)`),
		inner("match = { bot_id = ‸'agent\\' }\nto = ['sales']", `"bot_id": "agent\\" is no pattern: a "\" at the end escapes nothing: write "\\" for a backslash`),
		inner("match = { channel = ['web', ‸'WhatsApp', ‸'!SMS'] }\nto = ['sales']", `warning: "WhatsApp" never matches: a channel is always in lower case`,
			`warning: "!SMS" never matches: a channel is always in lower case`),
		{rest + "[default]\nto = ‸[]", []string{`"to" is empty: name at least one sink`}},
		{rest + "‸[default]", []string{`missing key "to": name the sinks, as in to = ["sales"]`}},
		{rest + "[default]\nto = [‸'x']\n‸final = true", []string{`unknown sink "x" (known: sales)`, `unknown key "final": it belongs to [[routes]]`}},
	})
}

// TestUnused: what is legal but comes to nothing is a warning.
func TestUnused(t *testing.T) {
	sink := func(name string) string { return "[sinks." + name + "]\ntype = 'slack'\nwebhook_url = '${HOOK}'\n" }
	routes := rest[:strings.Index(rest, "[[routes]]")]
	testBad(t, []bad{
		one("‸"+sink("idle")+rest, `warning: no route sends to the sink "idle"`),
		{sink("idle") + rest + "[default]\nto = ['idle']", nil},
		{sink("idle") + rest + "[server]\nnotify = ['idle']", nil},
		{sink("idle") + "fallback = 'sales'\n" + rest + "[default]\nto = ['idle']", nil},
		{"‸" + routes[1:] + "[[routes]]\n‸match.vendor = 'newoaks'\nto = ['sales']", []string{`warning: no route takes events of the source "website", and there is no [default]`, `warning: no event can match the route "route 1": no source has such events`}},
		{"‸" + routes[1:] + "[[routes]]\n‸match.vendor = '!chatbase'\nto = ['sales']", []string{`warning: no route takes events of the source "website", and there is no [default]`, `warning: no event can match the route "route 1": no source has such events`}},
		{routes + "[[routes]]\n‸match.vendor = 'newoaks'\nto = ['sales']\n[default]\nto = ['sales']", []string{`warning: no event can match the route "route 1": no source has such events`}},
		{routes + "[[routes]]\nmatch.vendor = ['newoaks', 'chatbase']\nto = ['sales']", nil},
		{routes + "[[routes]]\nmatch.source = '!other*'\nto = ['sales']", nil},
		{routes + "[[routes]]\nmatch.vendor = '!newoaks'\nto = ['sales']", nil},
		{
			routes + "[[routes]]\nname = 'first'\nmatch = {}\nfinal = true\nto = ['sales']\n‸[[routes]]\nmatch.kind = 'lead'\nto = ['sales']",
			[]string{`warning: no event comes to the route "route 2": the route "first" takes them all and is final`},
		},
		{
			routes + "[[routes]]\nmatch.kind = ['lead', 'chat']\nfinal = true\nto = ['sales']\n‸[[routes]]\nmatch = {kind = ['lead', 'chat'], bot_id = 'x'}\nto = ['sales']",
			[]string{`warning: no event comes to the route "route 2": the route "route 1" takes them all and is final`},
		},
		{routes + "[[routes]]\nmatch.kind = 'lead'\nfinal = true\nto = ['sales']\n[[routes]]\nmatch = {}\nto = ['sales']", nil},
		{routes + "[[routes]]\nmatch = {}\nto = ['sales']\n[[routes]]\nmatch = {}\nto = ['sales']", nil},
	})
}
