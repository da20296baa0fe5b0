-- The moves of SQLite files into these tables: see package move.

-- +goose Up

-- How far the move of a file has come. What it has brought so far is not sent
-- before it is done.
CREATE TABLE botrelay.moves (
    file     text PRIMARY KEY, -- the file's own name for itself
    state    text NOT NULL, -- of the file: another one if a relay has used it meanwhile
    event    bigint NOT NULL DEFAULT 0, -- its events up to this one are here
    delivery bigint NOT NULL DEFAULT 0, -- its deliveries that were owed by a replay up to this one are here
    moved    bigint NOT NULL DEFAULT 0, -- events
    passed   bigint NOT NULL DEFAULT 0, -- events that were here already
    newest   bigint NOT NULL DEFAULT 0, -- the time of the newest event that an earlier move of the file brought
    done_at  bigint NOT NULL DEFAULT 0 -- 0: it is under way
);

-- What a move that is under way has brought: events, and what lanes name of
-- deliveries.
CREATE TABLE botrelay.moved_events (
    file text NOT NULL,
    seq  bigint NOT NULL,
    PRIMARY KEY (file, seq)
);
CREATE TABLE botrelay.moved_deliveries (
    file   text NOT NULL,
    former bigint NOT NULL,
    id     bigint NOT NULL,
    PRIMARY KEY (file, former)
);
