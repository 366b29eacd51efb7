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
