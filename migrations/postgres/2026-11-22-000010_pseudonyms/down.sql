DROP INDEX audit_log_names_visitors;
ALTER TABLE audit_log DROP COLUMN names_visitors;
