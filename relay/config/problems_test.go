package config_test

import (
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"
)

// rest makes a good file of what stands before it.
const rest = `
[sources.website]
vendor = "chatbase"
secret = "${SECRET}"
[sinks.sales]
type = "slack"
webhook_url = "${HOOK}"
[[routes]]
name = "all"
match = {}
to = ["sales"]
`

// here marks, in the files below, where the next problem stands.
const here = "‸"

// marks takes the marks out of a text and returns the places where they stood,
// counted in characters from the line's start.
func marks(text string) (clean string, places []string) {
	parts := strings.Split(text, here)
	for i, part := range parts {
		clean += part
		if i < len(parts)-1 {
			line := clean[strings.LastIndex(clean, "\n")+1:]
			places = append(places, fmt.Sprintf("%d:%d", 1+strings.Count(clean, "\n"), 1+utf8.RuneCountInString(line)))
		}
	}
	return clean, places
}

// bad is a file and what is wrong with it, in the order of its marks.
type bad struct {
	file string
	want []string
}

func one(file, want string) bad { return bad{file, []string{want}} }

func testBad(t *testing.T, cases []bad) {
	t.Helper()
	for _, tc := range cases {
		text, places := marks(tc.file)
		cfg, problems := parse(t, text)
		var got, want []string
		failed := false
		for _, p := range problems {
			head, _, _ := strings.Cut(p.String(), "\n")
			got = append(got, head)
			failed = failed || !p.Warning
		}
		for i, text := range tc.want {
			if i < len(places) {
				want = append(want, "routes.toml:"+places[i]+": "+text)
			}
		}
		if strings.Join(got, "\n") != strings.Join(want, "\n") || len(places) != len(tc.want) {
			t.Errorf("%s\ngot:\n  %s\nwant:\n  %s", text, strings.Join(got, "\n  "), strings.Join(want, "\n  "))
		}
		if (cfg == nil) != failed {
			t.Errorf("%s\nhas a Config: %v, has an error: %v", text, cfg != nil, failed)
		}
	}
}

func TestBadTop(t *testing.T) {
	testBad(t, []bad{
		{"‸‸‸", []string{noSource, noSink, noRoute}},
		{"‸‸‸# nothing\n[sources]\n[sinks]\n[bots]", []string{noSource, noSink, noRoute}},
		{"‸sources.a = { vendor = 'chatbase', secret = '${SECRET}' }\n[[routes]]\nmatch = {}\nto = ['sales']", []string{noSink}},
		{"‸‸‸routes = []", []string{noSource, noSink, noRoute}},
		one("server = ‸5"+rest, `"server" wants a table, as in [server], got an integer`),
		one("‸[[server]]"+rest, `"server" wants a table, as in [server], got a list`),
		one("store = ‸[]"+rest, `"store" wants a table, as in [store], got a list`),
		one("bots = ‸true"+rest, `"bots" wants a table of strings, got a boolean`),
		one("default = ‸'sales'"+rest, `"default" wants a table, as in [default], got a string`),
		one("[‸server2]\nlisten = 1\n"+rest, `unknown key "server2": did you mean "server"?`),
		one("[‸Store]"+rest, `unknown key "Store": did you mean "store"?`),
		one("‸listen = ':1'"+rest, `unknown key "listen": it belongs to [server]`),
		one("‸[vendors.acme]\nkinds = {}"+rest, `missing key "signature": say how it signs, as in signature = { header = "X-Acme-Signature" }`),
		{"messages = ‸5" + rest, []string{`"messages" wants tables with names, as in [messages.lead], got an integer`}},
		{"‸[vendors.acme]\n[sources.a]\nvendor = 'acme'\nsecret = '${SECRET}'" + rest, []string{`missing key "signature": say how it signs, as in signature = { header = "X-Acme-Signature" }`}},
	})
}

