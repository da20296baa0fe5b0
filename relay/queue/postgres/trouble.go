package postgres

import (
	"cmp"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"slices"
	"strconv"
	"strings"
	"syscall"

	"github.com/jackc/pgx/v5/pgconn"
)

// trouble is an error with the database, with what it means and what to do about
// it in front.
type trouble struct {
	means, cure string
	err         error
}

func (t *trouble) Error() string { return t.means + ": " + t.cure + " (" + wording(t.err) + ")" }

func (t *trouble) Unwrap() error { return t.err }

// wording returns what the server or the system has said, on one line: pgx tells all
// that it tried. There is no password in it.
func wording(err error) string {
	if failure, ok := errors.AsType[*pgconn.PgError](err); ok {
		return failure.Error()
	}
	if failed, ok := errors.AsType[*net.OpError](err); ok {
		return failed.Error()
	}
	return strings.Join(strings.Fields(err.Error()), " ")
}

// explain says of an error with which opening the store failed what it means, and
// what to do about it. Of config only what is no secret is told.
func explain(err error, config *pgconn.Config) error {
	if err == nil {
		return nil
	}
	means, cure := serverTrouble(err, config)
	if cure == "" {
		means, cure = lineTrouble(err, config)
	}
	if cure == "" {
		return err
	}
	return &trouble{cmp.Or(means, Reason(err)), cure, err}
}

// unreadable says why a URL cannot be used, without what may be a part of its
// password.
func unreadable(err error) error {
	_, ofURL := errors.AsType[*pgconn.ParseConfigError](err)
	parts := strings.Split(err.Error(), "`: ") // pgx shows the URL before
	said := parts[len(parts)-1]
	if !ofURL || len(parts) == 1 || strings.HasPrefix(said, "failed to parse") || strings.HasPrefix(said, "invalid port") {
		return errors.New("its URL is none of PostgreSQL's: write postgres://USER:PASSWORD@HOST/DATABASE")
	}
	return fmt.Errorf("an option of its URL cannot be used: look at what stands behind the ?, and at variables such as PGSSLMODE (%s)", said)
}

// serverTrouble explains what the server itself has said.
func serverTrouble(err error, config *pgconn.Config) (means, cure string) {
	failure, ok := errors.AsType[*pgconn.PgError](err)
	if !ok {
		return "", ""
	}
	switch failure.Code {
	case "28P01":
		return "", "look at the user and the password in the URL, where %40 stands for @, %2F for / and so on; what it leaves out comes from PGUSER, PGPASSWORD and ~/.pgpass"
	case "28000":
		return "", "the server must know the user " + strconv.Quote(config.User) + " and let it in from here, by its pg_hba.conf; where that asks for encryption, " +
			"sslmode=require belongs at the URL's end"
	case "3D000":
		return "there is no database " + strconv.Quote(config.Database), "make it with CREATE DATABASE, or name another in the URL"
	case "42501":
		if !strings.Contains(failure.Message, "for database") {
			return "the database does not let user " + strconv.Quote(config.User) + " use what stands in its schema botrelay", fmt.Sprintf(
				"as an administrator say ALTER SCHEMA botrelay OWNER TO %q, and the same for each of its tables", config.User)
		}
		return "the database does not let user " + strconv.Quote(config.User) + " make botrelay's tables", fmt.Sprintf(
			"as an administrator say GRANT CREATE ON DATABASE %q TO %q, or CREATE SCHEMA botrelay AUTHORIZATION %q", config.Database, config.User, config.User)
	case "42704", "22023", "08P01": // also a pooler says so
		if strings.Contains(failure.Message, "parameter") {
			return "the database takes no such option", "look at what stands behind the ? in the URL"
		}
		if strings.Contains(failure.Message, "statement pooling") {
			return "a pooler stands between that lets no transaction through", "set its pool_mode to transaction or session"
		}
	case "25006":
		return "", "name the primary server, not one that follows it; if it is the primary, take back what was set, as with " +
			"ALTER ROLE … RESET default_transaction_read_only"
	case tooMany:
		return "the database has no room for more connections", "raise its max_connections, or put a pooler before it"
	case "57P03":
		return "", "try again when it is up"
	}
	return "", ""
}

// lineTrouble explains what stood between here and the server.
func lineTrouble(err error, config *pgconn.Config) (means, cure string) {
	if unknown, ok := errors.AsType[*net.DNSError](err); ok {
		return fmt.Sprintf("the host %q is not found", cmp.Or(unknown.Name, config.Host)), "look at its name in the URL"
	}
	_, foreign := errors.AsType[*tls.CertificateVerificationError](err)
	_, unsigned := errors.AsType[x509.UnknownAuthorityError](err)
	switch {
	case foreign || unsigned:
		return "the server's certificate is not trusted", "name its authority's with sslrootcert=FILE at the URL's end, and the host as the certificate does"
	case strings.Contains(err.Error(), "server refused TLS connection") && !mayBePlain(config):
		return "the server speaks no TLS", "turn it on there (ssl = on), or say sslmode=disable at the URL's end where nobody can listen"
	case errors.Is(err, syscall.ECONNREFUSED):
		return "nothing answers at " + addressOf(config), "start the server, or look at host and port in the URL"
	case errors.Is(err, syscall.ENOENT):
		return "there is no socket of a server in " + addressOf(config), "start the server, or look at host and port in the URL"
	case errors.Is(err, syscall.EACCES):
		return "the relay's user may not use the socket in " + addressOf(config), "give it the right, or name the host instead"
	case errors.Is(err, context.DeadlineExceeded), pgconn.Timeout(err):
		return "the server at " + addressOf(config) + " does not answer", "look at host and port in the URL, and at firewalls between"
	}
	if _, ok := errors.AsType[*pgconn.ConnectError](err); ok {
		return "what answers at " + addressOf(config) + " is not to be talked to", "look whether PostgreSQL is what listens there"
	}
	return "", ""
}

// mayBePlain reports whether a connection without TLS is tried too.
func mayBePlain(config *pgconn.Config) bool {
	return config.TLSConfig == nil || slices.ContainsFunc(config.Fallbacks, func(f *pgconn.FallbackConfig) bool { return f.TLSConfig == nil })
}

func addressOf(config *pgconn.Config) string {
	if strings.HasPrefix(config.Host, "/") { // a socket's folder
		return config.Host
	}
	return net.JoinHostPort(config.Host, strconv.Itoa(int(config.Port)))
}
