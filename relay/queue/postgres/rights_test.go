package postgres

import (
	"fmt"
	"net/url"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
)

// A relay makes its tables in a schema that an administrator has made, and works
// with tables that it may only use.
func TestFewRights(t *testing.T) {
	database := server.Database(t)
	name := fmt.Sprint("botrelay_test_few_", t.Name())
	execute(t, database, `DROP ROLE IF EXISTS `+name+`; CREATE ROLE `+name+` LOGIN; CREATE SCHEMA botrelay AUTHORIZATION `+name)
	few := changed(t, database, func(u *url.URL) { u.User = url.User(strings.ToLower(name)) })
	t.Cleanup(func() {
		execute(t, database, `REASSIGN OWNED BY `+name+` TO CURRENT_USER; DROP OWNED BY `+name+`; DROP ROLE `+name)
	})
	throughAll(t, few)
	execute(t, database, `REASSIGN OWNED BY `+name+` TO CURRENT_USER; GRANT USAGE ON SCHEMA botrelay TO `+name+`;
		GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA botrelay TO `+name+`;
		GRANT USAGE ON ALL SEQUENCES IN SCHEMA botrelay TO `+name+`; DELETE FROM botrelay.deliveries; DELETE FROM botrelay.events`)
	throughAll(t, few)
	execute(t, database, `REVOKE USAGE ON SCHEMA botrelay FROM `+name)
	if s, err := Open(t.Context(), Config{URL: few}); err == nil {
		t.Error("it is let in", s.Close())
	} else if !strings.Contains(err.Error(), `say ALTER SCHEMA botrelay OWNER TO "`+strings.ToLower(name)) {
		t.Error(err)
	}
}

// A database that keeps texts in an encoding without most letters would refuse what
// people write: that is said at once. One that takes any bytes will do, and so will
// one that sorts in another way.
func TestEncoding(t *testing.T) {
	for _, test := range []struct{ how, want string }{
		{`ENCODING 'SQL_ASCII' LOCALE 'C'`, ""},
		{`ENCODING 'UTF8' LOCALE_PROVIDER icu ICU_LOCALE 'tr-TR' LOCALE 'C'`, ""},
		{`ENCODING 'LATIN1' LOCALE 'C'`, "make one with CREATE DATABASE … ENCODING 'UTF8'"},
	} {
		maker := server.Database(t)
		if strings.Contains(test.how, "icu") && number(t, maker, `SELECT current_setting('server_version_num')::bigint`) < 150000 {
			continue // it has none
		}
		u, err := url.Parse(maker)
		if err != nil {
			t.Fatal("the database's URL is none")
		}
		u.Path += "_other"
		name := strings.TrimPrefix(u.Path, "/")
		execute(t, maker, `CREATE DATABASE `+name+` TEMPLATE template0 `+test.how)
		t.Cleanup(func() { execute(t, server.URL(t, "postgres"), `DROP DATABASE `+name+` WITH (FORCE)`) })
		if test.want == "" {
			throughAll(t, u.String())
			continue
		}
		if s, err := Open(t.Context(), Config{URL: u.String()}); err == nil {
			t.Error(test.how, "is taken", s.Close())
		} else if !strings.Contains(err.Error(), test.want) {
			t.Error(err)
		}
	}
}

func number(t *testing.T, database, question string) (n int64) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), database)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close(t.Context()) }()
	if err := conn.QueryRow(t.Context(), question).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}
