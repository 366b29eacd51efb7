-- The feed tells what of the policy changed: the number of a rule, or `roles`, for those with their
-- networks and terms. Without a key it is everything, which is how an older program reads all of them.
DROP TRIGGER rules_change ON rules;
CREATE TRIGGER rules_change AFTER INSERT OR UPDATE OR DELETE ON rules FOR EACH ROW
    EXECUTE FUNCTION changes_append('policy', 'id');
CREATE TRIGGER rules_truncate AFTER TRUNCATE ON rules FOR EACH STATEMENT
    EXECUTE FUNCTION changes_append_once('policy');
DROP TRIGGER rule_roles_change ON rule_roles;
CREATE TRIGGER rule_roles_change AFTER INSERT OR UPDATE OR DELETE ON rule_roles FOR EACH ROW
    EXECUTE FUNCTION changes_append('policy', 'rule_id');
CREATE TRIGGER rule_roles_truncate AFTER TRUNCATE ON rule_roles FOR EACH STATEMENT
    EXECUTE FUNCTION changes_append_once('policy');

-- Arguments: the resource, and its key. For a whole statement, whatever rows it touched.
CREATE FUNCTION changes_append_key() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO changes (resource, key) VALUES (TG_ARGV[0], TG_ARGV[1]);
    RETURN NULL;
END $$;

DROP TRIGGER roles_change ON roles;
CREATE TRIGGER roles_change AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON roles
    FOR EACH STATEMENT EXECUTE FUNCTION changes_append_key('policy', 'roles');
DROP TRIGGER networks_change ON networks;
CREATE TRIGGER networks_change AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON networks
    FOR EACH STATEMENT EXECUTE FUNCTION changes_append_key('policy', 'roles');
DROP TRIGGER role_networks_change ON role_networks;
CREATE TRIGGER role_networks_change AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON role_networks
    FOR EACH STATEMENT EXECUTE FUNCTION changes_append_key('policy', 'roles');
DROP TRIGGER terms_change ON terms;
CREATE TRIGGER terms_change AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON terms
    FOR EACH STATEMENT EXECUTE FUNCTION changes_append_key('policy', 'roles');
