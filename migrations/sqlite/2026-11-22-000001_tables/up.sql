-- Timestamps are UTC. Numbers are never given twice (AUTOINCREMENT), so that nothing a deleted user
-- left behind can become another's.
CREATE TABLE users (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    name TEXT NOT NULL UNIQUE CHECK (name <> ''),
    display_name TEXT NOT NULL DEFAULT '',
    password_hash TEXT,
    state TEXT NOT NULL CHECK (state IN ('active', 'disabled', 'pending')),
    created_at TIMESTAMP NOT NULL,
    updated_at TIMESTAMP NOT NULL,
    last_sign_in_at TIMESTAMP,
    sign_in_count INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX users_created_at ON users (created_at, id);
CREATE INDEX users_last_sign_in_at ON users (last_sign_in_at, id);
CREATE INDEX users_state ON users (state, name);

CREATE TABLE roles (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    name TEXT NOT NULL UNIQUE CHECK (name <> ''),
    title TEXT NOT NULL DEFAULT '',
    obtained_by TEXT NOT NULL CHECK (obtained_by IN ('sign-in', 'assigned')),
    built_in BOOLEAN NOT NULL DEFAULT FALSE
);
INSERT INTO roles (name, title, obtained_by, built_in) VALUES
    ('user', 'Everybody who is signed in', 'sign-in', TRUE),
    ('admin', 'Administrators', 'assigned', TRUE);

CREATE TABLE user_roles (
    user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    role_id INTEGER NOT NULL REFERENCES roles (id) ON DELETE CASCADE,
    PRIMARY KEY (user_id, role_id)
);
CREATE INDEX user_roles_role_id ON user_roles (role_id, user_id);

CREATE TABLE rules (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('image', 'manifest', 'file')),
    pattern TEXT NOT NULL CHECK (pattern <> ''),
    requirement TEXT NOT NULL CHECK (requirement IN ('public', 'roles', 'nobody')),
    note TEXT NOT NULL DEFAULT '',
    created_at TIMESTAMP NOT NULL,
    updated_at TIMESTAMP NOT NULL,
    UNIQUE (kind, pattern)
);
CREATE INDEX rules_pattern ON rules (pattern, kind);

CREATE TABLE rule_roles (
    rule_id INTEGER NOT NULL REFERENCES rules (id) ON DELETE CASCADE,
    role_id INTEGER NOT NULL REFERENCES roles (id) ON DELETE CASCADE,
    PRIMARY KEY (rule_id, role_id)
);
CREATE INDEX rule_roles_role_id ON rule_roles (role_id, rule_id);

-- The id is the SHA-256 of the handle in the cookie.
CREATE TABLE sessions (
    id TEXT PRIMARY KEY NOT NULL,
    user_id INTEGER REFERENCES users (id) ON DELETE CASCADE,
    door TEXT NOT NULL CHECK (door IN ('images', 'account')),
    state TEXT NOT NULL,
    address TEXT,
    user_agent TEXT NOT NULL DEFAULT '',
    created_at TIMESTAMP NOT NULL,
    last_seen_at TIMESTAMP NOT NULL,
    expires_at TIMESTAMP NOT NULL
);
CREATE INDEX sessions_user_id ON sessions (user_id);
CREATE INDEX sessions_last_seen_at ON sessions (last_seen_at);
CREATE INDEX sessions_expires_at ON sessions (expires_at);

CREATE TABLE api_keys (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    fingerprint TEXT NOT NULL UNIQUE,
    created_at TIMESTAMP NOT NULL,
    expires_at TIMESTAMP,
    last_used_at TIMESTAMP
);
CREATE INDEX api_keys_user_id ON api_keys (user_id);

-- No foreign keys: the log outlives what it tells about.
CREATE TABLE audit_log (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    at TIMESTAMP NOT NULL,
    actor TEXT NOT NULL,
    action TEXT NOT NULL,
    subject TEXT NOT NULL,
    detail TEXT NOT NULL DEFAULT '',
    address TEXT,
    outcome TEXT NOT NULL CHECK (outcome IN ('done', 'refused'))
);
CREATE INDEX audit_log_at ON audit_log (at);
CREATE INDEX audit_log_actor ON audit_log (actor, id);
CREATE INDEX audit_log_action ON audit_log (action, outcome, id);
CREATE INDEX audit_log_subject ON audit_log (subject, id);