const (
	noSource = `there is no source: add one, such as [sources.website] with vendor = "chatbase" and secret = "${CHATBASE_SECRET}"`
	noSink   = `there is no sink: add one, such as [sinks.sales] with type = "slack" and webhook_url = "${SLACK_WEBHOOK_URL}"`
	noRoute  = `there is no route: add one, such as [[routes]] with match = { kind = "lead" } and to = ["sales"]`

	passwordInClear = `warning: the password in "url" is written in clear: take it from the environment, as in "${NAME}", or name a file with "url_file"`
	notQuoted       = `"url": is not an address: in the password, write other characters than letters and digits as %XX, such as %40 for @`
	noDuration      = `wants a duration with a unit, such as "5m", "72h" or "30d"`
	noSize          = `wants a size with a unit, such as "512KiB" or "1MiB"`
	noAddress       = `wants host:port, such as ":8080" or "127.0.0.1:8081"`
	noURL           = `wants an address such as "https://hooks.example.com"`
	noZone          = `wants the name of a time zone, such as "Europe/Berlin" or "UTC"`
	noNetwork       = `wants an IP address or a network, such as "203.0.113.7" or "203.0.113.0/24"`
	earlyDead       = `warning: "retain_dead" is shorter than "retain": an event with a dead letter is forgotten early, and delivered once more if its vendor sends it again`
)

