package render

import (
	"strings"

	"github.com/nyaruka/phonenumbers"
)

// grouped returns a phone number as people of its country write it, behind the
// country's number: "+39 06 1234 5678". A number that does not say its country,
// one that nobody can have, and a text that is none stay as they are written. on
// is the channel that it was used on, or "".
func grouped(number, on string) string {
	digits, international := phoneDigits(strings.TrimSpace(number))
	if !international && (channel(on) != "whatsapp" || whatsApp(strings.TrimSpace(number)) == "") {
		return number
	}
	parsed, err := phonenumbers.Parse("+"+digits, phonenumbers.UNKNOWN_REGION)
	if err != nil || !phonenumbers.IsValidNumber(parsed) {
		return number
	}
	return phonenumbers.Format(parsed, phonenumbers.INTERNATIONAL)
}

// dialDigits returns the digits of a phone number, as wa.me wants them: without
// the + or 00 before the country's. Of another text it returns all digits.
func dialDigits(number string) string {
	if digits, _ := phoneDigits(strings.TrimSpace(number)); digits != "" {
		return digits
	}
	return onlyDigits(number)
}
