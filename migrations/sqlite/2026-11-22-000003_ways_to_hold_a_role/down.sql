-- What the older tables cannot say is closed rather than opened: a role that is obtained in one of the
-- newer ways is held by nobody, a rule with days lets nobody in, a role with a size is taken out.
DROP TABLE session_roles;
DROP TABLE terms;
DROP TABLE role_networks;
DROP TABLE networks;

UPDATE rules SET requirement = 'nobody' WHERE from_day IS NOT NULL OR until_day IS NOT NULL;
DROP INDEX rules_requirement;
DROP INDEX rules_with_period;
ALTER TABLE rules DROP COLUMN public_size;
ALTER TABLE rules DROP COLUMN from_day;
ALTER TABLE rules DROP COLUMN until_day;
ALTER TABLE rules DROP COLUMN before_requirement;
ALTER TABLE rules DROP COLUMN before_public_size;
ALTER TABLE rules DROP COLUMN after_requirement;
ALTER TABLE rules DROP COLUMN after_public_size;
ALTER TABLE rules DROP COLUMN message;

CREATE TABLE kept_sequence AS SELECT seq FROM sqlite_sequence WHERE name = 'roles';
CREATE TABLE kept_roles AS SELECT * FROM roles;
CREATE TABLE kept_user_roles AS SELECT * FROM user_roles;
CREATE TABLE kept_rule_roles AS
    SELECT * FROM rule_roles WHERE phase = 'during' AND max_size IS NULL;
DROP TABLE user_roles;
DROP TABLE rule_roles;
DROP TABLE roles;

CREATE TABLE roles (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    name TEXT NOT NULL UNIQUE CHECK (name <> ''),
    title TEXT NOT NULL DEFAULT '',
    obtained_by TEXT NOT NULL CHECK (obtained_by IN ('sign-in', 'assigned')),
    built_in BOOLEAN NOT NULL DEFAULT FALSE
);
INSERT INTO roles (id, name, title, obtained_by, built_in)
    SELECT id, name, title,
        CASE WHEN obtained_by = 'sign-in' THEN 'sign-in' ELSE 'assigned' END, built_in
    FROM kept_roles;
UPDATE sqlite_sequence SET seq = (SELECT seq FROM kept_sequence) WHERE name = 'roles';

CREATE TABLE user_roles (
    user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    role_id INTEGER NOT NULL REFERENCES roles (id) ON DELETE CASCADE,
    PRIMARY KEY (user_id, role_id)
);
CREATE INDEX user_roles_role_id ON user_roles (role_id, user_id);
INSERT INTO user_roles SELECT user_id, role_id FROM kept_user_roles;

CREATE TABLE rule_roles (
    rule_id INTEGER NOT NULL REFERENCES rules (id) ON DELETE CASCADE,
    role_id INTEGER NOT NULL REFERENCES roles (id) ON DELETE CASCADE,
    PRIMARY KEY (rule_id, role_id)
);
CREATE INDEX rule_roles_role_id ON rule_roles (role_id, rule_id);
INSERT INTO rule_roles SELECT rule_id, role_id FROM kept_rule_roles;

DROP TABLE kept_rule_roles;
DROP TABLE kept_user_roles;
DROP TABLE kept_roles;
DROP TABLE kept_sequence;

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
