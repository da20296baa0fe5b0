package receive

import (
	"errors"
	"fmt"
	"net/http"
	"net/netip"
	"slices"
	"strings"
)

// Networks are addresses that something is meant for.
type Networks []netip.Prefix

// NewNetworks returns networks in the form in which addresses are compared: one
// of IPv4 that is written as IPv6 (::ffff:203.0.113.0/120) is one of IPv4.
func NewNetworks(networks []netip.Prefix) Networks {
	const mapped = 96 // bits before the IPv4 address
	all := make(Networks, len(networks))
	for i, n := range networks {
		if n.Addr().Is4In6() && n.Bits() >= mapped {
			n = netip.PrefixFrom(n.Addr().Unmap(), n.Bits()-mapped)
		}
		all[i] = n
	}
	return all
}

func (n Networks) has(ip netip.Addr) bool {
	return slices.ContainsFunc(n, func(p netip.Prefix) bool { return p.Contains(ip) })
}

var errNoClient = errors.New("a trusted proxy does not tell in X-Forwarded-For whose request it passes on")

// Client returns the address that a request comes from, where n are the trusted
// proxies: its peer's, or, as long as that is a trusted proxy's, what the proxy says.
// Only what trusted proxies have appended is believed: a list's other entries are
// whatever somebody wrote.
func (n Networks) Client(r *http.Request) (netip.Addr, error) {
	ip, err := parseHost(r.RemoteAddr)
	if err != nil {
		return ip, fmt.Errorf("reading the peer's address: %w", err)
	}
	if !n.has(ip) {
		return ip, nil
	}
	values := r.Header.Values("X-Forwarded-For")
	if len(values) == 0 {
		return ip, nil // the proxy itself asks
	}
	entries := strings.Split(strings.Join(values, ","), ",")
	for _, entry := range slices.Backward(entries) {
		if ip, err = parseHost(strings.TrimSpace(entry)); err != nil {
			return ip, errNoClient
		}
		if !n.has(ip) {
			return ip, nil
		}
	}
	return ip, nil // proxies all the way
}

// parseHost reads an address with or without a port. IPv4 that is written as
// IPv6 is IPv4, and a zone says nothing beyond its own machine.
func parseHost(text string) (netip.Addr, error) {
	if at, err := netip.ParseAddrPort(text); err == nil {
		return at.Addr().Unmap().WithZone(""), nil
	}
	if inner, ok := strings.CutPrefix(text, "["); ok {
		text, _ = strings.CutSuffix(inner, "]")
	}
	ip, err := netip.ParseAddr(text)
	return ip.Unmap().WithZone(""), err
}

// admit returns the outcome of a request from an address that the source does
// not listen to, or nil.
func (h *Handler) admit(r *http.Request, source Source) *outcome {
	if len(source.AllowIPs) == 0 {
		return nil
	}
	ip, err := h.cfg.TrustedProxies.Client(r)
	switch {
	case err == nil && source.AllowIPs.has(ip):
		return nil
	case err == nil:
		err = fmt.Errorf("%s is not in allow_ips", ip)
	}
	out := refuse(http.StatusForbidden, Address, "this address may not send to this source")
	out.err = err
	return &out
}
