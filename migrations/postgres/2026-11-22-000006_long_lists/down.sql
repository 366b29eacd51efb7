DROP INDEX audit_log_at;
DROP INDEX audit_log_actor;
DROP INDEX audit_log_subject;
DROP INDEX audit_log_action;
DROP INDEX audit_log_action_outcome;
DROP INDEX audit_log_outcome;
CREATE INDEX audit_log_at ON audit_log (at);
CREATE INDEX audit_log_actor ON audit_log (actor, id);
CREATE INDEX audit_log_action ON audit_log (action, outcome, id);
CREATE INDEX audit_log_subject ON audit_log (subject, id);
DROP INDEX users_state_created_at;
DROP INDEX users_state_last_sign_in_at;
-- The extension may be used by others.
DROP INDEX IF EXISTS users_search;
DROP INDEX sessions_last_seen_at;
CREATE INDEX sessions_last_seen_at ON sessions (last_seen_at);
