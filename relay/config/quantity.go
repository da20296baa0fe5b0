package config

import (
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// durationLike returns what a duration means that is written otherwise than the file
// has them: "30 days" is "30d".
func durationLike(text string) meant {
	parts := regexp.MustCompile(`^\s*(\d{1,6})\s*([a-zA-Z]*)\.?\s*$`).FindStringSubmatch(text)
	if parts == nil {
		return meant{error: errDuration}
	}
	if parts[2] == "" {
		return meant{error: errDuration, cure: fmt.Sprintf(`write "%[1]ss", "%[1]sm", "%[1]sh" or "%[1]sd"`, parts[1])}
	}
	n, _ := strconv.Atoi(parts[1])
	unit, times := unitLike(parts[2])
	if unit == "" {
		return meant{error: errDuration}
	}
	return meant{error: errDuration, like: fmt.Sprintf("%d%s", n*times, unit)}
}

// unitLike returns the unit that a word means, and how many of it.
func unitLike(word string) (unit string, times int) {
	word = strings.ToLower(word)
	for unit, words := range map[string]string{
		"ms": "ms millisecond milliseconds msec", "s": "s sec secs second seconds", "m": "m min mins minute minutes", "h": "h hr hrs hour hours std", "d": "d day days tage",
	} {
		if slices.Contains(strings.Fields(words), word) {
			return unit, 1
		}
	}
	switch strings.TrimSuffix(word, "s") {
	case "w", "wk", "week":
		return "d", 7
	case "mo", "month":
		return "d", 30
	case "y", "yr", "year":
		return "d", 365
	}
	return "", 0
}

// sizeLike does so for a size: "1 mb" is "1MB".
func sizeLike(text string) meant {
	parts := regexp.MustCompile(`^\s*(\d{1,12})\s*([a-zA-Z]*)\s*$`).FindStringSubmatch(text)
	if parts == nil {
		return meant{error: errSize}
	}
	if parts[2] == "" {
		n, _ := strconv.ParseInt(parts[1], 10, 64)
		if n < 1024 {
			return meant{error: errSize, cure: fmt.Sprintf(`write "%[1]sKiB" or "%[1]sMiB"`, parts[1])}
		}
		return meant{error: errSize, cure: fmt.Sprintf("write %q", binary(n))}
	}
	for unit, words := range map[string]string{
		"B": "b byte bytes", "KB": "kb ko kilobyte kilobytes", "MB": "mb mo megabyte megabytes", "GB": "gb go gigabyte gigabytes",
		"KiB": "k ki kib", "MiB": "m mi mib", "GiB": "g gi gib",
	} {
		if slices.Contains(strings.Fields(words), strings.ToLower(parts[2])) {
			return meant{error: errSize, like: parts[1] + unit}
		}
	}
	return meant{error: errSize}
}

// binary writes a number of bytes in the largest unit that it is a multiple of.
func binary(n int64) string {
	unit := "B"
	for _, larger := range []string{"KiB", "MiB", "GiB"} {
		if n == 0 || n%1024 != 0 {
			break
		}
		n, unit = n/1024, larger
	}
	return fmt.Sprintf("%d%s", n, unit)
}

// rateLike does so for a rate: "20 per minute" is "20/1m".
func rateLike(text string) meant {
	parts := regexp.MustCompile(`(?i)^\s*(\d{1,6})(?:\s*(?:/|\bper\b|\ba\b|\ban\b|\bin\b|\bevery\b)\s*(\d{0,6})\s*([a-z]*))?\s*$`).FindStringSubmatch(text)
	if parts == nil || parts[1] == "0" {
		return meant{error: errRate}
	}
	if parts[2] == "" && parts[3] == "" {
		return meant{error: errRate, cure: fmt.Sprintf(`write "%[1]s/1s" or "%[1]s/1m"`, parts[1])}
	}
	n, _ := strconv.Atoi(parts[2])
	if parts[2] == "" {
		n = 1
	}
	unit, times := unitLike(parts[3])
	if unit == "" || n == 0 {
		return meant{error: errRate}
	}
	return meant{error: errRate, like: fmt.Sprintf("%s/%d%s", parts[1], n*times, unit)}
}

// addressLike does so for host and port: "8080" is ":8080".
func addressLike(text string) meant {
	if u, err := url.Parse(text); err == nil && u.Host != "" {
		text = u.Host
	}
	like := text
	switch {
	case regexp.MustCompile(`^\d{1,5}$`).MatchString(text):
		like = ":" + text
	case regexp.MustCompile(`^[\w-]+(\.[\w-]+)*$`).MatchString(text):
		like = text + ":8080"
	}
	if host, port, err := net.SplitHostPort(like); err != nil || host != strings.TrimSpace(host) || !isPort(port) {
		return meant{error: errAddress}
	}
	return meant{error: errAddress, like: like}
}

func isPort(port string) bool {
	_, err := strconv.ParseUint(port, 10, 16)
	return err == nil
}

// urlLike does so for the address of a web server: "example.com" is
// "https://example.com".
func urlLike(text string) meant {
	if strings.ContainsAny(text, " \t") {
		return meant{error: errURL, cure: "take the space out"}
	}
	_, rest, found := strings.Cut(text, "://")
	if !found {
		rest = text
	}
	like := "https://" + strings.TrimRight(rest, "/")
	u, err := url.Parse(like)
	if err != nil || !strings.Contains(u.Hostname(), ".") || u.User != nil || u.RawQuery != "" || u.Fragment != "" || strings.ContainsAny(like, " @") {
		return meant{error: errURL}
	}
	return meant{error: errURL, like: like}
}

// networkLike does so for a network: "10.0.0.*" is "10.0.0.0/24".
func networkLike(text string) meant {
	text = strings.TrimSpace(text)
	if text == "localhost" {
		return meant{error: errNetwork, like: "127.0.0.1"}
	}
	if address, _, err := net.SplitHostPort(text); err == nil {
		text = address
	}
	if address, mask, found := strings.Cut(text, "/"); found && net.ParseIP(mask).To4() != nil {
		if ones, bits := net.IPMask(net.ParseIP(mask).To4()).Size(); bits > 0 {
			text = fmt.Sprintf("%s/%d", address, ones)
		}
	}
	if stars := strings.Count(text, ".*"); stars > 0 {
		text = fmt.Sprintf("%s/%d", strings.ReplaceAll(text, ".*", ".0"), 32-8*stars)
	}
	if prefix, err := netip.ParsePrefix(text); err == nil {
		return meant{error: errNetwork, like: prefix.Masked().String()}
	}
	if address, err := netip.ParseAddr(text); err == nil && address.Zone() == "" {
		return meant{error: errNetwork, like: text}
	}
	return meant{error: errNetwork}
}
