package config

import (
	"errors"
	"fmt"
	"math"
	"net"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"time"
)

const maxSize = 1 << 30 // bytes; what is held in memory cannot sensibly be larger

// Errors of values with units. They hold nothing of the value.
var (
	errDuration = errors.New(`wants a duration with a unit, such as "5m", "72h" or "30d"`)
	errSize     = errors.New(`wants a size with a unit, such as "512KiB" or "1MiB"`)
	errRate     = errors.New(`wants a count per duration, such as "20/1m"`)
	errNetwork  = errors.New(`wants an IP address or a network, such as "203.0.113.7" or "203.0.113.0/24"`)
	errAddress  = errors.New(`wants host:port, such as ":8080" or "127.0.0.1:8081"`)
	errURL      = errors.New(`wants an address such as "https://hooks.example.com"`)
	errTooLarge = errors.New("is too large")
	errZone     = errors.New(`wants the name of a time zone, such as "Europe/Berlin" or "UTC"`)
)

// parseSize reads a number of bytes: a number with one of the units B, KB, MB,
// GB, KiB, MiB and GiB.
func parseSize(text string) (int64, error) {
	number, unit, rest := quantity(text)
	factor := sizeUnit(unit)
	if rest != "" || factor == 0 {
		return 0, sizeLike(text)
	}
	size := number * factor
	switch {
	case size > maxSize:
		return 0, errTooLarge
	case size < 1, size != math.Trunc(size):
		return 0, errSize
	}
	return int64(size), nil
}

func sizeUnit(unit string) float64 {
	switch unit {
	case "B":
		return 1
	case "kB", "KB":
		return 1e3
	case "MB":
		return 1e6
	case "GB":
		return 1e9
	case "KiB":
		return 1 << 10
	case "MiB":
		return 1 << 20
	case "GiB":
		return 1 << 30
	}
	return 0
}

// Rate is so many messages per duration. The zero value is no rate.
type Rate struct {
	Count int
	Per   time.Duration
}

// UnmarshalText reads a rate such as "20/1m". Its error tells the cure.
func (r *Rate) UnmarshalText(text []byte) error {
	count, per, _ := strings.Cut(string(text), "/")
	n, err := strconv.ParseUint(count, 10, 31)
	if err != nil || n == 0 {
		return rateLike(string(text))
	}
	d, err := parseDuration(per)
	if err != nil || d == 0 {
		return rateLike(string(text))
	}
	*r = Rate{int(n), d}
	return nil
}

// ParseDuration reads a duration as the file has them: numbers with the units
// ms, s, m, h and d. Its error tells the cure.
func ParseDuration(text string) (time.Duration, error) { return parseDuration(text) }

// parseDuration reads a duration: numbers with the units ms, s, m, h and d.
func parseDuration(text string) (time.Duration, error) {
	var sum float64
	for rest := text; ; {
		var number float64
		var unit string
		number, unit, rest = quantity(rest)
		factor := timeUnit(unit)
		if factor == 0 {
			return 0, durationLike(text)
		}
		sum += number * float64(factor)
		if sum >= math.MaxInt64 {
			return 0, errTooLarge
		}
		if rest == "" {
			return time.Duration(math.Round(sum)), nil
		}
	}
}

func timeUnit(unit string) time.Duration {
	switch unit {
	case "ms":
		return time.Millisecond
	case "s":
		return time.Second
	case "m":
		return time.Minute
	case "h":
		return time.Hour
	case "d":
		return 24 * time.Hour
	}
	return 0
}

// quantity takes a number and its unit from the start of text. The unit is
// empty if there is no such thing.
func quantity(text string) (number float64, unit, rest string) {
	digits := len(text) - len(strings.TrimLeft(text, "0123456789."))
	number, err := strconv.ParseFloat(text[:digits], 64)
	if err != nil {
		return 0, "", text
	}
	unit = text[digits:]
	if next := strings.IndexAny(unit, "0123456789."); next >= 0 {
		unit = unit[:next]
	}
	return number, unit, text[digits+len(unit):]
}

// parseNetwork reads a network or a single address.
func parseNetwork(text string) (netip.Prefix, error) {
	if addr, err := netip.ParseAddr(text); err == nil && addr.Zone() == "" {
		return netip.PrefixFrom(addr, addr.BitLen()), nil
	}
	network, err := netip.ParsePrefix(text)
	if err != nil {
		return netip.Prefix{}, networkLike(text)
	}
	if network != network.Masked() {
		return netip.Prefix{}, fmt.Errorf("has bits beyond the network's %d: the network is %s", network.Bits(), network.Masked())
	}
	return network, nil
}

// parseAddress takes the host, which may be empty, from host:port.
func parseAddress(text string) (host string, err error) {
	host, port, err := net.SplitHostPort(text)
	if err != nil {
		return "", addressLike(text)
	}
	if !isPort(port) {
		return "", addressLike(text)
	}
	return host, nil
}

// isLoopback reports whether only this machine can reach host.
func isLoopback(host string) bool {
	if strings.EqualFold(host, "localhost") {
		return true
	}
	addr, err := netip.ParseAddr(host)
	return err == nil && addr.IsLoopback()
}

// parseURL checks that text is the address of a web server, and returns it
// without a slash at the end.
func parseURL(text string) (string, error) {
	u, err := url.Parse(text)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" ||
		u.User != nil || u.RawQuery != "" || u.Fragment != "" {
		return "", urlLike(text)
	}
	return strings.TrimRight(text, "/"), nil
}
