package config

import (
	"crypto/tls"
	"strings"
)

// certificate reads the two files that HTTPS wants.
func (t *table) certificate(s *Server) {
	_, hasCert := t.bound["tls_cert"]
	_, hasKey := t.bound["tls_key"]
	switch {
	case hasCert && !hasKey:
		t.r.errorf(t.key("tls_cert"), `"tls_cert" goes with "tls_key", the file of its private key`)
		return
	case hasKey && !hasCert:
		t.r.errorf(t.key("tls_key"), `"tls_key" goes with "tls_cert", the file of its certificate`)
		return
	case !t.bound["tls_cert"] || !t.bound["tls_key"]:
		return
	}
	cert, gotCert := t.pem("tls_cert", s.TLSCert)
	key, gotKey := t.pem("tls_key", s.TLSKey)
	if !gotCert || !gotKey {
		return
	}
	pair, err := tls.X509KeyPair(cert, key)
	if err != nil {
		at, text := t.unfit(err)
		t.r.errorf(t.at(at), "%s", text)
		return
	}
	s.Certificate = &pair
}

// pem reads a file, whose content is not shown.
func (t *table) pem(key, name string) ([]byte, bool) {
	read := t.r.env.ReadFile
	if read == nil {
		read = func(string) ([]byte, error) { return nil, errNoFiles }
	}
	data, err := read(name)
	if err != nil && t.r.env.StandIn != nil {
		return nil, false
	}
	if err != nil {
		t.r.errorf(t.at(key), "%q: cannot read %s: %s", key, quoted(t.node.get(key)), t.r.foreign(reason(err)))
		return nil, false
	}
	return data, true
}

// unfit says what is wrong with two files that are no pair, at the key that is to
// blame. The errors of crypto/tls have no types.
func (t *table) unfit(err error) (key, text string) {
	said := err.Error()
	switch {
	case strings.Contains(said, "do not match"), strings.Contains(said, "does not match"):
		return "tls_key", `"tls_key" is not the key of the certificate in "tls_cert": were both renewed?`
	case strings.Contains(said, "found a certificate rather than a key"):
		return "tls_key", `"tls_key" names a certificate: name the file of its private key`
	case strings.Contains(said, "PEM inputs may have been switched"):
		return "tls_cert", `"tls_cert" and "tls_key" are the wrong way round`
	case strings.Contains(said, "failed to parse private key"):
		return "tls_key", `"tls_key" holds no private key that can be read: it must not have a passphrase`
	case strings.Contains(said, "in key input"):
		return "tls_key", `"tls_key" names a file without a private key in PEM ("-----BEGIN PRIVATE KEY-----")`
	}
	return "tls_cert", `"tls_cert" names a file without a certificate in PEM ("-----BEGIN CERTIFICATE-----")`
}
