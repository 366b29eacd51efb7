-- SQLite cannot change a CHECK, so `roles` is made anew. What refers to it is put aside first: dropping
-- a table deletes its rows, and that would cascade.
CREATE TABLE kept_sequence AS SELECT seq FROM sqlite_sequence WHERE name = 'roles';
CREATE TABLE kept_roles AS SELECT * FROM roles;
CREATE TABLE kept_user_roles AS SELECT * FROM user_roles;
CREATE TABLE kept_rule_roles AS SELECT * FROM rule_roles;
DROP TABLE user_roles;
DROP TABLE rule_roles;
DROP TABLE roles;

CREATE TABLE roles (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    name TEXT NOT NULL UNIQUE CHECK (name <> ''),
    title TEXT NOT NULL DEFAULT '',
    obtained_by TEXT NOT NULL
        CHECK (obtained_by IN ('sign-in', 'assigned', 'terms', 'network', 'kiosk')),
    built_in BOOLEAN NOT NULL DEFAULT FALSE,
    offered_as TEXT NOT NULL DEFAULT 'usual'
        CHECK (offered_as IN ('usual', 'clickthrough', 'external'))
);
INSERT INTO roles (id, name, title, obtained_by, built_in)
    SELECT id, name, title, obtained_by, built_in FROM kept_roles;
UPDATE sqlite_sequence SET seq = (SELECT seq FROM kept_sequence) WHERE name = 'roles';

CREATE TABLE user_roles (
    user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    role_id INTEGER NOT NULL REFERENCES roles (id) ON DELETE CASCADE,
    PRIMARY KEY (user_id, role_id)
);
CREATE INDEX user_roles_role_id ON user_roles (role_id, user_id);
INSERT INTO user_roles SELECT user_id, role_id FROM kept_user_roles;

-- A size is the longest side, in pixels of the whole image, up to which the role may see.
CREATE TABLE rule_roles (
    rule_id INTEGER NOT NULL REFERENCES rules (id) ON DELETE CASCADE,
    role_id INTEGER NOT NULL REFERENCES roles (id) ON DELETE CASCADE,
    phase TEXT NOT NULL DEFAULT 'during' CHECK (phase IN ('before', 'during', 'after')),
    max_size INTEGER CHECK (max_size > 0),
    PRIMARY KEY (rule_id, role_id, phase)
);
CREATE INDEX rule_roles_role_id ON rule_roles (role_id, rule_id);
INSERT INTO rule_roles (rule_id, role_id) SELECT rule_id, role_id FROM kept_rule_roles;

DROP TABLE kept_rule_roles;
DROP TABLE kept_user_roles;
DROP TABLE kept_roles;
DROP TABLE kept_sequence;

-- Days are those of the institution's time zone; `until_day` is the first day after.
ALTER TABLE rules ADD COLUMN public_size INTEGER NOT NULL DEFAULT 0 CHECK (public_size >= 0);
ALTER TABLE rules ADD COLUMN from_day DATE;
ALTER TABLE rules ADD COLUMN until_day DATE;
ALTER TABLE rules ADD COLUMN before_requirement TEXT
    CHECK (before_requirement IN ('public', 'roles', 'nobody'));
ALTER TABLE rules ADD COLUMN before_public_size INTEGER CHECK (before_public_size >= 0);
ALTER TABLE rules ADD COLUMN after_requirement TEXT
    CHECK (after_requirement IN ('public', 'roles', 'nobody'));
ALTER TABLE rules ADD COLUMN after_public_size INTEGER CHECK (after_public_size >= 0);
ALTER TABLE rules ADD COLUMN message TEXT NOT NULL DEFAULT '{}';
CREATE INDEX rules_requirement ON rules (requirement, pattern, kind);
CREATE INDEX rules_with_period ON rules (pattern, kind)
    WHERE from_day IS NOT NULL OR until_day IS NOT NULL;

-- Addresses: one network per line, as in 192.0.2.0/24.
CREATE TABLE networks (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    name TEXT NOT NULL UNIQUE CHECK (name <> ''),
    ranges TEXT NOT NULL CHECK (ranges <> ''),
    note TEXT NOT NULL DEFAULT ''
);

CREATE TABLE role_networks (
    role_id INTEGER NOT NULL REFERENCES roles (id) ON DELETE CASCADE,
    network_id INTEGER NOT NULL REFERENCES networks (id) ON DELETE RESTRICT,
    PRIMARY KEY (role_id, network_id)
);
CREATE INDEX role_networks_network_id ON role_networks (network_id, role_id);

-- Versions are only ever added; the highest is in force. Texts are JSON by language.
CREATE TABLE terms (
    role_id INTEGER NOT NULL REFERENCES roles (id) ON DELETE CASCADE,
    version INTEGER NOT NULL CHECK (version > 0),
    heading TEXT NOT NULL,
    text TEXT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    created_by TEXT NOT NULL,
    PRIMARY KEY (role_id, version)
);

-- What a session obtained: the version of the terms that were accepted, or 0 for a kiosk.
CREATE TABLE session_roles (
    session_id TEXT NOT NULL REFERENCES sessions (id) ON DELETE CASCADE ON UPDATE CASCADE,
    role_id INTEGER NOT NULL REFERENCES roles (id) ON DELETE CASCADE,
    version INTEGER NOT NULL CHECK (version >= 0),
    granted_at TIMESTAMP NOT NULL,
    PRIMARY KEY (session_id, role_id)
);
CREATE INDEX session_roles_role_id ON session_roles (role_id, version);

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

CREATE TRIGGER session_roles_insert AFTER INSERT ON session_roles
BEGIN
    INSERT INTO changes (resource, key) VALUES ('session', NEW.session_id);
END;
CREATE TRIGGER session_roles_update AFTER UPDATE ON session_roles
BEGIN
    INSERT INTO changes (resource, key) VALUES ('session', OLD.session_id);
    INSERT INTO changes (resource, key) VALUES ('session', NEW.session_id);
END;
CREATE TRIGGER session_roles_delete AFTER DELETE ON session_roles
BEGIN
    INSERT INTO changes (resource, key) VALUES ('session', OLD.session_id);
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
CREATE TRIGGER networks_insert AFTER INSERT ON networks
BEGIN
    INSERT INTO changes (resource, key) VALUES ('policy', '');
END;
CREATE TRIGGER networks_update AFTER UPDATE ON networks
BEGIN
    INSERT INTO changes (resource, key) VALUES ('policy', '');
END;
CREATE TRIGGER networks_delete AFTER DELETE ON networks
BEGIN
    INSERT INTO changes (resource, key) VALUES ('policy', '');
END;
CREATE TRIGGER role_networks_insert AFTER INSERT ON role_networks
BEGIN
    INSERT INTO changes (resource, key) VALUES ('policy', '');
END;
CREATE TRIGGER role_networks_update AFTER UPDATE ON role_networks
BEGIN
    INSERT INTO changes (resource, key) VALUES ('policy', '');
END;
CREATE TRIGGER role_networks_delete AFTER DELETE ON role_networks
BEGIN
    INSERT INTO changes (resource, key) VALUES ('policy', '');
END;
CREATE TRIGGER terms_insert AFTER INSERT ON terms
BEGIN
    INSERT INTO changes (resource, key) VALUES ('policy', '');
END;
CREATE TRIGGER terms_update AFTER UPDATE ON terms
BEGIN
    INSERT INTO changes (resource, key) VALUES ('policy', '');
END;
CREATE TRIGGER terms_delete AFTER DELETE ON terms
BEGIN
    INSERT INTO changes (resource, key) VALUES ('policy', '');
END;
