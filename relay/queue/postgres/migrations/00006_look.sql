-- What is derived from events in the background, for those who look: what the tables
-- mean stands with SQLite's, which have the same columns.

-- +goose Up

SET LOCAL lock_timeout = '3s';

UPDATE botrelay.deliveries SET reason = substr(reason, 1, 500) WHERE state = 'dead' AND length(reason) > 500;

CREATE TABLE botrelay.indexing (
    indexed bigint NOT NULL,
    counted bigint NOT NULL,
    segment bigint NOT NULL,
    holder  text NOT NULL,
    until   bigint NOT NULL
);
INSERT INTO botrelay.indexing VALUES (0, 0, 0, '', 0);

CREATE TABLE botrelay.segments (
    id       bigint PRIMARY KEY,
    level    integer NOT NULL,
    first    bigint NOT NULL,
    last     bigint NOT NULL,
    put_from bigint NOT NULL,
    put_to   bigint NOT NULL,
    pages    integer NOT NULL,
    state    text NOT NULL,
    gone_at  bigint NOT NULL DEFAULT 0
);

-- A page holds compressed numbers: it does not shrink, and fits a block as it is.
CREATE TABLE botrelay.pages (
    id      bigint PRIMARY KEY,
    segment bigint NOT NULL,
    first   text COLLATE "C" NOT NULL,
    data    bytea NOT NULL
);
ALTER TABLE botrelay.pages ALTER data SET STORAGE PLAIN;
CREATE INDEX pages_first ON botrelay.pages (segment, first, id);

CREATE TABLE botrelay.arrivals (
    level  bigint NOT NULL,
    slot   bigint NOT NULL,
    source text NOT NULL,
    kind   text NOT NULL,
    events bigint NOT NULL,
    PRIMARY KEY (level, slot, source, kind)
);

CREATE TABLE botrelay.ways (
    level  bigint NOT NULL,
    slot   bigint NOT NULL,
    source text NOT NULL,
    route  text NOT NULL,
    sink   text NOT NULL,
    events bigint NOT NULL,
    PRIMARY KEY (level, slot, source, route, sink)
);

CREATE TABLE botrelay.outcomes (
    level bigint NOT NULL,
    slot  bigint NOT NULL,
    sink  text NOT NULL,
    sent  bigint NOT NULL,
    died  bigint NOT NULL,
    PRIMARY KEY (level, slot, sink)
) WITH (fillfactor = 50);
