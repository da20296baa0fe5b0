package render

import (
	"errors"
	"net/url"
	"reflect"
	"strings"

	"github.com/rivo/uniseg"
)

// defaultTo returns v, or instead where there is nothing to see in it.
func defaultTo(instead, v any) any {
	if text := textOf(v); text == "" || !isVisible(clean(text)) {
		return instead
	}
	if x := reflect.ValueOf(v); (x.Kind() == reflect.Slice || x.Kind() == reflect.Map) && x.Len() == 0 {
		return instead
	}
	return v
}

// truncate returns the first characters of a text, as people count them. Cut
// Markdown is Markdown still.
func truncate(number, v any) (any, error) {
	limit := 0
	switch n := number.(type) {
	case int:
		limit = n
	case int64: // of the payload
		limit = int(min(n, maxText))
	default:
		return nil, errors.New(usage("truncate"))
	}
	if limit < 1 {
		return nil, errors.New("truncate wants a number of characters above 0")
	}
	text := textOf(v)
	short := text
	if end := graphemes(text, limit); end < len(text) {
		end = graphemes(text, limit-1)
		short = strings.TrimRight(text[:end], " \n") + ellipsis
	}
	if _, ok := v.(markdownText); ok {
		return markdownText(short), nil
	}
	return short, nil
}

// graphemes returns the length of the first n graphemes of s.
func graphemes(s string, n int) int {
	end, state := 0, -1
	for rest := s; n > 0 && rest != ""; n-- {
		var g string
		g, rest, _, state = uniseg.FirstGraphemeClusterInString(rest, state)
		end += len(g)
	}
	return end
}

// hostName returns the host of a URL, or "" if it has none.
func hostName(address string) string {
	u, err := url.Parse(strings.TrimSpace(address))
	if err != nil {
		return ""
	}
	return u.Hostname()
}
