package config

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// meant is an error of a value that is close to a good one.
type meant struct {
	error
	like string // the good one; "" if none is close
	cure string // what to do, if there is more than one
}

func (m meant) Unwrap() error { return m.error }

// likeOf returns what an error says is meant by the value of n, with a question to
// go with it. What a variable holds is not guessed at.
func likeOf(n *node, err error) string {
	m, ok := errors.AsType[meant](err)
	switch {
	case !ok || strings.Contains(n.text(), "$") || looksSecret(n.text()):
		return ""
	case m.cure != "":
		return ": " + m.cure
	case m.like == "" || m.like == n.text():
		return ""
	}
	return fmt.Sprintf(": did you mean %q?", m.like)
}

// daysLike returns the days that a text means which is written otherwise than the
// file has them, or "".
func daysLike(text string) string {
	text = strings.ToLower(text)
	for instead, words := range map[string]string{
		"mon-fri": "weekday weekdays workdays workday business business_days 1-5 mo-fr", "sat,sun": "weekend weekends",
		"mon-sun": "daily always everyday all * any every_day",
	} {
		for word := range strings.FieldsSeq(words) {
			if strings.ReplaceAll(strings.TrimSpace(text), " ", "_") == word {
				return instead
			}
		}
	}
	text = regexp.MustCompile(`\s*(–|—|-|\bto\b|\bthrough\b|\bbis\b|\.\.)\s*`).ReplaceAllString(text, "-")
	text = regexp.MustCompile(`\s*([,;/&+|\s]|\band\b)\s*`).ReplaceAllString(text, ",")
	items := strings.FieldsFunc(text, func(c rune) bool { return c == ',' })
	for i, item := range items {
		first, last, isRange := strings.Cut(item, "-")
		items[i] = dayLike(first)
		if strings.Contains(last, "-") {
			return ""
		}
		if isRange && items[i] != "" {
			items[i] += "-" + dayLike(last)
		}
		if items[i] == "" || strings.HasSuffix(items[i], "-") {
			return ""
		}
	}
	return strings.Join(items, ",")
}

// dayLike returns the day that a word is, in three letters, or "".
func dayLike(word string) string {
	word = strings.TrimRight(strings.TrimSpace(word), ".")
	var full []string
	for day := time.Sunday; day <= time.Saturday; day++ {
		name := strings.ToLower(day.String())
		if len(word) >= 2 && (strings.HasPrefix(name, word) || strings.HasPrefix(word, name[:3])) {
			return name[:3]
		}
		full = append(full, name)
	}
	for short, german := range map[string]string{
		"mon": "mo montag", "tue": "di dienstag", "wed": "mi mittwoch", "thu": "do donnerstag", "fri": "fr freitag", "sat": "samstag", "sun": "so sonntag",
	} {
		if slices.Contains(strings.Fields(german), word) {
			return short
		}
	}
	if like := closest(word, full); like != "" && len(word) > 4 {
		return like[:3]
	}
	near := slices.DeleteFunc(full, func(name string) bool { return distance(word, name[:3]) > 1 })
	if len(word) < 3 || len(near) != 1 {
		return ""
	}
	return near[0][:3]
}

// hoursLike returns the window of a day that a text means which is written
// otherwise than the file has it, or "".
func hoursLike(text string) string {
	text = regexp.MustCompile(`\s*(–|—|-|,|\bto\b|\buntil\b|\bbis\b)\s*`).ReplaceAllString(strings.ToLower(text), "-")
	first, last, _ := strings.Cut(text, "-")
	from, to := hourLike(first), hourLike(last)
	if from == "24:00" {
		from = "00:00"
	}
	if from == "" || to == "" || from == to {
		return ""
	}
	return from + "-" + to
}

// hourLike returns the time of day that a text means, or "".
func hourLike(text string) string {
	parts := regexp.MustCompile(`^(\d{1,2})(?:[:.h]?(\d{2}))?(?:[:.]\d{2})?\s*(am|pm|a\.m\.|p\.m\.|h|uhr|o'clock)?$`).FindStringSubmatch(strings.TrimSpace(text))
	if parts == nil {
		return ""
	}
	hour, _ := strconv.Atoi(parts[1])
	minute, _ := strconv.Atoi(parts[2])
	switch {
	case strings.HasPrefix(parts[3], "p") && hour < 12:
		hour += 12
	case strings.HasPrefix(parts[3], "a") && hour == 12:
		hour = 0
	}
	if minute > 59 || hour*60+minute > 24*60 {
		return ""
	}
	return fmt.Sprintf("%02d:%02d", hour, minute)
}
