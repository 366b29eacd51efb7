-- The feed tells what of the policy changed: the number of a rule, or `roles`, for those with their
-- networks and terms. Without a key it is everything, which is how an older program reads all of them.
DROP TRIGGER rules_insert;
DROP TRIGGER rules_update;
DROP TRIGGER rules_delete;
DROP TRIGGER rule_roles_insert;
DROP TRIGGER rule_roles_update;
DROP TRIGGER rule_roles_delete;
DROP TRIGGER roles_insert;
DROP TRIGGER roles_update;
DROP TRIGGER roles_delete;
DROP TRIGGER networks_insert;
DROP TRIGGER networks_update;
DROP TRIGGER networks_delete;
DROP TRIGGER role_networks_insert;
DROP TRIGGER role_networks_update;
DROP TRIGGER role_networks_delete;
DROP TRIGGER terms_insert;
DROP TRIGGER terms_update;
DROP TRIGGER terms_delete;

CREATE TRIGGER rules_insert AFTER INSERT ON rules
BEGIN
    INSERT INTO changes (resource, key) VALUES ('policy', NEW.id);
END;
CREATE TRIGGER rules_update AFTER UPDATE ON rules
BEGIN
    INSERT INTO changes (resource, key)
        SELECT 'policy', OLD.id UNION SELECT 'policy', NEW.id;
END;
CREATE TRIGGER rules_delete AFTER DELETE ON rules
BEGIN
    INSERT INTO changes (resource, key) VALUES ('policy', OLD.id);
END;
CREATE TRIGGER rule_roles_insert AFTER INSERT ON rule_roles
BEGIN
    INSERT INTO changes (resource, key) VALUES ('policy', NEW.rule_id);
END;
CREATE TRIGGER rule_roles_update AFTER UPDATE ON rule_roles
BEGIN
    INSERT INTO changes (resource, key)
        SELECT 'policy', OLD.rule_id UNION SELECT 'policy', NEW.rule_id;
END;
CREATE TRIGGER rule_roles_delete AFTER DELETE ON rule_roles
BEGIN
    INSERT INTO changes (resource, key) VALUES ('policy', OLD.rule_id);
END;
CREATE TRIGGER roles_insert AFTER INSERT ON roles
BEGIN
    INSERT INTO changes (resource, key) VALUES ('policy', 'roles');
END;
CREATE TRIGGER roles_update AFTER UPDATE ON roles
BEGIN
    INSERT INTO changes (resource, key) VALUES ('policy', 'roles');
END;
CREATE TRIGGER roles_delete AFTER DELETE ON roles
BEGIN
    INSERT INTO changes (resource, key) VALUES ('policy', 'roles');
END;
CREATE TRIGGER networks_insert AFTER INSERT ON networks
BEGIN
    INSERT INTO changes (resource, key) VALUES ('policy', 'roles');
END;
CREATE TRIGGER networks_update AFTER UPDATE ON networks
BEGIN
    INSERT INTO changes (resource, key) VALUES ('policy', 'roles');
END;
CREATE TRIGGER networks_delete AFTER DELETE ON networks
BEGIN
    INSERT INTO changes (resource, key) VALUES ('policy', 'roles');
END;
CREATE TRIGGER role_networks_insert AFTER INSERT ON role_networks
BEGIN
    INSERT INTO changes (resource, key) VALUES ('policy', 'roles');
END;
CREATE TRIGGER role_networks_update AFTER UPDATE ON role_networks
BEGIN
    INSERT INTO changes (resource, key) VALUES ('policy', 'roles');
END;
CREATE TRIGGER role_networks_delete AFTER DELETE ON role_networks
BEGIN
    INSERT INTO changes (resource, key) VALUES ('policy', 'roles');
END;
CREATE TRIGGER terms_insert AFTER INSERT ON terms
BEGIN
    INSERT INTO changes (resource, key) VALUES ('policy', 'roles');
END;
CREATE TRIGGER terms_update AFTER UPDATE ON terms
BEGIN
    INSERT INTO changes (resource, key) VALUES ('policy', 'roles');
END;
CREATE TRIGGER terms_delete AFTER DELETE ON terms
BEGIN
    INSERT INTO changes (resource, key) VALUES ('policy', 'roles');
END;
