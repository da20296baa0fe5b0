package render

import (
	"net/netip"
	"net/url"
	"strings"
	"unicode"

	"botrelay/relay"
)

// maxShown is how many bytes of destinations an answer may have written out.
// One long definition can be referred to a thousand times.
const maxShown = 10_000

// honest returns spans, which are tidy, without a link that pretends to lead
// elsewhere: where a link's text, or the word that it is part of, reads like
// an address and it is not the link's own, the text stays and the address
// follows it, as the link. Both are looked at: a word may be none that anybody
// would take for an address, but what is underlined in it is.
func (d *document) honest(spans []relay.Span) []relay.Span {
	var out []relay.Span
	plain, at := relay.Plain(spans), 0
	for i := 0; i < len(spans); {
		n, size := linkLength(spans[i:])
		group := spans[i : i+n]
		link := group[0].Link
		if link == "" || agrees(plain[at:at+size], link) && agrees(wordsAround(plain, at, at+size), link) {
			out = append(out, group...)
		} else {
			out = append(out, d.exposed(group)...)
		}
		i, at = i+n, at+size
	}
	return out
}

// linkLength returns how many spans, and how many bytes of text, the link has
// that spans begin with.
func linkLength(spans []relay.Span) (n, size int) {
	for n < len(spans) && spans[n].Link == spans[0].Link {
		size += len(spans[n].Text)
		n++
	}
	return n, size
}

// exposed returns a link's spans as text, with the address after them.
func (d *document) exposed(group []relay.Span) []relay.Span {
	link := group[0].Link
	var out []relay.Span
	for _, s := range group {
		s.Link = ""
		out = append(out, s)
	}
	address := d.show(readable(link))
	if address == "" {
		return out
	}
	return append(out,
		relay.Span{Text: " ("},
		relay.Span{Text: address, Link: link},
		relay.Span{Text: ")"})
}

// show returns the destination s, to be written out, or "" if that has been
// done too often.
func (d *document) show(s string) string {
	d.shown += len(s)
	if d.shown > maxShown {
		return ""
	}
	return s
}

// readable returns a link as people write it: mail addresses and phone numbers
// without a scheme.
func readable(link string) string {
	scheme, address, _ := strings.Cut(link, ":")
	if scheme == "mailto" || scheme == "tel" {
		return address
	}
	return link
}

// wordsAround returns the words that text[start:end] is part of.
func wordsAround(text string, start, end int) string {
	if i := strings.LastIndexFunc(text[:start], unicode.IsSpace); i >= 0 {
		start = i + 1
	} else {
		start = 0
	}
	return text[start : end+wordLength(text[end:])]
}

// agrees reports whether no word that reads like an address names another one
// than link's.
func agrees(words, link string) bool {
	for _, w := range strings.FieldsFunc(words, endsAddress) {
		w = strings.TrimFunc(w, func(r rune) bool { return strings.ContainsRune(".:-_~?&=+", r) })
		if readsLikeAddress(w) && !names(w, link) {
			return false
		}
	}
	scheme, number, _ := strings.Cut(link, ":")
	return scheme != "tel" || dials(words, number)
}

// endsAddress reports whether r would end an address in a sentence.
func endsAddress(r rune) bool {
	if strings.ContainsRune("./:-_~%?#&=@+", r) || isDot(r) {
		return false
	}
	return unicode.IsSpace(r) || unicode.IsPunct(r) || unicode.IsSymbol(r)
}

// isDot reports whether r passes for the dot of a host name: browsers take the
// ideographic and full-width ones for it (UTS #46), and people the leader.
func isDot(r rune) bool {
	switch r {
	case '.', '。', '．', '｡', '․':
		return true
	}
	return false
}

// readsLikeAddress reports whether a reader would take w for a URL, a host or
// a mail address, in whatever script.
func readsLikeAddress(w string) bool {
	if strings.Contains(w, "://") {
		return true
	}
	host := hostOf(w)
	if _, err := netip.ParseAddr(host); err == nil {
		return true
	}
	labels := strings.FieldsFunc(host, isDot)
	if len(labels) < 2 {
		return false
	}
	top := labels[len(labels)-1]
	if len([]rune(top)) < 2 || strings.ContainsFunc(top, func(r rune) bool { return !unicode.In(r, unicode.L, unicode.M) }) {
		return strings.HasPrefix(strings.ToLower(top), "xn--")
	}
	return true
}

// hostOf returns what stands for the host in an address as people write it.
func hostOf(w string) string {
	if _, rest, ok := strings.Cut(w, "://"); ok {
		w = rest
	}
	if i := strings.IndexAny(w, "/?#"); i >= 0 {
		w = w[:i]
	}
	w = w[strings.LastIndexByte(w, '@')+1:]
	host, _, _ := strings.Cut(w, ":")
	return host
}

// names reports whether w is link's address, perhaps without scheme, "www.",
// or all of its path.
func names(w, link string) bool {
	if address, ok := strings.CutPrefix(link, "mailto:"); ok {
		w = strings.TrimPrefix(strings.ToLower(w), "mailto:")
		address = strings.ToLower(address)
		return w == address || w == hostOf(address)
	}
	short, long := bare(w), bare(link)
	if readable, err := url.PathUnescape(long); err == nil && !strings.HasPrefix(long, short) {
		long = readable
	}
	rest, ok := strings.CutPrefix(long, short)
	return ok && (rest == "" || strings.ContainsAny(short, "/?#") || strings.ContainsAny(rest[:1], "/?#:"))
}

// bare returns a web address without what people leave out, in lower case.
func bare(s string) string {
	s = strings.ToLower(s)
	for _, prefix := range []string{"https://", "http://", "www."} {
		s = strings.TrimPrefix(s, prefix)
	}
	return strings.TrimSuffix(s, "/")
}

// dials reports whether words hold no other phone number than number: the
// same digits, or its end, as dialled at home.
func dials(words, number string) bool {
	written := strings.TrimLeft(onlyDigits(words), "0")
	return len(written) < 5 || strings.HasSuffix(onlyDigits(number), written)
}

func onlyDigits(s string) string {
	return strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, s)
}
