package render

import (
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"text/template"
	"time"
	"unicode/utf8"
)

// What one execution of a template may come to. A template of a few lines that
// goes through a whole conversation stays far below.
const (
	maxOutput = 64 << 10 // bytes of the template's own text
	maxSteps  = 100_000  // rounds of loops, and what functions count as such
	maxValues = 60_000   // runes of all values together
)

var (
	errOutput = errors.New("the template writes more than 64 KiB")
	errSteps  = errors.New("the template goes on for too long")
)

// execution is one execution of a template.
type execution struct {
	zone   *time.Location
	limit  int // runes of one value
	out    strings.Builder
	values []value
	runes  int // of all values
	steps  int
}

// Write takes what the template writes.
func (x *execution) Write(p []byte) (int, error) {
	if x.out.Len()+len(p) > maxOutput {
		return 0, errOutput
	}
	return x.out.Write(p)
}

// functions are those that a template may call, beside Go's own.
func (x *execution) functions() template.FuncMap {
	return template.FuncMap{
		placeName:  x.place,
		stepName:   x.step,
		"date":     x.date,
		"default":  x.defaultTo,
		"digits":   over(x, dialDigits),
		"host":     over(x, hostName),
		"json":     x.json,
		"lower":    over(x, strings.ToLower),
		"md":       over(x, func(text string) markdownText { return markdownText(text) }),
		"phone":    over(x, func(number string) string { return grouped(number, "") }),
		"truncate": x.truncate,
		"upper":    over(x, strings.ToUpper),
	}
}

// step counts a round of a loop, and writes nothing.
func (x *execution) step() (string, error) { return "", x.took(1) }

func (x *execution) took(steps int) error {
	if x.steps += steps; x.steps > maxSteps {
		return errSteps
	}
	return nil
}

// place keeps a value and returns its placeholder. Once the values are too much
// together, those that follow are cut to nothing but the ellipsis.
func (x *execution) place(v any) (string, error) {
	if err := x.took(1); err != nil {
		return "", err
	}
	placed := value{text: textOf(v)}
	cost := x.through(placed.text)
	switch v.(type) {
	case markdownText:
		placed.form = markdownForm
	case webAddress:
		placed.form = addressForm
	}
	if placed.form != addressForm {
		placed.text = cut(placed.text, max(1, min(x.limit, maxValues-x.runes)))
	}
	x.runes += utf8.RuneCountInString(placed.text)
	x.values = append(x.values, placed)
	return holder(len(x.values) - 1), cost
}

// json returns a value as JSON on one line.
func (x *execution) json(v any) (string, error) {
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return "", fmt.Errorf("no JSON: %w", errors.Unwrap(err))
	}
	return strings.TrimSuffix(b.String(), "\n"), x.took(b.Len() / 64)
}

// markdownText is a value that is Markdown on purpose.
type markdownText string

// textOf returns a value as text, and "" if there is none.
func textOf(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case string:
		return v
	case markdownText:
		return string(v)
	case webAddress:
		return string(v)
	case bool, int, int64:
		return fmt.Sprint(v)
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	case *time.Time:
		if v == nil {
			return ""
		}
		return v.Format(timeLayout)
	case time.Time:
		return v.Format(timeLayout)
	case *view, person, turn, []turn, map[string]any, []any:
		text, err := json.Marshal(v)
		if err != nil {
			return ""
		}
		return string(text)
	}
	return fmt.Sprint(v)
}
