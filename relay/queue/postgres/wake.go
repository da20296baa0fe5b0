package postgres

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
)

const (
	// channel is what relays notify each other on, and everybody the notice that
	// wakes all lanes.
	channel   = "botrelay"
	everybody = `[]`
	// gatherTime is how long wakings of other relays' lanes are gathered, so that
	// each event does not cost a notice.
	gatherTime = 20 * time.Millisecond
	// maxNotice is how many bytes one notice has at most: PostgreSQL takes less than
	// 8,000.
	maxNotice = 7900
	// pollTime is how often the database is asked for what others have put, where
	// it cannot tell by itself.
	pollTime = time.Second
	// proofTime is how long a notice to ourselves may take.
	proofTime = 3 * time.Second
	// relistenTime is how long it takes until listening is tried again where it
	// does not work, as behind a transaction pooler.
	relistenTime = time.Minute
)

// tellOthers has other relays wake lanes. It does not block.
func (d *database) tellOthers(sinks ...string) {
	if len(sinks) == 0 || !d.peers.tell(sinks) {
		return
	}
	select {
	case d.remote <- struct{}{}:
	default: // not yet received: it will do
	}
}

// notify tells other relays of their lanes until ctx ends. What cannot be told
// they find by polling.
func (d *database) notify(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-d.remote:
		}
		for sinks := d.peers.told(); len(sinks) > 0; sinks = d.peers.told() {
			text, err := json.Marshal(sinks)
			if err == nil && len(text) > maxNotice { // one name that is longer
				text = []byte(everybody)
			}
			if err == nil {
				err = d.notice(ctx, string(text))
			}
			if err != nil {
				d.log.Debug("other relays were not told", "error", err)
			}
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(gatherTime):
		}
	}
}

func (d *database) notice(ctx context.Context, text string) error {
	ctx, cancel := context.WithTimeout(ctx, operationTime)
	defer cancel()
	_, err := d.vital.ExecContext(ctx, `SELECT pg_notify($1, $2)`, channel, text)
	return err
}

// listen wakes our lanes for what others have put, until ctx ends: at their
// notice where the connection allows it, and by polling where not.
func (d *database) listen(ctx context.Context) {
	for {
		err := d.hear(ctx)
		if ctx.Err() != nil {
			return
		}
		d.log.Debug("not told by other relays; polling", "error", err)
		d.poll(ctx, relistenTime)
	}
}

// errDeaf says that a notice to ourselves did not arrive.
var errDeaf = errors.New("notices do not arrive: a pooler may stand between")

// deafen ends listening for a while, where its connection is one that others need
// more. It does not block.
func (d *database) deafen() {
	if end := d.hearing.Load(); end != nil {
		(*end)()
	}
}

// hear listens on a connection of its own, once a notice to ourselves has come
// back by it.
func (d *database) hear(ctx context.Context) error {
	ctx, end := context.WithCancel(ctx)
	defer end()
	d.hearing.Store(&end)
	defer d.hearing.Store(nil)
	conn, err := pgx.ConnectConfig(ctx, d.config.Copy())
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close(context.WithoutCancel(ctx)) }()
	// Behind a pooler, whoever gets the server's connection next would listen.
	var pid uint32
	if err := conn.QueryRow(ctx, `SELECT pg_backend_pid()`).Scan(&pid); err != nil || pid != conn.PgConn().PID() {
		return errors.Join(err, errDeaf)
	}
	if _, err := conn.Exec(ctx, `LISTEN `+channel); err != nil {
		return err
	}
	proof := fmt.Sprintf("%q", "proof "+d.id)
	if err := d.notice(ctx, proof); err != nil {
		return err
	}
	proven, cancel := context.WithTimeout(ctx, proofTime)
	defer cancel()
	for until := proven; ; {
		n, err := conn.WaitForNotification(until)
		switch {
		case err != nil && ctx.Err() == nil && proven.Err() != nil && until == proven:
			return errDeaf
		case err != nil:
			return err
		case n.Payload == proof:
			until = ctx
			d.wakes.Wake(d.peers.own()) // for what came before we listened
		default:
			d.heard(n.Payload)
		}
	}
}

// heard wakes what a notice names, if it is ours.
func (d *database) heard(payload string) {
	var sinks []string
	if json.Unmarshal([]byte(payload), &sinks) != nil { // another relay's proof
		return
	}
	if payload == everybody {
		sinks = d.peers.wants()
		d.lookSoon() // a relay has gone: its lanes are to be had
	}
	d.wakes.Wake(sinks)
}

// poll asks for a while whether there is anything new, and wakes our lanes then.
func (d *database) poll(ctx context.Context, patience time.Duration) {
	end := time.NewTimer(patience)
	defer end.Stop()
	ticker := time.NewTicker(pollTime)
	defer ticker.Stop()
	for newest := int64(-1); ; {
		select {
		case <-ctx.Done():
			return
		case <-end.C:
			return
		case <-ticker.C:
		}
		var last int64
		err := d.Read().QueryRowContext(ctx, `SELECT coalesce(max(id), 0) FROM botrelay.deliveries`).Scan(&last)
		if err == nil && last != newest {
			newest = last
			d.wakes.Wake(d.peers.wants())
		}
	}
}
