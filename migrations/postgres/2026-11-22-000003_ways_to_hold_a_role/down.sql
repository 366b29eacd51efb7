-- What the older tables cannot say is closed rather than opened: a role that is obtained in one of the
-- newer ways is held by nobody, a rule with days lets nobody in, a role with a size is taken out.
DROP TABLE session_roles;
DROP TABLE terms;
DROP TABLE role_networks;
DROP TABLE networks;

UPDATE rules SET requirement = 'nobody' WHERE from_day IS NOT NULL OR until_day IS NOT NULL;
DROP INDEX rules_requirement;
DROP INDEX rules_with_period;
ALTER TABLE rules DROP COLUMN public_size, DROP COLUMN from_day, DROP COLUMN until_day,
    DROP COLUMN before_requirement, DROP COLUMN before_public_size,
    DROP COLUMN after_requirement, DROP COLUMN after_public_size, DROP COLUMN message;

DELETE FROM rule_roles WHERE phase <> 'during' OR max_size IS NOT NULL;
ALTER TABLE rule_roles DROP CONSTRAINT rule_roles_pkey;
ALTER TABLE rule_roles DROP COLUMN phase, DROP COLUMN max_size;
ALTER TABLE rule_roles ADD PRIMARY KEY (rule_id, role_id);

UPDATE roles SET obtained_by = 'assigned' WHERE obtained_by NOT IN ('sign-in', 'assigned');
ALTER TABLE roles DROP COLUMN offered_as;
ALTER TABLE roles DROP CONSTRAINT roles_obtained_by_check;
ALTER TABLE roles ADD CONSTRAINT roles_obtained_by_check
    CHECK (obtained_by IN ('sign-in', 'assigned'));
