package config_test

import (
	"reflect"
	"testing"
	"time"

	"botrelay/relay/config"
	"botrelay/relay/vendors"
)

// sourceOf uses the vendor acme.
const sourceOf = "\n[sources.a]\nvendor = 'acme'\nsecret = '${SECRET}'"

func TestVendor(t *testing.T) {
	cfg, problems := parse(t, `
[vendors.acme]
signature = { header = "X-Acme-Signature", format = "pairs", signature_key = "s", timestamp_key = "t", timestamp_unit = "ms", tolerance = "90s", algorithm = "sha512", encoding = "base64", secret_encoding = "text", stringify = true, signed = "{timestamp}${SOME:-.}{body}" }
event     = { type = "event", bot_id = ["bot.id", "botId"] }
reply     = { status = 202, body = '{"ok":true}', refused = 403 }
[vendors.acme.handshake]
head = 200
echo = "X-Acme-Challenge"
[vendors.acme.kinds]
"z*" = "lead"
"a" = "message"
"*" = "chat"
[vendors.Beta_2.signature]
header = "X-Beta"
[sources.b]
vendor = "Beta_2"
secret = "${SECRET}"
tolerance = "1m"`+sourceOf+rest)
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	body := `{"ok":true}`
	want := []config.Vendor{
		{Name: "acme", Options: &vendors.Description{
			Signature: vendors.Scheme{
				Header: "X-Acme-Signature", Format: vendors.Pairs, SignatureKey: "s", TimestampKey: "t", TimestampUnit: vendors.Milliseconds, Tolerance: 90 * time.Second,
				Algorithm: vendors.SHA512, Encoding: vendors.Base64, SecretEncoding: vendors.TextSecret, Stringify: true, Signed: "{timestamp}maybe-later{body}",
			},
			Event:     vendors.EventPaths{Type: []string{"event"}, BotID: []string{"bot.id", "botId"}},
			Kinds:     [][2]string{{"z*", "lead"}, {"a", "message"}, {"*", "chat"}},
			Reply:     vendors.DescribedReply{Status: 202, Body: &body, Refused: 403},
			Handshake: vendors.Handshake{Head: 200, Echo: "X-Acme-Challenge"},
		}},
		{Name: "Beta_2", Options: &vendors.Description{Signature: vendors.Scheme{Header: "X-Beta"}}},
	}
	if !reflect.DeepEqual(cfg.Vendors, want) {
		t.Errorf("got  %+v\nwant %+v", cfg.Vendors[0].Options, want[0].Options)
	}
	if b, a := cfg.Sources[0], cfg.Sources[1]; a.Vendor != "acme" || a.Tolerance != 0 || b.Tolerance != time.Minute {
		t.Errorf("sources: %+v", cfg.Sources)
	}
}

