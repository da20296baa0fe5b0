-- Putting a group of events as a function, whose plan the server keeps: to plan
-- the statement took as long as to put ten events.

-- +goose Up

-- put puts events and deliveries, in the order in which they are given, and returns
-- the IDs of the events that were not there yet: none if the relay is too old for
-- the tables. $1 is the version that the relay knows; of the events, $2 to $9 are id,
-- source, vendor, kind, routed, dedup, event and payload; of the deliveries, $10 to
-- $13 are the event's ID, which of its deliveries it is, sink and route.
-- +goose StatementBegin
CREATE FUNCTION botrelay.put(
    bigint, text[], text[], text[], text[], boolean[], bytea[], text[], bytea[],
    text[], bigint[], text[], text[]
) RETURNS SETOF text LANGUAGE plpgsql AS $put$
BEGIN
    -- What is answered is on disk, whatever was set. A stricter setting stays.
    IF current_setting('synchronous_commit') = 'off' THEN
        PERFORM set_config('synchronous_commit', 'on', true);
    END IF;
    RETURN QUERY WITH now (at) AS (
        SELECT botrelay.now_micros() FROM botrelay.compatible WHERE oldest <= $1
    ), stored AS (
        INSERT INTO botrelay.events (id, put_at, source, vendor, kind, routed, dedup, event, payload)
        SELECT e.id, now.at, e.source, e.vendor, e.kind, e.routed, e.dedup, e.event, e.payload
        FROM now, unnest($2, $3, $4, $5, $6, $7, $8, $9) AS e (id, source, vendor, kind, routed, dedup, event, payload)
        ON CONFLICT DO NOTHING RETURNING seq, id, put_at
    ), owed AS (
        INSERT INTO botrelay.deliveries (id, event, sink, route, owed_at)
        SELECT (stored.seq << 12) + o.nth, stored.seq, o.sink, o.route, stored.put_at
        FROM unnest($10, $11, $12, $13) AS o (event, nth, sink, route)
            JOIN stored ON stored.id = o.event
    ) SELECT stored.id FROM stored;
END
$put$;
-- +goose StatementEnd