func TestBadServerAndStore(t *testing.T) {
	server := func(line string, want ...string) bad { return bad{"[server]\n" + line + rest, want} }
	store := func(line string, want ...string) bad { return bad{"[store]\n" + line + rest, want} }
	testBad(t, []bad{
		server(`listen = ‸8080`, `"listen" wants host:port, such as ":8080" or "127.0.0.1:8081", got an integer: did you mean ":8080"?`),
		server(`listen = ‸"8080"`, `"listen" `+noAddress+`, got "8080": did you mean ":8080"?`),
		server(`listen = ‸":http"`, `"listen" `+noAddress+`, got ":http"`),
		server(`listen = ‸":65536"`, `"listen" `+noAddress+`, got ":65536"`),
		server(`listen = ‸":${SECRET}"`, `"listen" `+noAddress+`, got ":${SECRET}"`),
		server(`listen = ‸["a"]`, `"listen" wants a string, got a list: write "a"`),
		server(`‸Listen = ":1"`, `unknown key "Listen": did you mean "listen"?`),
		server(`‸liisten = ":1"`, `unknown key "liisten": did you mean "listen"?`),
		server(`public_url = ‸"hooks.example.com"`, `"public_url" `+noURL+`, got "hooks.example.com": did you mean "https://hooks.example.com"?`),
		server(`public_url = ‸"ftp://x"`, `"public_url" `+noURL+`, got "ftp://x"`),
		server(`public_url = ‸"https://x?y"`, `"public_url" `+noURL+`, got "https://x?y"`),
		server(`public_url = ‸"https://"`, `"public_url" `+noURL+`, got "https://"`),
		server(`timezone = ‸"Europe/Berln"`, `"timezone" `+noZone+`, got "Europe/Berln": did you mean "Europe/Berlin"?`),
		server(`timezone = ‸"../../etc/passwd"`, `"timezone" `+noZone+`, got "../../etc/passwd"`),
		server(`timezone = ‸""`, `"timezone" `+noZone+`, got ""`),
		server(`timezone = ‸1`, `"timezone" `+noZone+`, got an integer`),
		server(`max_body = ‸1048576`, `"max_body" `+noSize+`, got an integer: write "1MiB"`),
		server(`max_body = ‸"1048576"`, `"max_body" `+noSize+`, got "1048576": write "1MiB"`),
		server(`max_body = ‸"1mb"`, `"max_body" `+noSize+`, got "1mb": did you mean "1MB"?`),
		server(`max_body = ‸"0KB"`, `"max_body" `+noSize+`, got "0KB"`),
		server(`max_body = ‸"1TB"`, `"max_body" `+noSize+`, got "1TB"`),
		server(`max_body = ‸"5GiB"`, `"max_body" is too large, got "5GiB"`),
		server(`max_body = ‸"1.5B"`, `"max_body" `+noSize+`, got "1.5B"`),
		server(`‸tls_cert = "cert.pem"`, `"tls_cert" goes with "tls_key", the file of its private key`),
		server(`‸tls_key = ‸1`, `"tls_key" goes with "tls_cert", the file of its certificate`, `"tls_key" wants a string, got an integer: write "1"`),
		server(`notify = ["sales", ‸"nigth"]`, `unknown sink "nigth" (known: sales)`),
		server(`notify = [‸"sale"]`, `unknown sink "sale": did you mean "sales"? (known: sales)`),
		server(`notify = ["sales", ‸"sales"]`, `warning: "sales" stands here twice: a sink gets an event once`),
		server(`notify = [‸5]`, `"notify" wants a string, got an integer: write "5"`),
		server(`notify = []`),
		server(`notify = ‸"sales"`, `"notify" wants a list of strings, got a string: write ["sales"]`),
		server(`trusted_proxies = ["10.0.0.0/8", ‸"10.1.0.0/8", ‸"x", ‸5, ‸"fe80::1%eth0"]`,
			`"trusted_proxies" has bits beyond the network's 8: the network is 10.0.0.0/8, got "10.1.0.0/8"`,
			`"trusted_proxies" `+noNetwork+`, got "x"`, `"trusted_proxies" `+noNetwork+`, got an integer`, `"trusted_proxies" `+noNetwork+`, got "fe80::1%eth0"`),
		store(`url = ‸"postgres://user:hunter2@db/relay"`, passwordInClear),
		store(`url = ‸"postgres://user@db/relay?password=hunter2"`, passwordInClear),
		store(`url = "postgres://user@db/relay"`),
		store(`url = "postgres://user:${SECRET}@db/relay"`),
		store(`url = ‸"postgres://user:hun@t/er2@db/relay"`, notQuoted),
		store(`url = ‸"postgres://user:123/er2@db/relay"`, notQuoted),
		store(`url = ‸"postgres://user@db/relay?sslmode=requir"`, `"url": has an unknown sslmode (known: disable, allow, prefer, require, verify-ca, verify-full)`),
		store(`url = "postgres://user@db/relay?sslmode=verify-full"`),
		store(`url = "postgresql://db/relay?sslmode=require"`),
		store(`url = ‸"postgres://user:hunter2@%2Frun%2Fpostgresql/db"`, `"url": has a folder for a host: write postgres:///DATABASE?host=/run/postgresql, or wherever the server's socket is`),
		store(`url = ‸"postgres://user:hunter2@db"`, `"url": names no database: write postgres://USER:PASSWORD@HOST/DATABASE`),
		store(`url = ‸"postgres://user:hun%ter2@db/relay"`, notQuoted),
		store(`url = ‸"mysql://user:hunter2@db/relay"`, `"url": is not a store: write "sqlite:" and the name of a file, or postgres://USER:PASSWORD@HOST/DATABASE`),
		store(`url = ‸"sqlite:"`, `"url": names no file: write "sqlite:" and the name of a file`),
		store(`url = ‸"sqlite:data/"`, `"url": names no file: write "sqlite:" and the name of a file`),
		store(`url = ‸"sqlite::memory:"`, `"url": would lose everything with the process: write "sqlite:" and the name of a file`),
		store(`url = ‸""`, `"url" is empty: write "${NAME}" for a variable of the environment, or name a file with "url_file"`),
		store(`url_file = ‸"/run/secrets/one"`, `"url": is not a store: write "sqlite:" and the name of a file, or postgres://USER:PASSWORD@HOST/DATABASE`),
		store("url = 'sqlite:x'\n‸url_file = '/run/secrets/one'", `"url" and "url_file" exclude each other`),
		store(`retain = ‸"47h"`, `"retain" wants at least "48h", got "47h"`),
		store(`retain = ‸30`, `"retain" `+noDuration+`, got an integer: write "30s", "30m", "30h" or "30d"`),
		store(`retain_dead = ‸"0s"`, `"retain_dead" wants more than nothing, got "0s"`),
		store(`retain_dead = ‸"-1d"`, `"retain_dead" `+noDuration+`, got "-1d"`),
		store(`retain_dead = ‸"29d"`, earlyDead),
		store("retain = '100d'\nretain_dead = ‸'99d'", earlyDead),
		store("retain = '100d'\nretain_dead = '100d'"),
		store("retain = '365d'"),
	})
}

