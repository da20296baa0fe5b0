-- The tables of version 1. Every time is in microseconds since 1970, by the
-- store's clock.

CREATE TABLE events (
    seq     INTEGER PRIMARY KEY, -- the order in which events were put
    id      TEXT NOT NULL UNIQUE,
    put_at  INTEGER NOT NULL,
    source  TEXT NOT NULL,
    vendor  TEXT NOT NULL,
    kind    TEXT NOT NULL,
    dedup   BLOB, -- a hash of source and dedup key; null: never a duplicate
    event   TEXT NOT NULL, -- relay.Event as JSON
    payload BLOB -- the vendor's JSON, byte for byte
) STRICT;

CREATE UNIQUE INDEX events_dedup ON events (dedup) WHERE dedup IS NOT NULL;

CREATE TABLE deliveries (
    id         INTEGER PRIMARY KEY,
    event      INTEGER NOT NULL, -- events.seq
    sink       TEXT NOT NULL,
    route      TEXT NOT NULL,
    state      TEXT NOT NULL DEFAULT 'pending', -- pending, sent, dead
    attempts   INTEGER NOT NULL DEFAULT 0, -- requests begun
    form       TEXT NOT NULL DEFAULT 'rich', -- of the next try
    reason     TEXT NOT NULL DEFAULT '', -- of the last attempt that failed
    message_id TEXT NOT NULL DEFAULT '', -- the platform's name for the message
    batch      TEXT NOT NULL DEFAULT '', -- the last that it was part of
    settled_at INTEGER NOT NULL DEFAULT 0 -- 0 while pending
) STRICT;

CREATE INDEX deliveries_event ON deliveries (event);

-- The head of a lane: its entries are in the order of sink, then id.
CREATE INDEX deliveries_pending ON deliveries (sink) WHERE state = 'pending';

-- A lane's batch from before the request until it is settled.
-- A lane has at most one batch at a time, so its row holds it.
CREATE TABLE lanes (
    sink       TEXT NOT NULL PRIMARY KEY,
    rested_at  INTEGER NOT NULL DEFAULT 0, -- from then
    resume_at  INTEGER NOT NULL DEFAULT 0, -- until then the lane sends nothing
    held       INTEGER NOT NULL DEFAULT 0,
    reason     TEXT NOT NULL DEFAULT '', -- why held, or why the last attempt failed
    sent       INTEGER NOT NULL DEFAULT 0,
    dead       INTEGER NOT NULL DEFAULT 0,
    batch      TEXT NOT NULL DEFAULT '', -- empty: none
    begun_at   INTEGER NOT NULL DEFAULT 0, -- of the request under way; 0: none is
    form       TEXT NOT NULL DEFAULT '',
    doubtful   INTEGER NOT NULL DEFAULT 0, -- a settled try of the batch may have arrived
    deliveries TEXT NOT NULL DEFAULT '[]' -- the batch's, as a JSON array of IDs
) STRICT, WITHOUT ROWID;

-- Attempts that did not succeed, by the first delivery of their batch. One that
-- did is told by its deliveries alone.
CREATE TABLE attempts (
    delivery INTEGER NOT NULL,
    attempt  INTEGER NOT NULL, -- deliveries.attempts of then
    batch    TEXT NOT NULL,
    at       INTEGER NOT NULL,
    took     INTEGER NOT NULL,
    outcome  TEXT NOT NULL,
    status   INTEGER NOT NULL, -- HTTP's; 0: no answer
    reason   TEXT NOT NULL,
    PRIMARY KEY (delivery, attempt)
) STRICT, WITHOUT ROWID;
