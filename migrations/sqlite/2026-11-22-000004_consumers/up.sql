-- Sites whose authTokens identify their users. The secrets are sealed; origins and prefixes are one per
-- line, and the origin `*` is any.
CREATE TABLE consumers (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    key TEXT NOT NULL UNIQUE CHECK (key <> ''),
    name TEXT NOT NULL CHECK (name <> ''),
    secret TEXT NOT NULL CHECK (secret <> ''),
    previous_secret TEXT,
    previous_until TIMESTAMP,
    is_enabled BOOLEAN NOT NULL DEFAULT TRUE,
    is_built_in BOOLEAN NOT NULL DEFAULT FALSE,
    max_ttl INTEGER NOT NULL CHECK (max_ttl BETWEEN 60 AND 2073600),
    origins TEXT NOT NULL DEFAULT '',
    allows_server_side BOOLEAN NOT NULL DEFAULT FALSE,
    names_admins BOOLEAN NOT NULL DEFAULT FALSE,
    prefixes TEXT NOT NULL CHECK (prefixes <> ''),
    revoked_before TIMESTAMP,
    created_at TIMESTAMP NOT NULL,
    updated_at TIMESTAMP NOT NULL,
    rotated_at TIMESTAMP NOT NULL,
    CHECK ((previous_secret IS NULL) = (previous_until IS NULL))
);
CREATE UNIQUE INDEX consumers_built_in ON consumers (is_built_in) WHERE is_built_in;

-- Base roles are held by all users of the consumer, the others by those whose token names them.
CREATE TABLE consumer_roles (
    consumer_id INTEGER NOT NULL REFERENCES consumers (id) ON DELETE CASCADE,
    role_id INTEGER NOT NULL REFERENCES roles (id) ON DELETE CASCADE,
    is_base BOOLEAN NOT NULL,
    is_read_only BOOLEAN NOT NULL DEFAULT FALSE,
    PRIMARY KEY (consumer_id, role_id)
);
CREATE INDEX consumer_roles_role_id ON consumer_roles (role_id, consumer_id);

-- Tokens issued up to `since`, and all tokens before `until`, are refused.
CREATE TABLE consumer_blocks (
    consumer_id INTEGER NOT NULL REFERENCES consumers (id) ON DELETE CASCADE,
    user_id TEXT NOT NULL CHECK (user_id <> ''),
    since TIMESTAMP NOT NULL,
    until TIMESTAMP NOT NULL,
    note TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (consumer_id, user_id)
);

-- How often tokens were accepted, or refused and why.
CREATE TABLE consumer_counts (
    consumer_id INTEGER NOT NULL REFERENCES consumers (id) ON DELETE CASCADE,
    reason TEXT NOT NULL CHECK (reason <> ''),
    times BIGINT NOT NULL CHECK (times >= 0),
    last_at TIMESTAMP NOT NULL,
    PRIMARY KEY (consumer_id, reason)
);

CREATE TRIGGER consumers_insert AFTER INSERT ON consumers
BEGIN
    INSERT INTO changes (resource, key) VALUES ('consumer', '');
END;
CREATE TRIGGER consumers_update AFTER UPDATE ON consumers
BEGIN
    INSERT INTO changes (resource, key) VALUES ('consumer', '');
END;
CREATE TRIGGER consumers_delete AFTER DELETE ON consumers
BEGIN
    INSERT INTO changes (resource, key) VALUES ('consumer', '');
END;
CREATE TRIGGER consumer_roles_insert AFTER INSERT ON consumer_roles
BEGIN
    INSERT INTO changes (resource, key) VALUES ('consumer', '');
END;
CREATE TRIGGER consumer_roles_update AFTER UPDATE ON consumer_roles
BEGIN
    INSERT INTO changes (resource, key) VALUES ('consumer', '');
END;
CREATE TRIGGER consumer_roles_delete AFTER DELETE ON consumer_roles
BEGIN
    INSERT INTO changes (resource, key) VALUES ('consumer', '');
END;
CREATE TRIGGER consumer_blocks_insert AFTER INSERT ON consumer_blocks
BEGIN
    INSERT INTO changes (resource, key) VALUES ('consumer', '');
END;
CREATE TRIGGER consumer_blocks_update AFTER UPDATE ON consumer_blocks
BEGIN
    INSERT INTO changes (resource, key) VALUES ('consumer', '');
END;
CREATE TRIGGER consumer_blocks_delete AFTER DELETE ON consumer_blocks
BEGIN
    INSERT INTO changes (resource, key) VALUES ('consumer', '');
END;
-- Tokens name roles by their names.
CREATE TRIGGER roles_consumers AFTER UPDATE OF name ON roles WHEN OLD.name IS NOT NEW.name
BEGIN
    INSERT INTO changes (resource, key) VALUES ('consumer', '');
END;