func TestBadVendors(t *testing.T) {
	signature := func(keys string, want ...string) bad {
		return bad{"[vendors.acme]\nsignature = { " + keys + " }" + sourceOf + rest, want}
	}
	inner := func(lines string, want ...string) bad {
		return bad{"[vendors.acme]\nsignature = { header = 'S' }\n" + lines + sourceOf + rest, want}
	}
	testBad(t, []bad{
		one("vendors = ‸5"+rest, `"vendors" wants tables with names, as in [vendors.acme], got an integer`),
		one("[vendors]\n‸acme = 'x'"+rest, `a vendor has a table of its own, as in [vendors.acme]: "acme" is a string`),
		one("‸[vendors]\nsignature = 'x'"+rest, `a vendor has a name: write [vendors.acme] in place of [vendors]`),
		one("[vendors.‸'a b']\nsignature = { header = 'S' }"+rest, `the name "a b" may have letters, digits, "-", "_" and "." only`),
		one("[vendors.‸chatbase]\nsignature = { header = 'S' }"+rest, `"chatbase" is built in and cannot be described anew: give yours another name, and use that as the vendor of your sources`),
		one("‸[vendors.acme]\nsignature = { header = 'S' }"+rest, `warning: no source has the vendor "acme"`),
		one("‸[vendors.acme]\nreply = { status = 200 }"+sourceOf+rest, `missing key "signature": say how it signs, as in signature = { header = "X-Acme-Signature" }`),
		one("[vendors.acme]\n‸signatur = { header = 'S' }"+sourceOf+rest, `unknown key "signatur": did you mean "signature"?`),
		one("[vendors.acme]\nsignature = ‸'S'"+sourceOf+rest, `"signature" wants a table, as in { header = "X-Acme-Signature" }, got a string`),
		one("[vendors.acme]\nsignature = { header = 'S' }\n[sources.a]\nvendor = ‸'acne'\nsecret = '${SECRET}'"+rest,
			`unknown vendor "acne": did you mean "acme"? (known: acme, chatbase, chatdata, chatzuri, newoaks)`),
		one("[vendors.acme]\nsignature = { header = 'S' }"+sourceOf+rest+"[[routes]]\nmatch = { vendor = ‸'acne' }\nto = ['sales']",
			`unknown vendor "acne": did you mean "acme"? (known: acme, chatbase, chatdata, chatzuri, newoaks)`),
		one("[vendors.acme]\nsignature = { header = 'S', secret_encoding = 'whsec' }\n[sources.a]\nvendor = 'acme'\nsecret = ['${YES}', ‸'${HOOK}']"+rest,
			`the secret does not fit the vendor "acme": it is not Base64, and the vendor's "secret_encoding" is "whsec"`),

		one("[vendors.acme]\nsignature = ‸{ prefix = 'x=' }"+sourceOf+rest, `missing key "header"`),
		signature("header = ‸5, prefix = 'x='", `"header" wants a string, got an integer: write "5"`),
		signature("header = ‸'X Acme'", `"header" wants the name of a header, such as "X-Acme-Signature", got "X Acme"`),
		signature("header = 'S', algorithm = ‸'sha-256'", `unknown algorithm "sha-256": did you mean "sha256"? (known: from-prefix, sha1, sha256, sha512)`),
		signature("header = 'S', algorithm = ‸'md5', encoding = ‸'base32'", `unknown algorithm "md5" (known: from-prefix, sha1, sha256, sha512)`, `unknown encoding "base32": did you mean "base64"? (known: base64, hex)`),
		signature("header = 'S', ‸algoritm = 'sha1'", `unknown key "algoritm": did you mean "algorithm"?`),
		signature("header = 'S', format = ‸'pair'", `unknown format "pair": did you mean "pairs"? (known: list, pairs, plain)`),
		signature("header = 'S', format = ‸true", `"format" wants a string, got a boolean: write "true"`),
		signature("header = 'S', format = ‸'list'", `format = "list" needs a "signature_key": what stands before the signature in t=1,v1=ab or v1,ab is v1`),
		signature("header = 'S', signature_key = ‸'v1'", `"signature_key" needs a "format", as in format = "pairs" for t=1,v1=ab and "list" for v1,ab`),
		signature("header = 'S', format = 'pairs', signature_key = ‸'v1='", `"signature_key" is the key alone, such as "v1"`),
		signature("header = 'S', timestamp_header = ‸'T'", `"timestamp_header" names a time that is not signed: put {timestamp} into "signed", as in signed = "{timestamp}.{body}", or take the key out`),
		signature("header = 'S', signed = ‸'{timestamp}{body}'", `"signed" has a {timestamp}, but nothing says where it is: name it with "timestamp_header", or "timestamp_key" if it is in the signature's header`),
		signature("header = 'S', signed = ‸'{id}.{body}'", `"signed" has an {id}, but nothing says where it is: name its header with "id_header"`),
		signature("header = 'S', signed = ‸'{{body}}'", `"signed" is the text that the vendor signs, in which {id}, {timestamp} and {body} stand for what was sent: write "{body}"`),
		signature("header = 'S', id_header = ‸'I'", `"id_header" names an ID that is not signed: put {id} into "signed", or read it with id = "header:…" in "event"`),
		signature("header = 'S', signed = ‸'url'", `"signed" has no {body}: it is the text that the vendor signs, as in "{timestamp}.{body}"`),
		signature("header = 'S', signed = ‸'{nonce}{body}'", `"signed" has "{nonce}", which stands for nothing: {id}, {timestamp} and {body} do`),
		signature("header = 'S', timestamp_key = ‸'t', signed = '{timestamp}{body}'", `"timestamp_key" needs format = "pairs"; a header of its own is "timestamp_header"`),
		signature("header = 'S', algorithm = 'from-prefix', prefix = ‸'sha256='", `"prefix" and algorithm = "from-prefix" exclude each other: what stands before the signature is the algorithm then`),
		signature("header = 'S', tolerance = ‸300", `"tolerance" wants a duration with a unit, such as "5m", "72h" or "30d", got an integer: write "300s", "300m", "300h" or "300d"`),
		signature("header = 'S', timestamp_header = 'T', signed = '{timestamp}{body}', tolerance = ‸'0s'", `"tolerance" wants more than nothing, got "0s"`),
		signature("header = 'S', tolerance = ‸'5m', timestamp_unit = ‸'ms'", `warning: "tolerance" has no effect: there is neither "timestamp_header" nor "timestamp_key"`,
			`warning: "timestamp_unit" has no effect: there is neither "timestamp_header" nor "timestamp_key"`),

		inner("event = ‸'type'", `"event" wants a table, as in { type = "event" }, got a string`),
		inner("event = { ‸tpye = 'a' }", `unknown key "tpye": did you mean "type"?`),
		inner("event = { type = ‸5, id = ‸[], name = ['a', ‸5] }", `"type" wants a string or a list of strings, got an integer`, `"id" is an empty list: leave it out, or say where the value is`, `"name" wants a string, got an integer: write "5"`),
		inner("event = { type = ['a', ‸'b..c'], text = ‸'$.text' }", `"type": "b..c" has a step without a name: write it as in "contact.name"`, `"text": a path begins with the name of a field: write "text"`),
		inner("event = { text = ‸'m[0].x', id = ‸'header:' }", `"text": "m[0].x": the place of an item is a step of its own, as in "messages.0.text", and "\[" is the character itself`,
			`"id": "header:" names no header: write it as in "header:X-Acme-Event"`),
		inner("event = { transcript = ‸'header:X-Log' }", `"transcript" is a list in the JSON: no header can hold it`),
		inner("event = { type = 't' }\nkinds = { lead = ‸'lead.created' }", `unknown kind "lead.created": the type stands first: write "lead.created" = "lead"`),
		inner("event = { type = 't' }\nkinds = { ‸lead.created.now = 'lead' }", `a type with a dot in it stands in quotes: write "lead.created.now" = …`),
		inner("event = { ‸event_type = 't', ‸bot = 'b', ‸full_name = 'n' }", `unknown key "event_type": did you mean "type"?`, `unknown key "bot": did you mean "bot_id"?`, `unknown key "full_name": did you mean "name"?`),
		inner("event = { type = 't', email = ‸'{{ .lead.mail }}', name = ‸'{lead.name}' }", `"email": a path has no braces around it: write "lead.mail"`, `"name": a path has no braces around it: write "lead.name"`),
		inner("event = { type = 't' }\nkinds = { a = ‸'leed', b = ‸5 }", `unknown kind "leed": did you mean "lead"? (known: appointment, chat, escalation, lead, message, other)`, `"b" wants a string, got an integer: write "5"`),
		inner("event = { type = 't' }\nkinds = { ‸'a\\' = 'lead' }", `"kinds": "a\\" is no pattern: a "\" at the end escapes nothing: write "\\" for a backslash`),
		inner("kinds = { ‸a = 'lead', '*' = 'chat' }", `warning: "kinds" looks at the event type, and "event" does not say where that is: add type = "…"`),
		inner("reply = { status = ‸302, refused = ‸200 }", `"status" is the answer to what is accepted, from 200 to 299, got 302`, `"refused" is the answer to a wrong signature, from 400 to 599, got 200`),
		inner("reply = { status = 204, body = ‸'x' }", `"body" cannot go with status 204, which has none`),
		inner("reply = { status = ‸'ok' }", `"status" wants a whole number, such as 200, got "ok"`),
		inner("handshake = { head = ‸404, echo = ‸'X Y' }", `"head" wants a status from 200 to 299, got 404`, `"echo" wants the name of a header, such as "X-Acme-Challenge", got "X Y"`),
	})
}
