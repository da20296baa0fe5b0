-- The tables of version 1, to which versions.go adds. Every time is in microseconds since 1970, by the
-- store's clock.

CREATE TABLE events (
    seq     INTEGER PRIMARY KEY, -- the order in which events were put
    id      TEXT NOT NULL UNIQUE,
    put_at  INTEGER NOT NULL,
    source  TEXT NOT NULL,
    vendor  TEXT NOT NULL,
    kind    TEXT NOT NULL,
    routed  INTEGER NOT NULL, -- 0: it has no delivery
    dedup   BLOB, -- a hash of source and dedup key; null: never a duplicate
    event   TEXT NOT NULL, -- relay.Event as JSON
    payload BLOB -- the vendor's JSON, byte for byte
) STRICT;

CREATE UNIQUE INDEX events_dedup ON events (dedup) WHERE dedup IS NOT NULL;

-- For pruning, and to find where an age begins.
CREATE INDEX events_put_at ON events (put_at);

-- What is rare has indexes that cost nothing where it is absent.
CREATE INDEX events_unrouted ON events (seq) WHERE NOT routed;

CREATE TABLE deliveries (
    id         INTEGER PRIMARY KEY,
    event      INTEGER NOT NULL, -- events.seq
    sink       TEXT NOT NULL,
    route      TEXT NOT NULL,
    state      TEXT NOT NULL DEFAULT 'pending', -- pending, sent, dead, replayed
    again      INTEGER NOT NULL DEFAULT 0, -- owed by a replay: out of the order of events
    attempts   INTEGER NOT NULL DEFAULT 0, -- requests begun
    form       TEXT NOT NULL DEFAULT 'rich', -- of the next try
    reason     TEXT NOT NULL DEFAULT '', -- of the last attempt that failed
    message_id TEXT NOT NULL DEFAULT '', -- the platform's name for the message
    batch      TEXT NOT NULL DEFAULT '', -- the last that it was part of
    owed_at    INTEGER NOT NULL, -- when its event was put, or replayed
    settled_at INTEGER NOT NULL DEFAULT 0 -- 0 while pending
) STRICT;

CREATE INDEX deliveries_event ON deliveries (event);

-- The head of a lane: its entries are in the order of sink, then id.
CREATE INDEX deliveries_pending ON deliveries (sink) WHERE state = 'pending';

-- Where history finds those that are not in the order of their events.
CREATE INDEX deliveries_again ON deliveries (sink, event) WHERE state = 'pending' AND again;
CREATE INDEX deliveries_dead ON deliveries (sink, event) WHERE state = 'dead';
CREATE INDEX deliveries_replayed ON deliveries (sink, event) WHERE state = 'replayed';

-- A lane, and its batch from before the request until it is settled: a lane has
-- at most one at a time.
CREATE TABLE lanes (
    sink       TEXT NOT NULL PRIMARY KEY,
    leased     INTEGER NOT NULL DEFAULT 0, -- since the store was opened
    budgets    TEXT NOT NULL DEFAULT '[]', -- their keys, the destination's first, as a JSON array
    rested_at  INTEGER NOT NULL DEFAULT 0, -- from then
    resume_at  INTEGER NOT NULL DEFAULT 0, -- until then the lane sends nothing
    asked      INTEGER NOT NULL DEFAULT 0, -- the platform asked for that rest
    held       INTEGER NOT NULL DEFAULT 0, -- its destination refuses everything
    reason     TEXT NOT NULL DEFAULT '', -- why held, or why the last attempt failed
    failing_at INTEGER NOT NULL DEFAULT 0, -- the first attempt since which nothing got through; 0: it did
    told       INTEGER NOT NULL DEFAULT 0, -- people know that it is held or failing
    failed     INTEGER NOT NULL DEFAULT 0, -- the delivery that failures are of
    failures   INTEGER NOT NULL DEFAULT 0, -- how often it failed in a row
    failed_at  INTEGER NOT NULL DEFAULT 0, -- since when
    most       INTEGER NOT NULL DEFAULT 0, -- no batch holds more; 0: as many as it likes
    most_until INTEGER NOT NULL DEFAULT 0, -- the last delivery for which that counts
    sent       INTEGER NOT NULL DEFAULT 0,
    dead       INTEGER NOT NULL DEFAULT 0,
    batch      TEXT NOT NULL DEFAULT '', -- empty: none
    begun_at   INTEGER NOT NULL DEFAULT 0, -- of the request under way; 0: none is
    form       TEXT NOT NULL DEFAULT '',
    doubts     INTEGER NOT NULL DEFAULT 0, -- tries of the batch that may have arrived, without the one under way
    deliveries TEXT NOT NULL DEFAULT '[]' -- the batch's, as a JSON array of IDs
) STRICT, WITHOUT ROWID;

-- What lanes share: see relay.Budget. The limits themselves are the senders'.
CREATE TABLE budgets (
    key        TEXT NOT NULL PRIMARY KEY,
    span       INTEGER NOT NULL DEFAULT 0, -- its uses are kept for so many microseconds; 0: it has none
    rested_at  INTEGER NOT NULL DEFAULT 0, -- from then
    resume_at  INTEGER NOT NULL DEFAULT 0, -- until then nothing is sent: the platform asked for it
    held       INTEGER NOT NULL DEFAULT 0, -- it refuses everything
    held_at    INTEGER NOT NULL DEFAULT 0, -- since when
    retry_from INTEGER NOT NULL DEFAULT 0, -- from then
    retry_at   INTEGER NOT NULL DEFAULT 0, -- until then nothing is tried, while it is held
    reason     TEXT NOT NULL DEFAULT '', -- why it is held
    moved_to   TEXT NOT NULL DEFAULT '' -- where the destination is now; empty: where it always was
) STRICT, WITHOUT ROWID;

-- Requests, one row for each limited budget, until they have left every window.
CREATE TABLE uses (
    id   INTEGER PRIMARY KEY,
    key  TEXT NOT NULL, -- of the budget
    at   INTEGER NOT NULL, -- when it was answered; the largest integer: it is under way
    sink TEXT NOT NULL
) STRICT;

CREATE INDEX uses_key ON uses (key, at);
CREATE INDEX uses_open ON uses (sink) WHERE at = 9223372036854775807;

-- Conversations at a destination. A key is a customer's, and may be long: it
-- stands here as a hash.
CREATE TABLE threads (
    destination TEXT NOT NULL, -- the key of its budget
    thread      TEXT NOT NULL, -- a hash of the message's thread key
    root        TEXT NOT NULL, -- the platform's name for the message that began it
    sent_at     INTEGER NOT NULL, -- when something of it was last sent
    PRIMARY KEY (destination, thread)
) STRICT, WITHOUT ROWID;

-- For pruning.
CREATE INDEX threads_sent_at ON threads (sent_at);

-- Attempts that did not succeed, for each delivery of their batch. One that did
-- is told by its deliveries alone.
CREATE TABLE attempts (
    delivery INTEGER NOT NULL,
    attempt  INTEGER NOT NULL, -- deliveries.attempts of then
    batch    TEXT NOT NULL,
    at       INTEGER NOT NULL,
    took     INTEGER NOT NULL,
    outcome  TEXT NOT NULL,
    status   INTEGER NOT NULL, -- HTTP's; 0: no answer
    reason   TEXT NOT NULL,
    size     INTEGER NOT NULL, -- how many deliveries the batch had
    PRIMARY KEY (delivery, attempt)
) STRICT, WITHOUT ROWID;