func TestBadBots(t *testing.T) {
	testBad(t, []bad{
		one("[bots]\na = 'A'\n\"b.c\" = ‸5"+rest, `"b.c" wants a string, got an integer: write "5"`),
		one("[bots]\na = ‸'${NOBODY}'"+rest, `the environment variable NOBODY is not set`),
		one("[bots]\na = ‸'${NOBODY} and ${NOBODY}'"+rest, `the environment variable NOBODY is not set`),
		one("[bots]\na = ‸{b = 'A'}"+rest, `"a" wants a string, got a table`),
	})
}

func TestBadSources(t *testing.T) {
	source := func(lines string, want ...string) bad { return bad{"‸[sources.a]\n" + lines + rest, want} }
	inner := func(lines string, want ...string) bad { return bad{"[sources.a]\n" + lines + rest, want} }
	const vendors = "(known: chatbase, chatdata, chatzuri, newoaks)"
	const described = "; any other is described in a table of its own, as in [vendors.acme]"
	const noSecret = `missing key "secret": write secret = "${A_SECRET}", or pending = true while there is none yet`
	testBad(t, []bad{
		source("secret = '${SECRET}'", `missing key "vendor" `+vendors),
		{"‸‸[sources.a]" + rest, []string{`missing key "vendor" ` + vendors, noSecret}},
		source("vendor = 'chatbase'", noSecret),
		source("vendor = 'chatbase'\npending = false", noSecret),
		{"‸[sources.\"1-a.b\"]\nvendor = 'chatbase'" + rest, []string{`missing key "secret": write secret = "${SECRET}", or pending = true while there is none yet`}},
		inner("vendor = ‸'chatbas'\nsecret = '${SECRET}'", `unknown vendor "chatbas": did you mean "chatbase"? `+vendors),
		inner("vendor = ‸'Chatbase'\nsecret = '${SECRET}'", `unknown vendor "Chatbase": did you mean "chatbase"? `+vendors),
		inner("vendor = ‸'intercom'\nsecret = '${SECRET}'", `unknown vendor "intercom" `+vendors+described),
		inner("vendor = ‸'${SOME}'\nsecret = '${SECRET}'", `unknown vendor "${SOME}" `+vendors),
		inner("vendor = ‸'${NEAR}'\nsecret = '${SECRET}'", `unknown vendor "${NEAR}" `+vendors),
		inner("vendor = ‸'in-clear'\nsecret = ‸'in-clear'", `unknown vendor "***" `+vendors+described,
			`warning: "secret" is written in clear: take it from the environment, as in "${NAME}", or name a file with "secret_file"`),
		inner("vendor = 'chatbase'\nsecret_file = ‸'${LOCKED}'", `"secret_file": cannot read "${LOCKED}": the vault *** is sealed`),
		inner("vendor = ‸5\nsecret = '${SECRET}'", `"vendor" wants a string, got an integer: write "5"`),
		inner("‸vendro = 'chatbase'\nsecret = '${SECRET}'", `unknown key "vendro": did you mean "vendor"?`),
		inner("vendor = 'chatbase'\n‸Secret = '${SECRET}'", `unknown key "Secret": did you mean "secret"?`),
		inner("vendor = 'chatbase'\n‸secret_fil = '/x'", `unknown key "secret_fil": did you mean "secret_file"?`),
		inner("vendor = 'chatbase'\nsecret = '${SECRET}'\n‸secret_file = '/run/secrets/one'", `"secret" and "secret_file" exclude each other`),
		inner("vendor = 'chatbase'\nsecret = '${SECRET}'\npending = ‸true", `"pending" means that there is no secret yet: take it out, or the secret`),
		inner("vendor = 'chatbase'\nsecret_file = '/run/secrets/one'\npending = ‸'true'", `"pending" means that there is no secret yet: take it out, or the secret`),
		inner("vendor = 'chatbase'\npending = ‸'yes'", `"pending" wants true or false, got "yes": did you mean true?`),
		inner("vendor = 'chatbase'\npending = ‸1", `"pending" wants true or false, got an integer: did you mean true?`),
		inner("vendor = 'chatbase'\npending = ‸'${SOME}'", `"pending" wants true or false, got "${SOME}"`),
		inner("vendor = 'chatbase'\nsecret = ‸''", `"secret" is empty: write "${NAME}" for a variable of the environment, or name a file with "secret_file"`),
		inner("vendor = 'chatbase'\nsecret = ‸[]", `"secret" is empty`),
		inner("vendor = 'chatbase'\nsecret = ‸5", `"secret" wants a string, such as "${NAME}", or a list of them, got an integer`),
		inner("vendor = 'chatbase'\nsecret = ['${SECRET}', ‸5]", `"secret" wants a string, such as "${NAME}", got an integer`),
		inner("vendor = 'chatbase'\nsecret = ‸'${EMPTY}'", `the environment variable EMPTY is empty: set it before the start, or name a file with "secret_file"`),
		inner("vendor = 'chatbase'\nsecret = ‸'${GONE}'", `the environment variable GONE is not set: set it before the start, or name a file with "secret_file"`),
		inner("vendor = 'chatbase'\nsecret = ‸'${EMPTY:-}'", `"secret" is empty: write "${NAME}" for a variable of the environment, or name a file with "secret_file"`),
		{"[sources.a]\nvendor = 'chatbase'\nsecret = ‸'in clear'" + rest, []string{`warning: "secret" is written in clear: take it from the environment, as in "${NAME}", or name a file with "secret_file"`}},
		{"[sources.a]\nvendor = 'chatbase'\nsecret = ['${SECRET}', ‸'$SECRET']" + rest, []string{`warning: "secret" is taken as it stands: a variable of the environment is written "${SECRET}"`}},
		{"[sources.a]\nvendor = 'chatbase'\nsecret = ‸'{{ SECRET }}'" + rest, []string{`warning: "secret" is taken as it stands: a variable of the environment is written "${SECRET}"`}},
		inner("vendor = 'chatbase'\nsecret = '${SECRET}'\nconversation_url = 'https://x.example/{{ ‸.ConversationId }}'", `"conversation_url": unknown name ".ConversationId": did you mean .ConversationID?`),
		inner("vendor = 'chatbase'\nsecret = ‸'${QUOTED}'", `warning: "secret" has quotation marks around it: an environment file takes them as part of the value`),
		{"[sources.a]\nvendor = 'chatbase'\nsecret = ‸'${SECRET} '" + rest, []string{`warning: "secret" begins or ends with white space: take it out`}},
		inner("vendor = 'chatbase'\nsecret_file = ‸'/nowhere'", `"secret_file": cannot read "/nowhere": file does not exist`),
		inner("vendor = 'chatbase'\nsecret_file = ‸'${SOME}'", `"secret_file": cannot read "${SOME}": file does not exist`),
		inner("vendor = 'chatbase'\nsecret_file = ‸'/run/secrets/empty'", `"secret_file": the file "/run/secrets/empty" is empty`),
		inner("vendor = 'chatbase'\nsecret_file = ['/run/secrets/one', ‸'/nowhere']", `"secret_file": cannot read "/nowhere": file does not exist`),
		inner("vendor = 'chatbase'\nsecret_file = ‸true", `"secret_file" wants the name of a file or a list of them, got a boolean`),
		{"[sources.a]\nvendor = 'chatbase'\nsecret_file = ‸'/run/secrets/blank'" + rest, []string{`warning: "secret_file": the file "/run/secrets/blank" begins or ends with white space`}},
		inner("vendor = 'newoaks'\npending = true\ntolerance = ‸300", `"tolerance" `+noDuration+`, got an integer: write "300s", "300m", "300h" or "300d"`),
		inner("vendor = 'newoaks'\npending = true\ntolerance = ‸'300'", `"tolerance" `+noDuration+`, got "300": write "300s", "300m", "300h" or "300d"`),
		inner("vendor = 'newoaks'\npending = true\ntolerance = ‸'-5m'", `"tolerance" `+noDuration+`, got "-5m"`),
		inner("vendor = 'newoaks'\npending = true\ntolerance = ‸'0s'", `"tolerance" wants more than nothing, got "0s"`),
		inner("vendor = 'newoaks'\npending = true\nstringify = ‸1.5", `"stringify" wants true or false, got a float`),
		inner("vendor = 'newoaks'\npending = true\nstringify = ‸1979-05-27", `"stringify" wants true or false, got a date`),
		inner("vendor = 'newoaks'\npending = true\nallow_ips = ‸[]", `"allow_ips" is empty: nobody could send; take it out, or name the addresses`),
		inner("vendor = 'newoaks'\npending = true\nallow_ips = [‸'x']", `"allow_ips" `+noNetwork+`, got "x"`),
		{"‸[sources]\nvendor = 'chatbase'" + rest, []string{`a source has a name: write [sources.website] in place of [sources]`}},
		{"[sources.‸\"a b\"]\nvendor = 'chatbase'\npending = true" + rest, []string{`the name "a b" may have letters, digits, "-", "_" and "." only`}},
		{"[sources.‸'ä']\nvendor = 'chatbase'\npending = true" + rest, []string{`the name "ä" may have letters, digits, "-", "_" and "." only`}},
		{"[sources.‸'']\nvendor = 'chatbase'\npending = true" + rest, []string{`a name is empty`}},
		{"[sources.‸'..']\nvendor = 'chatbase'\npending = true" + rest, []string{`".." cannot be a name`}},
	})
}

