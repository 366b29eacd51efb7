DROP TRIGGER rules_truncate ON rules;
DROP TRIGGER rule_roles_truncate ON rule_roles;
DROP TRIGGER rules_change ON rules;
CREATE TRIGGER rules_change AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON rules
    FOR EACH STATEMENT EXECUTE FUNCTION changes_append_once('policy');
DROP TRIGGER rule_roles_change ON rule_roles;
CREATE TRIGGER rule_roles_change AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON rule_roles
    FOR EACH STATEMENT EXECUTE FUNCTION changes_append_once('policy');
DROP TRIGGER roles_change ON roles;
CREATE TRIGGER roles_change AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON roles
    FOR EACH STATEMENT EXECUTE FUNCTION changes_append_once('policy');
DROP TRIGGER networks_change ON networks;
CREATE TRIGGER networks_change AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON networks
    FOR EACH STATEMENT EXECUTE FUNCTION changes_append_once('policy');
DROP TRIGGER role_networks_change ON role_networks;
CREATE TRIGGER role_networks_change AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON role_networks
    FOR EACH STATEMENT EXECUTE FUNCTION changes_append_once('policy');
DROP TRIGGER terms_change ON terms;
CREATE TRIGGER terms_change AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON terms
    FOR EACH STATEMENT EXECUTE FUNCTION changes_append_once('policy');
DROP FUNCTION changes_append_key();
