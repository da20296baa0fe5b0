package config_test

import (
	"crypto/ed25519"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"io/fs"
	"math/big"
	"strings"
	"testing"

	"botrelay/relay/config"
)

// pair returns a certificate and its key, in PEM.
func pair(t *testing.T) (cert, key []byte) {
	t.Helper()
	public, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(7), DNSNames: []string{"hooks.example.com"}}
	der, err := x509.CreateCertificate(rand.Reader, template, template, public, private)
	if err != nil {
		t.Fatal(err)
	}
	text, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: text})
}

// TestCertificate: a pair is read, and one that is none is told of, without what
// the files hold.
func TestCertificate(t *testing.T) {
	cert, key := pair(t)
	_, other := pair(t)
	locked := pem.EncodeToMemory(&pem.Block{Type: "ENCRYPTED PRIVATE KEY", Bytes: []byte("s3cret-bytes")})
	for _, tc := range []struct {
		cert, key []byte // nil: there is no file
		want      string // empty: it is good
	}{
		{cert, key, ""},
		{append(cert, key...), append(cert, key...), ""}, // both in one file, as some tools write it
		{nil, key, `routes.toml:2:12: "tls_cert": cannot read "/cert": file does not exist`},
		{cert, nil, `routes.toml:3:11: "tls_key": cannot read "/key": file does not exist`},
		{cert, other, `routes.toml:3:11: "tls_key" is not the key of the certificate in "tls_cert": were both renewed?`},
		{key, cert, `routes.toml:2:12: "tls_cert" and "tls_key" are the wrong way round`},
		{cert, cert, `routes.toml:3:11: "tls_key" names a certificate: name the file of its private key`},
		{cert, locked, `routes.toml:3:11: "tls_key" holds no private key that can be read: it must not have a passphrase`},
		{cert, []byte("s3cret text"), `routes.toml:3:11: "tls_key" names a file without a private key in PEM ("-----BEGIN PRIVATE KEY-----")`},
		{[]byte{}, key, `routes.toml:2:12: "tls_cert" names a file without a certificate in PEM ("-----BEGIN CERTIFICATE-----")`},
		{[]byte("-----BEGIN CERTIFICATE-----\nczNjcmV0\n-----END CERTIFICATE-----\n"), key, `routes.toml:2:12: "tls_cert" names a file without a certificate in PEM ("-----BEGIN CERTIFICATE-----")`},
	} {
		e := env(map[string]string{"SECRET": "x-secret", "HOOK": "https://hooks.example.com/h"})
		e.ReadFile = func(name string) ([]byte, error) {
			data := map[string][]byte{"/cert": tc.cert, "/key": tc.key}[name]
			if data == nil {
				return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
			}
			return data, nil
		}
		cfg, problems := config.Parse(config.File{Name: "routes.toml", Data: []byte("[server]\ntls_cert = '/cert'\ntls_key = '/key'\n" + rest)}, e)
		got, _, _ := strings.Cut(problems.String(), "\n")
		if got != tc.want || (cfg != nil) != (tc.want == "") || strings.Contains(problems.String(), "s3cret") {
			t.Errorf("got %s\nwant %s", problems, tc.want)
		}
		if cfg != nil && cfg.Server.Certificate.Leaf.SerialNumber.Int64() != 7 {
			t.Errorf("certificate: %+v", cfg.Server.Certificate)
		}
	}
}
