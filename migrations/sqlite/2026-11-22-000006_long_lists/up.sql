-- Parts of names are found by their trigrams. What is indexed stands in `users` alone.
CREATE VIRTUAL TABLE users_search USING fts5 (
    name, display_name, content = 'users', content_rowid = 'id', tokenize = 'trigram'
);
INSERT INTO users_search (users_search) VALUES ('rebuild');
CREATE TRIGGER users_search_insert AFTER INSERT ON users
BEGIN
    INSERT INTO users_search (rowid, name, display_name)
        VALUES (NEW.id, NEW.name, NEW.display_name);
END;
CREATE TRIGGER users_search_delete AFTER DELETE ON users
BEGIN
    INSERT INTO users_search (users_search, rowid, name, display_name)
        VALUES ('delete', OLD.id, OLD.name, OLD.display_name);
END;
CREATE TRIGGER users_search_update AFTER UPDATE OF id, name, display_name ON users
BEGIN
    INSERT INTO users_search (users_search, rowid, name, display_name)
        VALUES ('delete', OLD.id, OLD.name, OLD.display_name);
    INSERT INTO users_search (rowid, name, display_name)
        VALUES (NEW.id, NEW.name, NEW.display_name);
END;

-- What is over is told by the index, without a look at each session that was not used lately.
DROP INDEX sessions_last_seen_at;
CREATE INDEX sessions_last_seen_at ON sessions (last_seen_at, expires_at);

-- Each order of a list, with each filter.
CREATE INDEX users_state_created_at ON users (state, created_at, id);
CREATE INDEX users_state_last_sign_in_at ON users (state, last_sign_in_at, id);
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
