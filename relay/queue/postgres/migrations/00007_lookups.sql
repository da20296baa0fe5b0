-- +goose NO TRANSACTION

-- Indexes for those who look: see SQLite's. They are made while relays work. One that was
-- not finished is made anew.

-- +goose Up

DROP INDEX CONCURRENTLY IF EXISTS botrelay.deliveries_discarded;
CREATE INDEX CONCURRENTLY deliveries_discarded ON botrelay.deliveries (sink, event) WHERE state = 'discarded';
DROP INDEX CONCURRENTLY IF EXISTS botrelay.deliveries_reasons;
CREATE INDEX CONCURRENTLY deliveries_reasons ON botrelay.deliveries (sink, reason, event, id) WHERE state = 'dead' AND length(reason) <= 500;
DROP INDEX CONCURRENTLY IF EXISTS botrelay.deliveries_repeated;
CREATE INDEX CONCURRENTLY deliveries_repeated ON botrelay.deliveries (sink, event, again) WHERE again;