func TestBadSinks(t *testing.T) {
	inner := func(lines string, want ...string) bad {
		return bad{"[sinks.a]\n" + lines + rest + "[default]\nto = ['a']\n", want}
	}
	testBad(t, []bad{
		{"‸[sinks.a]\nchannel = 'x'" + rest, []string{`missing key "type" (known: slack, telegram)`}},
		inner("type = ‸'slak'\nanything = 5", `unknown type "slak": did you mean "slack"? (known: slack, telegram)`),
		inner("‸typ = 'slack'", `unknown key "typ": did you mean "type"?`),
		inner("type = ‸['slack']", `"type" wants a string, got a list: write "slack"`),
		inner("type = 'slack'\ntoken = '${TOKEN}'\n‸chanel = '#x'", `unknown key "chanel": did you mean "channel"?`),
		inner("type = 'slack'\nwebhook_url = '${HOOK}'\n‸treahd = true", `unknown key "treahd": did you mean "thread"?`),
		inner("type = 'slack'\nwebhook_url = '${HOOK}'\n‸chat_id = 5", `unknown key "chat_id": did you mean "channel"?`),
		{"‸[sinks.a]\ntype = 'slack'" + rest, []string{`needs "webhook_url", or "token" and "channel"`}},
		{"‸[sinks.a]\ntype = 'slack'\ntoken = '${TOKEN}'" + rest, []string{`a token goes with a channel`}},
		inner("type = 'slack'\ntoken = ‸'${GONE}'", `the environment variable GONE is not set: set it before the start, or name a file with "token_file"`),
		inner("type = 'slack'\ntoken = '${TOKEN}'\nchannel = ‸5", `"channel" wants a string, got an integer: write "5"`),
		inner("type = 'slack'\nwebhook_url = ‸'${TOKEN}'", `"webhook_url": is not a URL: ***`),
		inner("type = 'slack'\nwebhook_url_file = ‸'/run/secrets/one'", `"webhook_url": is not a URL: ***`),
		inner("type = 'slack'\nwebhook_url = '${HOOK}'\napi_url = ‸'ftp://x'", `"api_url": ftp://x is not encrypted`),
		{"[sinks.a]\ntype = 'slack'\nwebhook_url = '${HOOK}'\napi_url = ‸'http://x'" + rest + "[default]\nto = ['a']", []string{`warning: "api_url": http://x is not encrypted`}},
		inner("type = 'slack'\nwebhook_url = '${HOOK}'\napi_url = ‸'${SOME}'", `"api_url": *** is not encrypted`),
		{"‸[sinks.a]\ntype = 'telegram'\ntoken = '${TOKEN}'" + rest, []string{`missing key "chat_id"`}},
		{"‸[sinks.a]\ntype = 'telegram'\nchat_id = 5" + rest, []string{`missing key "token"`}},
		inner("type = 'telegram'\n‸tokn = '${TOKEN}'\nchat_id = 5", `unknown key "tokn": did you mean "token"?`),
		inner("type = 'telegram'\ntoken = '${TOKEN}'\nchat_id = ‸5.5", `"chat_id" wants a string, got a float`),
		inner("type = 'telegram'\ntoken = '${TOKEN}'\nchat_id = 5\ntopic_id = ‸'4x'", `"topic_id" wants a whole number, got "4x"`),
		inner("type = 'telegram'\ntoken = '${TOKEN}'\nchat_id = 5\ntopic_id = ‸1.0", `"topic_id" wants a whole number, got a float`),
		inner("type = 'telegram'\ntoken = '${TOKEN}'\nchat_id = 5\ntopic_id = ‸'9223372036854775808'", `"topic_id" wants a whole number, got "9223372036854775808"`),
		inner("type = 'telegram'\ntoken = '${TOKEN}'\nchat_id = 5\nlabels = {a = ‸1}", `"a" wants a string, got an integer: write "1"`),
		inner("type = 'slack'\nwebhook_url = '${HOOK}'\nrate = ‸20", `"rate" wants a count per duration, such as "20/1m", got an integer: write "20/1s" or "20/1m"`),
		inner("type = 'slack'\nwebhook_url = '${HOOK}'\nrate = ‸'0/1m'", `"rate" wants a count per duration, such as "20/1m", got "0/1m"`),
		inner("type = 'slack'\nwebhook_url = '${HOOK}'\nrate = ‸'20/60'", `"rate" wants a count per duration, such as "20/1m", got "20/60"`),
		inner("type = 'slack'\nwebhook_url = '${HOOK}'\nrate = ‸'-5/1m'", `"rate" wants a count per duration, such as "20/1m", got "-5/1m"`),
		inner("type = 'slack'\nwebhook_url = '${HOOK}'\nrate = ‸'5/0s'", `"rate" wants a count per duration, such as "20/1m", got "5/0s"`),
		inner("type = 'slack'\nwebhook_url = '${HOOK}'\nrate = ‸'5/-1m'", `"rate" wants a count per duration, such as "20/1m", got "5/-1m"`),
		inner("type = 'slack'\nwebhook_url = '${HOOK}'\nrate = ‸'20'", `"rate" wants a count per duration, such as "20/1m", got "20": write "20/1s" or "20/1m"`),
		inner("type = 'slack'\nwebhook_url = '${HOOK}'\nrate = ‸'9999999999/1m'", `"rate" wants a count per duration, such as "20/1m", got "9999999999/1m"`),
		inner("type = 'slack'\nwebhook_url = '${HOOK}'\nthread = ‸'maybe'", `"thread" wants true or false, got "maybe"`),
		inner("type = 'slack'\nwebhook_url = '${HOOK}'\n‸thread = true", `warning: "thread" has no effect: a webhook cannot reply, only a bot's "token" can`),
		inner("type = 'slack'\nwebhook_url = '${HOOK}'\ndigest = ‸'maybe'", `"digest" wants true or false, got "maybe"`),
		inner("type = 'slack'\nwebhook_url = '${HOOK}'\ngive_up_after = ‸'0m'", `"give_up_after" wants more than nothing, got "0m"`),
		inner("type = 'slack'\nwebhook_url = '${HOOK}'\ngive_up_after = ‸'3 days'", `"give_up_after" `+noDuration+`, got "3 days": did you mean "3d"?`),
		inner("type = 'slack'\nwebhook_url = '${HOOK}'\ngive_up_after = ‸'999999d'", `"give_up_after" is too large, got "999999d"`),
		inner("type = 'slack'\nwebhook_url = '${HOOK}'\nfallback = ‸'salez'", `unknown sink "salez": did you mean "sales"? (known: a, sales)`),
		inner("type = 'slack'\nwebhook_url = '${HOOK}'\nfallback = ‸'a'", `"fallback" goes round in a circle: "a", "a"`),
		inner("type = 'slack'\nwebhook_url = '${HOOK}'\nfallback = 'b'\n"+
			"[sinks.b]\ntype = 'slack'\nwebhook_url = '${HOOK}'\nfallback = ‸'c'\n"+
			"[sinks.c]\ntype = 'slack'\nwebhook_url = '${HOOK}'\nfallback = 'b'\n",
			`"fallback" goes round in a circle: "b", "c", "b"`),
		{"‸[sinks]\ntype = 'slack'" + rest, []string{`a sink has a name: write [sinks.sales] in place of [sinks]`}},
		{"[sinks.‸'a/b']\ntype = 'slack'\nwebhook_url = '${HOOK}'" + rest, []string{`the name "a/b" may have letters, digits, "-", "_" and "." only`}},
	})
}

