-- What changed, for the caches of every instance. Triggers write it, so that hand-made SQL counts too.
CREATE TABLE changes (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    at TIMESTAMP NOT NULL DEFAULT (strftime('%Y-%m-%d %H:%M:%f', 'now')),
    resource TEXT NOT NULL,
    key TEXT NOT NULL
);
CREATE INDEX changes_at ON changes (at);

CREATE TRIGGER users_update AFTER UPDATE OF name, password_hash, state ON users
WHEN OLD.name IS NOT NEW.name OR OLD.password_hash IS NOT NEW.password_hash
    OR OLD.state IS NOT NEW.state
BEGIN
    INSERT INTO changes (resource, key) VALUES ('user', OLD.id);
END;
CREATE TRIGGER users_delete AFTER DELETE ON users
BEGIN
    INSERT INTO changes (resource, key) VALUES ('user', OLD.id);
END;

CREATE TRIGGER user_roles_insert AFTER INSERT ON user_roles
BEGIN
    INSERT INTO changes (resource, key) VALUES ('user', NEW.user_id);
END;
CREATE TRIGGER user_roles_update AFTER UPDATE ON user_roles
BEGIN
    INSERT INTO changes (resource, key) VALUES ('user', OLD.user_id);
    INSERT INTO changes (resource, key) VALUES ('user', NEW.user_id);
END;
CREATE TRIGGER user_roles_delete AFTER DELETE ON user_roles
BEGIN
    INSERT INTO changes (resource, key) VALUES ('user', OLD.user_id);
END;

-- Not last_seen_at: that changes with every tile and means nothing to anybody else.
CREATE TRIGGER sessions_update AFTER UPDATE OF id, user_id, expires_at ON sessions
WHEN OLD.id IS NOT NEW.id OR OLD.user_id IS NOT NEW.user_id OR OLD.expires_at IS NOT NEW.expires_at
BEGIN
    INSERT INTO changes (resource, key) VALUES ('session', OLD.id);
END;
CREATE TRIGGER sessions_delete AFTER DELETE ON sessions
BEGIN
    INSERT INTO changes (resource, key) VALUES ('session', OLD.id);
END;

CREATE TRIGGER api_keys_update AFTER UPDATE OF user_id, fingerprint, expires_at ON api_keys
WHEN OLD.user_id IS NOT NEW.user_id OR OLD.fingerprint IS NOT NEW.fingerprint
    OR OLD.expires_at IS NOT NEW.expires_at
BEGIN
    INSERT INTO changes (resource, key) VALUES ('api_key', OLD.fingerprint);
END;
CREATE TRIGGER api_keys_delete AFTER DELETE ON api_keys
BEGIN
    INSERT INTO changes (resource, key) VALUES ('api_key', OLD.fingerprint);
END;

CREATE TRIGGER roles_insert AFTER INSERT ON roles
BEGIN
    INSERT INTO changes (resource, key) VALUES ('policy', '');
END;
CREATE TRIGGER roles_update AFTER UPDATE ON roles
BEGIN
    INSERT INTO changes (resource, key) VALUES ('policy', '');
END;
CREATE TRIGGER roles_delete AFTER DELETE ON roles
BEGIN
    INSERT INTO changes (resource, key) VALUES ('policy', '');
END;
CREATE TRIGGER rules_insert AFTER INSERT ON rules
BEGIN
    INSERT INTO changes (resource, key) VALUES ('policy', '');
END;
CREATE TRIGGER rules_update AFTER UPDATE ON rules
BEGIN
    INSERT INTO changes (resource, key) VALUES ('policy', '');
END;
CREATE TRIGGER rules_delete AFTER DELETE ON rules
BEGIN
    INSERT INTO changes (resource, key) VALUES ('policy', '');
END;
CREATE TRIGGER rule_roles_insert AFTER INSERT ON rule_roles
BEGIN
    INSERT INTO changes (resource, key) VALUES ('policy', '');
END;
CREATE TRIGGER rule_roles_update AFTER UPDATE ON rule_roles
BEGIN
    INSERT INTO changes (resource, key) VALUES ('policy', '');
END;
CREATE TRIGGER rule_roles_delete AFTER DELETE ON rule_roles
BEGIN
    INSERT INTO changes (resource, key) VALUES ('policy', '');
END;
