-- Parts of names are found by their trigrams, where the server has them and lets us use them. Without,
-- a search reads all users. Names hold no line breaks, so what is found stands in one of the two.
DO $$
BEGIN
    CREATE EXTENSION IF NOT EXISTS pg_trgm;
    CREATE INDEX users_search ON users
        USING gin (((name || E'\n' || lower(display_name)) COLLATE "C") gin_trgm_ops);
EXCEPTION WHEN OTHERS THEN
    RAISE NOTICE 'no trigrams: %', SQLERRM;
END $$;

-- What is over is told by the index, without a look at each session that was not used lately.
DROP INDEX sessions_last_seen_at;
CREATE INDEX sessions_last_seen_at ON sessions (last_seen_at, expires_at);

-- Each order of a list, with each filter.
CREATE INDEX users_state_created_at ON users (state, created_at, id);
CREATE INDEX users_state_last_sign_in_at ON users (state, last_sign_in_at NULLS FIRST, id);
DROP INDEX audit_log_at;
DROP INDEX audit_log_actor;
DROP INDEX audit_log_action;
DROP INDEX audit_log_subject;
CREATE INDEX audit_log_at ON audit_log (at, id);
CREATE INDEX audit_log_actor ON audit_log (actor, at, id);
CREATE INDEX audit_log_subject ON audit_log (subject, at, id);
CREATE INDEX audit_log_action ON audit_log (action, at, id);
CREATE INDEX audit_log_action_outcome ON audit_log (action, outcome, at, id);
CREATE INDEX audit_log_outcome ON audit_log (outcome, at, id);
