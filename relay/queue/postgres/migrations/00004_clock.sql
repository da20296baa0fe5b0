-- What tells that the database's clock was set back.

-- +goose Up

SET LOCAL lock_timeout = '3s';
-- When the lease was last given or renewed: not in the future, unless the clock was set back.
ALTER TABLE botrelay.lanes ADD leased_at bigint NOT NULL DEFAULT 0;
-- The same of when the relay last said that it runs.
ALTER TABLE botrelay.relays ADD said_at bigint NOT NULL DEFAULT 0;
