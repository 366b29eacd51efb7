-- Whether an entry may still name visitors. Old ones are found by the index, which holds no others.
ALTER TABLE audit_log ADD COLUMN names_visitors BOOLEAN NOT NULL DEFAULT TRUE;
CREATE INDEX audit_log_names_visitors ON audit_log (at, id) WHERE names_visitors;
