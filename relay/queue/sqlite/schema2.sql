-- What version 2 adds: indexes for those who look, and what is derived from events in
-- the background, after they were put: see sqlstore's index.go.

CREATE INDEX deliveries_discarded ON deliveries (sink, event) WHERE state = 'discarded';

-- Dead letters by what they died of: as much of it as people tell apart.
UPDATE deliveries SET reason = substr(reason, 1, 500) WHERE state = 'dead' AND length(reason) > 500;
CREATE INDEX deliveries_reasons ON deliveries (sink, reason, event, id) WHERE state = 'dead' AND length(reason) <= 500;

-- What was owed by a replay: the search index does not know of it.
CREATE INDEX deliveries_repeated ON deliveries (sink, event, again) WHERE again;

-- How far the background has come: one row.
CREATE TABLE indexing (
    indexed INTEGER NOT NULL, -- events up to this place are in segments
    counted INTEGER NOT NULL, -- and up to this one in arrivals and ways
    segment INTEGER NOT NULL, -- the last number that one was given
    holder  TEXT NOT NULL, -- who does it
    until   INTEGER NOT NULL -- until then nobody else does
) STRICT;
INSERT INTO indexing VALUES (0, 0, 0, '', 0);

-- Segments of the search index: see package search/segment.
CREATE TABLE segments (
    id       INTEGER PRIMARY KEY,
    level    INTEGER NOT NULL, -- 0: of events; else of segments of the level below
    first    INTEGER NOT NULL, -- events from this place
    last     INTEGER NOT NULL, -- to this one
    put_from INTEGER NOT NULL, -- the earliest time at which one of them was put
    put_to   INTEGER NOT NULL, -- the latest
    pages    INTEGER NOT NULL, -- how many it has
    state    TEXT NOT NULL, -- making, live, gone
    gone_at  INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE TABLE pages (
    id      INTEGER PRIMARY KEY, -- the segment's times 65536, plus which of its pages it is
    segment INTEGER NOT NULL,
    first   TEXT NOT NULL, -- its first term
    data    BLOB NOT NULL
) STRICT;
CREATE INDEX pages_first ON pages (segment, first, id);

-- How much there was in each slot, of 5 minutes, an hour and a day: level is how many
-- seconds it lasts, slot how many such have passed since 1970.
CREATE TABLE arrivals (
    level  INTEGER NOT NULL,
    slot   INTEGER NOT NULL,
    source TEXT NOT NULL,
    kind   TEXT NOT NULL,
    events INTEGER NOT NULL,
    PRIMARY KEY (level, slot, source, kind)
) STRICT, WITHOUT ROWID;

CREATE TABLE ways (
    level  INTEGER NOT NULL,
    slot   INTEGER NOT NULL,
    source TEXT NOT NULL,
    route  TEXT NOT NULL, -- with the sink empty: no route took them
    sink   TEXT NOT NULL,
    events INTEGER NOT NULL,
    PRIMARY KEY (level, slot, source, route, sink)
) STRICT, WITHOUT ROWID;

-- Deliveries that were settled in each slot.
CREATE TABLE outcomes (
    level INTEGER NOT NULL,
    slot  INTEGER NOT NULL,
    sink  TEXT NOT NULL,
    sent  INTEGER NOT NULL,
    died  INTEGER NOT NULL,
    PRIMARY KEY (level, slot, sink)
) STRICT, WITHOUT ROWID;