// TestManyProblems: of many mistakes the first are told, errors before warnings,
// and how many more there are.
func TestManyProblems(t *testing.T) {
	var b strings.Builder
	for i := range 300 {
		fmt.Fprintf(&b, "[sinks.s%d]\ntype = 'slack'\nwebhook_url = 'https://hooks.slack.com/services/T1/B1/x'\n", i)
	}
	cfg, problems := parse(t, b.String()+rest+"[default]\nto = ['nobody']\n")
	if last := problems[len(problems)-1]; cfg != nil || len(problems) != 101 || last.More == 0 || !last.Warning || !strings.HasPrefix(problems[99].Text, `unknown sink "nobody"`) {
		t.Errorf("%d: %v", len(problems), problems[98:])
	}
	b.Reset()
	for i := range 300 {
		fmt.Fprintf(&b, "key%d = 1\n", i)
	}
	_, problems = parse(t, "[bots]\n"+b.String()+rest)
	if last := problems[len(problems)-1]; len(problems) != 101 || last.More != 200 || last.Warning || last.Text != "and 200 more, up to here: mend these first" || last.Line != 301 {
		t.Errorf("%d: %v", len(problems), problems[98:])
	}
	_, problems = parse(t, "[server]\n"+b.String()+rest)
	if last := problems[len(problems)-1]; last.More != 200 || problems[99].Line != 101 {
		t.Errorf("unknown keys: %v", problems[98:])
	}
}
