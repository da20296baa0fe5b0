package main

import (
	"net"
	"slices"
	"strings"

	"botrelay/relay"
	"botrelay/relay/config"
	"botrelay/sinks/trial"
)

// sandboxSecret is what sources sign with in the sandbox that have no secret: good
// as a text, as Base64, and behind whsec_. It guards nothing.
const sandboxSecret = "whsec_c2FuZGJveC1vbmx5LW5vLXNlY3JldA=="

// sandboxed reads a routes file for the sandbox, which needs no account: what is
// not set has a stand-in. told is for people, which ones have.
func sandboxed(file config.File, env config.Env) (cfg *config.Config, problems config.Problems, told []string) {
	ins := trial.NewStandIns()
	env.StandIn = ins.Of
	cfg, problems = config.Parse(file, env)
	if cfg == nil {
		return nil, problems, nil
	}
	for i := range cfg.Sources {
		if s := &cfg.Sources[i]; !s.Pending && !slices.ContainsFunc(s.Secrets, known) {
			s.Secrets = []relay.Secret{relay.NewSecret(secretIn(cfg, s.Vendor))}
			told = append(told, "sources."+s.Name+".secret")
		}
	}
	for _, s := range cfg.Sinks {
		for _, key := range ins.Unset[s.Name] {
			told = append(told, "sinks."+s.Name+"."+key)
		}
	}
	return cfg, problems, append(told, guard(&cfg.Server)...)
}

func known(s relay.Secret) bool { return !s.IsZero() }

// secretIn returns what a source of the vendor signs with in the sandbox.
func secretIn(cfg *config.Config, vendor string) string {
	for _, v := range cfg.Vendors {
		checker, ok := v.Options.(interface {
			CheckSecret(secret relay.Secret) error
		})
		if ok && v.Name == vendor && checker.CheckSecret(relay.NewSecret(sandboxSecret)) != nil {
			return strings.TrimPrefix(sandboxSecret, "whsec_") // as Base64
		}
	}
	return sandboxSecret
}

// guard closes an admin side that the network could reach without its token, and
// leaves out a certificate that cannot be read.
func guard(s *config.Server) (told []string) {
	host, _, _ := net.SplitHostPort(s.AdminListen)
	ip := net.ParseIP(host)
	loopback := host == "localhost" || ip != nil && ip.IsLoopback()
	if s.AdminListen != "" && s.AdminToken.IsZero() && (s.AdminShared() || !loopback) {
		s.AdminListen = ""
		told = append(told, "server.admin_listen (left out: it has no token)")
	}
	if s.TLSCert != "" && s.Certificate == nil {
		s.TLSCert, s.TLSKey = "", ""
		told = append(told, "server.tls_cert (left out: it cannot be read)")
	}
	return told
}
