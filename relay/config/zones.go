package config

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"
)

// parseZone reads the name of a time zone. Its error says which may be meant.
func parseZone(text string) (*time.Location, error) {
	zone, err := time.LoadLocation(text)
	if err != nil || text == "" {
		return nil, meant{error: errZone, like: zoneLike(text)}
	}
	return zone, nil
}

// zoneLike returns the name of a zone that text may stand for, or "".
func zoneLike(text string) string {
	name := strings.ReplaceAll(strings.TrimSpace(text), " ", "_")
	if offset := regexp.MustCompile(`(?i)^(?:utc|gmt|z)?([+-])0?(\d{1,2})(?::?00)?$`).FindStringSubmatch(name); offset != nil {
		sign := map[string]string{"+": "-", "-": "+"}[offset[1]] // as POSIX has it: Etc/GMT-2 is two hours ahead
		return loaded(fmt.Sprintf("Etc/GMT%s%s", sign, offset[2]))
	}
	if zone := zoneOf(strings.ToLower(name)); zone != "" {
		return zone
	}
	area, city, found := strings.Cut(name, "/")
	if !found {
		area, city = "", name
	}
	if zone := zoneOf(strings.ToLower(city)); zone != "" {
		return zone
	}
	for _, area := range []string{area, "Europe", "America", "Asia", "Australia", "Africa", "Pacific", "Atlantic", "Indian"} {
		if zone := loaded(titled(area) + "/" + titled(city)); zone != "" {
			return zone
		}
	}
	return closest(name, strings.Fields(zones))
}

// loaded returns name if there is such a zone.
func loaded(name string) string {
	if _, err := time.LoadLocation(name); err != nil || strings.HasPrefix(name, "/") {
		return ""
	}
	return name
}

// titled writes a name as those of zones are: New_York, Port-au-Prince.
func titled(name string) string {
	words := strings.Split(strings.ToLower(name), "_")
	for i, word := range words {
		if word != "" && word != "of" && word != "es" {
			words[i] = strings.ToUpper(word[:1]) + word[1:]
		}
	}
	return strings.Join(words, "_")
}

// zoneOf returns the zone of an abbreviation, or of a city without one of its own.
func zoneOf(name string) string {
	for zone, names := range map[string]string{
		"UTC":                 "z zulu greenwich",
		"Europe/Berlin":       "cest mez mesz munich münchen muenchen hamburg frankfurt cologne köln koeln stuttgart germany",
		"Europe/London":       "bst england uk manchester edinburgh",
		"Europe/Paris":        "france lyon marseille",
		"Europe/Madrid":       "spain barcelona",
		"Europe/Rome":         "italy milan milano rom",
		"Europe/Vienna":       "austria wien",
		"Europe/Zurich":       "switzerland geneva zürich bern basel",
		"Europe/Athens":       "eest greece",
		"America/New_York":    "edt eastern boston miami washington atlanta",
		"America/Chicago":     "cst cdt central dallas houston austin",
		"America/Denver":      "mdt mountain",
		"America/Los_Angeles": "pst pdt pacific san_francisco seattle california",
		"America/Sao_Paulo":   "brt rio rio_de_janeiro",
		"Asia/Kolkata":        "ist india mumbai delhi new_delhi bangalore bengaluru chennai",
		"Asia/Shanghai":       "beijing shenzhen china",
		"Asia/Tokyo":          "jst japan osaka",
		"Asia/Singapore":      "sgt",
		"Australia/Sydney":    "aest aedt canberra",
	} {
		if slices.Contains(strings.Fields(names), name) {
			return zone
		}
	}
	return ""
}

// zones are those that are named most, for who mistypes one.
const zones = `UTC Europe/Amsterdam Europe/Athens Europe/Belgrade Europe/Berlin Europe/Brussels Europe/Bucharest
Europe/Budapest Europe/Copenhagen Europe/Dublin Europe/Helsinki Europe/Istanbul Europe/Kyiv Europe/Lisbon
Europe/London Europe/Luxembourg Europe/Madrid Europe/Oslo Europe/Paris Europe/Prague Europe/Riga Europe/Rome
Europe/Sofia Europe/Stockholm Europe/Tallinn Europe/Vienna Europe/Vilnius Europe/Warsaw Europe/Zagreb
Europe/Zurich America/Anchorage America/Argentina/Buenos_Aires America/Bogota America/Chicago America/Denver
America/Halifax America/Lima America/Los_Angeles America/Mexico_City America/New_York America/Phoenix
America/Santiago America/Sao_Paulo America/Toronto America/Vancouver Africa/Cairo Africa/Casablanca
Africa/Johannesburg Africa/Lagos Africa/Nairobi Asia/Bangkok Asia/Dhaka Asia/Dubai Asia/Ho_Chi_Minh
Asia/Hong_Kong Asia/Jakarta Asia/Jerusalem Asia/Karachi Asia/Kathmandu Asia/Kolkata Asia/Kuala_Lumpur
Asia/Manila Asia/Riyadh Asia/Seoul Asia/Shanghai Asia/Singapore Asia/Taipei Asia/Tashkent Asia/Tehran
Asia/Tokyo Australia/Adelaide Australia/Brisbane Australia/Melbourne Australia/Perth Australia/Sydney
Pacific/Auckland Pacific/Honolulu`
