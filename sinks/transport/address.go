package transport

import (
	"errors"
	"net"
	"net/url"
	"strings"

	"botrelay/relay"
)

// ParseBase reads the address of a server that speaks a platform's API:
// scheme, host and port, nothing else.
func ParseBase(raw string) (*url.URL, error) {
	u, err := ParseURL(raw)
	if err != nil {
		return nil, err
	}
	if strings.TrimSuffix(u.Path, "/") != "" || u.RawQuery != "" || u.Fragment != "" {
		return nil, errors.New("give scheme, host and port only, like http://127.0.0.1:8082")
	}
	return &url.URL{Scheme: u.Scheme, Host: u.Host}, nil
}

// ParseURL reads an absolute http or https URL without user and password. Its
// errors do not show the URL, which may be a secret.
func ParseURL(raw string) (*url.URL, error) {
	u, err := url.Parse(raw)
	switch {
	case err != nil:
		return nil, errors.New("this is not a URL")
	case u.Scheme != "https" && u.Scheme != "http", u.Hostname() == "":
		return nil, errors.New("give an absolute URL that begins with https://")
	case u.User != nil:
		return nil, errors.New("a URL with user and password is not supported")
	}
	return u, nil
}

// Insecure reports whether a request to u can be read on its way: plain http
// to another machine.
func Insecure(u *url.URL) bool {
	if u.Scheme != "http" || u.Hostname() == "localhost" {
		return false
	}
	ip := net.ParseIP(u.Hostname())
	return ip == nil || !ip.IsLoopback()
}

// CheckAPI returns what is wrong with a sink's api_url, which may be empty.
func CheckAPI(raw string, webhook bool) []relay.Problem {
	if raw == "" {
		return nil
	}
	if webhook {
		return []relay.Problem{{Key: "api_url", Text: "api_url does not go with webhook_url, which names its server itself: drop one of them"}}
	}
	u, err := ParseBase(raw)
	if err != nil {
		return []relay.Problem{{Key: "api_url", Text: err.Error()}}
	}
	return warnInsecure("api_url", u)
}

// CheckWebhook returns what is wrong with a webhook's URL whatever the
// platform, and the URL if it is one.
func CheckWebhook(raw string) (*url.URL, []relay.Problem) {
	u, err := ParseURL(raw)
	if err != nil {
		return nil, []relay.Problem{{Key: "webhook_url", Text: err.Error()}}
	}
	return u, warnInsecure("webhook_url", u)
}

func warnInsecure(key string, u *url.URL) []relay.Problem {
	if !Insecure(u) {
		return nil
	}
	return []relay.Problem{{Key: key, Text: "plain http: secrets and messages can be read on their way; use https", Warning: true}}
}

// WithBase returns cfg with the server that apiURL names as its Base, unless
// it has one already or apiURL is empty. apiURL must have passed CheckAPI.
func (cfg Config) WithBase(apiURL string) Config {
	if cfg.Base == nil && apiURL != "" {
		if base, err := ParseBase(apiURL); err == nil {
			cfg.Base = base
		}
	}
	return cfg
}

// WithSecrets returns cfg with more secrets; empty ones are left out.
func (cfg Config) WithSecrets(texts ...string) Config {
	secrets := append([]relay.Secret(nil), cfg.Secrets...)
	for _, text := range texts {
		if text != "" {
			secrets = append(secrets, relay.NewSecret(text))
		}
	}
	cfg.Secrets = secrets
	return cfg
}
