DROP TABLE audit_log;
DROP TABLE api_keys;
DROP TABLE sessions;
DROP TABLE rule_roles;
DROP TABLE rules;
DROP TABLE user_roles;
DROP TABLE roles;
DROP TABLE users;
