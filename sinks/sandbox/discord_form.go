package sandbox

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"unicode/utf8"
)

// form collects what is wrong with a request, as the tree in which Discord
// tells it (Error Messages, in its reference).
type form struct{ errors map[string]any }

// fail notes a fault at a path of keys and indexes, joined by dots.
func (f *form) fail(path, code, message string) {
	if f.errors == nil {
		f.errors = map[string]any{}
	}
	at := f.errors
	for key := range strings.SplitSeq(path, ".") {
		if key == "" {
			continue // the whole body
		}
		next, ok := at[key].(map[string]any)
		if !ok {
			next = map[string]any{}
			at[key] = next
		}
		at = next
	}
	list, _ := at["_errors"].([]any)
	at["_errors"] = append(list, map[string]any{"code": code, "message": message})
}

// answer is the refusal.
func (f *form) answer() answer {
	return jsonAnswer(http.StatusBadRequest, "Invalid Form Body", map[string]any{
		"code": 50035, "message": "Invalid Form Body", "errors": f.errors,
	})
}

// object returns v as an object; null is an empty one.
func (f *form) object(path string, v any) map[string]any {
	m, ok := v.(map[string]any)
	if !ok && v != nil {
		f.fail(path, "DICT_TYPE_CONVERT", "Only dictionaries may be used in a DictType")
	}
	return m
}

// list returns v as a list of at most so many; null is an empty one.
func (f *form) list(path string, v any, most int) []any {
	list, ok := v.([]any)
	if !ok && v != nil {
		f.fail(path, "LIST_TYPE_CONVERT", "Only iterables may be used in a ListType")
	}
	if len(list) > most {
		f.fail(path, "BASE_TYPE_MAX_LENGTH", fmt.Sprintf("Must be %d or fewer in length.", most))
	}
	return list
}

// text checks a string of at most so many code points, without the space
// around it, and returns how many it has; null is an empty one.
func (f *form) text(path string, v any, most int) int {
	s, ok := v.(string)
	if !ok && v != nil {
		f.fail(path, "STRING_TYPE_CONVERT", fmt.Sprintf("Could not interpret \"%v\" as string.", v))
	}
	n := utf8.RuneCountInString(strings.TrimSpace(s))
	if n > most {
		f.fail(path, "BASE_TYPE_MAX_LENGTH", fmt.Sprintf("Must be %d or fewer in length.", most))
	}
	return n
}

// needed checks a string that must not be empty.
func (f *form) needed(path string, v any, most int) int {
	n := f.text(path, v, most)
	if s, _ := v.(string); strings.TrimSpace(s) == "" {
		f.fail(path, "BASE_TYPE_REQUIRED", "This field is required")
	}
	return n
}

// url checks an address: http or https. An empty one is refused too, as it has
// been since January 2023 (discord-api-docs issue 5837).
func (f *form) url(path string, v any) {
	if v == nil {
		return
	}
	f.text(path, v, 2048)
	s, _ := v.(string)
	u, err := url.Parse(s)
	switch {
	case err != nil:
		f.fail(path, "URL_TYPE_INVALID_URL", "Not a well formed URL.")
	case u.Scheme != "http" && u.Scheme != "https":
		scheme := strings.ToLower(u.Scheme)
		f.fail(path, "URL_TYPE_INVALID_SCHEME",
			fmt.Sprintf("Scheme %q is not supported. Scheme must be one of ('http', 'https').", scheme))
	case u.Host == "":
		f.fail(path, "URL_TYPE_INVALID_URL", "Not a well formed URL.")
	}
}

// integer checks a whole number; null is fine.
func (f *form) integer(path string, v any, least, most float64) {
	if v == nil {
		return
	}
	n, ok := v.(float64)
	switch {
	case !ok || n != float64(int64(n)):
		f.fail(path, "NUMBER_TYPE_COERCE", fmt.Sprintf("Value \"%v\" is not int.", v))
	case n < least:
		f.fail(path, "NUMBER_TYPE_MIN", fmt.Sprintf("int value should be greater than or equal to %.0f.", least))
	case n > most:
		f.fail(path, "NUMBER_TYPE_MAX", fmt.Sprintf("int value should be less than or equal to %.0f.", most))
	}
}

// boolean checks a boolean; null is fine.
func (f *form) boolean(path string, v any) {
	if _, ok := v.(bool); !ok && v != nil {
		f.fail(path, "BOOLEAN_TYPE_CONVERT", "Must be either true or false.")
	}
}
