-- What a move has to remember besides: see 00002.

-- +goose Up

ALTER TABLE botrelay.moves
    ADD path     text NOT NULL DEFAULT '', -- where the file was, for people
    ADD begun_at bigint NOT NULL DEFAULT 0,
    ADD owed     bigint NOT NULL DEFAULT 0, -- what a replay owes up to this delivery was brought by an earlier move
    ADD here_at  bigint NOT NULL DEFAULT 0; -- since then all of it is here, and is let go; 0: not yet

UPDATE botrelay.moves SET owed = delivery, here_at = done_at WHERE done_at <> 0;
