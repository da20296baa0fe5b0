package postgres

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"botrelay/relay"
	"botrelay/relay/queue"

	"github.com/jackc/pgx/v5"
)

// Whatever somebody has set for a role or a database, an event goes its way and
// comes out as it went in.
func TestSettings(t *testing.T) {
	for _, setting := range []string{
		"search_path = ''",
		"search_path = pg_temp, public",
		"standard_conforming_strings = off",
		"bytea_output = escape",
		"DateStyle = 'German, DMY'",
		"TimeZone = 'Asia/Kathmandu'",
		"client_encoding = WIN1252",
		"default_transaction_isolation = serializable",
		"default_transaction_deferrable = on",
		"statement_timeout = '500ms'",
		"lock_timeout = '50ms'",
		"idle_in_transaction_session_timeout = '200ms'",
		"synchronous_commit = off",
		"row_security = off",
		"array_nulls = off",
		"transform_null_equals = on",
		"xmloption = document",
	} {
		t.Run(strings.Map(letter, setting), func(t *testing.T) {
			database := server.Database(t)
			set(t, database, setting)
			throughAll(t, database)
		})
	}
}

// odd is a text with what statements have a meaning for.
const odd = `it's \ 👋`

// letter keeps what a test's name may have.
func letter(r rune) rune {
	if strings.ContainsRune(" '=,", r) {
		return '_'
	}
	return r
}

// set makes a setting one of a database, for all who come.
func set(t *testing.T, database, setting string) {
	t.Helper()
	u, err := url.Parse(database)
	if err != nil {
		t.Fatal("the database's URL is none")
	}
	execute(t, database, `ALTER DATABASE `+strings.TrimPrefix(u.Path, "/")+` SET `+setting)
}

// throughAll has an event go its way: put, sent, looked up, sent again.
func throughAll(t *testing.T, database string) {
	t.Helper()
	s, err := Open(t.Context(), Config{URL: database, MaxConns: 3})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}()
	event := lead("1")
	event.Text = `Grüße 👋 \ ' " \\x41 {a,"b"} NULL ` + "\u0081"
	event.Payload = []byte(`{"text":"Grüße 👋 \\ ' \\x41", "path":"C:\\new"}` + "\n")
	event.ConversationID, event.DedupKey = "c1", "k1"
	budgets := []relay.Budget{{Key: "slack:Grüße", Limits: []relay.Limit{{Count: 5, Per: time.Second}}}}
	for _, duplicate := range []bool{false, true} {
		event.ID = map[bool]string{false: "1", true: "2"}[duplicate]
		r, err := s.Put(t.Context(), event, []queue.Owed{{Sink: "a", Route: odd}})
		if err != nil || r.ID != "1" || r.Duplicate != duplicate {
			t.Fatalf("put: %+v, %v", r, err)
		}
	}
	for _, about := range []string{"sent", "sent again"} {
		lane, err := s.Lease(t.Context(), "a", time.Minute, budgets)
		if err != nil {
			t.Fatal(about, err)
		}
		sendOne(t, lane, event)
		if err := lane.Release(t.Context()); err != nil {
			t.Error(about, err)
		}
		if n, err := s.Replay(t.Context(), []queue.Redelivery{{Event: "1", Sink: "a", Route: odd}}); err != nil {
			t.Fatal(about, n, err)
		}
	}
	if status, err := s.LaneStatus(t.Context()); err != nil || status["a"].Pending != 1 {
		t.Errorf("status: %+v, %v", status, err)
	}
}

// sendOne sends what a lane has, and sees that it is an event.
func sendOne(t *testing.T, lane queue.Lane, event relay.Event) {
	t.Helper()
	turn, err := lane.Next(t.Context(), 1)
	if err != nil || len(turn.Batch.Deliveries) != 1 {
		t.Fatalf("next: %+v, %v", turn, err)
	}
	got := turn.Batch.Deliveries[0]
	if got.Event.Text != event.Text || string(got.Event.Payload) != string(event.Payload) || got.Route != odd {
		t.Errorf("got %q, %s, %q", got.Event.Text, got.Event.Payload, got.Route)
	}
	if err := lane.Begin(t.Context(), turn.Batch); err != nil {
		t.Fatal("begin:", err)
	}
	err = lane.Settle(t.Context(), turn.Batch, queue.Settlement{State: queue.Sent, Verdict: relay.Verdict{Outcome: relay.Sent, ID: "m1"}})
	if err != nil {
		t.Fatal("settle:", err)
	}
}

// What is answered is on disk, also where somebody has set that it need not be;
// nothing is made of a setting that is stricter or has its reasons.
func TestDurable(t *testing.T) {
	for setting, want := range map[string]string{"off": "on", "on": "on", "local": "local", "remote_apply": "remote_apply"} {
		t.Run(setting, func(t *testing.T) {
			database := server.Database(t)
			openAt(t, database)
			// A deferred trigger sees what holds for the commit.
			execute(t, database, `CREATE TABLE public.commits (of text, how text);
				CREATE FUNCTION public.note() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
					INSERT INTO public.commits VALUES (TG_TABLE_NAME, current_setting('synchronous_commit')); RETURN NULL; END $$;
				CREATE CONSTRAINT TRIGGER note AFTER INSERT ON botrelay.events DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION public.note();
				CREATE CONSTRAINT TRIGGER note AFTER UPDATE OF batch ON botrelay.lanes DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION public.note()`)
			set(t, database, "synchronous_commit = "+setting)
			throughAll(t, database)
			var got string
			conn, err := pgx.Connect(t.Context(), database)
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = conn.Close(t.Context()) }()
			if err := conn.QueryRow(t.Context(), `SELECT string_agg(DISTINCT of || ' ' || how, ', ' ORDER BY of || ' ' || how) FROM public.commits`).Scan(&got); err != nil {
				t.Fatal(err)
			}
			if want := "events " + want + ", lanes " + want; got != want {
				t.Errorf("it was committed with %s; want %s", got, want)
			}
		})
	}
}

// A lease that is renewed while somebody else changes its lane is kept, also where
// the database calls that a conflict.
func TestRenewedBesideAChange(t *testing.T) {
	database := server.Database(t)
	set(t, database, "default_transaction_isolation = 'repeatable read'")
	s := openAt(t, database)
	lane, err := s.Lease(t.Context(), "a", time.Minute, nil)
	if err != nil {
		t.Fatal(err)
	}
	other := connectTo(t, database)
	if _, err := other.Exec(t.Context(), `BEGIN; UPDATE botrelay.lanes SET told = told`); err != nil {
		t.Fatal(err)
	}
	renewed := make(chan error, 1)
	go func() { renewed <- lane.Renew(t.Context(), time.Minute) }()
	for end := time.Now().Add(patience); number(t, database, `SELECT count(*) FROM pg_locks WHERE NOT granted`) == 0; {
		if time.Now().After(end) {
			t.Fatal("nobody waits")
		}
	}
	if _, err := other.Exec(t.Context(), `COMMIT`); err != nil {
		t.Fatal(err)
	}
	if err := <-renewed; err != nil {
		t.Error(err)
	}
}
